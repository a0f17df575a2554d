"""Cut and fill: how much earth is moved to bring the ground to a level, or to another surface."""

import dataclasses

import numpy as np

from core.errors import Invalid
from layers.terrain.grid import Grid, Heights, Mask


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Earthwork:
    """Earth to be taken away and to be brought (m³, on m²); `change` is the new height's gain (m).

    Cells whose height is not known in both surfaces are left out: `known_m2` is what was counted.
    """

    cut_m3: float
    fill_m3: float
    cut_m2: float
    fill_m2: float
    known_m2: float
    change: Heights

    @property
    def surplus_m3(self) -> float:
        """Return what is left over (m³), below 0 what is missing."""
        return self.cut_m3 - self.fill_m3


def to_level(grid: Grid, level: float, inside: Mask | None = None) -> Earthwork:
    """Return what brings the ground (inside a mask, if one is given) to a level in metres."""
    return _moved(grid, np.float32(level) - grid.heights, inside)


def between(before: Grid, after: Grid, inside: Mask | None = None) -> Earthwork:
    """Return what makes one surface from another; raises Invalid if their cells differ."""
    same = before.shape == after.shape and all(
        np.allclose(one, other, rtol=1e-6)
        for one, other in ((before.cell_x, after.cell_x), (before.cell_y, after.cell_y))
    )
    if not same:
        raise Invalid(
            "the two elevation models do not have the same cells",
            zh="两个高程模型的格网不一致",
            remedy="resample one of them to the other's cells",
        )
    return _moved(before, after.heights - before.heights, inside)


def balanced(grid: Grid, inside: Mask | None = None) -> float:
    """Return the level (m) at which as much is cut as filled; raises Invalid without ground."""
    chosen = grid.known if inside is None else grid.known & inside
    area = grid.area(chosen)
    if not area:
        raise Invalid("the ground's height is not known there", zh="该范围没有高程数据")
    heights = np.where(chosen, grid.heights, np.float32(0)).sum(axis=1, dtype=np.float64)
    return float(heights @ grid.areas) / area


def _moved(grid: Grid, change: Heights, inside: Mask | None) -> Earthwork:
    chosen = ~np.isnan(change) if inside is None else ~np.isnan(change) & inside
    moved = np.where(chosen, change, np.float32(0))

    def volume(part: Heights) -> float:
        return float(part.sum(axis=1, dtype=np.float64) @ grid.areas)

    return Earthwork(
        cut_m3=-volume(np.minimum(moved, 0)),
        fill_m3=volume(np.maximum(moved, 0)),
        cut_m2=grid.area(moved < 0),
        fill_m2=grid.area(moved > 0),
        known_m2=grid.area(chosen),
        change=np.where(chosen, change, np.float32(np.nan)),
    )
