"""A usual message is answered alike by the short way and by the long one."""

import datetime
from typing import Any

import pytest

SECOND = datetime.timedelta(seconds=1)
LONG = {"Connection": "close"}  # nothing that ends its connection goes the short way


def array(stream: int, rows: list[list[Any]]) -> list[dict[str, Any]]:
    named = {"@iot.id": stream}
    return [{"Datastream": named, "components": ["phenomenonTime", "result"], "dataArray": rows}]


def plain(answer: Any) -> tuple[int, dict[str, str]]:
    """Return status and headers, without those that speak of the connection and the moment."""
    apart = ("date", "connection")
    return answer.status_code, {k: v for k, v in answer.headers.items() if k not in apart}


@pytest.mark.parametrize("zone", ["+00:00", "+08:00"])
def test_one_reading(city: Any, moment: datetime.datetime, zone: str) -> None:
    station = city.station()
    hours = datetime.timedelta(hours=int(zone[1:3]))
    at = moment.astimezone(datetime.timezone(hours)).isoformat()
    body = {"phenomenonTime": at, "result": 7}
    short = city.post(station.path, body, station.token)
    assert station.stored() == {moment: 7.0}
    long = city.post(station.path, body, station.token, headers=LONG)
    assert short.status_code == 201
    assert plain(short) == plain(long) and short.json() == long.json()
    assert station.stored() == {moment: 7.0}


def test_many_readings(city: Any, moment: datetime.datetime) -> None:
    station = city.station()
    rows = [[(moment + n * SECOND).isoformat(), n / 2] for n in range(300)]
    path = "/sensorthings/v1.1/CreateObservations"
    short = city.post(path, array(station.stream, rows), station.token)
    assert len(station.stored()) == 300
    long = city.post(path, array(station.stream, rows), station.token, headers=LONG)
    assert short.status_code == 201 and len(short.json()) == 300
    assert plain(short) == plain(long) and short.json() == long.json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"result": 1}',
        b'{"phenomenonTime": "2026-11-21T08:00:00", "result": 1}',
        b'{"phenomenonTime": "2999-01-01T00:00:00Z", "result": 1}',
        b'{"phenomenonTime": "1999-01-01T00:00:00Z", "result": 1}',
        b'{"phenomenonTime": "2026-11-21T08:00:00Z", "result": 1e301}',
        b'{"phenomenonTime": "2026-11-21T08:00:00Z", "result": true}',
        b'{"phenomenonTime": "2026-11-21T08:00:00Z", "result": "12"}',
        b'{"phenomenonTime": "2026-11-21T08:00:00Z", "result": NaN}',
        b'{"phenomenonTime": "2026-11-21T08:00:00Z"}',
    ],
)
def test_the_unusual(city: Any, body: bytes) -> None:
    station = city.station()
    headers = {"Content-Type": "application/json"}
    short = city.post(station.path, body, station.token, headers=headers)
    long = city.post(station.path, body, station.token, headers=headers | LONG)
    apart = ("@iot.id", "@iot.selfLink")  # where the server gives the time
    first, second = (
        {key: value for key, value in each.json().items() if key not in apart}
        for each in (short, long)
    )
    assert short.status_code == long.status_code and first == second


def test_a_token_opens_its_own_thing_only(city: Any, moment: datetime.datetime) -> None:
    station, other = city.station(), city.station()
    body = {"phenomenonTime": moment.isoformat(), "result": 1}
    assert city.post(station.path, body, station.token).status_code == 201
    assert city.post(other.path, body, station.token).status_code == 403
    assert city.post(other.path, body, station.token + "x").status_code == 401
    assert other.stored() == {}
