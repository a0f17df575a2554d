"""Profiles and contours: ramps, cones and saddles with known answers."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from core.errors import Invalid
from layers.terrain import contours
from layers.terrain.grid import Grid
from layers.terrain.profile import MOST, heights_at, profile


def test_a_profile_up_a_ramp_is_straight() -> None:
    rows, columns = np.mgrid[:50, :60]
    grid = Grid.plane(columns * 2.0 + rows, 10.0)
    found = profile(grid, [(5.5, 5.5), (45.5, 5.5), (45.5, 35.5)], step=25.0)
    assert found.length == 700 and found.distance[-1] == 700
    assert found.height[0] == 15 and found.height[-1] == 125
    assert found.climb == pytest.approx(110) and found.descent == 0
    assert found.steepest == pytest.approx(20)
    assert (np.diff(found.distance) <= 25 + 1e-9).all() and (np.diff(found.distance) > 0).all()
    corner = np.flatnonzero(found.distance == 400)
    assert found.places[corner].tolist() == [[45.5, 5.5]], "corners are kept"
    back = profile(grid, [(45.5, 5.5), (5.5, 5.5)])
    assert (back.climb, back.descent) == (0, 80) and len(back.distance) == 81


def test_a_profile_over_unknown_ground_has_a_gap() -> None:
    heights = np.ones((3, 9), np.float32)
    heights[:, 4] = np.nan
    found = profile(Grid.plane(heights, 10.0), [(0.5, 1.5), (8.5, 1.5)], step=10.0)
    assert np.isnan(found.height).tolist() == [False] * 4 + [True] + [False] * 4
    assert found.climb == 0 and found.steepest == 0


def test_a_profile_of_a_long_line_stays_small_and_one_of_no_length_is_refused() -> None:
    grid = Grid.plane(np.zeros((3, 50_000)), 1.0)
    assert len(profile(grid, [(0, 1), (50_000, 1)]).distance) <= MOST
    for line in ([(1, 1)], [(1, 1), (1, 1)]):
        with pytest.raises(Invalid, match="length"):
            profile(grid, line)


def test_heights_outside_are_unknown() -> None:
    grid = Grid.plane([[1.0, 3.0]], 1.0)
    found = heights_at(grid, np.array([[0, 0.5], [1, 0.5], [2, 1], [2.1, 0.5], [-0.1, 0.5]]))
    assert found[:3].tolist() == [1, 2, 3] and np.isnan(found[3:]).all()


def test_contours_of_a_cone_are_circles() -> None:
    rows, columns = np.mgrid[:101, :101]
    cone = 100.0 - np.hypot(rows - 50, columns - 50)
    found = contours.contours(Grid.plane(cone, 1.0), 10.0)
    assert [each.height for each in found if each.line.is_ring] == [60, 70, 80, 90]
    for each in found:
        if each.line.is_ring:
            radius = 100 - each.height
            assert each.line.length == pytest.approx(2 * np.pi * radius, rel=0.005)
            far = np.hypot(*(np.array(each.line.coords) - 50.5).T)
            assert np.abs(far - radius).max() < 0.05
            on_the_map = shapely.transform(each.line, lambda places: places * (1, -1))
            assert shapely.is_ccw(on_the_map), "high ground lies on the left"
    assert len([each for each in found if each.height == 40]) == 4, "the border cuts it in four"


def test_a_saddle_is_decided_by_its_middle() -> None:
    low = contours.at_heights(Grid.plane([[1.0, 0.0], [0.0, 1.0]], 1.0), [0.6])
    assert len(low) == 2 and shapely.get_num_points(low[0].line) == 2
    assert sorted(shapely.distance(each.line, shapely.Point(0.5, 0.5)) < 0.3 for each in low) == [
        False,
        True,
    ], "each high corner is cut off"
    high = contours.at_heights(Grid.plane([[1.0, 0.0], [0.0, 1.0]], 1.0), [0.4])
    assert all(shapely.distance(each.line, shapely.Point(0.5, 0.5)) > 0.5 for each in high)


def test_no_contour_where_nothing_is_known_or_all_is_level() -> None:
    assert contours.contours(Grid.plane(np.full((3, 3), np.nan), 1.0), 5.0) == []
    assert contours.contours(Grid.plane(np.full((3, 3), 7.0), 1.0), 5.0) == []
    assert contours.contours(Grid.plane(np.arange(3.0)[None], 1.0), 5.0) == []
    for interval in (0.0, -1.0, float("nan")):
        with pytest.raises(Invalid, match="apart"):
            contours.contours(Grid.plane(np.eye(3), 1.0), interval)
    with pytest.raises(Invalid, match="10001 heights"):
        contours.contours(Grid.plane(np.eye(3), 1.0), 0.0001)


@settings(max_examples=60)
@given(
    nps.arrays(np.float32, (6, 7), elements=st.integers(0, 5).map(float)),
    st.sampled_from([0.5, 1.0, 2.5, 3.0]),
)
def test_a_contour_parts_high_from_low_and_ends_only_at_the_border(
    heights: np.ndarray, level: float
) -> None:
    found = contours.at_heights(Grid.plane(heights, 1.0), [level])
    lines = [each.line for each in found]
    rows, columns = heights.shape
    border = shapely.box(0.5, 0.5, columns - 0.5, rows - 0.5).exterior
    ends = [point for line in lines for point in (line.coords[0], line.coords[-1])]
    open_ends = {point for point in ends if ends.count(point) % 2}
    assert all(border.distance(shapely.Point(point)) == 0 for point in open_ends)
    for line in lines:
        height = heights_at(Grid.plane(heights, 1.0), np.array(line.coords))
        assert height == pytest.approx(level, abs=1e-5)
    crossed = shapely.union_all(lines)
    for y, x in np.ndindex(rows, columns - 1):
        if (heights[y, x] >= level) != (heights[y, x + 1] >= level):
            edge = shapely.LineString([(x + 0.5, y + 0.5), (x + 1.5, y + 0.5)])
            assert crossed.distance(edge) < 1e-9 or _touched_only(heights, level, y, x)


def _touched_only(heights: np.ndarray, level: float, y: int, x: int) -> bool:
    """Say whether the higher cell is just at the level: a point of it is no line."""
    return bool(max(heights[y, x], heights[y, x + 1]) == level)
