"""Units are found by name, call sign and pinyin, by those who may see them, as they now are."""

from emergency.force import forces
from layers.search.find import find
from people import may
from people.models import Role

PLANNER = may.Rights(1, Role.PLANNER, ("4101",))


def test_a_unit_is_found_by_name_and_code(unit) -> None:
    one = unit("D1")
    (hit,) = find("danwei d1", PLANNER, among=["unit"])
    assert (hit.source, hit.found.id, hit.match) == ("unit", str(one.pk), "exact")
    assert hit.found.code == "D1" and hit.found.kind_zh == forces()["pump"].title_zh
    assert [each.found.id for each in find("单位d1", PLANNER)] == [str(one.pk)]
    assert {each.source for each in find("d1", PLANNER)} >= {"unit"}
    assert find("单位", may.NOBODY) == []


def test_a_unit_that_is_founded_later_is_found(unit) -> None:
    unit("D1")
    assert find("单位p7", PLANNER, among=["unit"]) == []
    two = unit("P7", "police")
    assert [(each.found.id, each.match) for each in find("单位p7", PLANNER, among=["unit"])] == [
        (str(two.pk), "exact")
    ]
