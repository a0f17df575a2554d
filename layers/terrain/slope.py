"""Slope: how steep the ground is."""

import numpy as np

from layers.terrain.grid import Grid, Heights, Lengths
from layers.terrain.horn import each_row, row_gradients
from layers.terrain.kernel import kernel


def slope(grid: Grid) -> Heights:
    """Return each cell's slope in degrees, 0 level … 90; NaN where the ground is not known."""
    return each_row(grid, _slopes)


@kernel
def _slopes(
    heights: Heights, cell_x: Lengths, cell_y: Lengths, out: Heights, first: int, last: int
) -> None:
    columns = heights.shape[1]
    east, south = np.empty(columns, np.float32), np.empty(columns, np.float32)
    for row in range(first, last):
        row_gradients(heights, row, cell_x[row], cell_y[row], east, south)
        for x in range(columns):
            steep = np.sqrt(east[x] * east[x] + south[x] * south[x])
            out[row, x] = np.arctan(steep) * np.float32(57.29577951308232)
