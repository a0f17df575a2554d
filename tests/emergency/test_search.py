"""Units are found by name, call sign and pinyin, by those who may see them, as they now are."""

import shapely

from emergency import gazetteer
from emergency.force import forces
from layers import actions as layers
from layers.search.find import find
from people import may
from people.models import Role
from places import actions as places
from places.actions import NameRow

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


def test_the_place_field_finds_names_stations_and_streets(unit) -> None:
    unit("D1")  # with vehicle V-D1, 车D1
    row = NameRow("紫荆山路口", "Zijingshan Crossing", "crossing", 113.66, 34.75, "410105")
    places.name_places([row], simulated=True)
    line = shapely.LineString([(113.6, 34.7), (113.7, 34.7)])
    street = {"name_zh": "紫荆山路", "name_en": "Zijingshan Road", "class": "arterial"}
    layers.replace_features("streets", [(1, shapely.to_wkb(line), street)], simulated=True)
    found = gazetteer.find("zijingshan", PLANNER)
    assert [(one["name_zh"], one["kind"]) for one in found] == [
        ("紫荆山路口", "crossing"), ("紫荆山路", "street")
    ]  # fmt: skip
    assert (found[1]["lon"], found[1]["lat"]) == (113.65, 34.7)
    assert [one["kind"] for one in gazetteer.find("v-d1", PLANNER)] == ["vehicle"]
    assert gazetteer.find(" ", PLANNER) == [] == gazetteer.find("%", PLANNER)
