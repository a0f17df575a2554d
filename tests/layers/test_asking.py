"""Questions of place: choosing by shape and nearness, figures by zone, joining, measuring."""

import dataclasses
import json
import math
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from django.test import Client
from pyproj import Geod, Transformer

from layers import actions as layer_actions
from layers import catalogue
from people.models import Role

KM = 1 / 111.32  # degrees of latitude, near enough for a made-up city
EARTH = Geod(ellps="GRS80")
Ask = Callable[..., Any]


@pytest.fixture
def town(fill: Callable[..., int]) -> None:
    """Two quarters side by side, a street along their border, ten houses in each."""
    west, east = (
        shapely.box(113.60, 34.70, 113.65, 34.75),
        shapely.box(113.65, 34.70, 113.70, 34.75),
    )
    fill("greens", [(west, {"name_zh": "西区"}), (east, {"name_zh": "东区"})])
    fill("streets", [(shapely.LineString([(113.60, 34.72), (113.69, 34.72)]), {"name_zh": "大街"})])
    houses = []
    for at in range(20):
        lon = 113.6025 + at * 0.005
        side = shapely.box(lon, 34.72 + at * 0.1 * KM, lon + 0.0002, 34.7201 + at * 0.1 * KM)
        houses.append((side, {"floors": at + 1, "people": 10 * (at + 1), "name_zh": f"{at}号"}))
    fill("buildings", houses)
    fill("hospitals", [(shapely.Point(113.6026, 34.721), {"name_zh": "西医院"})])


@pytest.fixture
def ask(town: None, enrol: Callable[..., Any], client: Client) -> Ask:
    """Post a planner's question: ask("layers/buildings/select", filter="floors > 3")."""
    client.force_login(enrol("gui", Role.PLANNER))

    def post(path: str, expect: int = 200, **body: Any) -> Any:
        answer = client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code == expect, answer.content
        return answer.json()

    return post


def ids(found: dict[str, Any]) -> list[int]:
    return [one["id"] for one in found["features"]]


def test_a_drawn_area_and_a_filter_choose(ask: Ask) -> None:
    west = shapely.geometry.mapping(shapely.box(113.6, 34.7, 113.625, 34.75))
    found = ask("layers/buildings/select", area=west, filter="floors > 2", count=True, limit=2)
    assert (ids(found), found["count"], found["next"]) == ([3, 4], 3, 4)
    more = ask("layers/buildings/select", area=west, filter="floors > 2", after=4)
    assert (ids(more), more["next"]) == ([5], None)


def test_what_was_chosen_goes_out_with_its_question(ask: Ask) -> None:
    near = {"layer": "streets", "filter": "name_zh = '大街'", "within_m": 250}
    found = ask("layers/buildings/select/export", beside=near, filter="floors > 1")
    assert ids(found) == [2, 3]
    assert json.loads(found["query"]["beside"]) == near and found["query"]["filter"] == "floors > 1"


def test_the_ground_round_a_drawn_line_is_in_metres(ask: Ask) -> None:
    line = {"type": "LineString", "coordinates": [[113.60, 34.72], [113.70, 34.72]]}
    # house n stands (n - 1) * 100 m north of the line, at 34.72 degrees where a degree is 110.9 km
    assert ids(ask("layers/buildings/select", area=line, within_m=250)) == [1, 2, 3]
    assert ids(ask("layers/buildings/select", area=line, within_m=0)) == [1]


def test_what_lies_near_another_layers_features(ask: Ask) -> None:
    near = {"layer": "streets", "filter": "name_zh = '大街'", "within_m": 250}
    assert ids(ask("layers/buildings/select", beside=near)) == [1, 2, 3]
    nothing = {"layer": "streets", "filter": "name_zh = '小巷'", "within_m": 250}
    assert ids(ask("layers/buildings/select", beside=nothing)) == []
    inside = {"layer": "greens", "filter": "name_zh = '东区'"}
    assert ids(ask("layers/buildings/select", beside=inside)) == list(range(11, 21))


def test_figures_by_zone_count_each_feature_once(ask: Ask) -> None:
    measures = ["count", "sum:people", "mean:floors", "max:floors"]
    found = ask("layers/buildings/figures", zones={"layer": "greens"}, measures=measures)
    shown = [(zone["name_zh"], zone["figures"]) for zone in found["zones"]]
    assert shown == [("西区", [10, 550, 5.5, 10]), ("东区", [10, 1550, 15.5, 20])]
    assert (found["total"], found["outside"]) == ([20, 2100, 10.5, 20], 0)


def test_a_zone_without_any_is_told_and_what_lies_in_none(ask: Ask) -> None:
    zones = {"layer": "greens", "filter": "name_zh = '西区'"}
    found = ask(
        "layers/buildings/figures",
        zones=zones,
        filter="floors > 10",
        measures=["count", "mean:floors"],
    )
    assert [zone["figures"] for zone in found["zones"]] == [[0, None]]
    assert (found["total"], found["outside"]) == ([0, None], 10)


def test_a_feature_on_the_border_of_two_zones_counts_once(
    ask: Ask, fill: Callable[..., int]
) -> None:
    fill("hospitals", [(shapely.Point(113.65, 34.72), {"name_zh": "界医院"})])
    found = ask("layers/hospitals/figures", zones={"layer": "greens"})
    assert sorted(zone["figures"][0] for zone in found["zones"]) == [0, 1]
    assert (found["total"], found["outside"]) == ([1], 0)


def test_figures_by_square_cells_of_the_ground(ask: Ask) -> None:
    measures = ["count", "sum:people"]
    found = ask("layers/buildings/figures", cell_m=1000, measures=measures)
    assert found["total"] == [20, 2100] and found["outside"] == 0
    assert sum(zone["figures"][0] for zone in found["zones"]) == 20
    assert sum(zone["figures"][1] for zone in found["zones"]) == 2100
    to_metres = Transformer.from_crs(4326, 4547, always_xy=True)
    houses = [(113.6025 + at * 0.005 + 1e-4, 34.72 + at * 0.1 * KM + 5e-5) for at in range(20)]
    for zone in found["zones"]:  # each house lies in the square that counts it
        square = shapely.geometry.shape(zone["geometry"])
        inside = [at for at, house in enumerate(houses) if square.covers(shapely.Point(house))]
        assert zone["figures"] == [len(inside), sum(10 * (at + 1) for at in inside)]
        east, north = to_metres.transform(*shapely.get_coordinates(square)[0])
        corner = (round(east / 1000), round(north / 1000))  # a crossing of kilometre lines
        assert (east / 1000, north / 1000) == pytest.approx(corner)
        assert EARTH.geometry_area_perimeter(square)[0] == pytest.approx(1e6, rel=2e-3)


def test_lengths_and_areas_are_cut_at_the_cells_edges(ask: Ask) -> None:
    found = ask("layers/streets/figures", cell_m=2000, measures=["length_km", "count"])
    whole = EARTH.line_length([113.60, 113.69], [34.72, 34.72]) / 1000
    lengths = [zone["figures"][0] for zone in found["zones"]]
    assert sum(lengths) == pytest.approx(whole, rel=1e-4) and max(lengths) < 2.1
    assert found["total"][0] == pytest.approx(whole, rel=1e-4)
    assert sum(zone["figures"][1] for zone in found["zones"]) == 1  # counted where its point lies
    found = ask("layers/greens/figures", cell_m=5000, measures=["area_km2"])
    shapes = [shapely.box(w, 34.70, w + 0.05, 34.75) for w in (113.60, 113.65)]
    areas = sum(abs(EARTH.geometry_area_perimeter(shape)[0]) for shape in shapes) / 1e6
    assert found["total"][0] == pytest.approx(areas, rel=1e-4)


def test_cells_of_nothing_and_too_many_cells(ask: Ask) -> None:
    found = ask("layers/buildings/figures", cell_m=500, filter="floors > 99")
    assert (found["zones"], found["total"]) == ([], [0])
    refused = ask("layers/greens/figures", 400, cell_m=50, measures=["area_km2"])
    assert refused["field"] == "cell_m" and "larger cells" in refused["remedy"]


def test_lengths_are_cut_at_the_zones_edges_and_lie_on_the_ellipsoid(ask: Ask) -> None:
    found = ask("layers/streets/figures", zones={"layer": "greens"}, measures=["length_km"])
    west = EARTH.line_length([113.60, 113.65], [34.72, 34.72]) / 1000
    east = EARTH.line_length([113.65, 113.69], [34.72, 34.72]) / 1000
    shown = [zone["figures"][0] for zone in found["zones"]]
    assert shown == [pytest.approx(west, rel=1e-4), pytest.approx(east, rel=1e-4)]
    assert found["total"][0] == pytest.approx(west + east, rel=1e-4)


def test_areas_are_cut_too(ask: Ask) -> None:
    found = ask("layers/greens/figures", zones={"layer": "greens"}, measures=["area_km2"])
    for zone in found["zones"]:
        assert zone["figures"][0] == pytest.approx(zone["square_km"], rel=1e-6)


def test_each_feature_is_joined_to_its_nearest(ask: Ask) -> None:
    to = {"layer": "hospitals", "within_m": 300}
    found = ask("layers/buildings/joined", to=to, limit=3)
    first, _, third = found["features"]
    _, _, away = EARTH.inv(113.6026, 34.721, 113.6026, 34.7201)
    assert first["joined"]["properties"]["name_zh"] == "西医院"
    assert first["joined"]["distance_m"] == pytest.approx(away, abs=0.1)
    assert third["joined"] is None


def test_joined_to_the_quarter_that_holds_it(ask: Ask) -> None:
    found = ask("layers/buildings/joined", to={"layer": "greens"}, limit=12)
    names = [one["joined"]["properties"]["name_zh"] for one in found["features"]]
    assert names == ["西区"] * 10 + ["东区"] * 2


def test_a_line_and_an_area_are_measured_on_the_ellipsoid(ask: Ask) -> None:
    line = {"type": "LineString", "coordinates": [[113.6, 34.7], [113.7, 34.7], [113.7, 34.8]]}
    found = ask("measure", geometry=line)
    east, north = EARTH.line_lengths([113.6, 113.7, 113.7], [34.7, 34.7, 34.8])
    assert found["segments_m"] == pytest.approx([east, north], abs=0.01)
    assert found["length_m"] == pytest.approx(east + north, abs=0.01)
    square = shapely.geometry.mapping(shapely.box(113.6, 34.7, 113.7, 34.8))
    area = abs(EARTH.geometry_area_perimeter(shapely.box(113.6, 34.7, 113.7, 34.8))[0])
    found = ask("measure", geometry=square)
    assert found["area_m2"] == pytest.approx(area, abs=1)
    assert math.isclose(sum(found["segments_m"]), found["length_m"], abs_tol=0.1)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("layers/buildings/select", {"within_m": 50}, "within_m"),
        ("layers/buildings/select", {"area": {"type": "Point", "coordinates": [400, 3]}}, "area"),
        ("layers/buildings/select", {"area": {"type": "Point", "coordinates": []}}, "area"),
        ("layers/buildings/select", {"area": {"type": "LineString", "coordinates": [[1]]}}, "area"),
        ("layers/buildings/select", {"area": {"type": "Circle"}}, "area"),
        ("layers/buildings/select", {"beside": {"layer": "streets", "within_m": 1e9}}, "within_m"),
        ("layers/buildings/figures", {"zones": {"layer": "streets"}}, "zones"),
        ("layers/buildings/figures", {"zones": {"layer": "greens"}, "measures": []}, "measures"),
        ("layers/buildings/figures", {}, "zones"),
        ("layers/buildings/figures", {"cell_m": 10}, "cell_m"),
        ("layers/buildings/figures", {"cell_m": 500, "measures": ["area_m"]}, "measures"),
        (
            "layers/buildings/figures",
            {"zones": {"layer": "greens"}, "measures": ["sum:name_zh"]},
            "measures",
        ),
        (
            "layers/buildings/figures",
            {"zones": {"layer": "greens"}, "measures": ["length_km"]},
            "measures",
        ),
        ("measure", {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}}, "area"),
    ],
)
def test_a_question_that_makes_no_sense_names_its_field(
    ask: Ask, path: str, body: dict[str, Any], field: str
) -> None:
    assert field in ask(path, expect=400, **body)["field"]


def test_a_layer_that_one_may_not_see_answers_no_question(
    town: None, fill: Callable[..., int], enrol: Callable[..., Any], client: Client
) -> None:
    secret = catalogue.layer("hospitals")
    layer_actions.register(
        dataclasses.replace(secret, code="secret", table=None, sharing=("supervisor",)), "test"
    )
    fill("secret", [(shapely.Point(113.61, 34.72), {"name_zh": "库"})])
    client.force_login(enrol("gui", Role.PLANNER))
    for path, body in (
        ("secret/select", {}),
        ("buildings/select", {"beside": {"layer": "secret"}}),
        ("buildings/joined", {"to": {"layer": "secret"}}),
        ("buildings/figures", {"zones": {"layer": "secret"}}),
    ):
        answer = client.post(
            f"/api/v1/layers/{path}", json.dumps(body), content_type="application/json"
        )
        assert answer.status_code == 403, path


def test_a_sorted_table_pages_without_dropping_or_doubling(
    ask: Ask, fill: Callable[..., int]
) -> None:
    names = ["张庄", "安康", "白沙", None, "安康", "郑楼"]
    rows = [
        (shapely.Point(113.6 + n / 100, 34.7), {"name_zh": name} if name else {})
        for n, name in enumerate(names)
    ]
    fill("schools", rows)

    def walk(sort: str) -> list[int]:
        seen: list[int] = []
        after = None
        while True:
            page = ask("layers/schools/select", sort=sort, after=after, limit=2)
            seen += ids(page)
            after = page["next"]
            if after is None:
                return seen

    assert walk("name_zh") == [2, 5, 3, 1, 6, 4], "by pinyin, ties by number, gaps last"
    assert walk("-name_zh") == [6, 1, 3, 2, 5, 4]
    assert walk("-fid") == [6, 5, 4, 3, 2, 1]
    found = ask("layers/buildings/select", sort="-people", filter="floors < 4", count=True)
    assert (ids(found), found["count"], found["next"]) == ([3, 2, 1], 3, None)
    assert ids(ask("layers/buildings/select", sort="-people", limit=1)) == [20]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sort": "colour"}, "sort"),
        ({"sort": "people", "after": 3}, "after"),
        ({"after": {"fid": 1, "value": 2}}, "after"),
        ({"sort": "people", "after": {"fid": "1", "value": 2}}, "after"),
        ({"sort": "people", "after": {"fid": 1, "value": "x"}}, "after"),
        ({"sort": "name_zh", "after": {"fid": 1, "value": [1]}}, "after"),
        ({"sort": "people", "after": {"fid": 1, "value": 1e999}}, "after"),
        ({"sort": "people", "after": {}}, "after"),
    ],
)
def test_an_order_that_makes_no_sense_names_its_field(
    ask: Ask, body: dict[str, Any], field: str
) -> None:
    assert field in ask("layers/buildings/select", expect=400, **body)["field"]
