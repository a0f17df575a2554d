"""Contours: lines of equal height, by marching squares between cell centres.

In a saddle the middle of the four heights decides which two corners belong together. Beside
unknown ground lines end.
"""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from core.errors import Invalid
from layers.terrain.grid import Grid
from layers.terrain.kernel import kernel

MOST = 5_000  # heights of one question
# pairs of sides (0 top, 1 right, 2 bottom, 3 left) that a line joins, by the corners that lie high:
# 1 upper left, 2 upper right, 4 lower right, 8 lower left; saddles come as they are when high
# corners do not meet
_JOINED = np.array(
    [
        [-1, -1, -1, -1], [3, 0, -1, -1], [0, 1, -1, -1], [3, 1, -1, -1],
        [1, 2, -1, -1], [3, 0, 1, 2], [0, 2, -1, -1], [3, 2, -1, -1],
        [2, 3, -1, -1], [2, 0, -1, -1], [0, 1, 2, 3], [2, 1, -1, -1],
        [1, 3, -1, -1], [1, 0, -1, -1], [0, 3, -1, -1], [-1, -1, -1, -1],
    ]
)  # fmt: skip
_MEETING = np.array([[0, 1, 2, 3], [3, 0, 1, 2]])  # cases 5 and 10 when the high corners meet


@dataclasses.dataclass(frozen=True, slots=True)
class Contour:
    """One line of equal height (m), its corners (column, row) places; closed or from rim to rim."""

    height: float
    line: shapely.LineString


def contours(grid: Grid, interval: float, base: float = 0.0) -> list[Contour]:
    """Return the contours at `base` and every `interval` metres from it, lowest first."""
    if not interval > 0:
        raise Invalid("contours lie some metres apart", zh="等高距须大于零", field="interval")
    known = grid.heights[grid.known]
    if not known.size:
        return []
    first = math.ceil((float(known.min()) - base) / interval)
    last = math.floor((float(known.max()) - base) / interval)
    if last - first >= MOST:
        raise Invalid(
            f"that would be {last - first + 1} heights", zh="等高线过密", field="interval",
            remedy="choose a greater interval",
        )  # fmt: skip
    return at_heights(grid, [base + k * interval for k in range(first, last + 1)])


def at_heights(grid: Grid, heights: Sequence[float]) -> list[Contour]:
    """Return the contours at given heights (m, ascending)."""
    if not heights or min(grid.shape) < 2:
        return []
    levels = np.asarray(heights, dtype=np.float64)
    count = _segments(grid.heights, levels, np.empty((0, 4)), np.empty(0, np.int32))
    ends, of = np.empty((count, 4)), np.empty(count, np.int32)
    _segments(grid.heights, levels, ends, of)
    real = (ends[:, 0] != ends[:, 2]) | (ends[:, 1] != ends[:, 3])  # through a corner: a point
    order = np.argsort(of[real], kind="stable")
    pieces = shapely.linestrings(ends[real][order].reshape(-1, 2, 2))
    which, of_level = np.unique(of[real][order], return_inverse=True)
    merged = shapely.line_merge(shapely.multilinestrings(pieces, indices=of_level))
    lines, of_line = shapely.get_parts(np.atleast_1d(merged), return_index=True)
    return [
        Contour(float(levels[which[at]]), line)
        for line, at in zip(lines.tolist(), of_line.tolist(), strict=True)
    ]


@kernel
def _segments(heights: Any, levels: Any, ends: Any, of: Any) -> int:
    """Write each cell's pieces of line while there is room; return how many there are in all."""
    rows, columns = heights.shape
    count = 0
    for y in range(rows - 1):
        for x in range(columns - 1):
            a, b = np.float64(heights[y, x]), np.float64(heights[y, x + 1])
            c, d = np.float64(heights[y + 1, x + 1]), np.float64(heights[y + 1, x])
            if a + b + c + d != a + b + c + d:
                continue
            low, high = min(min(a, b), min(c, d)), max(max(a, b), max(c, d))
            if low == high:
                continue
            for k in range(np.searchsorted(levels, low, "right"), len(levels)):
                if levels[k] > high:
                    break
                count = _cross(y, x, a, b, c, d, k, levels[k], count, ends, of)
    return count


@kernel
def _cross(
    y: int,
    x: int,
    a: float,
    b: float,
    c: float,
    d: float,
    k: int,
    level: float,
    count: int,
    ends: Any,
    of: Any,
) -> int:
    """Write what one height has in one square of cells."""
    case = (a >= level) + 2 * (b >= level) + 4 * (c >= level) + 8 * (d >= level)
    joined = _JOINED[case]
    if (case == 5 or case == 10) and (a + b + c + d) * 0.25 >= level:
        joined = _MEETING[0 if case == 5 else 1]
    for pair in range(0, 4, 2):
        if joined[pair] < 0:
            break
        if count < len(of):
            of[count] = k
            for end in range(2):
                side = joined[pair + end]
                ends[count, 2 * end] = x + 0.5 + _along_x(side, a, b, c, d, level)
                ends[count, 2 * end + 1] = y + 0.5 + _along_y(side, a, b, c, d, level)
        count += 1
    return count


@kernel
def _along_x(side: int, a: float, b: float, c: float, d: float, level: float) -> float:
    if side == 0:
        return (level - a) / (b - a)
    if side == 2:
        return (level - d) / (c - d)
    return 1.0 if side == 1 else 0.0


@kernel
def _along_y(side: int, a: float, b: float, c: float, d: float, level: float) -> float:
    if side == 3:
        return (level - a) / (d - a)
    if side == 1:
        return (level - b) / (c - b)
    return 1.0 if side == 2 else 0.0
