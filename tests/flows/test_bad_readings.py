"""Rubbish through the front door: each gets its sentence, nothing good is lost."""

import datetime
import json
from typing import Any

import httpx
import pytest
from django.db import connection

from core import clock
from people import actions, may
from people.models import Role, Token
from sensors.models import Refusal

MINUTE = datetime.timedelta(minutes=1)
DEEP = b"[" * 200_000
DIGITS = b"9" * 6000


def problem(answer: httpx.Response, status: int, field: str = "") -> dict[str, Any]:
    """Check that an answer is a problem that a person can act on, in both languages."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == status
    assert found["detail"] and len(found["detail"]) < 1000
    assert found["detail_zh"] and any("\u4e00" <= sign <= "\u9fff" for sign in found["detail_zh"])
    assert found["remedy"]
    assert found.get("field", "") == field, found
    return found


def reading(at: datetime.datetime, value: Any) -> dict[str, Any]:
    return {"phenomenonTime": at.isoformat(), "result": value}


def raw(at: datetime.datetime, result: bytes) -> bytes:
    return b'{"phenomenonTime": "%s", "result": %s}' % (at.isoformat().encode(), result)


def test_what_was_refused_is_written_down_to_mend_the_device_by(city: Any, moment: Any) -> None:
    station = city.station()
    city.post(station.path, b'{"result": "\x00' + b"w" * 20_000 + b'"}', station.token)
    city.post(station.path, reading(moment, "w" * 20_000), station.token)
    kept = Refusal.objects.filter(thing_id=station.thing.pk)
    assert kept.count() == 2
    assert all(len(row.sample) <= 500 and len(row.reason) < 1000 for row in kept)


@pytest.fixture(scope="module")
def strict(city: Any) -> Any:
    """A station that nothing good is ever sent for."""
    return city.station()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"{", ""),
        (b"rubbish", ""),
        (b'{"result": 1,}', ""),
        (b'{"result": NaN}', ""),
        (b'{"result": Infinity}', ""),
        (b'{"result": -Infinity}', ""),
        (b"\xff\xfe\x00", ""),
        (b'{"result": "\xff"}', ""),
        (b'{"result": 1, "phenomenonTime": "\xc3\x28"}', ""),
        (b'{"result": "\\ud800"}', ""),
        (b"[1, 2]", ""),
        (b"null", ""),
        (b"{}", "result"),
        (b'{"phenomenonTime": "2026-11-01T00:00:00Z"}', "result"),
        (b'{"result": 1, "phenomenonTime": 1700000000}', "phenomenonTime"),
        (b'{"result": 1, "phenomenonTime": ["x"]}', "phenomenonTime"),
        (b'{"result": 1, "parameters": 7}', "parameters"),
        (b'{"result": 1, "Datastream": {"@iot.id": "x"}}', "Datastream.@iot.id"),
        (b'{"result": ' + DEEP, ""),
        (b'{"result": 1, "parameters": {"a": ' + DEEP, ""),
        (DEEP, ""),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else value,
)
def test_a_message_that_is_none(city: Any, strict: Any, body: bytes, field: str) -> None:
    found = problem(city.post(strict.path, body, strict.token), 400, field)
    if b"NaN" in body or b"Infinity" in body:
        assert "NaN and Infinity" in found["remedy"]
    assert not strict.stored()


@pytest.mark.parametrize(
    "result",
    [
        b"1e999",
        b"-1e999",
        b"1e400",
        b"1e301",
        b'"12"',
        b'"NaN"',
        b"true",
        b"null",
        b"[1]",
        b"{}",
        b'"\\u0000"',
        DIGITS,
        b"-" + DIGITS,
        b'"' + b"x" * 100_000 + b'"',
        b"[" * 900 + b"]" * 900,
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_result_that_is_no_finite_number(
    city: Any, strict: Any, moment: Any, result: bytes
) -> None:
    answer = city.post(strict.path, raw(moment, result), strict.token)
    problem(answer, 400, answer.json().get("field", ""))
    assert answer.json().get("field", "") in ("result", "")
    assert not strict.stored()


@pytest.mark.parametrize(
    "value", [2**53, 2**64, 10**300, -(2**63), 0, -0.0, 5e-324, 0.1, 1e-320, 3]
)
def test_every_number_that_fits_is_stored_as_it_is(city: Any, moment: Any, value: float) -> None:
    station = city.station("rain")
    assert city.post(station.path, reading(moment, value), station.token).status_code == 201
    assert station.stored() == {moment: float(value)}


@pytest.mark.parametrize(
    "time",
    [
        "yesterday",
        "",
        "2026-11-01",
        "2026-11-01T00:00:00",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-01T25:00:00Z",
        "1999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2999-01-01T00:00:00Z",
        "2026-11-01T00:00:00Z/2999-01-01T00:00:00Z",
        "2026-11-01T00:00:00+99:99",
        "2026-11-01T00:00:00Z\u0000",
        "x" * 100_000,
        "٢٠٢٦-١١-٠١T٠٠:٠٠:٠٠Z",
    ],
    ids=lambda value: repr(value[:30]),
)
def test_a_time_that_cannot_be(city: Any, strict: Any, time: str) -> None:
    body = {"phenomenonTime": time, "result": 1}
    problem(city.post(strict.path, body, strict.token), 400, "phenomenonTime")
    problem(
        city.post(strict.path, {"resultTime": time, "result": 1}, strict.token), 400, "resultTime"
    )
    assert not strict.stored()


def test_a_clock_that_drifts_a_little_is_believed(city: Any) -> None:
    station = city.station()
    ahead = (clock.now() + 9 * MINUTE).replace(microsecond=0)
    assert city.post(station.path, reading(ahead, 1), station.token).status_code == 201
    problem(
        city.post(station.path, reading(ahead + 2 * MINUTE, 1), station.token),
        400,
        "phenomenonTime",
    )
    assert set(station.stored()) == {ahead}


@pytest.mark.parametrize("stream", [0, 999_999_999, 10**17, 10**40])
def test_a_datastream_that_is_not_there(city: Any, strict: Any, moment: Any, stream: int) -> None:
    body = reading(moment, 1)
    if stream < 10**18:
        answer = city.post(
            f"/sensorthings/v1.1/Datastreams({stream})/Observations", body, strict.token
        )
        problem(answer, 404, "Datastream.@iot.id")
    body["Datastream"] = {"@iot.id": stream}
    answer = city.post("/sensorthings/v1.1/Observations", body, strict.token)
    assert problem(answer, answer.status_code, "Datastream.@iot.id")["status"] in (400, 404)
    answer = city.post("/sensorthings/v1.1/Observations", reading(moment, 1), strict.token)
    problem(answer, 400, "Datastream")


def test_a_datastream_is_known_the_moment_it_is_registered(city: Any, moment: Any) -> None:
    for _ in range(3):
        station = city.station()
        answer = city.post(station.path, reading(moment, 1), station.token)
        assert answer.status_code == 201, answer.text


# --- whose token -------------------------------------------------------------------------------


def test_a_token_of_another_device(city: Any, moment: Any) -> None:
    mine, other = city.station(), city.station()
    problem(city.post(mine.path, reading(moment, 1), other.token), 403, "Datastream.@iot.id")
    both = [
        {
            "Datastream": {"@iot.id": each.stream},
            "components": ["phenomenonTime", "result"],
            "dataArray": [[moment.isoformat(), 5]],
        }
        for each in (mine, other)
    ]
    answer = city.post("/sensorthings/v1.1/CreateObservations", both, other.token)
    assert answer.status_code == 201
    refused, taken = answer.json()
    assert refused.startswith("error: Datastream.@iot.id: this token may not write")
    assert "Observations(" in taken
    assert not mine.stored() and other.stored() == {moment: 5.0}
    answer = city.post(
        "/api/v1/positions",
        {"thing": mine.thing.code, "time": moment.isoformat(), "lon": 113.7, "lat": 34.7},
        other.token,
    )
    problem(answer, 403, "thing")


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Bearer",
        "Bearer nonsense",
        "Bearer zd_nonsense",
        "Basic YTpi",
        "Bearer \x80\xff",
        "Bearer " + "x" * 9000,
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_token_that_opens_nothing(city: Any, strict: Any, moment: Any, given: str) -> None:
    headers = {b"authorization": given.encode("latin-1")} if given else {}
    answer = city.client.post(strict.path, json=reading(moment, 1), headers=headers)
    problem(answer, 401)
    assert not strict.stored()


def test_an_expired_and_a_revoked_token(city: Any, moment: Any, eventually: Any) -> None:
    expired, revoked = city.station(), city.station()
    Token.objects.filter(thing_id=expired.thing.pk).update(expires_at=clock.now() - MINUTE)
    problem(city.post(expired.path, reading(moment, 1), expired.token), 401)
    assert city.post(revoked.path, reading(moment, 1), revoked.token).status_code == 201
    actions.revoke(Token.objects.get(thing_id=revoked.thing.pk))
    # believed for the seconds that a process remembers it, and not longer
    body = reading(moment, 1)
    last = eventually(
        lambda: (a := city.post(revoked.path, body, revoked.token)).status_code == 401 and a, 10
    )
    problem(last, 401)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DEVICE, Role.ADMIN)])
def test_a_person_is_no_device(city: Any, moment: Any, role: Role) -> None:
    station = city.station()
    secret, _ = actions.issue_token(city.person(role))
    problem(city.post(station.path, reading(moment, 1), secret), 403, "Datastream.@iot.id")
    assert not may.may(may.Rights(1, role.value, ("4101",)), "observation.write", "410105", None)


# --- many at once ------------------------------------------------------------------------------


def batch(station: Any, rows: list[list[Any]]) -> list[dict[str, Any]]:
    return [
        {
            "Datastream": {"@iot.id": station.stream},
            "components": ["phenomenonTime", "result"],
            "dataArray@iot.count": len(rows),
            "dataArray": rows,
        }
    ]


CREATE = "/sensorthings/v1.1/CreateObservations"


def test_ten_thousand_rows_of_which_three_are_bad(city: Any, moment: Any) -> None:
    station = city.station("rain")
    start = moment - 10_000 * MINUTE
    rows: list[list[Any]] = [[(start + n * MINUTE).isoformat(), n / 10] for n in range(10_000)]
    rows[17][1] = "wet"
    rows[4711][0] = "2999-01-01T00:00:00Z"
    rows[9999] = [rows[9999][0]]
    answer = city.post(CREATE, batch(station, rows), station.token)
    assert answer.status_code == 201
    cells = answer.json()
    assert len(cells) == 10_000
    bad = {place: cell for place, cell in enumerate(cells) if cell.startswith("error")}
    assert sorted(bad) == [17, 4711, 9999]
    assert bad[17] == "error: result: result 'wet' is not a finite number"
    assert "phenomenonTime" in bad[4711] and "10 minutes in the future" in bad[4711]
    assert bad[9999] == (
        "error: dataArray: a row has more or fewer cells than there are components"
    )
    stored = station.stored()
    assert len(stored) == 9_997
    assert stored[start + 5 * MINUTE] == 0.5


def test_a_batch_in_which_nothing_is_good_is_refused_with_the_reason(
    city: Any, moment: Any
) -> None:
    station = city.station()
    answer = city.post(CREATE, batch(station, [[moment.isoformat(), "x"]] * 3), station.token)
    problem(answer, 400, "result")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"components": ["phenomenonTime"]}, "components"),
        ({"components": []}, "components"),
        ({"components": "result"}, "components"),
        ({"dataArray": 7}, "dataArray"),
        ({"dataArray": [7]}, "dataArray[0]"),
        ({"Datastream": None}, "Datastream"),
        ({"Datastream": {"@iot.id": None}}, "Datastream.@iot.id"),
    ],
)
def test_a_group_that_is_none(
    city: Any, strict: Any, moment: Any, change: dict[str, Any], field: str
) -> None:
    (group,) = batch(strict, [[moment.isoformat(), 1]])
    answer = city.post(CREATE, [group | change], strict.token)
    found = problem(answer, 400, answer.json().get("field", ""))
    assert found["field"].endswith(field)
    assert not strict.stored()


def test_too_many_rows_are_refused_as_a_whole(city: Any, moment: Any) -> None:
    station = city.station()
    answer = city.post(CREATE, batch(station, [[moment.isoformat(), 1]] * 100_001), station.token)
    problem(answer, 413)
    assert not station.stored()


def test_nothing_at_all_is_fine(city: Any) -> None:
    station = city.station()
    assert city.post(CREATE, [], station.token).json() == []
    assert city.post(CREATE, batch(station, []), station.token).json() == []


# --- twice, late, changed ----------------------------------------------------------------------


def test_a_reading_that_comes_again_changes_nothing(city: Any, moment: Any) -> None:
    station = city.station()
    for _ in range(3):
        answer = city.post(station.path, reading(moment, 500), station.token)
        assert answer.status_code == 201
    assert station.stored() == {moment: 500.0}
    (alert,) = station.alerts()
    assert alert.version == 1
    assert revisions(station) == []


def test_a_reading_that_comes_again_with_another_value_keeps_the_first_beside_it(
    city: Any, moment: Any
) -> None:
    station = city.station()
    for value in (500, 20, 500):
        assert city.post(station.path, reading(moment, value), station.token).status_code == 201
    assert station.stored() == {moment: 500.0}
    assert revisions(station) == [500.0, 20.0]
    (alert,) = station.alerts()
    assert alert.cleared_at is None and alert.severity == 1  # raised, cleared, raised again


def test_of_two_values_for_one_moment_in_one_message_the_last_counts_everywhere(
    city: Any, moment: Any
) -> None:
    station = city.station()
    rows = [[moment.isoformat(), 500], [moment.isoformat(), 20], [moment.isoformat(), 30]]
    answer = city.post(CREATE, batch(station, rows), station.token)
    assert answer.status_code == 201 and len(set(answer.json())) == 1
    assert station.stored() == {moment: 30.0}
    assert latest(station) == (moment, 30.0)
    assert revisions(station) == [500.0, 20.0]


def test_an_older_reading_is_kept_and_does_not_turn_the_clock_back(city: Any, moment: Any) -> None:
    station = city.station()
    for at, value in ((moment, 20), (moment - 30 * MINUTE, 500), (moment - 10 * MINUTE, 400)):
        assert city.post(station.path, reading(at, value), station.token).status_code == 201
    assert len(station.stored()) == 3
    assert latest(station) == (moment, 20.0)
    assert station.alerts() == []  # it is over: the newest reading says that all is well
    assert city.post(station.path, reading(moment + MINUTE, 500), station.token).status_code == 201
    late = reading(moment - 5 * MINUTE, 10)
    assert city.post(station.path, late, station.token).status_code == 201
    (alert,) = station.alerts()
    assert alert.cleared_at is None and alert.value == 500.0


def revisions(station: Any) -> list[float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value FROM sensors_revision WHERE datastream_id = %s ORDER BY id",
            [station.stream],
        )
        return [value for (value,) in cursor.fetchall()]


def latest(station: Any) -> tuple[datetime.datetime, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT time, value FROM sensors_latest WHERE datastream_id = %s", [station.stream]
        )
        found: tuple[datetime.datetime, float] = cursor.fetchone()
        return found


# --- positions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"lon": 1e999}, 400, "lon"),
        ({"lon": "113"}, 400, "lon"),
        ({"lon": 181}, 400, "lon"),
        ({"lat": -91}, 400, "lat"),
        ({"lat": None}, 400, "lat"),
        ({"speed": -1}, 400, "speed"),
        ({"course": 361}, 400, "course"),
        ({"accuracy": -0.1}, 400, "accuracy"),
        ({"time": "now"}, 400, "time"),
        ({"time": "9999-12-31T23:59:59-14:00"}, 400, "time"),
        ({"thing": "nobody"}, 404, "thing"),
        ({"thing": 10**30}, 404, "thing"),
        ({"thing": "\u0000"}, 404, "thing"),
        ({"colour": "red"}, 400, ""),
    ],
)
def test_a_position_that_cannot_be(
    city: Any, moment: Any, change: dict[str, Any], status: int, field: str
) -> None:
    station = city.station()
    good = {"thing": station.thing.pk, "time": moment.isoformat(), "lon": 113.7, "lat": 34.7}
    body = json.dumps(good | change).replace("Infinity", "1e999")
    answer = city.post("/api/v1/positions", body, station.token)
    problem(answer, answer.status_code, answer.json().get("field", ""))
    assert answer.status_code in (status, 400)
    assert answer.json().get("field", "") in (field, "")
    assert city.post("/api/v1/positions", [good], station.token).json() == {"accepted": 1}
