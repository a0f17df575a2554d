"""Aspect: which way the ground falls."""

import math
from typing import Any

import numpy as np

from layers.terrain.grid import Grid, Heights, Lengths
from layers.terrain.horn import each_row, row_gradients
from layers.terrain.kernel import kernel

LEVEL = -1.0  # what a level cell has for an aspect
QUARTERS = {
    0.0: ("北", "north"), 90.0: ("东", "east"), 180.0: ("南", "south"), 270.0: ("西", "west"),
}  # fmt: skip


def aspect(grid: Grid) -> Heights:
    """Return the bearing (degrees from north by east, below 360) down each cell's slope.

    Level ground has `LEVEL`, unknown ground NaN.
    """
    return each_row(grid, _bearings)


@kernel
def _bearings(
    heights: Heights, cell_x: Lengths, cell_y: Lengths, out: Heights, first: int, last: int
) -> None:
    columns = heights.shape[1]
    east, south = np.empty(columns, np.float32), np.empty(columns, np.float32)
    for row in range(first, last):
        row_gradients(heights, row, cell_x[row], cell_y[row], east, south)
        for x in range(columns):
            if east[x] == 0 and south[x] == 0:
                out[row, x] = LEVEL
            else:
                bearing = np.float32(math.degrees(math.atan2(-east[x], south[x])))
                out[row, x] = bearing if bearing >= 0 else _turned(bearing)


@kernel
def _turned(bearing: Any) -> Any:
    """Return a negative bearing as a positive one; rounding may not make it 360."""
    whole = np.float32(bearing + np.float32(360))
    return np.float32(0) if whole >= 360 else whole
