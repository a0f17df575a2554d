"""Unit cells (单元网格) of the centre: their codes, outlines and true areas."""

import numpy as np
import shapely
from numpy.typing import NDArray

from city.demo.fabric import STEP
from city.demo.partition import Partition
from city.demo.plane import Plane, Shapes
from places.actions import CellRow
from places.codes import LAST_SEQUENCE, number_cells


def draw(partition: Partition, size: int, plane: Plane) -> list[CellRow]:
    """Return the unit cells of all communities that lie on the lattice (`size` cells a side).

    A community of more than 999 cells gets cells of 200 m, then 300 m: the sequence has three
    digits.
    """
    chosen = np.flatnonzero((partition.cell >= 0) & (partition.community != ""))
    order = chosen[np.argsort(partition.community[chosen].astype(str), kind="stable")]
    names, first = np.unique(partition.community[order].astype(str), return_index=True)
    shapes: list[Shapes] = []
    codes: list[str] = []
    for name, members in zip(names, np.split(order, first[1:]), strict=True):
        outlines, step = _fitting(partition.shapes[members], partition.cell[members], size)
        centres = shapely.get_coordinates(shapely.centroid(outlines))
        codes += number_cells(str(name), centres[:, 0], centres[:, 1], step * STEP)
        shapes.append(outlines)
    return _rows(codes, np.concatenate(shapes), plane) if shapes else []


def _rows(codes: list[str], outlines: Shapes, plane: Plane) -> list[CellRow]:
    degrees = plane.lift(outlines)
    areas = plane.true_areas(degrees).round(1).tolist()
    wkb = shapely.to_wkb(degrees).tolist()
    return [
        CellRow(code, code[:12], outline, area)
        for code, outline, area in zip(codes, wkb, areas, strict=True)
    ]


def _fitting(shapes: Shapes, cell: NDArray[np.int64], size: int) -> tuple[Shapes, int]:
    """Return the outlines, joined to larger cells where there would be too many."""
    if len(shapes) <= LAST_SEQUENCE:
        return shapes, 1
    step = 2
    while True:
        i, j = np.divmod(cell, size)
        _, group = np.unique((i // step) * size + j // step, return_inverse=True)
        joined = [shapely.coverage_union_all(shapes[group == n]) for n in range(group.max() + 1)]
        outlines = np.asarray(shapely.get_parts(joined), dtype=object)
        if len(outlines) <= LAST_SEQUENCE:
            return outlines, step
        step += 1
