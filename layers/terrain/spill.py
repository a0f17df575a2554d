"""Level fill: where still water can get to, for every level at once.

The spill raster holds for each cell the lowest level at which water that stands at the source
reaches it, over whatever sill lies between. The flood at a level is then a threshold of it, the
same as filling from the source and keeping what is connected. Water passes between cells that
share a side, not over corners, and not through unknown ground.

This is a level fill and no hydraulic model: it knows no time, no discharge, no slope of the water,
no drains, pumps or gates, and no wall thinner than a cell.
"""

import dataclasses
from typing import Any

import numpy as np

from core.errors import Invalid
from layers.terrain.grid import Grid, Heights, Mask
from layers.terrain.heap import pop, push
from layers.terrain.kernel import kernel

NEVER = np.float32(np.inf)  # the spill level of ground that no water reaches


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Flood:
    """The water that stands at one level (m): where, how deep (m), and how much."""

    level: float
    wet: Mask
    depth: Heights
    area_m2: float
    volume_m3: float
    deepest: float


def spill(grid: Grid, source: Mask | None = None) -> Heights:
    """Return the lowest level (m) at which water reaches each cell; NEVER where it cannot.

    The source is a mask of cells, or the grid's rim if none is given. Raises Invalid if the source
    holds no known ground.
    """
    begin = np.flatnonzero(grid.rim() if source is None else source & grid.known)
    if not len(begin):
        raise Invalid("no ground is known where the water comes from", zh="水源处没有高程数据")
    levels = np.full(grid.shape, NEVER)
    heights = grid.heights.ravel()
    _spill(heights, heights.view(np.uint32), grid.shape[1], begin, levels.ravel())
    return levels


def at(column: int, row: int, grid: Grid) -> Mask:
    """Return a source that is one cell."""
    source = np.zeros(grid.shape, np.bool_)
    source[row, column] = True
    return source


def wet(levels: Heights, level: float) -> Mask:
    """Return what stands in water at a level, from a spill raster."""
    return levels <= np.float32(level)


def flood(grid: Grid, levels: Heights, level: float) -> Flood:
    """Return the flood at a level (m) with its depths, area and volume."""
    under = wet(levels, level)
    depth = np.where(under, np.float32(level) - grid.heights, np.float32(0))
    by_row = depth.sum(axis=1, dtype=np.float64)
    return Flood(
        level, under, depth, grid.area(under), float(by_row @ grid.areas), float(depth.max())
    )


@kernel
def _spill(heights: Any, bits: Any, columns: int, begin: Any, levels: Any) -> None:
    """Flood from the lowest known level upwards; what lies lower than its way in needs no queue."""
    heap = np.empty(len(heights), np.uint64)
    lower = np.empty(len(heights), np.int32)
    size, low = 0, 0
    for place in begin:
        levels[place] = heights[place]
        size = push(heap, size, bits[place], place)
    while low or size:
        if low:
            low -= 1
            place = np.int64(lower[low])
        else:
            place = pop(heap, size)
            size -= 1
        level, x = levels[place], place % columns
        for side in range(4):
            other = _beside(place, x, columns, len(heights), side)
            if other < 0 or levels[other] != NEVER or heights[other] != heights[other]:
                continue
            if heights[other] <= level:
                levels[other] = level
                lower[low] = other
                low += 1
            else:
                levels[other] = heights[other]
                size = push(heap, size, bits[other], other)


@kernel
def _beside(place: int, x: int, columns: int, cells: int, side: int) -> int:
    """Return the cell above, below, left or right of a place, -1 beside the grid."""
    if side == 0:
        return place - columns  # negative above the first row
    if side == 1:
        return place + columns if place + columns < cells else -1
    if side == 2:
        return place - 1 if x > 0 else -1
    return place + 1 if x < columns - 1 else -1
