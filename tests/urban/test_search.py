"""Cases are found by the beginning of their number, or its end, by those who may see them."""

from typing import Any

from layers.search.find import find
from people import may
from people.models import Role

PLANNER = may.Rights(1, Role.PLANNER, ("4101",))


def test_a_case_is_found_by_its_number(callers: Any) -> None:
    case = callers["inspector"].report()
    number = case["number"]
    (hit, *_) = find(number, PLANNER)
    assert (hit.source, hit.found.id, hit.match) == ("case", str(case["id"]), "exact")
    assert hit.found.lon is not None and hit.found.code == number
    assert number in [each.found.code for each in find(number[:8], PLANNER, limit=50)]
    wide = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert find(wide, PLANNER)[0].found.code == number
    ending = number.split("-")[1]
    assert number in [each.found.code for each in find(ending, PLANNER)]
    assert find(number[:2], PLANNER, among=["case"]) == []  # would be every case of the century


def test_a_case_elsewhere_and_wildcards_find_nothing(callers: Any) -> None:
    case = callers["inspector"].report()
    elsewhere = may.Rights(2, Role.DISPATCHER, ("410102",))
    assert find(case["number"], PLANNER) and find(case["number"], elsewhere) == []
    assert find("2026%", PLANNER, among=["case"]) == [] == find("202_", PLANNER, among=["case"])
