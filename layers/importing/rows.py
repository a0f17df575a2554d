"""Judging a file's rows: which are taken, which are repaired, which are refused and why.

Rows come in batches and wait in spools, one for each shape that the layer may turn out to have.
"""

import dataclasses
import heapq
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from layers import staging
from layers.importing import columns, datum
from layers.importing.spool import Rows, Spool
from layers.importing.strays import Strays
from layers.importing.table import Batch, Refused, Shapes, Unreadable
from layers.importing.topology import Examination, Topology, areas
from layers.staging import DIMENSION

SHAPE_OF = {dimension: shape for shape, dimension in DIMENSION.items()}
ZH = {"point": "点", "line": "线", "polygon": "面"}
MOST_TOLD = 1000  # rows that a report names; it counts all
_EDGE = 85.06
_ELSEWHERE = 5.0  # degrees, or metres: nearer than that, 0, 0 may be meant
MOST_CROSSINGS = 2000  # of one area with itself
_BATCH = 200  # lines
Places = NDArray[np.intp]


@dataclasses.dataclass(slots=True)
class Told:
    """Rows that something is said of: how many, and the first of them."""

    count: int = 0
    first: list[Refused] = dataclasses.field(default_factory=list)

    def add(self, rows: Iterable[Refused]) -> None:
        """Take further rows, in the file's order."""
        for one in rows:
            self.count += 1
            if len(self.first) < MOST_TOLD:
                self.first.append(one)

    def with_(self, *others: "Told") -> "Told":
        """Return these and others together, in the file's order."""
        every = [self, *others]
        rows = heapq.merge(*(one.first for one in every), key=attrgetter("row"))
        return Told(sum(one.count for one in every), list(rows)[:MOST_TOLD])


@dataclasses.dataclass(slots=True)
class Judged:
    """Rows that can be stored, and what was not.

    A repair is made when the layer is stored; the original stays beside it.
    """

    shape: str
    stored: int
    spool: Spool
    columns: columns.Named
    refused: Told
    repaired: Told
    notes: list[tuple[str, str]]
    topology: Topology

    def lines(self) -> Iterator[str]:
        """Yield the rows as the stage takes them, many at a time."""
        for rows in self.spool:
            values = columns.written(rows.fields, self.columns, len(rows.numbers))
            yield staging.lines(rows.numbers, rows.wkb, values)


class _Side:
    """The rows of one dimension, judged as those of a layer of that shape."""

    def __init__(self, shape: str, spool: Path, *, coverage: bool) -> None:
        self.shape, self.spool = shape, Spool(spool)
        self.kinds = columns.Kinds()
        self.refused, self.repaired = Told(), Told()
        self.stored = 0
        self.examination = Examination(shape, coverage=coverage)

    def add(self, numbers: Places, shapes: Shapes, batch: Batch, at: Places) -> None:
        """Judge rows of this dimension, which stand `at` these places of their batch."""
        wrong = _wrong(shapes, self.shape)
        sound = shapes
        if self.shape == "polygon" and wrong.any():
            knots = wrong.copy()
            knots[wrong] = [tangled(one) for one in shapes[wrong]]
            mended = wrong & ~knots
            sound = shapes.copy()
            sound[mended] = [areas(one) for one in shapely.make_valid(shapes[mended])]
            lost = mended & ~(shapely.area(sound) > 0)
            self._tell(numbers, shapes, mended & ~lost, lost, knots)
            kept = ~(lost | knots)
            numbers, at, wrong = numbers[kept], at[kept], wrong[kept]
            shapes, sound = shapes[kept], sound[kept]
        if not len(numbers):
            return
        fields = batch.fields
        if len(at) < len(batch):
            places = at.tolist()
            fields = {name: [held[i] for i in places] for name, held in fields.items()}
        self.kinds.add(fields)
        self.examination.add(numbers, shapes, sound, wrong)
        wkb = [one.hex() for one in shapely.to_wkb(shapes)]
        self.spool.add(Rows(numbers.tolist(), wkb, fields))
        self.stored += len(numbers)

    def _tell(
        self,
        numbers: Places,
        shapes: Shapes,
        mended: NDArray[np.bool_],
        lost: NDArray[np.bool_],
        knots: NDArray[np.bool_],
    ) -> None:
        zh = "边界自相交或有误，已修复，原图形保留"
        self.repaired.add(
            Refused(row, f"repaired, original kept: {_why(shape)}", zh)
            for row, shape in zip(numbers[mended].tolist(), shapes[mended], strict=True)
        )
        refused = [
            Refused(row, f"cannot be repaired: {_why(shape)}", "边界有误，修复后没有面积")
            for row, shape in zip(numbers[lost].tolist(), shapes[lost], strict=True)
        ] + [
            Refused(
                row,
                f"crosses itself more than {MOST_CROSSINGS:,} times",
                f"边界自相交超过 {MOST_CROSSINGS} 处",
            )
            for row in numbers[knots].tolist()
        ]
        self.refused.add(sorted(refused, key=attrgetter("row")))


def _wrong(shapes: Shapes, shape: str) -> NDArray[np.bool_]:
    """Say which shapes cross themselves."""
    if shape == "point":
        return np.zeros(len(shapes), bool)
    whole = shapely.is_valid if shape == "polygon" else shapely.is_simple
    return np.asarray(~whole(shapes), bool)


def _why(shape: shapely.Geometry) -> str:
    return str(shapely.is_valid_reason(shape)).split("[")[0].strip()


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


class Survey:
    """All rows of a file, judged as points, as lines and as areas until it shows which they are.

    `folder` is where they wait; `declared` is their datum, without which they are only counted.
    """

    def __init__(self, folder: Path, declared: str, *, coverage: bool) -> None:
        self.read = 0
        self._declared = declared
        self._refused = Told()
        self._counts = np.zeros(3, int)
        self._strays = Strays()
        self._rows: dict[tuple[int, bool], list[Places]] = {}  # by dimension, and whether mixed
        self._sides = {
            dimension: _Side(shape, folder / f"rows-{shape}", coverage=coverage)
            for dimension, shape in SHAPE_OF.items()
        }

    def add(self, batch: Batch, usable: Places, refused: list[Refused]) -> None:
        """Judge further rows: those that are `usable` ones; the others have been refused."""
        first = self.read + 1
        self.read += len(batch)
        if not self._declared:
            return
        shapes = datum.lift(self._declared, batch.shapes[usable])
        inside = _on_the_map(shapes)
        away = Refused(0, "does not lie on the map under this datum", "按此坐标系不在地图范围内")
        refused += [dataclasses.replace(away, row=first + at) for at in usable[~inside].tolist()]
        self._refused.add(sorted(refused, key=attrgetter("row")))
        self._strays.add(first + usable[inside], shapes[inside])
        self._divide(first, shapes[inside], batch, usable[inside])

    def _divide(self, first: int, shapes: Shapes, batch: Batch, at: Places) -> None:
        dimensions = shapely.get_dimensions(shapes)
        mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
        self._counts += np.bincount(np.maximum(dimensions, 0), minlength=3)
        for dimension in np.unique(dimensions).tolist():
            for alike in (False, True):
                here = (dimensions == dimension) & (mixed == alike)
                if not here.any():
                    continue
                key = (dimension, alike)
                self._rows.setdefault(key, []).append(first + at[here])
                if not alike and dimension in self._sides:
                    self._sides[dimension].add(first + at[here], shapes[here], batch, at[here])

    def judge(self, wanted: str = "") -> Judged:
        """Return what was found; `wanted` is the shape of a layer that is replaced.

        Raises Unreadable if no row is left.
        """
        shape = wanted or SHAPE_OF[int(self._counts.argmax())]
        side = self._sides[DIMENSION[shape]]
        refused = self._refused.with_(side.refused, *self._unlike(shape))
        if not side.stored:
            raise _nothing_left(refused)
        named = side.kinds.named()
        return Judged(
            shape,
            side.stored,
            side.spool,
            named,
            refused,
            side.repaired,
            side.kinds.lost(named) + self._strays.found(),
            side.examination.found(side.spool),
        )

    def _unlike(self, shape: str) -> Iterator[Told]:
        """Yield the rows that are of another shape, or of several."""
        for (dimension, mixed), batches in self._rows.items():
            if dimension == DIMENSION[shape] and not mixed:
                continue
            is_a = SHAPE_OF.get(dimension, "collection")
            en = f"is a {is_a}, the layer holds {shape}s"
            zh = f"是{ZH.get(is_a, '集合')}，图层为{ZH[shape]}"
            numbers = np.concatenate(batches)
            first = [Refused(row, en, zh) for row in numbers[:MOST_TOLD].tolist()]
            yield Told(len(numbers), first)


def usable(batch: Batch, first: int) -> tuple[Places, list[Refused]]:
    """Return the places of shapes that are there, filled and finite, and the other rows refused.

    `first` is the number of the batch's first row.
    """
    refused = {one.row: one for one in batch.refused}
    shapes = batch.shapes
    reasons = (
        (shapely.is_missing(shapes), "has no geometry", "没有几何图形"),
        (shapely.is_empty(shapes), "its geometry is empty", "几何图形为空"),
        (_at_nought(shapes), "lies at 0, 0: its coordinates are missing", "坐标为 0, 0：没有坐标"),
        (~np.isfinite(shapely.bounds(shapes)).all(axis=1), "a coordinate is no number",
         "坐标不是有效数字"),
    )  # fmt: skip
    for wrong, en, zh in reasons:
        for row in (first + np.flatnonzero(wrong)).tolist():
            refused.setdefault(row, Refused(row, en, zh))
    left = np.ones(len(batch), bool)
    left[[row - first for row in refused]] = False
    return np.flatnonzero(left), list(refused.values())


def _at_nought(shapes: Shapes) -> NDArray[np.bool_]:
    """Say which shapes are points at 0, 0 among others elsewhere: readers' empty ones."""
    bounds = shapely.bounds(shapes)
    noughts = (bounds == 0).all(axis=1)
    others = bounds[~noughts & np.isfinite(bounds).all(axis=1)]
    if not len(others) or np.abs(np.median(others, axis=0)).max() < _ELSEWHERE:
        return np.zeros(len(shapes), bool)
    return np.asarray(noughts, bool)


def _on_the_map(shapes: Shapes) -> NDArray[np.bool_]:
    bounds = np.abs(shapely.bounds(shapes))
    inside = (bounds[:, [0, 2]] <= 180).all(axis=1) & (bounds[:, [1, 3]] <= _EDGE).all(axis=1)
    return np.asarray(inside, bool)


def _nothing_left(refused: Told) -> Unreadable:
    if not refused.count:
        return Unreadable(
            "the file holds no rows: there is nothing to import",
            zh="文件中没有任何数据行，无可导入",
            field="file",
        )
    first = refused.first[0]
    return Unreadable(
        f"no row can be taken; row {first.row}: {first.en}",
        zh=f"没有可用的行；第 {first.row} 行：{first.zh}",
        field="file",
        refused=[dataclasses.asdict(one) for one in refused.first],
    )
