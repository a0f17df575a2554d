"""Two dispatchers at once, through the front door: one wins, the other is told, nothing is half."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from emergency.actions.units import UnitSpec, found
from emergency.models import Assignment, Incident, Stamp, Unit
from people import actions
from people.models import Role
from tests.flows.conftest import City

DESKS = 6


@pytest.fixture
def desks(city: City) -> list[str]:
    """Tokens of people at their desks."""
    return [actions.issue_token(city.person(Role.DISPATCHER))[0] for _ in range(DESKS)]


@pytest.fixture
def units(city: City) -> list[Unit]:
    """Units at their stations."""
    known = Unit.objects.count()
    return found(
        [
            UnitSpec(f"T{known + n}", f"泵{n}", f"Pump {n}", "pump", 113.65, 34.75)
            for n in range(DESKS)
        ]
    )


def report(city: City, token: str, words: str = "隧道积水") -> dict[str, Any]:
    """Report an incident."""
    answer = city.post("/api/v1/incidents", {"words": words, "lon": 113.65, "lat": 34.75}, token)
    assert answer.status_code == 201, answer.text
    return answer.json()


def at_once(calls: list[Any]) -> list[httpx.Response]:
    """Do them all at the same time."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(call) for call in calls]]


def test_one_call_many_dispatchers(city: City, desks: list[str], units: list[Unit]) -> None:
    made = report(city, desks[0])
    path = f"/api/v1/incidents/{made['number']}/dispatch"

    def send(token: str, unit: int) -> Any:
        return lambda: city.post(path, {"units": [unit], "version": made["version"]}, token)

    answers = at_once([send(t, u.pk) for t, u in zip(desks, units, strict=True)])
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] + [409] * (DESKS - 1)
    for answer in answers:
        if answer.status_code == 409:
            current = answer.json()["current"]
            assert len(current["assignments"]) == 1 and answer.json()["detail_zh"]
    assert Assignment.objects.filter(incident_id=made["number"]).count() == 1


def test_one_unit_many_calls(city: City, desks: list[str], units: list[Unit]) -> None:
    unit, calls = units[0], [report(city, token, "着火") for token in desks]

    def send(token: str, number: int) -> Any:
        path = f"/api/v1/incidents/{number}/dispatch"
        return lambda: city.post(path, {"units": [unit.pk]}, token)

    answers = at_once([send(t, c["number"]) for t, c in zip(desks, calls, strict=True)])
    assert sorted(a.status_code for a in answers) == [200] + [409] * (DESKS - 1)
    (won,) = [a.json()["number"] for a in answers if a.status_code == 200]
    for answer in answers:
        if answer.status_code == 409:
            body = answer.json()
            assert body["reason"] == "unit_busy" and body["current"]["code"] == unit.code
    assert Stamp.objects.filter(unit=unit).count() == 1
    states = Incident.objects.filter(pk__in=[c["number"] for c in calls])
    assert {row.pk for row in states if row.state == "active"} == {won}


def test_taking_a_call_shows_who_has_it(city: City, desks: list[str], units: list[Unit]) -> None:
    made = report(city, desks[0])
    path = f"/api/v1/incidents/{made['number']}/take"
    answers = at_once([lambda t=t: city.post(path, {"version": made["version"]}, t) for t in desks])
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] + [409] * (DESKS - 1)
    (holder,) = [a.json()["taken_by"] for a in answers if a.status_code == 200]
    told = {a.json()["current"]["taken_by"] for a in answers if a.status_code == 409}
    assert told == {holder}


def test_the_same_call_sent_many_times_at_once_is_one(city: City, desks: list[str]) -> None:
    body = {"words": "着火", "key": "7f1c4a52-6d5e-4a67-9a3b-0d6f6f3f1e11"}
    answers = at_once([lambda: city.post("/api/v1/incidents", body, desks[0]) for _ in range(5)])
    assert len({answer.json()["number"] for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [201]


def test_crossed_diversions_end_without_a_ring(
    city: City, desks: list[str], units: list[Unit]
) -> None:
    one, two = report(city, desks[0], "着火"), report(city, desks[0], "隧道积水")
    for call, unit in ((one, units[0]), (two, units[1])):
        path = f"/api/v1/incidents/{call['number']}/dispatch"
        assert city.post(path, {"units": [unit.pk]}, desks[0]).status_code == 200

    def divert(call: dict[str, Any], unit: Unit, token: str) -> Any:
        body = {"units": [{"unit": unit.pk, "divert": True}], "reason": "更急"}
        return lambda: city.post(f"/api/v1/incidents/{call['number']}/dispatch", body, token)

    answers = at_once([divert(one, units[1], desks[0]), divert(two, units[0], desks[1])])
    assert {answer.status_code for answer in answers} <= {200, 409}
    for unit in Unit.objects.filter(pk__in=[units[0].pk, units[1].pk]):
        running = Assignment.objects.filter(unit=unit, available_at=None)
        assert running.count() == 1 and unit.order_id == running.get().pk
