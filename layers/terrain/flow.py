"""Flow: hollows filled, the way water takes from every cell, and how much gathers on it.

One priority flood (Barnes, Lehman and Mulla, 2014) from the rim inwards does all three. A cell
drains to the neighbour down the steepest slope of the filled ground (D8); on level ground, and in
what was a hollow, to the neighbour by which the flood came, so that all water leaves.
"""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.terrain.grid import Grid, Heights
from layers.terrain.heap import pop, push
from layers.terrain.kernel import kernel

Places = npt.NDArray[np.int32]
LEAVES = -1  # where water leaves the grid; also what unknown ground has
# the eight neighbours: beside, above and below, then over corners, as `nearness` has them in pairs
_DOWN = np.array([0, 0, -1, 1, -1, 1, -1, 1])
_RIGHT = np.array([-1, 1, 0, 0, -1, 1, 1, -1])


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """How water runs: each is a raster, places are row · columns + column.

    `filled`: heights (m) without hollows; `downstream`: the place that a cell drains to, or LEAVES;
    `cells`: how many cells drain through one, with itself, 0 where the ground is unknown;
    `order`: all known places, each after the one that it drains to.
    """

    filled: Heights
    downstream: Places
    cells: Places
    order: Places


def flow(grid: Grid) -> Flow:
    """Return how water runs over a grid; unknown ground and the border take what reaches them."""
    columns = grid.shape[1]
    filled = np.full(grid.shape, np.float32(np.nan))
    downstream = np.full(grid.shape, LEAVES, np.int32)
    cells = np.zeros(grid.shape, np.int32)
    heights = grid.heights.ravel()
    across, along = 1 / grid.cell_x, 1 / grid.cell_y
    aslant = 1 / np.hypot(grid.cell_x, grid.cell_y)
    order = _drain(
        heights,
        heights.view(np.uint32),
        np.flatnonzero(grid.rim()),
        np.stack((across, along, aslant, aslant), axis=1).astype(np.float32),
        columns,
        filled.ravel(),
        downstream.ravel(),
    )
    _gather(order, downstream.ravel(), cells.ravel())
    return Flow(filled, downstream, cells, order)


@kernel
def _drain(
    heights: Any, bits: Any, rim: Any, nearness: Any, columns: int, filled: Any, downstream: Any
) -> Any:
    """Fill and direct; return the places in the order in which the flood came to them.

    The order is a queue too: what lies lower than its way in is taken up at once.
    """
    heap = np.empty(len(heights), np.uint64)
    order = np.empty(len(heights), np.int32)
    size, found = 0, 0
    for place in rim:
        filled[place] = heights[place]
        size = push(heap, size, bits[place], place)
    for done in range(len(heights)):
        if done == found:
            if not size:
                break
            order[found] = pop(heap, size)
            size, found = size - 1, found + 1
        size, found = _visit(
            np.int64(order[done]), heights, bits, nearness, columns, filled, downstream,
            heap, size, order, found,
        )  # fmt: skip
    return order[:found]


@kernel
def _visit(
    place: Any,
    heights: Any,
    bits: Any,
    nearness: Any,
    columns: int,
    filled: Any,
    downstream: Any,
    heap: Any,
    size: int,
    order: Any,
    found: int,
) -> tuple[int, int]:
    """Send one place's water down its steepest slope, and let the flood on to its neighbours."""
    level, steepest, way = filled[place], np.float32(0.0), downstream[place]
    row, rows = place // columns, len(heights) // columns
    column = place - row * columns
    inner = 0 < column < columns - 1 and 0 < row < rows - 1
    for side in range(8):
        if not inner and _outside(row + _DOWN[side], column + _RIGHT[side], rows, columns):
            continue
        other = place + _DOWN[side] * columns + _RIGHT[side]
        low = filled[other]
        if low < level:
            steep = (level - low) * nearness[row, side >> 1]
            if steep > steepest:
                steepest, way = steep, np.int32(other)
        elif np.isnan(low) and not np.isnan(heights[other]):
            downstream[other] = place
            filled[other] = max(level, heights[other])
            if heights[other] > level:
                size = push(heap, size, bits[other], other)
            else:
                order[found] = other
                found += 1
    downstream[place] = way
    return size, found


@kernel
def _outside(row: int, column: int, rows: int, columns: int) -> bool:
    return row < 0 or column < 0 or row >= rows or column >= columns


@kernel
def _gather(order: Any, downstream: Any, cells: Any) -> None:
    for place in order:
        cells[place] = 1
    for k in range(len(order) - 1, -1, -1):
        below = downstream[order[k]]
        if below >= 0:
            cells[below] += cells[order[k]]
