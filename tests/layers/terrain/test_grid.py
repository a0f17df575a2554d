"""A grid knows its cells in metres, and refuses what is none."""

import numpy as np
import pytest

from core.errors import Invalid
from layers.terrain.grid import Grid


def test_cells_in_degrees_are_measured_on_the_ellipsoid() -> None:
    """A degree at 45° is 111,131 m of meridian and 78,847 m of parallel (GRS 80)."""
    grid = Grid.ellipsoid(np.zeros((3, 4)), 45.0015, 0.001, 0.001)
    assert grid.cell_x[1] == pytest.approx(78.847, abs=0.002)
    assert grid.cell_y[1] == pytest.approx(111.132, abs=0.002)
    assert grid.cell_x[0] < grid.cell_x[2], "parallels shrink to the north"
    assert grid.area(np.ones((3, 4), bool)) == pytest.approx(12 * 78.847 * 111.132, rel=1e-4)


def test_what_is_masked_or_no_number_is_unknown() -> None:
    heights = np.array([[1.0, np.inf], [np.nan, 4.0]])
    known = np.array([[True, True], [True, False]])
    assert Grid.plane(heights, 1.0, known=known).known.tolist() == [[True, False], [False, False]]


def test_the_rim_is_the_border_and_the_shore_of_unknown_ground() -> None:
    heights = np.zeros((5, 5))
    assert Grid.plane(heights, 1.0).rim().sum() == 16
    heights[2, 2] = np.nan
    rim = Grid.plane(heights, 1.0).rim()
    assert rim.sum() == 20 and not rim[2, 2] and not rim[1, 1]


@pytest.mark.parametrize(
    ("heights", "cell"),
    [(np.zeros(4), 1.0), (np.zeros((0, 4)), 1.0), (np.zeros((2, 2)), 0.0), (np.zeros((2, 2)), -1.0),
     (np.zeros((2, 2)), np.nan)],
)  # fmt: skip
def test_what_is_no_grid_is_refused(heights: np.ndarray, cell: float) -> None:
    with pytest.raises(Invalid):
        Grid.plane(heights, cell)


def test_a_place_beside_the_grid_or_on_unknown_ground_is_refused() -> None:
    grid = Grid.plane([[1.0, np.nan]], 10.0)
    assert grid.cell(0.9, 0.1) == (0, 0) and grid.ground(0, 0) == 1
    for place in ((-0.1, 0), (2.0, 0), (0, 1.0)):
        with pytest.raises(Invalid, match="beside"):
            grid.cell(*place)
    with pytest.raises(Invalid, match="not known"):
        grid.ground(1, 0)
