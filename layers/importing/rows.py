"""Judging a file's rows: which are taken, which are repaired, which are refused and why."""

import dataclasses
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.importing import columns, datum
from layers.importing.table import Refused, Shapes, Table, Unreadable
from layers.layer import Column
from layers.staging import DIMENSION

SHAPE_OF = {dimension: shape for shape, dimension in DIMENSION.items()}
ZH = {"point": "点", "line": "线", "polygon": "面"}
_EDGE = 85.06
_ELSEWHERE = 5.0  # degrees, or metres: nearer than that, 0, 0 may be meant
MOST_CROSSINGS = 2000  # of one area with itself
_BATCH = 200  # lines


@dataclasses.dataclass(slots=True)
class Judged:
    """Rows that can be stored: number in the file, shape in degrees, values; and what was not."""

    shape: str
    numbers: NDArray[np.intp]
    shapes: Shapes
    rows: list[dict[str, Any]]
    columns: dict[str, Column]
    refused: list[Refused]
    repaired: list[Refused]
    notes: list[tuple[str, str]]


def judge(table: Table, declared: str, wanted: str = "") -> Judged:
    """Judge every row; `wanted` is the shape of a layer that is replaced.

    Raises Unreadable if no row is left. A repair is made when the layer is stored; the original
    stays beside it.
    """
    refused = {one.row: one for one in table.refused}
    usable = _usable(table.shapes, refused)
    shapes: Shapes = np.full(len(table), None, dtype=object)
    shapes[usable] = datum.lift(declared, table.shapes[usable])
    usable = _on_the_map(shapes, usable, refused)
    shape = wanted or _shape_of_most(shapes[usable])
    usable = _of_shape(shapes, usable, shape, refused)
    usable, repaired = _repaired(shapes, usable, shape, refused)
    if not len(usable):
        raise _nothing_left(refused)
    kept = [table.rows[i] for i in usable]
    named = columns.of(kept)
    rows = [columns.values(row, named) for row in kept]
    return Judged(
        shape,
        usable + 1,
        shapes[usable],
        rows,
        dict(named.values()),
        sorted(refused.values(), key=lambda one: one.row),
        repaired,
        columns.lost(kept, named),
    )


def _usable(shapes: Shapes, refused: dict[int, Refused]) -> NDArray[np.intp]:
    """Return the places of shapes that are there, filled, and finite."""
    for at in np.flatnonzero(shapely.is_missing(shapes)).tolist():
        refused.setdefault(at + 1, Refused(at + 1, "has no geometry", "没有几何图形"))
    for at in np.flatnonzero(shapely.is_empty(shapes)).tolist():
        refused.setdefault(at + 1, Refused(at + 1, "its geometry is empty", "几何图形为空"))
    for at in _at_nought(shapes):
        why = Refused(at + 1, "lies at 0, 0: its coordinates are missing", "坐标为 0, 0：没有坐标")
        refused.setdefault(at + 1, why)
    for at in np.flatnonzero(~np.isfinite(shapely.bounds(shapes)).all(axis=1)).tolist():
        why = Refused(at + 1, "a coordinate is no number", "坐标不是有效数字")
        refused.setdefault(at + 1, why)
    return _without(np.arange(len(shapes)), refused)


def _at_nought(shapes: Shapes) -> list[int]:
    """Return the places of points at 0, 0 in a file that lies elsewhere: readers' empty ones."""
    bounds = shapely.bounds(shapes)
    noughts = (bounds == 0).all(axis=1)
    others = bounds[~noughts & np.isfinite(bounds).all(axis=1)]
    if not len(others) or np.abs(np.median(others, axis=0)).max() < _ELSEWHERE:
        return []
    return [int(at) for at in np.flatnonzero(noughts)]


def _without(usable: NDArray[np.intp], refused: dict[int, Refused]) -> NDArray[np.intp]:
    left = [at for at in usable.tolist() if at + 1 not in refused]
    return np.array(left, dtype=np.intp)


def _on_the_map(
    shapes: Shapes, usable: NDArray[np.intp], refused: dict[int, Refused]
) -> NDArray[np.intp]:
    bounds = shapely.bounds(shapes[usable])
    inside = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (
        np.abs(bounds[:, [1, 3]]) <= _EDGE
    ).all(axis=1)
    for at in usable[~inside].tolist():
        refused[at + 1] = Refused(
            at + 1, "does not lie on the map under this datum", "按此坐标系不在地图范围内"
        )
    return np.asarray(usable[inside], np.intp)


def _shape_of_most(shapes: Shapes) -> str:
    if not len(shapes):
        return "point"
    counts = np.bincount(np.maximum(shapely.get_dimensions(shapes), 0), minlength=3)
    return SHAPE_OF[int(counts.argmax())]


def _of_shape(
    shapes: Shapes, usable: NDArray[np.intp], shape: str, refused: dict[int, Refused]
) -> NDArray[np.intp]:
    dimensions = shapely.get_dimensions(shapes[usable])
    mixed = shapely.get_type_id(shapes[usable]) == shapely.GeometryType.GEOMETRYCOLLECTION
    fits = (dimensions == DIMENSION[shape]) & ~mixed
    for at, dimension in zip(usable[~fits].tolist(), dimensions[~fits].tolist(), strict=True):
        is_a = SHAPE_OF.get(dimension, "collection")
        refused[at + 1] = Refused(
            at + 1,
            f"is a {is_a}, the layer holds {shape}s",
            f"是{ZH.get(is_a, '集合')}，图层为{ZH[shape]}",
        )
    return np.asarray(usable[fits], np.intp)


def _repaired(
    shapes: Shapes, usable: NDArray[np.intp], shape: str, refused: dict[int, Refused]
) -> tuple[NDArray[np.intp], list[Refused]]:
    """Find what must be repaired; what keeps no area by it is refused."""
    if shape != "polygon":
        return usable, []
    repaired = []
    for at in usable[~shapely.is_valid(shapes[usable])].tolist():
        if tangled(shapes[at]):
            refused[at + 1] = Refused(
                at + 1,
                f"crosses itself more than {MOST_CROSSINGS:,} times",
                f"边界自相交超过 {MOST_CROSSINGS} 处",
            )
            continue
        why = shapely.is_valid_reason(shapes[at]).split("[")[0].strip()
        if shapely.area(shapely.make_valid(shapes[at])) > 0:
            zh = "边界自相交或有误，已修复，原图形保留"
            repaired.append(Refused(at + 1, f"repaired, original kept: {why}", zh))
        else:
            zh = "边界有误，修复后没有面积"
            refused[at + 1] = Refused(at + 1, f"cannot be repaired: {why}", zh)
    return _without(usable, refused), repaired


def tangled(shape: shapely.Geometry) -> bool:
    """Say whether an area crosses itself too often: mending takes time by the square of it."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    places, ring = shapely.get_coordinates(rings, return_index=True)
    at = np.flatnonzero(ring[1:] == ring[:-1])
    pairs = np.stack([places[at], places[at + 1]], axis=1)
    lines: Shapes = np.asarray(shapely.linestrings(pairs), dtype=object)
    tree, found = shapely.STRtree(lines), 0
    for first in range(0, len(lines), _BATCH):
        part = lines[first : first + _BATCH]
        found += tree.query(part, predicate="crosses").shape[1]
        if found > 2 * MOST_CROSSINGS:  # each is seen from both of its lines
            return True
    return False


def _nothing_left(refused: dict[int, Refused]) -> Unreadable:
    if not refused:
        return Unreadable(
            "the file holds no rows: there is nothing to import",
            zh="文件中没有任何数据行，无可导入",
            field="file",
        )
    first = min(refused.values(), key=lambda one: one.row)
    return Unreadable(
        f"no row can be taken; row {first.row}: {first.en}",
        zh=f"没有可用的行；第 {first.row} 行：{first.zh}",
        field="file",
        refused=[dataclasses.asdict(one) for one in list(refused.values())[:1000]],
    )
