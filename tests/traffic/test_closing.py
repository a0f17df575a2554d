"""Which streets a drawn shape closes."""

import numpy as np
import pytest
import shapely

from tests.traffic.conftest import lattice, place
from traffic import closing, roads
from traffic.graph import Graph, build

M = 1 / 111_000  # degrees a metre, about


@pytest.fixture(scope="module")
def town() -> Graph:
    rows = [
        (shapely.to_wkb(shape), held["class"], 50.0, "false", held["name_zh"], held["name_en"])
        for shape, held in lattice()
    ]
    return build(roads.streets_of(rows))


def closed(town: Graph, shape: shapely.Geometry) -> set[tuple[str, int]]:
    """Return name and number of what a shape closes."""
    return {(str(town.names_zh[edge]), int(edge)) for edge in closing.edges_of(town, shape)}


def names(town: Graph, shape: shapely.Geometry) -> set[str]:
    return {name for name, _ in closed(town, shape)}


def test_a_line_closes_the_streets_it_runs_along_and_no_crossing_ones(town: Graph) -> None:
    line = shapely.LineString([place(0, 1), place(2, 1)])
    assert names(town, line) == {"横1路"} and len(closed(town, line)) == 2


def test_a_line_drawn_with_an_unsteady_hand(town: Graph) -> None:
    wavy = shapely.LineString(
        [(place(x, 2)[0], place(x, 2)[1] + s * 10 * M) for x, s in ((0, 1), (0.5, -1), (1, 1))]
    )
    assert names(town, wavy) == {"横2路"}


def test_a_line_round_a_corner(town: Graph) -> None:
    line = shapely.LineString([place(1, 1), place(2, 1), place(2, 2)])
    assert names(town, line) == {"横1路", "纵2路"} and len(closed(town, line)) == 2


def test_a_part_of_a_block_closes_the_block(town: Graph) -> None:
    line = shapely.LineString([place(0.4, 1), place(0.7, 1)])
    assert len(closed(town, line)) == 1


def test_a_line_across_a_street_bars_it(town: Graph) -> None:
    line = shapely.LineString([place(0.5, 0.9), place(0.5, 1.1)])
    assert names(town, line) == {"横1路"} and len(closed(town, line)) == 1


def test_an_area_closes_what_leads_through_it(town: Graph) -> None:
    west, south = place(0.9, 0.9)
    east, north = place(1.1, 1.1)
    area = shapely.box(west, south, east, north)
    assert names(town, area) == {"横1路", "纵1路"} and len(closed(town, area)) == 4


def test_a_point_closes_what_it_stands_on(town: Graph) -> None:
    lon, lat = place(0.5, 1)
    assert len(closed(town, shapely.Point(lon, lat + 8 * M))) == 1
    assert not closed(town, shapely.Point(lon, lat + 40 * M))


def test_a_shape_off_the_streets_closes_nothing(town: Graph) -> None:
    west, south = place(0.2, 0.2)
    east, north = place(0.8, 0.8)
    assert not closed(town, shapely.box(west, south, east, north))


def test_the_worst_of_several_closures_counts(town: Graph) -> None:
    slow, shut = closing.Closed(np.array([0, 1]), 3.0), closing.Closed(np.array([1, 2]), np.inf)
    found = closing.weights(town, [shut, slow]) / town.seconds
    assert found[:4].tolist() == [3.0, np.inf, np.inf, 1.0]
