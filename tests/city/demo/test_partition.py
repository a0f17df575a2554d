"""Streets, communities and unit cells: no gaps, no overlaps, codes by the standard."""

import re
from itertools import pairwise

import numpy as np
import pytest
import shapely

from city.demo import growth
from city.demo.partition import SLIVER
from tests.city.demo.conftest import Drawn, draw


@pytest.fixture(params=["small", "haikou"])
def city(request: pytest.FixtureRequest) -> Drawn:
    """Each of the two cities in turn."""
    drawn: Drawn = request.getfixturevalue(request.param)
    return drawn


def test_pieces_cover_the_districts_without_gap_or_overlap(city: Drawn) -> None:
    shapes = city.partition.shapes
    assert shapely.coverage_is_valid(shapes)
    districts = sum(shape.area for shape in city.ground.site.districts.values())
    # outlines are cut on a grid of a millimetre
    assert shapely.area(shapes).sum() == pytest.approx(districts, abs=100.0)


@pytest.mark.parametrize("level", ["streets", "communities"])
def test_divisions_cover_their_parents(city: Drawn, level: str) -> None:
    outlines = np.array(list(getattr(city.partition, level).values()), dtype=object)
    assert shapely.is_valid(outlines).all()
    assert shapely.coverage_is_valid(outlines)
    drawn = shapely.area(city.partition.shapes[city.partition.community != ""]).sum()
    assert shapely.area(outlines).sum() == pytest.approx(drawn, rel=1e-9)


def test_every_registered_community_of_a_drawn_street_has_land(city: Drawn) -> None:
    drawn = city.partition.communities
    registered = [c for c, _ in city.frame.communities if c[:9] in city.partition.streets]
    assert set(drawn) == set(registered)


def test_cells_lie_within_their_community_and_cover_it(city: Drawn) -> None:
    outlines = shapely.from_wkb([row.outline for row in city.cells])
    assert shapely.is_valid(outlines).all()
    assert shapely.coverage_is_valid(outlines)
    covered: dict[str, float] = {}
    for row in city.cells:
        covered[row.community] = covered.get(row.community, 0.0) + row.area_m2
    on_lattice = city.partition.cell >= 0
    whole = set(city.partition.community[on_lattice]) - set(city.partition.community[~on_lattice])
    lifted = city.ground.site.plane.lift([city.partition.communities[code] for code in whole])
    areas = city.ground.site.plane.true_areas(lifted)
    for code, area in zip(whole, areas, strict=True):
        assert covered[str(code)] == pytest.approx(area, rel=1e-6, abs=50.0)


def test_cells_are_about_ten_thousand_square_metres(city: Drawn) -> None:
    areas = np.array([row.area_m2 for row in city.cells])
    assert 9_500 < np.median(areas) < 10_500
    assert areas.min() > SLIVER * 0.98  # the plane's scale is true at the origin only
    assert np.mean((areas > 5_000) & (areas < 15_000)) > 0.98


def test_cell_codes_are_unique_and_number_each_community_without_holes(city: Drawn) -> None:
    codes = [row.code for row in city.cells]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[0-9]{15}", code) for code in codes)
    by_community: dict[str, list[int]] = {}
    for row in city.cells:
        assert row.code.startswith(row.community)
        by_community.setdefault(row.community, []).append(int(row.code[12:]))
    for numbers in by_community.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_the_sequence_runs_west_to_east_and_north_to_south(small: Drawn) -> None:
    community = max(small.partition.communities, key=lambda code: len(code))
    rows = sorted(
        (row for row in small.cells if row.community == community), key=lambda row: row.code
    )
    outlines = shapely.centroid(shapely.from_wkb([row.outline for row in rows]))
    places = small.ground.site.plane.metres(shapely.get_coordinates(outlines))
    for (x, y), (x2, y2) in pairwise(places.tolist()):
        assert y2 < y + 100.0  # never back north by more than its own row
        assert x2 > x or y2 < y  # eastwards, or a row further south


def test_streets_are_in_one_piece_inside_one_district(city: Drawn) -> None:
    for code, outline in city.partition.streets.items():
        district = city.ground.site.districts[code[:6]]
        assert outline.difference(district.buffer(0.01)).area < 1.0


def test_the_same_seed_draws_the_same_city_and_another_another(small: Drawn) -> None:
    again = draw("659001")
    assert [row.outline for row in again.cells] == [row.outline for row in small.cells]
    assert np.array_equal(
        shapely.to_wkb(again.ground.streets.shapes), shapely.to_wkb(small.ground.streets.shapes)
    )
    other = draw("659001", seed=1)
    assert [row.outline for row in other.cells] != [row.outline for row in small.cells]


def test_slivers_join_the_neighbour_with_the_longest_border() -> None:
    # 0 is small and touches 1 (border 1), 2 (border 5) and 3 (border 9, other kin)
    links = growth.coo_array(([1.0, 5.0, 9.0], ([0, 0, 0], [1, 2, 3])), shape=(4, 4))
    both = (links + links.T).tocoo()
    size, kin = np.array([10.0, 500.0, 500.0, 500.0]), np.array([0, 0, 0, 1])
    assert growth.absorb(both, size, 100.0, kin).tolist() == [2, 1, 2, 3]


def test_an_exclave_goes_to_the_nearest_seed() -> None:
    links = growth.coo_array(([1.0, 1.0], ([0, 1], [1, 0])), shape=(3, 3))
    centres = np.array([[0.0, 0.0], [1.0, 0.0], [9.0, 0.0]])
    assert growth.grow(links, centres, np.array([[0.0, 0.0], [1.1, 0.0]])).tolist() == [0, 1, 1]
