"""Viewshed: which ground can be seen from a point.

From the observer one line of sight goes to every cell of a square's border (R2 of Franklin and Ray,
1994); along it heights are taken between the two cells that it passes between. A cell is judged on
the line that passes it closest, so each is judged once. Lines are followed side by side, ring after
ring round the observer: what a ring reads then lies together in memory.
"""

import dataclasses
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.terrain.grid import Grid, Lengths, Mask
from layers.terrain.kernel import fused, share

EARTH_RADIUS = 6_371_008.8  # m, the mean radius (IUGG)
REFRACTION = 0.13  # of the earth's curvature, for light in average air (Gauß)

_BLOCK = 16  # rings whose cells are fetched together: one cache line of a column
_LINES = 1024  # lines of sight that are followed together
_NOWHERE, _UNKNOWN = -1e299, -1e300  # a horizon before the first cell, and what hides nothing


def viewshed(
    grid: Grid,
    column: int,
    row: int,
    *,
    observer: float = 1.6,
    target: float = 0.0,
    radius: float = math.inf,
    refraction: float = REFRACTION,
) -> Mask:
    """Return which cells an eye `observer` metres above a cell's ground sees within `radius` (m).

    Seen is what stands `target` metres above a cell. The ground falls off by (1 - refraction) d² /
    (2 · EARTH_RADIUS). Unknown ground is not seen and hides nothing; raises Invalid if the
    observer's own height is not known.
    """
    seen = np.zeros(grid.shape, np.bool_)
    eye = grid.ground(column, row) + observer
    seen[row, column] = True
    curve = (1 - refraction) / (2 * EARTH_RADIUS)
    heights, flags = grid.heights.ravel(), seen.ravel()
    sides = _sides(grid, column, row, radius)
    pieces = [(side, line) for side in sides for line in range(side.first, side.last, _LINES)]

    def follow(piece: int) -> None:
        side, first = pieces[piece]
        last = min(first + _LINES, side.last)
        _follow(
            heights, flags, side.layout, side.ahead, side.aside, eye, target, curve, first, last
        )

    share(follow, len(pieces))
    return seen & near(grid, column, row, radius) if math.isfinite(radius) else seen


def near(grid: Grid, column: int, row: int, radius: float) -> Mask:
    """Return which cells lie within `radius` metres of one."""
    by_row, by_column = _squares(grid, column, row)
    found = np.zeros(grid.shape, np.bool_)
    for at in np.flatnonzero(by_row[1] <= radius * radius):
        found[at] = by_row[0, at] * by_column[0] + by_row[1, at] <= radius * radius
    return found


@dataclasses.dataclass(frozen=True, slots=True)
class _Side:
    """One of four quarters round the observer, seen as rings of cells across its direction.

    `layout`: place of the observer's cell in memory, step of a ring, step within a ring, cells
    before and after the observer's within a ring, rings. Squared distance (m²) of cell j of ring i:
    `ahead[0, i] * aside[0, j] + ahead[1, i] * aside[1, j]`. Its lines are `first … last - 1`.
    """

    layout: npt.NDArray[np.int64]
    ahead: Lengths
    aside: Lengths
    first: int
    last: int


def _sides(grid: Grid, column: int, row: int, radius: float) -> list[_Side]:
    rows, columns = grid.shape
    by_row, by_column = _squares(grid, column, row)
    far_y = math.ceil(min(radius / grid.cell_y.min(), rows))
    far_x = math.ceil(min(radius / grid.cell_x.min(), columns))
    at = row * columns + column
    found = []
    for step, rings in ((-1, row), (1, rows - 1 - row)):
        top = min(rings, far_y)
        ahead = by_row[
            :, row + step : (row + step * (top + 1)) if row + step * top else None : step
        ]
        layout = [at, step * columns, 1, column, columns - 1 - column, top]
        found.append(_Side(np.array(layout), _padded(ahead, top), by_column, -top, top + 1))
    for step, rings in ((-1, column), (1, columns - 1 - column)):
        top = min(rings, far_x)
        ahead = np.stack((np.arange(1.0, top + 1) ** 2, np.ones(top)))
        layout = [at, step, columns, row, rows - 1 - row, top]
        # the diagonals belong to the sides above and below
        found.append(_Side(np.array(layout), _padded(ahead, top), by_row, 1 - top, top))
    return [side for side in found if side.layout[5]]


def _squares(grid: Grid, column: int, row: int) -> tuple[Lengths, Lengths]:
    """Return what squared distances (m²) from a cell are made of: by rows, and by columns.

    That of a cell is `rows[0, its row] * columns[0, its column] + rows[1, its row]`.
    """
    # the mean of both rows' cells: a parallel shrinks towards the pole
    east = ((grid.cell_x + grid.cell_x[row]) / 2) ** 2
    downs = np.concatenate(([0.0], np.cumsum((grid.cell_y[:-1] + grid.cell_y[1:]) / 2)))
    right = (np.arange(grid.shape[1], dtype=np.float64) - column) ** 2
    return np.stack((east, (downs - downs[row]) ** 2)), np.stack((right, np.ones_like(right)))


def _padded(ahead: Lengths, rings: int) -> Lengths:
    """Return factors of the rings 1 … with a column before them, so that ring i stands at i."""
    return np.ascontiguousarray(np.concatenate((np.zeros((2, 1)), ahead[:, :rings]), axis=1))


@fused
def _follow(
    heights: Any,
    seen: Any,
    layout: Any,
    ahead: Any,
    aside: Any,
    eye: float,
    target: float,
    curve: float,
    a: int,
    b: int,
) -> None:
    """Judge the cells nearest to the lines a … b - 1, of slopes line / rings."""
    at, over, along, before, after, rings = layout
    width = b - a + 2 * _BLOCK
    horizon = np.full(b - a + 2, _NOWHERE)  # one more on each side, for a tie between lines
    cells = np.empty((_BLOCK, width), np.float32)
    rise, verdict = np.empty(width + 1), np.empty(width, np.bool_)
    for start in range(1, rings + 1, _BLOCK):
        stop = min(start + _BLOCK, rings + 1)
        low = max(min(_floor(a, start, rings), _floor(a, stop - 1, rings)), -before)
        high = max(_floor(b - 1, start, rings), _floor(b - 1, stop - 1, rings)) + 1
        held = min(high, after) - low + 1
        if held <= 0:
            continue
        _fetch(heights, at + start * over + low * along, over, along, stop - start, held, cells)
        for i in range(start, stop):
            slope, place = i / rings, at + i * over
            _rises(cells[i - start], held, i, ahead[:, i], aside[:, low + before :], eye, curve,
                   rise)  # fmt: skip
            first = max(math.ceil((a - 0.5) * slope), -before)
            count = min(math.ceil((b - 0.5) * slope), after + 1) - first
            if count > 0:
                own = seen[place + first :] if along == 1 else verdict
                _judge(rise[first - low :], count, target / i, first / slope + 1.5 - a, 1 / slope,
                       horizon, own)  # fmt: skip
                if along != 1:
                    _copy(verdict, count, seen[place + first * along :], along)
            line = max(a, math.ceil(-before / slope))
            lines = min(b, math.floor(after / slope) + 1) - line
            if lines > 0:
                _lift(rise, line * slope - low, slope, lines, horizon[line - a + 1 :])
            horizon[0], horizon[-1] = horizon[1], horizon[-2]


@fused
def _floor(line: int, ring: int, rings: int) -> int:
    return math.floor(line * ring / rings)


@fused
def _fetch(
    heights: Any, at: int, over: int, along: int, rings: int, count: int, cells: Any
) -> None:
    """Copy some rings' cells, in the order in which they lie in memory."""
    if along == 1:
        for i in range(rings):
            for j in range(count):
                cells[i, j] = heights[at + i * over + j]
    else:
        for j in range(count):
            for i in range(rings):
                cells[i, j] = heights[at + i * over + j * along]


@fused
def _rises(
    cells: Any, count: int, ring: int, ahead: Any, aside: Any, eye: float, curve: float, rise: Any
) -> None:
    """Write how much the eye must look up to see each cell, per ring instead of per metre.

    Along one line both differ by a factor only, so they compare alike.
    """
    share_of, p, q = 1.0 / ring, curve * ahead[0], curve * ahead[1]
    for j in range(count):
        up = (cells[j] - eye - (p * aside[0, j] + q * aside[1, j])) * share_of
        rise[j] = up if up == up else _UNKNOWN
    rise[count] = rise[count - 1]


@fused
def _judge(
    rise: Any, count: int, lift: float, shift: float, lines_a_cell: float, horizon: Any, own: Any
) -> None:
    """Say which cells stand over the horizon of the line that passes them closest."""
    for j in range(count):
        own[j] = rise[j] + lift >= horizon[np.uint32(j * lines_a_cell + shift)]


@fused
def _copy(verdict: Any, count: int, seen: Any, along: int) -> None:
    """Carry a column's verdicts over; cells begin unseen, and most places see few."""
    for j in range(count):
        if verdict[j]:
            seen[j * along] = True


@fused
def _lift(rise: Any, start: float, step: float, lines: int, horizon: Any) -> None:
    """Raise each line's horizon by the ring that it has crossed."""
    start = max(start, 0.0)
    for k in range(lines):
        place = start + step * k
        left = np.uint32(place)
        low = rise[left]
        up = low + (rise[left + np.uint32(1)] - low) * (place - left)
        horizon[k] = up if up > horizon[k] else horizon[k]
