"""How the ground rises, by Horn's weighted differences over a cell's eight neighbours (1981).

At the border heights are carried on straight, and an unknown neighbour counts as level with the
cell, so that every known cell has an answer (GDAL calls that `-compute_edges`).
"""

from collections.abc import Callable

import numpy as np

from layers.terrain.grid import Grid, Heights
from layers.terrain.kernel import kernel, strips


def each_row(grid: Grid, kernel_of_rows: Callable[..., None], *given: float) -> Heights:
    """Return what a kernel of rows makes of a grid: it gets heights, cells, out, first, last."""
    out: Heights = np.empty(grid.shape, np.float32)

    def strip(first: int, last: int) -> None:
        kernel_of_rows(grid.heights, grid.cell_x, grid.cell_y, out, first, last, *given)

    strips(strip, grid.shape[0])
    return out


@kernel
def row_gradients(
    heights: Heights, row: int, cell_x: float, cell_y: float, east: Heights, south: Heights
) -> None:
    """Write how much a row's cells rise to the east and to the south (metres a metre)."""
    rows, columns = heights.shape
    mid, inner = heights[row], 0 < row < rows - 1
    if inner:
        over, under = heights[row - 1], heights[row + 1]
        kx, ky = np.float32(0.125 / cell_x), np.float32(0.125 / cell_y)
        for x in range(1, columns - 1):
            a, b, c = over[x - 1], over[x], over[x + 1]
            d, f = mid[x - 1], mid[x + 1]
            g, h, i = under[x - 1], under[x], under[x + 1]
            east[x] = ((c + f + f + i) - (a + d + d + g)) * kx
            south[x] = ((g + h + h + i) - (a + b + b + c)) * ky
    for x in range(columns):
        if not inner or x == 0 or x == columns - 1 or np.isnan(east[x] + south[x] + mid[x]):
            _carefully(heights, row, x, cell_x, cell_y, east, south)


@kernel
def _carefully(
    heights: Heights, y: int, x: int, cell_x: float, cell_y: float, east: Heights, south: Heights
) -> None:
    """Write one cell's gradients where it, or some neighbour, is unknown or lies outside."""
    rise, fall = 0.0, 0.0
    for step in range(-1, 2):
        weight = 2 - abs(step)
        rise += weight * (_near(heights, y, x, step, 1) - _near(heights, y, x, step, -1))
        fall += weight * (_near(heights, y, x, 1, step) - _near(heights, y, x, -1, step))
    unknown = np.isnan(heights[y, x])
    east[x] = np.nan if unknown else rise * 0.125 / cell_x
    south[x] = np.nan if unknown else fall * 0.125 / cell_y


@kernel
def _near(heights: Heights, y: int, x: int, down: int, right: int) -> float:
    """Return a neighbour's height, straight on over the border; where unknown, the cell's own."""
    rows, columns = heights.shape
    v, u = y + down, x + right
    if 0 <= v < rows and 0 <= u < columns:
        found = np.float64(heights[v, u])
    else:
        back, left = min(max(v, 0), rows - 1), min(max(u, 0), columns - 1)
        mirror = min(max(2 * back - v, 0), rows - 1)
        turned = min(max(2 * left - u, 0), columns - 1)
        found = 2.0 * heights[back, left] - heights[mirror, turned]
    own = np.float64(heights[y, x])
    return own if np.isnan(found) else found
