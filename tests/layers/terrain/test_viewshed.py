"""What is seen: horizons and walls reckoned by hand, every line of sight alone, and GDAL."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from bench.kit.gdal import FLAT, Gdal, Model, bundled
from core.errors import Invalid
from layers.terrain.grid import Grid
from layers.terrain.viewshed import EARTH_RADIUS, REFRACTION, near, viewshed


def each_line(grid: Grid, column: int, row: int, eye: float, curve: float) -> np.ndarray:
    """Follow the line of sight to every cell by itself, heights taken between two cells."""
    heights, cell = grid.heights.astype(float), grid.cell_x[0]
    eye += heights[row, column]
    seen = np.zeros(grid.shape, bool)
    for y, x in np.ndindex(*grid.shape):
        down, right = y - row, x - column
        steps = max(abs(down), abs(right))
        part = np.arange(1, steps + 1) / max(steps, 1)
        ys, xs = row + down * part, column + right * part
        top, left = np.floor(ys + 1e-9).astype(int), np.floor(xs + 1e-9).astype(int)
        below, beside = np.ceil(ys - 1e-9).astype(int), np.ceil(xs - 1e-9).astype(int)
        share = np.clip(np.maximum(ys - top, xs - left), 0, 1)
        ground = heights[top, left] * (1 - share) + heights[below, beside] * share
        far = part * math.hypot(down, right) * cell
        up = (ground - eye - curve * far**2) / np.where(far > 0, far, 1)
        seen[y, x] = steps == 0 or (up[-1] >= up[:-1]).all()
    return seen


def test_over_a_plain_one_sees_as_far_as_the_earth_bends() -> None:
    """Two metres high: √(2·2·R/(1 - 0.13)) = 5,412 m; 40 m high targets are seen 24.2 km on."""
    plain = Grid.plane(np.zeros((1, 601)), 100.0)
    far = np.arange(601) * 100.0
    bent = EARTH_RADIUS / (1 - REFRACTION)
    horizon = math.sqrt(2 * 2 * bent)
    assert horizon == pytest.approx(5412, abs=1)
    assert (viewshed(plain, 0, 0, observer=2.0)[0] == (far <= horizon)).all()
    masts = horizon + math.sqrt(2 * 40 * bent)
    tall = viewshed(plain, 0, 0, observer=2.0, target=40.0)[0]
    assert abs(np.flatnonzero(tall).max() * 100 - masts) <= 100
    assert viewshed(plain, 0, 0, observer=2.0, refraction=1.0).all()


def test_a_wall_hides_what_lies_in_its_shadow() -> None:
    """Eye 10 m high, a wall of 5 m 50 m off: nothing on the ground from 60 m to under 100 m."""
    heights = np.zeros((41, 41))
    heights[:, 25] = 5.0
    seen = viewshed(Grid.plane(heights, 10.0), 20, 20, observer=10.0, refraction=1.0)
    assert seen[20, :26].all() and not seen[20, 26:30].any() and seen[20, 30:].all()
    taller = viewshed(Grid.plane(heights, 10.0), 20, 20, observer=10.0, target=5.0, refraction=1.0)
    assert taller.all()


def test_all_sides_are_seen_alike() -> None:
    """A model turned or mirrored is seen so too, but for cells halfway between two lines."""
    heights = np.random.default_rng(3).random((41, 41)) * 9
    seen = viewshed(Grid.plane(heights, 10.0), 20, 20, observer=12.0)
    assert 0.05 < seen.mean() < 0.9
    for turn in (np.flipud, np.fliplr, np.transpose, np.rot90):
        again = viewshed(Grid.plane(turn(heights), 10.0), 20, 20, observer=12.0)
        assert (again == turn(seen)).mean() > 0.995, turn.__name__


def test_the_radius_is_a_disc_in_metres() -> None:
    plain = Grid.plane(np.zeros((61, 81)), 10.0, 20.0)
    seen = viewshed(plain, 40, 30, radius=205.0, refraction=1.0)
    rows, columns = np.mgrid[:61, :81]
    assert (seen == (np.hypot((columns - 40) * 10, (rows - 30) * 20) <= 205)).all()
    assert viewshed(plain, 40, 30, radius=0.0).sum() == 1


def test_distances_in_degrees_are_those_on_the_ground() -> None:
    plain = Grid.ellipsoid(np.zeros((200, 200)), 35.1, 0.001, 0.001)
    seen = viewshed(plain, 100, 100, radius=5000.0, refraction=1.0)
    assert np.ptp(np.flatnonzero(seen[100])) == pytest.approx(2 * 5000 / 91.3, abs=2)
    assert np.ptp(np.flatnonzero(seen[:, 100])) == pytest.approx(2 * 5000 / 110.9, abs=2)


def test_unknown_ground_is_not_seen_and_hides_nothing() -> None:
    heights = np.zeros((9, 9))
    heights[:, 6] = np.nan
    seen = viewshed(Grid.plane(heights, 10.0), 4, 4, refraction=1.0)
    assert not seen[:, 6].any() and seen[:, 7:].all() and seen[:, :6].all()
    with pytest.raises(Invalid, match="not known"):
        viewshed(Grid.plane(heights, 10.0), 6, 4)


@settings(max_examples=30)
@given(
    nps.arrays(np.float32, nps.array_shapes(min_dims=2, max_dims=2, max_side=24),
               elements=st.integers(0, 40).map(float) | st.just(float("nan")), fill=st.just(0.0)),
    st.data(),
)  # fmt: skip
def test_what_stands_higher_is_seen_at_least_as_well(
    heights: np.ndarray, data: st.DataObject
) -> None:
    grid = Grid.plane(heights, 10.0, 7.0)
    row, column = (data.draw(st.integers(0, size - 1)) for size in grid.shape)
    if not grid.known[row, column]:
        return
    radius = data.draw(st.sampled_from([math.inf, 35.0, 200.0]))
    seen = [viewshed(grid, column, row, target=target, radius=radius) for target in (0, 3, 50)]
    assert seen[0][row, column] and (seen[0] <= seen[1]).all() and (seen[1] <= seen[2]).all()
    assert (seen[2] <= (grid.known & near(grid, column, row, radius))).all()


@pytest.mark.parametrize(("column", "row"), [(0, 0), (59, 0), (0, 44), (59, 44), (30, 0), (31, 20)])
def test_every_line_of_sight_alone_says_the_same(
    column: int, row: int, rough: Callable[..., Grid]
) -> None:
    grid = rough(45, 60, 30.0)
    curve = (1 - REFRACTION) / (2 * EARTH_RADIUS)
    alone = each_line(grid, column, row, 2.0, curve)
    assert (viewshed(grid, column, row, observer=2.0) == alone).mean() > 0.98


def test_gdal_sees_the_same_of_real_ground(models: list[Grid]) -> None:
    """Over five places of each model; GDAL carries horizons on from ring to ring, coarser."""
    gdal = Gdal(bundled())
    for grid in models:
        rows, columns = grid.shape
        heights = np.nan_to_num(grid.heights)  # GDAL takes unknown ground for a height
        filled = Grid.plane(heights, grid.cell_x[0])
        summit = np.unravel_index(heights.argmax(), heights.shape)
        places = [summit, (rows // 2, columns // 2), (rows // 3, columns // 4), (0, 0)]
        for curvature in (FLAT, 1 - REFRACTION):
            equal = []
            with Model(gdal, heights, grid.cell_x[0]) as model:
                for row, column in places:
                    theirs = model.viewshed(int(column), int(row), 2.0, curvature)
                    ours = viewshed(filled, column, row, observer=2.0, refraction=1 - curvature)
                    equal.append((ours == theirs).mean())

            assert np.mean(equal) > 0.985
