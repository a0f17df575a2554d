"""A grid of heights: what every question about terrain is asked of."""

import dataclasses
from typing import Self

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from core.errors import Invalid

Heights = npt.NDArray[np.float32]
Lengths = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

MOST = 100_000_000  # cells of one question: floods and flow take some 30 bytes each
_CGCS2000 = Geod(a=6378137.0, rf=298.257222101)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Heights in metres, north up, row by row from the north; NaN where the ground is not known.

    `cell_x` is the distance of two neighbours in a row and `cell_y` that of a row to the next, in
    metres on the ground, both for each row. Places in a grid are (column, row) with (0, 0) at its
    north-west corner and cell centres at halves; cells are counted from 0.
    """

    heights: Heights
    cell_x: Lengths
    cell_y: Lengths

    def __post_init__(self) -> None:
        """Refuse what is no grid; raises Invalid."""
        rows, columns = self.heights.shape if self.heights.ndim == 2 else (0, 0)
        if not rows or not columns or rows * columns > MOST:
            raise Invalid("a grid has rows and columns of heights", zh="高程格网为空或过大")
        if self.heights.dtype != np.float32 or not self.heights.flags.c_contiguous:
            raise Invalid("heights are float32, row by row", zh="高程须为单精度行序数组")
        for cells in (self.cell_x, self.cell_y):
            if cells.shape != (rows,) or not (np.isfinite(cells).all() and (cells > 0).all()):
                raise Invalid("cells have a length in metres", zh="像元尺寸须为正数")

    @classmethod
    def plane(
        cls, heights: npt.ArrayLike, cell_x: float, cell_y: float = 0.0, known: Mask | None = None
    ) -> Self:
        """Return a grid whose cells are the same everywhere (metres; no `cell_y`: squares)."""
        held = _held(heights, known)
        rows = len(held)
        return cls(held, np.full(rows, float(cell_x)), np.full(rows, float(cell_y or cell_x)))

    @classmethod
    def ellipsoid(
        cls,
        heights: npt.ArrayLike,
        north: float,
        step_x: float,
        step_y: float,
        known: Mask | None = None,
    ) -> Self:
        """Return a grid in degrees: latitude of its upper edge, and its cells' size, positive."""
        held = _held(heights, known)
        middle = north - (np.arange(len(held)) + 0.5) * step_y
        zero = np.zeros_like(middle)
        east = _CGCS2000.inv(zero, middle, zero + step_x, middle)[2]
        south = _CGCS2000.inv(zero, middle + step_y / 2, zero, middle - step_y / 2)[2]
        return cls(held, np.asarray(east), np.asarray(south))

    @property
    def shape(self) -> tuple[int, int]:
        """Return the numbers of rows and columns."""
        return self.heights.shape[0], self.heights.shape[1]

    @property
    def known(self) -> Mask:
        """Return where the ground's height is known."""
        return ~np.isnan(self.heights)

    @property
    def areas(self) -> Lengths:
        """Return a cell's area (m²) for each row."""
        return self.cell_x * self.cell_y

    def area(self, inside: Mask) -> float:
        """Return the area (m²) of the cells that a mask marks."""
        return float(inside.sum(axis=1, dtype=np.int64) @ self.areas)

    def cell(self, column: float, row: float) -> tuple[int, int]:
        """Return column and row of the cell at a place; raises Invalid beside the grid."""
        rows, columns = self.shape
        if not (0 <= column < columns and 0 <= row < rows):
            raise Invalid(
                "the place lies beside the elevation model", zh="该位置在高程模型范围之外"
            )
        return int(column), int(row)

    def ground(self, column: int, row: int) -> float:
        """Return a cell's height; raises Invalid where it is not known."""
        height = float(self.heights[row, column])
        if np.isnan(height):
            raise Invalid("the ground's height is not known there", zh="该位置没有高程数据")
        return height

    def rim(self) -> Mask:
        """Return the known cells where water leaves: at the border, or beside an unknown cell."""
        known = self.known
        inner = np.zeros_like(known)
        inner[1:-1, 1:-1] = known[:-2, 1:-1] & known[2:, 1:-1] & known[1:-1, :-2] & known[1:-1, 2:]
        return known & ~inner


def _held(heights: npt.ArrayLike, known: Mask | None) -> Heights:
    held: Heights = np.ascontiguousarray(heights, dtype=np.float32)
    wanted = np.isfinite(held) if known is None else np.isfinite(held) & known
    return held if wanted.all() else np.where(wanted, held, np.float32(np.nan))
