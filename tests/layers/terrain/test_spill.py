"""Level fill: basins with sills and dykes by hand, and connected filling for any ground."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from scipy import ndimage

from core.errors import Invalid
from layers.terrain.grid import Grid
from layers.terrain.spill import NEVER, at, flood, spill, wet

GROUND = nps.arrays(
    np.float32, nps.array_shapes(min_dims=2, max_dims=2, max_side=9),
    elements=st.integers(-3, 4).map(float) | st.just(float("nan")),
)  # fmt: skip


def filled(grid: Grid, source: np.ndarray, level: float) -> np.ndarray:
    """Return the parts under the level (cells joined by their sides) that hold a source cell."""
    labels, _ = ndimage.label(grid.heights <= np.float32(level))
    held = np.unique(labels[source & (labels > 0)])
    return np.isin(labels, held)


def test_water_passes_the_lower_of_two_sills() -> None:
    """Two basins beside a river, behind sills of 3 m and 5 m; from basin to basin 4 m."""
    river, first, second = 0.0, 1.0, 0.5
    row = [river, 3.0, first, 4.0, second, 5.0, river]
    wall = [river, 9.0, 9.0, 9.0, 9.0, 9.0, river]
    grid = Grid.plane([wall, row, wall], 10.0)
    levels = spill(grid, at(0, 1, grid))
    assert levels[1].tolist() == [0, 3, 3, 4, 4, 5, 5]
    assert spill(grid, at(6, 1, grid))[1].tolist() == [5, 5, 5, 5, 5, 5, 0]
    both = spill(grid, at(0, 1, grid) | at(6, 1, grid))
    assert both[1].tolist() == [0, 3, 3, 4, 4, 5, 0], "the second basin fills through the first"


def test_a_basin_behind_a_dyke_stays_dry_below_its_crest() -> None:
    """A bathtub would drown it at 1 m."""
    heights = np.zeros((9, 11), np.float32)
    heights[:, 5] = 2.5  # the dyke
    grid = Grid.plane(heights, 20.0, 10.0)
    levels = spill(grid, at(0, 4, grid))
    below = flood(grid, levels, 2.0)
    assert below.wet[:, :5].all() and not below.wet[:, 5:].any()
    assert (below.area_m2, below.volume_m3, below.deepest) == (9 * 5 * 200, 9 * 5 * 200 * 2, 2)
    over = flood(grid, levels, 3.0)
    assert over.wet.all() and over.volume_m3 == pytest.approx((90 * 3 + 9 * 0.5) * 200)
    assert (over.depth[:, 5] == 0.5).all()


def test_water_does_not_pass_over_a_corner_nor_through_unknown_ground() -> None:
    heights = np.array([[0, 9, 9], [9, 0, np.nan], [9, np.nan, 0]], np.float32)
    grid = Grid.plane(heights, 1.0)
    levels = spill(grid, at(0, 0, grid))
    assert levels[1, 1] == 9 and levels[2, 2] == NEVER and levels[1, 2] == NEVER


def test_without_a_source_it_comes_from_outside() -> None:
    bowl = Grid.plane([[5, 5, 5], [5, 0, 3], [5, 5, 5]], 1.0)
    assert spill(bowl)[1, 1] == 3


def test_water_must_come_from_known_ground() -> None:
    grid = Grid.plane([[np.nan, 1.0]], 1.0)
    with pytest.raises(Invalid, match="known"):
        spill(grid, at(0, 0, grid))


@settings(max_examples=120)
@given(GROUND, st.data())
def test_the_threshold_is_the_connected_fill_at_every_level(
    heights: np.ndarray, data: st.DataObject
) -> None:
    grid = Grid.plane(heights, 1.0)
    source = data.draw(nps.arrays(bool, heights.shape)) & grid.known
    if not source.any():
        return
    levels = spill(grid, source)
    before = np.zeros(heights.shape, bool)
    for level in (-3.5, -3, -2, -1, 0, 0.5, 1, 2, 3, 4, 100):
        under = wet(levels, level)
        assert (under == filled(grid, source, level)).all()
        assert (under | ~before).all(), "water that rises leaves nothing dry"
        before = under
    assert (levels[grid.known] >= heights[grid.known]).all()
    assert (levels[~grid.known] == NEVER).all()


def test_real_ground_floods_as_it_fills(models: list[Grid]) -> None:
    for grid in models:
        lowest = np.unravel_index(np.nanargmin(grid.heights), grid.shape)
        source = at(int(lowest[1]), int(lowest[0]), grid)
        levels = spill(grid, source)
        for share in (5, 40, 90):
            level = float(np.nanpercentile(grid.heights, share))
            assert (wet(levels, level) == filled(grid, source, level)).all()
