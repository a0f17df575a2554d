"""How deep water of one level stands along outlines: its height over the ground of wet cells."""

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.terrain.grid import Grid, Lengths, Mask

Owners = npt.NDArray[np.intp]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Spots on outlines as (column, row) places: whose they are, and the length each stands for.

    A spot may stand for no length (a corner): it counts for least and most, not for the mean.
    """

    owner: Owners
    places: Lengths
    length: Lengths
    count: int


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """For each outline: depths (m; 0 where it is dry), lowest ground (m, NaN unknown), wet share.

    `touched` are those that the water stands at, however little of them.
    """

    least: Lengths
    mean: Lengths
    most: Lengths
    ground: Lengths
    share: Lengths
    touched: Mask


def standing(grid: Grid, wet: Mask, level: float, outlines: Outlines) -> Standing:
    """Return how the water of a level (m) stands at outlines; only wet cells count as water.

    Ground that lies below the level but is not wet (behind a dyke) is dry. Spots beside the grid
    and on unknown ground count as dry.
    """
    rows, columns = grid.shape
    column, row = np.floor(outlines.places).astype(np.intp).T
    on = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    column, row = np.where(on, column, 0), np.where(on, row, 0)
    height = np.where(on, grid.heights[row, column], np.nan).astype(np.float64)
    under = on & wet[row, column]
    depth = np.where(under, np.maximum(level - height, 0.0), 0.0)

    def summed(values: Lengths) -> Lengths:
        return np.bincount(outlines.owner, values, minlength=outlines.count).astype(np.float64)

    length = np.maximum(summed(outlines.length), 1e-9)
    touched = summed(under.astype(np.float64)) > 0
    least = _of_each(np.minimum, depth, outlines, np.inf)
    return Standing(
        least=np.where(np.isinf(least), 0.0, least),
        mean=summed(depth * outlines.length) / length,
        most=_of_each(np.maximum, depth, outlines, 0.0),
        ground=_of_each(np.fmin, height, outlines, np.nan),
        share=summed(under * outlines.length) / length,
        touched=touched,
    )


def _of_each(figure: Any, values: Lengths, outlines: Outlines, start: float) -> Lengths:
    found = np.full(outlines.count, start)
    figure.at(found, outlines.owner, values)
    return found
