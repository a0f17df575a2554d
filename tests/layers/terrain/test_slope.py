"""Slope, aspect and light: published worked cases, ramps, and GDAL on real ground."""

import numpy as np
import pytest

from bench.kit.gdal import Gdal, Model, bundled
from layers.terrain.aspect import LEVEL, aspect
from layers.terrain.grid import Grid
from layers.terrain.hillshade import hillshade
from layers.terrain.slope import slope


@pytest.fixture(scope="session")
def gdal() -> Gdal:
    return Gdal(bundled())


def test_the_worked_cases_of_esris_handbook() -> None:
    """'How Slope works', 'How Aspect works', 'How Hillshade works': the middle cell of nine."""
    steep = Grid.plane([[50, 45, 50], [30, 30, 30], [8, 10, 10]], 5.0)
    assert slope(steep)[1, 1] == pytest.approx(75.25762, abs=1e-4)
    east = Grid.plane([[101, 92, 85], [101, 92, 85], [101, 91, 84]], 1.0)
    assert aspect(east)[1, 1] == pytest.approx(92.64, abs=0.01)
    hill = Grid.plane([[2450, 2461, 2483], [2452, 2461, 2483], [2447, 2455, 2477]], 5.0)
    # the handbook rounds angles on its way
    assert hillshade(hill)[1, 1] * 255 == pytest.approx(153.82, abs=0.25)


@pytest.mark.parametrize("bearing", [0, 30, 45, 90, 135, 180, 225, 270, 315, 359])
def test_a_ramp_has_one_slope_and_one_aspect_to_its_very_edges(bearing: float) -> None:
    rows, columns = np.mgrid[:6, :7]
    towards = np.radians(bearing)  # it falls there, by one in two
    heights = 100 - 0.5 * (columns * 10 * np.sin(towards) - rows * 20 * np.cos(towards))
    grid = Grid.plane(heights, 10.0, 20.0)
    assert slope(grid) == pytest.approx(np.degrees(np.arctan(0.5)), abs=1e-3)
    turned = (aspect(grid) - bearing + 180) % 360 - 180
    assert np.abs(turned).max() < 0.01
    assert (aspect(grid) >= 0).all() and (aspect(grid) < 360).all()


def test_level_ground_faces_nowhere_and_unknown_ground_has_no_answer() -> None:
    heights = np.full((4, 5), 7.0)
    heights[2, 2] = np.nan
    grid = Grid.plane(heights, 10.0)
    for made, level in ((slope(grid), 0.0), (aspect(grid), LEVEL), (hillshade(grid), 2**-0.5)):
        assert np.isnan(made[2, 2]) and np.isnan(made).sum() == 1
        assert np.nanmax(np.abs(made - level)) < 1e-6


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1), (2, 2)])
def test_the_smallest_grids_have_answers(shape: tuple[int, int]) -> None:
    grid = Grid.plane(np.arange(np.prod(shape)).reshape(shape), 1.0)
    assert np.isfinite(slope(grid)).all() and np.isfinite(hillshade(grid)).all()


def test_light_is_exaggerated_and_turned() -> None:
    ramp = Grid.plane(np.tile(np.arange(5.0), (5, 1)), 10.0)  # it faces west
    assert (
        hillshade(ramp, azimuth=270).min() > np.sin(np.pi / 4) > hillshade(ramp, azimuth=90).max()
    )
    twice = hillshade(Grid.plane(ramp.heights * 2, 10.0), azimuth=270)
    assert hillshade(ramp, azimuth=270, exaggeration=2.0) == pytest.approx(twice)
    assert hillshade(ramp, altitude=90) == pytest.approx(np.cos(np.arctan(0.1)))


def test_gdal_says_the_same_of_real_ground(gdal: Gdal, models: list[Grid]) -> None:
    for grid in models:
        inner = np.s_[1:-1, 1:-1]  # at the border GDAL carries on one way only
        with Model(gdal, grid.heights, grid.cell_x[0]) as model:
            theirs = model.processed("slope")[inner]
            assert np.nanmax(np.abs(slope(grid)[inner] - theirs)) < 1e-3
            theirs, ours = model.processed("aspect")[inner], aspect(grid)[inner]
            assert (np.isnan(theirs) == (np.isnan(ours) | (ours == LEVEL))).all()
            assert np.nanmax(np.abs((ours - theirs + 180) % 360 - 180)) < 0.01
            theirs, ours = model.processed("hillshade")[inner], hillshade(grid)[inner]
            assert np.nanmax(np.abs(ours * 254 + 1 - theirs)) < 1.01
