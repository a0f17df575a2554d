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
MOST_PIECES = 20_000_000  # of line, one in each square of cells that a height passes
# pairs of sides (0 top, 1 right, 2 bottom, 3 left) that a line joins, high ground on its left, by
# the corners that lie high: 1 upper left, 2 upper right, 4 lower right, 8 lower left; saddles come
# as they are when high corners do not meet
_JOINED = np.array(
    [
        [-1, -1, -1, -1], [3, 0, -1, -1], [0, 1, -1, -1], [3, 1, -1, -1],
        [1, 2, -1, -1], [3, 0, 1, 2], [0, 2, -1, -1], [3, 2, -1, -1],
        [2, 3, -1, -1], [2, 0, -1, -1], [0, 1, 2, 3], [2, 1, -1, -1],
        [1, 3, -1, -1], [1, 0, -1, -1], [0, 3, -1, -1], [-1, -1, -1, -1],
    ]
)  # fmt: skip
_MEETING = np.array([[1, 0, 3, 2], [0, 3, 2, 1]])  # cases 5 and 10 when the high corners meet


@dataclasses.dataclass(frozen=True, slots=True)
class Contour:
    """One line of equal height (m), its corners (column, row) places; closed or from rim to rim."""

    height: float
    line: shapely.LineString


def contours(grid: Grid, interval: float, base: float = 0.0) -> list[Contour]:
    """Return the contours at `base` and every `interval` metres from it, lowest first.

    High ground lies on the left of each; raises Invalid for more than MOST heights.
    """
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
    """Return the contours at given heights (m, ascending), high ground on their left."""
    if not heights or min(grid.shape) < 2:
        return []
    levels = np.asarray(heights, dtype=np.float64)
    count = _segments(grid.heights, levels, np.empty((0, 2), np.int64), np.empty(0, np.int32))
    if count > MOST_PIECES:
        raise Invalid(
            "the contours lie too close", zh="等高线过密", field="interval",
            remedy="choose a greater interval, or a smaller area",
        )  # fmt: skip
    sides, of = np.empty((count, 2), np.int64), np.empty(count, np.int32)
    _segments(grid.heights, levels, sides, of)
    passed, level, line = _chained(sides, of, 2 * grid.heights.size)
    places = np.empty((len(passed), 2))
    _places(grid.heights, levels, passed, level, places)
    new = np.ones(len(line), np.bool_)  # a line through a corner has places that coincide
    new[1:] = (line[1:] != line[:-1]) | (places[1:] != places[:-1]).any(axis=1)
    real = new & (np.bincount(line[new], minlength=1)[line] > 1)
    _, first, numbers = np.unique(line[real], return_index=True, return_inverse=True)
    lines = shapely.linestrings(places[real], indices=numbers)
    of_line = level[real][first]
    return [
        Contour(float(levels[of_line[k]]), lines[k]) for k in np.argsort(of_line, kind="stable")
    ]


def _chained(sides: Any, of: Any, stride: int) -> tuple[Any, Any, Any]:
    """Put pieces of line end to end: return sides in turn, with the level and line of each."""
    starts, ends = (of * np.int64(stride) + sides[:, end] for end in (0, 1))
    order = np.argsort(starts)
    found = np.minimum(np.searchsorted(starts, ends, sorter=order), max(len(of) - 1, 0))
    follows = np.where(starts[order[found]] == ends, order[found], -1)
    led = np.zeros(len(of), np.bool_)
    led[follows[follows >= 0]] = True
    passed, level, line = (np.empty(2 * len(of), kind) for kind in (np.int64, np.int32, np.int32))
    count = _walk(sides, of, follows, led, passed, level, line)
    return passed[:count], level[:count], line[:count]


@kernel
def _walk(sides: Any, of: Any, follows: Any, led: Any, passed: Any, level: Any, line: Any) -> int:
    """Follow each line from its open end, then what is left: rings."""
    used = np.zeros(len(of), np.bool_)
    count, lines = 0, 0
    for turn in range(2):
        for piece in range(len(of)):
            if used[piece] or (turn == 0 and led[piece]):
                continue
            passed[count], level[count], line[count] = sides[piece, 0], of[piece], lines
            count += 1
            at = piece
            while at >= 0 and not used[at]:
                used[at] = True
                passed[count], level[count], line[count] = sides[at, 1], of[at], lines
                count += 1
                at = follows[at]
            lines += 1
    return count


@kernel
def _segments(heights: Any, levels: Any, sides: Any, of: Any) -> int:
    """Write each square's pieces of line while there is room; return how many there are in all.

    A piece runs from one side of the square to another. Sides are numbered over the whole grid:
    twice the cell on their left or upper end, one more if they run down from it.
    """
    rows, columns = heights.shape
    count = 0
    for y in range(rows - 1):
        for x in range(columns - 1):
            a, b = np.float64(heights[y, x]), np.float64(heights[y, x + 1])
            c, d = np.float64(heights[y + 1, x + 1]), np.float64(heights[y + 1, x])
            if np.isnan(a + b + c + d):
                continue
            low, high = min(min(a, b), min(c, d)), max(max(a, b), max(c, d))
            if low == high:
                continue
            for k in range(np.searchsorted(levels, low, "right"), len(levels)):
                if levels[k] > high:
                    break
                count = _cross(y * columns + x, columns, a, b, c, d, k, levels[k], count, sides, of)
    return count


@kernel
def _cross(
    cell: int,
    columns: int,
    a: float,
    b: float,
    c: float,
    d: float,
    k: int,
    level: float,
    count: int,
    sides: Any,
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
                sides[count, end] = _side(cell, columns, joined[pair + end])
        count += 1
    return count


@kernel
def _side(cell: int, columns: int, which: int) -> int:
    """Return the number of a square's side: 0 top, 1 right, 2 bottom, 3 left."""
    if which == 0:
        return 2 * cell
    if which == 1:
        return 2 * (cell + 1) + 1
    return 2 * (cell + columns) if which == 2 else 2 * cell + 1


@kernel
def _places(heights: Any, levels: Any, passed: Any, level: Any, places: Any) -> None:
    """Write where a height lies between the two cells of each side."""
    columns = heights.shape[1]
    for k in range(len(passed)):
        cell, down = passed[k] >> 1, passed[k] & 1
        y, x = cell // columns, cell % columns
        near, far = np.float64(heights[y, x]), np.float64(heights[y + down, x + 1 - down])
        part = (levels[level[k]] - near) / (far - near)
        places[k, 0] = x + 0.5 + (0.0 if down else part)
        places[k, 1] = y + 0.5 + (part if down else 0.0)
