"""Cut and fill: solids whose volume is known."""

import numpy as np
import pytest

from core.errors import Invalid
from layers.terrain import earthwork
from layers.terrain.grid import Grid


def test_a_pit_and_a_heap_are_measured() -> None:
    """A pyramid 20 m high on a base of 200 m holds 266,667 m³; a box of 3 m is dug beside it."""
    rows, columns = np.mgrid[:400, :400] + 0.5
    heap = np.maximum(0, 20 - np.maximum(np.abs(rows - 120), np.abs(columns - 120)) / 5)
    heap[300:340, 300:350] = -3
    found = earthwork.to_level(Grid.plane(heap, 1.0), 0.0)
    assert found.cut_m3 == pytest.approx(200**2 * 20 / 3, rel=1e-4)
    assert (found.fill_m3, found.fill_m2) == (40 * 50 * 3, 40 * 50)
    assert found.cut_m2 == 200**2 and found.known_m2 == 400**2
    assert found.surplus_m3 == pytest.approx(found.cut_m3 - 6000)


def test_the_borrow_pit_grid_of_the_survey_books() -> None:
    """Cells of 20 m, cuts of 1.2, 0.8, 2.0 and 1.5 m to the formation level: 2,200 m³."""
    ground = Grid.plane([[51.2, 50.8], [52.0, 51.5]], 20.0)
    found = earthwork.to_level(ground, 50.0)
    assert found.cut_m3 == pytest.approx((1.2 + 0.8 + 2.0 + 1.5) * 400, rel=1e-5)
    assert found.fill_m3 == 0


def test_the_balanced_level_leaves_nothing_over() -> None:
    ground = Grid.ellipsoid(np.random.default_rng(1).random((60, 50)) * 30, 50.0, 0.01, 0.01)
    inside = np.zeros((60, 50), bool)
    inside[5:40, 10:] = True
    level = earthwork.balanced(ground, inside)
    found = earthwork.to_level(ground, level, inside)
    assert abs(found.surplus_m3) < 1e-5 * found.cut_m3
    assert np.isnan(found.change[~inside]).all()


def test_two_surveys_are_compared_where_both_know_the_ground() -> None:
    before = Grid.plane([[1.0, 2.0, np.nan]], 10.0)
    after = Grid.plane([[3.0, 1.5, 4.0]], 10.0)
    found = earthwork.between(before, after)
    assert (found.fill_m3, found.cut_m3, found.known_m2) == (200, 50, 200)
    with pytest.raises(Invalid, match="same cells"):
        earthwork.between(before, Grid.plane([[3.0, 1.5, 4.0]], 5.0))


def test_no_level_where_nothing_is_known() -> None:
    with pytest.raises(Invalid, match="not known"):
        earthwork.balanced(Grid.plane([[np.nan]], 1.0))
