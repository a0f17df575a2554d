"""What is generated: it hangs together, lies on land, and says that it is simulated."""

import re

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import STRtree

from city.demo import facilities, frame, greens, ground, landuse, parts, site, stations, waters
from city.demo.plan import Rank
from tests.city.demo.conftest import SEED, Drawn


@pytest.fixture(params=["small", "haikou"])
def city(request: pytest.FixtureRequest) -> Drawn:
    """Each of the two cities in turn."""
    drawn: Drawn = request.getfixturevalue(request.param)
    return drawn


def test_one_can_drive_from_anywhere_to_anywhere(city: Drawn) -> None:
    both = shapely.get_point(city.ground.streets.shapes[:, None], [0, -1]).ravel()
    ends = shapely.get_coordinates(both).round(2)
    _, number = np.unique(ends, axis=0, return_inverse=True)
    one, other = number[::2], number[1::2]
    size = number.max() + 1
    graph = coo_array((np.ones(one.size), (one, other)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    share = np.bincount(label[one]).max() / one.size
    assert share > 0.99


def test_streets_have_names_in_both_languages_and_a_class(city: Drawn) -> None:
    streets = city.ground.streets
    for index in range(0, len(streets), 97):
        row = streets.properties(index)
        assert row["class"] in ("expressway", "arterial", "secondary", "local")
        assert row["name_zh"] and str(row["name_en"]).isascii()


def test_buildings_stand_clear_of_water_streets_and_parks(city: Drawn) -> None:
    planted = [green.shape for green in greens.plant(city.ground, city.uses)]
    found = landuse.build(city.ground, city.uses, planted)
    assert len(found.shapes) > 500
    water = city.ground.land.waters.everything
    assert not shapely.intersects(water, found.shapes).any()
    tree = STRtree(found.shapes)
    assert tree.query(city.ground.streets.shapes, predicate="intersects").size == 0
    assert tree.query(planted, predicate="intersects").size == 0
    assert (found.height > 2.0).all()


def test_parts_have_seventeen_digits_and_a_cell(city: Drawn) -> None:
    found = parts.survey(city.ground, city.locator)
    assert len(set(found.code)) == len(found.code) > 300
    for index in range(0, len(found.code), 53):
        row = found.properties(index)
        assert re.fullmatch(r"[0-9]{17}", str(row["code"]))
        assert str(row["code"])[6:11] == row["class"]
        assert str(row["cell"]).startswith(str(row["code"])[:6])
    cells = set(found.cell)
    assert cells <= {row.code for row in city.cells}


def test_stations_are_named_placed_and_marked_simulated(city: Drawn) -> None:
    wards = facilities.hospitals(city.ground, city.uses, city.locator)
    found = stations.Survey(city.ground, city.locator).everything(wards)
    codes, names = [each.code for each in found], [each.name for each in found]
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    kinds = {each.kind for each in found}
    assert kinds >= {"air", "rain", "waterlevel", "unit", "roadwater"}
    west, south, east, north = shapely.total_bounds([unit.outline for unit in city.frame.districts])
    for each in found:
        assert each.simulated and each.properties["simulated"]
        assert each.lon is not None and each.lat is not None
        assert west - 0.03 < each.lon < east + 0.03 and south - 0.03 < each.lat < north + 0.03
        assert each.scope.startswith(city.frame.prefix)


def test_greens_are_polygons_of_some_size(city: Drawn) -> None:
    found = greens.plant(city.ground, city.uses)
    assert found and all(green.shape.area > 400.0 for green in found)


def test_the_coast_ends_the_streets(haikou: Drawn) -> None:
    land = shapely.buffer(shapely.union_all(list(haikou.ground.site.districts.values())), 1_400.0)
    roads = haikou.ground.streets
    town = roads.shapes[roads.ranks >= Rank.ARTERIAL]
    assert shapely.covers(land, town).mean() > 0.97


def test_the_yellow_river_runs_along_zhengzhous_north() -> None:
    found = frame.read("410100")
    place = site.survey(found)
    rivers = waters.great_river(found, frame.heights(), place.plane, np.random.default_rng(1))
    assert [river.name_zh for river in rivers] == ["黄河"]
    ends = place.plane.degrees(shapely.get_coordinates(rivers[0].line))
    assert ends[:, 0].min() < 113.0 and ends[:, 0].max() > 114.0
    assert ends[:, 1].min() > 34.7


def test_relief_keeps_the_real_heights() -> None:
    found = frame.read("410100")
    land = ground.survey_land(found, site.survey(found), SEED)
    # the real 0.2° grid: 376 m in the south-western hills, 76 m in the eastern plain
    hills, plain = land.dem.at([[113.0, 34.43], [114.0, 34.83]])
    assert 150 < hills < 700 and 55 < plain < 95
    assert np.isfinite(land.dem.metres).all() and land.dem.metres.min() > 0
