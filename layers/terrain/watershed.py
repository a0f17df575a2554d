"""Watershed of a point: all ground whose water runs through it."""

import dataclasses
import math
from typing import Any

import numpy as np

from core.errors import Invalid
from layers.terrain.flow import Flow
from layers.terrain.grid import Grid, Mask
from layers.terrain.kernel import kernel


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Watershed:
    """The ground above an outlet (column, row), `moved_m` metres from the point that was asked."""

    inside: Mask
    column: int
    row: int
    moved_m: float
    area_m2: float


def watershed(grid: Grid, flow: Flow, column: int, row: int, snap: float = 0.0) -> Watershed:
    """Return what drains through a cell, or through the greatest stream within `snap` metres.

    Raises Invalid where no ground is known within that distance.
    """
    column_at, row_at, moved = _snapped(grid, flow, column, row, snap)
    inside = np.zeros(grid.shape, np.bool_)
    inside[row_at, column_at] = True
    _climb(flow.order, flow.downstream.ravel(), inside.ravel())
    return Watershed(inside, column_at, row_at, moved, grid.area(inside))


def _snapped(grid: Grid, flow: Flow, column: int, row: int, snap: float) -> tuple[int, int, float]:
    """Return the cell with the most water within a distance; the nearest of equal ones."""
    rows, columns = grid.shape
    wide = math.floor(snap / grid.cell_x[row])
    high = math.floor(snap / grid.cell_y.min())
    ys = np.arange(max(0, row - high), min(rows, row + high + 1))
    xs = np.arange(max(0, column - wide), min(columns, column + wide + 1))
    far = np.hypot((xs - column) * grid.cell_x[row], ((ys - row) * grid.cell_y[ys])[:, None])
    cells = np.where(far <= snap, flow.cells[np.ix_(ys, xs)], 0)
    most = cells.max()
    if not most:
        raise Invalid(
            "the ground's height is not known there",
            zh="该位置没有高程数据",
            remedy="choose a point on the elevation model",
        )
    y, x = np.unravel_index(np.where(cells == most, far, np.inf).argmin(), cells.shape)
    return int(xs[x]), int(ys[y]), float(far[y, x])


@kernel
def _climb(order: Any, downstream: Any, inside: Any) -> None:
    """Take in every place that drains to one which is inside: those come before it in `order`."""
    for place in order:
        below = downstream[place]
        if below >= 0 and inside[below]:
            inside[place] = True
