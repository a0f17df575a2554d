"""How water runs: a published worked case, a valley, and laws that hold for any ground."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from core.errors import Invalid
from layers.terrain.flow import LEAVES, flow
from layers.terrain.grid import Grid
from layers.terrain.watershed import watershed

GROUND = nps.arrays(
    np.float32, nps.array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.integers(0, 4).map(float) | st.just(float("nan")),
)  # fmt: skip
# 'How Flow Accumulation works' of ESRI's handbook, after Jenson and Domingue (1988)
HEIGHTS = [
    [78, 72, 69, 71, 58, 49], [74, 67, 56, 49, 46, 50], [69, 53, 44, 37, 38, 48],
    [64, 58, 55, 22, 31, 24], [68, 61, 47, 21, 16, 19], [74, 53, 34, 12, 11, 12],
]  # fmt: skip
GATHERED = [
    [0, 0, 0, 0, 0, 0], [0, 1, 1, 2, 2, 0], [0, 3, 7, 5, 4, 0],
    [0, 0, 0, 20, 0, 1], [0, 0, 0, 1, 24, 0], [0, 2, 4, 7, 35, 1],
]  # fmt: skip


def slowly_filled(grid: Grid) -> np.ndarray:
    """Return the ground without hollows by lowering a full one until nothing changes."""
    heights, rim = grid.heights, grid.rim()
    water = np.where(rim, heights, np.where(grid.known, np.inf, np.nan))
    while True:
        padded = np.pad(np.where(np.isnan(water), np.inf, water), 1, constant_values=np.inf)
        rows, columns = heights.shape
        around = [
            padded[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
            for down in (-1, 0, 1) for right in (-1, 0, 1)
        ]  # fmt: skip
        lower = np.where(rim, heights, np.maximum(heights, np.min(around, axis=0)))
        lower = np.where(grid.known, lower, np.nan)
        if np.array_equal(lower, water, equal_nan=True):
            return water
        water = lower


def test_the_worked_case_of_esris_handbook() -> None:
    found = flow(Grid.plane(HEIGHTS, 30.0))
    assert (found.cells - 1).tolist() == GATHERED
    assert (found.filled == HEIGHTS).all(), "it has no hollow"


def test_a_valley_gathers_its_slopes() -> None:
    """A V of 21 columns falls to the south: its floor carries all, its slopes their own column."""
    rows, columns = np.mgrid[:30, :21]
    heights = 5.0 * np.abs(columns - 10) + 100 - rows
    grid = Grid.plane(heights, 10.0)
    found = flow(grid)
    assert found.cells[29, 10] == 30 * 21
    assert np.flatnonzero(found.downstream == LEAVES).tolist() == [29 * 21 + 10]
    whole = watershed(grid, found, 10, 29)
    assert whole.inside.all() and whole.area_m2 == 30 * 21 * 100
    west = watershed(grid, found, 9, 20)
    assert west.inside[20, :10].all() and not west.inside[:, 10:].any()


def test_the_outlet_snaps_to_the_greatest_stream_near_it() -> None:
    rows, columns = np.mgrid[:30, :21]
    grid = Grid.plane(5.0 * np.abs(columns - 10) + 100 - rows, 10.0)
    found = watershed(grid, flow(grid), 7, 15, snap=31.0)
    assert (found.column, found.row, found.moved_m) == (10, 15, 30.0)
    assert found.inside.sum() > 15 * 21
    still = watershed(grid, flow(grid), 7, 15, snap=9.0)
    assert (still.column, still.row, still.moved_m) == (7, 15, 0.0)


def test_a_hollow_is_filled_to_its_sill_and_drains_over_it() -> None:
    heights = np.full((5, 6), 9.0)
    heights[2, 1:5], heights[2, 5] = [1.0, 2.0, 6.0, 3.0], 2.5
    found = flow(Grid.plane(heights, 1.0))
    assert found.filled[2].tolist() == [9, 6, 6, 6, 3, 2.5]
    assert found.downstream[2, 1:5].tolist() == [14, 15, 16, 17]


def test_nothing_runs_off_unknown_ground() -> None:
    grid = Grid.plane([[1.0, np.nan, 3.0], [2.0, np.nan, 4.0], [1.0, np.nan, 1.0]], 1.0)
    found = flow(grid)
    assert (found.cells == 0).tolist() == (~grid.known).tolist()
    with pytest.raises(Invalid, match="not known"):
        watershed(grid, found, 1, 1)
    assert watershed(grid, found, 1, 1, snap=1.5).column in (0, 2)


@settings(max_examples=120)
@given(GROUND)
def test_all_water_leaves_downhill_and_none_is_lost(heights: np.ndarray) -> None:
    grid = Grid.plane(heights, 1.0)
    found = flow(grid)
    assert np.array_equal(found.filled, slowly_filled(grid), equal_nan=True)
    filled, downstream = found.filled.ravel(), found.downstream.ravel()
    assert sorted(found.order.tolist()) == np.flatnonzero(grid.known).tolist()
    place_of = {place: nth for nth, place in enumerate(found.order.tolist())}
    gathered = np.zeros(heights.size, int)
    for place in found.order.tolist():
        on = place
        while on != LEAVES:
            gathered[on] += 1
            assert downstream[on] == LEAVES or filled[downstream[on]] <= filled[on]
            assert downstream[on] == LEAVES or place_of[downstream[on]] < place_of[on]
            on = int(downstream[on])
    assert (gathered.reshape(heights.shape) == found.cells).all()


def test_real_ground_drains_whole(models: list[Grid]) -> None:
    for grid in models:
        found = flow(grid)
        ends = grid.known & (found.downstream == LEAVES)
        assert found.cells[ends].sum() == grid.known.sum() == len(found.order)
        assert (ends <= grid.rim()).all()
    small = next(grid for grid in models if grid.heights.size < 200_000)
    assert np.array_equal(flow(small).filled, slowly_filled(small), equal_nan=True)
