"""A closure drawn at the front door: every process answers by it within two seconds."""

import datetime
import time
import uuid
from collections.abc import Callable, Iterator

import httpx
import pytest

from alerts import tracking
from core import clock
from sensors.models import Thing
from tests.traffic.conftest import lattice, place
from traffic.models import Closure

SOON = 2.0  # seconds after the answer

ROW = {"type": "LineString", "coordinates": [list(place(1, 1)), list(place(2, 1))]}
ENDS = {"from": "{},{}".format(*place(0.5, 1)), "to": "{},{}".format(*place(2.5, 1))}


@pytest.fixture
def ding(live, fill, dispatcher, token, eventually) -> Iterator[httpx.Client]:
    """A dispatcher at a web process that has the town's streets in its memory."""
    fill("streets", lattice())
    with live.client(token(dispatcher)) as client:
        eventually(lambda: _metres(client) == pytest.approx(1000, abs=3))
        yield client


def _metres(client: httpx.Client) -> float:
    answer = client.get("/api/v1/route", params=ENDS)
    return float(answer.json()["metres"]) if answer.status_code == 200 else 0.0


def stands(thing: Thing, at: tuple[float, float], age: float = 0) -> None:
    """Let a thing report where it is, or was `age` seconds ago."""
    moment = clock.now() - datetime.timedelta(seconds=age)
    tracking.commit([tracking.Spot(thing.pk, moment, *at)])


def _within(seconds: float, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"not within {seconds} s"


def test_route_and_nearest_change_within_two_seconds(ding, station) -> None:
    west, _ = station("V1", "water_depth", kind="vehicle")
    stands(west, place(0.5, 1))
    asked = {"to": ENDS["to"], "kind": "vehicle"}
    (before,) = ding.get("/api/v1/nearest", params=asked).json()["items"]
    assert before["code"] == "V1" and before["metres"] == pytest.approx(1000, abs=3)

    made = ding.post("/api/v1/closures", json={"geometry": ROW, "reason": "flood"})
    assert made.status_code == 201, made.text
    closure = made.json()
    _within(SOON, lambda: _metres(ding) > 1900)
    found = ding.get("/api/v1/route", params=ENDS).json()
    assert [each["id"] for each in found["avoided"]] == [closure["id"]]
    (after,) = ding.get("/api/v1/nearest", params=asked).json()["items"]
    assert after["seconds"] > before["seconds"] and after["metres"] > 1900

    ended = ding.post(f"/api/v1/closures/{closure['id']}/end", json={"words": "水已退"})
    assert ended.json()["outcome"] == "reopened"
    _within(SOON, lambda: _metres(ding) < 1100)


def test_every_web_process_notices(live, ding, start_web, dispatcher, token) -> None:
    other = start_web()
    with other.client(token(dispatcher)) as beside:
        assert _metres(beside) < 1100
        ding.post("/api/v1/closures", json={"geometry": ROW, "reason": "works"}).raise_for_status()
        _within(SOON, lambda: _metres(beside) > 1900)


@pytest.fixture
def secret(dispatcher, token) -> str:
    return token(dispatcher)


async def test_a_closure_is_told_on_the_feed(live, ding, secret) -> None:
    async with live.socket(secret) as line:
        await line.subscribe("closure")
        ding.post("/api/v1/closures", json={"geometry": ROW, "reason": "fire", "words": "勿入"})
        heard = await line.hear()
        told = heard["items"][0] if "items" in heard else heard
        assert told["topic"] == "closure" and "勿入" not in str(told)
        assert "LineString" in str(told)


def test_bad_closures_get_their_sentence_and_nothing_is_half_done(ding) -> None:
    for body, field in (
        ({"reason": "flood"}, "geometry"),
        ({"reason": "flood", "geometry": {"type": "Polygon", "coordinates": []}}, "geometry"),
        ({"reason": "rain", "geometry": ROW}, "reason"),
        ({"geometry": ROW}, "reason"),
        ({"reason": "flood", "geometry": "here"}, "geometry"),
        ({"reason": "flood", "geometry": ROW, "until_at": "tomorrow"}, "until_at"),
    ):
        answer = ding.post("/api/v1/closures", json=body)
        problem = answer.json()
        assert answer.status_code in (400, 422), problem
        assert field in problem["field"] and problem["detail"] and problem["detail_zh"]
    assert not Closure.objects.exists()
    assert ding.get("/api/v1/closures").json() == {"items": [], "next": None}


def test_sending_twice_closes_once(ding) -> None:
    body = {"geometry": ROW, "reason": "accident", "key": str(uuid.uuid4())}
    first, second = (ding.post("/api/v1/closures", json=body) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json() and Closure.objects.count() == 1


def test_nearest_says_why_somebody_was_left_out(ding, station) -> None:
    here, there = place(1, 1), place(60, 1)
    for code, at, age in (("V1", here, 0), ("V2", here, 3600), ("V3", there, 5)):
        thing, _ = station(code, "water_depth", kind="vehicle")
        stands(thing, at, age)
    answer = ding.get("/api/v1/nearest", params={"to": "{},{}".format(*here)}).json()
    assert [each["code"] for each in answer["items"]] == ["V1"]
    assert answer["items"][0]["position_age_s"] in range(30)
    left = {each["code"]: each["reason"] for each in answer["left_out"]}
    assert left == {"V2": "old_position", "V3": "too_far"}
    assert all(each["reason_zh"] and each["reason_en"] for each in answer["left_out"])


def test_ways_that_make_no_sense_are_said_to_be_so(ding) -> None:
    for asked, field in (
        ({"from": "x", "to": ENDS["to"]}, "from"),
        ({"from": ENDS["from"], "to": "34.7,113.6"}, "to"),
        ({"from": ENDS["from"]}, "to"),
        ({"from": "113.1,34.1", "to": ENDS["to"]}, "from"),
    ):
        answer = ding.get("/api/v1/route", params=asked)
        assert answer.status_code in (400, 422) and field in answer.json()["field"]
