"""What a sender tells of a reading beside its value is kept, shown and asked for."""

import datetime
from typing import Any

import pytest
from django.db import connection

from people import actions
from people.models import Role

BASE = "/sensorthings/v1.1"
TOLD = {
    "resultTime": "2026-11-21T12:00:00+08:00",
    "validTime": "2026-11-21T04:00:00Z/2026-11-21T05:00:00Z",
    "resultQuality": {"nameOfMeasure": "flag", "value": "N"},
    "parameters": {"method": "HJ 654", "range": [0, 1]},
}


def plus(moment: datetime.datetime, minutes: int) -> str:
    return (moment + datetime.timedelta(minutes=minutes)).isoformat()


@pytest.fixture(scope="module")
def reader(city: Any) -> str:
    """A supervisor's token."""
    return actions.issue_token(city.person(Role.SUPERVISOR))[0]


def seen(city: Any, stream: int, reader: str, query: str = "") -> list[dict[str, Any]]:
    path = f"{BASE}/Datastreams({stream})/Observations?$orderby=phenomenonTime&{query}"
    answer = city.client.get(path, headers={"Authorization": f"Bearer {reader}"})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def test_it_is_kept_and_shown(city: Any, moment: datetime.datetime, reader: str) -> None:
    station = city.station()
    body = {"phenomenonTime": moment.isoformat(), "result": 1, **TOLD}
    assert city.post(station.path, body, station.token).status_code == 201
    assert city.post(station.path, {"phenomenonTime": plus(moment, 1), "result": 2}, station.token)
    full, bare = seen(city, station.stream, reader)
    received = full["parameters"].pop("received_at")
    assert received and full["parameters"] == TOLD["parameters"]
    assert full["resultTime"] == "2026-11-21T04:00:00Z"
    assert full["validTime"] == TOLD["validTime"]
    assert full["resultQuality"] == TOLD["resultQuality"]
    assert bare["resultTime"] is None
    assert "validTime" not in bare and "resultQuality" not in bare
    assert list(bare["parameters"]) == ["received_at"]


def test_it_can_be_asked_for(city: Any, moment: datetime.datetime, reader: str) -> None:
    station = city.station()
    components = ["phenomenonTime", "result", "resultTime", "parameters"]
    rows = [[plus(moment, n), n, f"2026-11-2{n}T00:00:00Z", {"lot": f"L{n}"}] for n in range(3)]
    group = {
        "Datastream": {"@iot.id": station.stream},
        "components": components,
        "dataArray": rows,
    }
    answer = city.post(f"{BASE}/CreateObservations", [group], station.token)
    assert answer.status_code == 201 and len(answer.json()) == 3
    asked = "$filter=resultTime gt 2026-11-20T12:00:00Z and parameters/lot ne 'L2'"
    assert [each["result"] for each in seen(city, station.stream, reader, asked)] == [1.0]


def test_a_repeat_that_tells_otherwise_is_kept_beside_the_old(
    city: Any, moment: datetime.datetime, reader: str
) -> None:
    station = city.station()
    body = {"phenomenonTime": moment.isoformat(), "result": 1}
    for more in ({}, {}, {"resultQuality": "checked"}, {"resultQuality": "checked"}):
        assert city.post(station.path, body | more, station.token).status_code == 201
    (now,) = seen(city, station.stream, reader)
    assert now["resultQuality"] == "checked"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value, told FROM sensors_revision WHERE datastream_id = %s", [station.stream]
        )
        assert cursor.fetchall() == [(1.0, None)]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"resultTime": "yesterday"}, "resultTime"),
        ({"resultTime": "2026-11-21T12:00:00"}, "resultTime"),
        ({"validTime": "2026-11-21T12:00:00Z/never"}, "validTime"),
        ({"validTime": "2026-11-21T12:00:00Z/2026-11-21T13:00:00Z/x"}, "validTime"),
        ({"parameters": [1]}, "parameters"),
        ({"parameters": {"a": "\u0000"}}, "parameters"),
        ({"parameters": {"a": "x" * 20_000}}, "parameters"),
        ({"resultQuality": [[[[]]]] * 5000}, "resultQuality"),
    ],
)
def test_rubbish_beside_the_value_is_refused(
    city: Any, moment: datetime.datetime, more: dict[str, Any], field: str
) -> None:
    station = city.station()
    body = {"phenomenonTime": moment.isoformat(), "result": 1, **more}
    answer = city.post(station.path, body, station.token)
    assert answer.status_code == 400 and answer.json()["field"] == field
    assert station.stored() == {}
