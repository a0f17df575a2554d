"""Profile: how the ground rises and falls along a line."""

import dataclasses
import math

import numpy as np
import numpy.typing as npt

from core.errors import Invalid
from layers.terrain.grid import Grid, Lengths

MOST = 20_000  # samples of one profile


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Samples along a line: metres from its start, (column, row), heights (m, NaN unknown)."""

    distance: Lengths
    places: Lengths
    height: Lengths

    @property
    def length(self) -> float:
        """Return the line's length on the ground (m), as if it were level."""
        return float(self.distance[-1])

    @property
    def climb(self) -> float:
        """Return the sum of all rises (m)."""
        return float(np.nansum(np.maximum(np.diff(self.height), 0)))

    @property
    def descent(self) -> float:
        """Return the sum of all falls (m), positive."""
        return float(-np.nansum(np.minimum(np.diff(self.height), 0)))

    @property
    def steepest(self) -> float:
        """Return the greatest slope between two samples, in per cent."""
        run = np.diff(self.distance)
        rise = np.abs(np.diff(self.height))[run > 0] / run[run > 0]
        return float(np.nanmax(rise, initial=0.0) * 100)


def profile(grid: Grid, line: npt.ArrayLike, step: float = 0.0) -> Profile:
    """Return the heights along a line of (column, row) places, at its corners and every `step`.

    No step: half a cell, or more where that would be over MOST samples. Raises Invalid for a line
    without length.
    """
    corners = np.asarray(line, dtype=np.float64).reshape(-1, 2)
    lengths = _lengths(grid, corners)
    if not lengths.sum() > 0:
        raise Invalid("the line has no length", zh="线段长度为零", field="line")
    finest = lengths.sum() / (MOST - len(corners))
    step = max(step or min(grid.cell_x.min(), grid.cell_y.min()) / 2, finest)
    counts = np.maximum(1, np.ceil(lengths / step - 1e-9)).astype(int)
    leg = np.repeat(np.arange(len(counts)), counts)
    part = np.concatenate([np.arange(count) / count for count in counts])
    places = corners[leg] + part[:, None] * (corners[leg + 1] - corners[leg])
    begun = np.concatenate(([0.0], np.cumsum(lengths)))
    distance = np.append(begun[leg] + part * lengths[leg], begun[-1])
    places = np.vstack((places, corners[-1:]))
    return Profile(distance, places, heights_at(grid, places))


def _lengths(grid: Grid, corners: Lengths) -> Lengths:
    """Return each leg's length in metres, with the cells' size halfway."""
    if len(corners) < 2:
        return np.zeros(1)
    middle = (corners[:-1, 1] + corners[1:, 1]) / 2
    row = np.clip(middle, 0, len(grid.cell_x) - 1).astype(int)
    legs = np.diff(corners, axis=0)
    return np.asarray(np.hypot(legs[:, 0] * grid.cell_x[row], legs[:, 1] * grid.cell_y[row]))


def heights_at(grid: Grid, places: Lengths) -> Lengths:
    """Return heights between the four cells round each (column, row) place.

    NaN outside the grid, and where unknown cells have more than half of the weight.
    """
    rows, columns = grid.shape
    x = np.clip(places[:, 0] - 0.5, 0, columns - 1)
    y = np.clip(places[:, 1] - 0.5, 0, rows - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, down = x - left, y - top
    total, weights = np.zeros(len(places)), np.zeros(len(places))
    for across, below, weight in (
        (0, 0, (1 - right) * (1 - down)), (1, 0, right * (1 - down)),
        (0, 1, (1 - right) * down), (1, 1, right * down),
    ):  # fmt: skip
        rows_at, columns_at = (
            np.minimum(top + below, rows - 1),
            np.minimum(left + across, columns - 1),
        )
        height = grid.heights[rows_at, columns_at].astype(np.float64)
        counted = np.where(np.isnan(height), 0.0, weight)
        total += np.where(np.isnan(height), 0.0, height) * counted
        weights += counted
    within = ((places >= 0) & (places <= (columns, rows))).all(axis=1) & (weights >= 0.5)
    return np.where(within, total / np.where(within, weights, 1.0), math.nan)
