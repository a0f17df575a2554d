"""What is odd about a file's shapes, told and not mended: crossings, twins, slivers, holes.

A layer that is declared a coverage (districts, land use: areas that meet without overlap) is also
looked through for gaps and overlaps. Sizes are square metres on a local plane.
"""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from layers.importing.table import Shapes

MOST_TOLD = 200  # of each kind; all are counted
MOST_COVERED = 200_000  # areas that are compared with their neighbours
THIN = 0.5  # m: an area whose mean width is less is a sliver
WIDE = 2.0  # m: gaps that are open to the outside and wider may be streets
_BESIDE = 0.001  # m
LEAST = 0.01  # m²: less overlap or gap is rounding
_METRES = 111_195.0  # of one degree of latitude
Indices = NDArray[np.intp]


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One oddity: the rows that it concerns, where it is (degrees), how large (m², if known)."""

    kind: str
    rows: list[int]
    at: tuple[float, float]
    en: str
    zh: str
    m2: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Topology:
    """All that was found: how many of each kind, and the first of them one by one."""

    checked: int
    counts: dict[str, int]
    found: list[Finding]
    notes: list[tuple[str, str]]

    def as_dict(self) -> dict[str, Any]:
        """Return it as a report tells it."""
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True, slots=True)
class _Looked:
    """Sound shapes in degrees and on the plane, with their rows' numbers."""

    numbers: Indices
    shapes: Shapes
    sound: Shapes
    flat: Shapes
    scale: NDArray[np.float64]

    def place(self, at: int) -> tuple[float, float]:
        """Return a place on a shape, in degrees."""
        return _spot(self.sound[at])


def examine(numbers: Indices, shapes: Shapes, shape: str, *, coverage: bool) -> Topology:
    """Look at shapes in WGS 84 degrees; `numbers` are their rows in the file."""
    looked = _look(numbers, shapes, shape)
    kinds: list[Iterable[Finding]] = [_crossings(looked, shape), _twins(looked)]
    notes: list[tuple[str, str]] = []
    if shape == "polygon":
        kinds += [_slivers(looked), _holes(looked)]
    if coverage and shape == "polygon" and len(shapes) <= MOST_COVERED:
        kinds += [_overlaps(looked), _gaps(looked)]
    elif coverage:
        en = f"gaps and overlaps are looked for among at most {MOST_COVERED:,} areas: not checked"
        notes.append((en, f"缝隙与重叠仅检查 {MOST_COVERED} 个以内的面：未检查"))
    counts: dict[str, int] = {}
    found: list[Finding] = []
    for one in (finding for kind in kinds for finding in kind):
        counts[one.kind] = counts.get(one.kind, 0) + 1
        if counts[one.kind] <= MOST_TOLD:
            found.append(one)
    return Topology(len(shapes), counts, found, notes)


def _look(numbers: Indices, shapes: Shapes, shape: str) -> _Looked:
    sound = shapes.copy()
    if shape == "polygon":
        wrong = np.flatnonzero(~shapely.is_valid(shapes))
        sound[wrong] = [_areas(one) for one in shapely.make_valid(shapes[wrong])]
    middle = np.radians(shapely.bounds(shapes)[:, [1, 3]].mean())
    scale = np.array([_METRES * np.cos(middle), _METRES])
    flat = np.asarray(shapely.transform(sound, lambda at: at * scale), dtype=object)
    return _Looked(numbers, shapes, sound, flat, scale)


def _areas(mended: shapely.Geometry) -> shapely.Geometry:
    """Return the areas of a mended shape, without the lines and points that it may have left."""
    parts = shapely.get_parts(mended)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _spot(shape: shapely.Geometry) -> tuple[float, float]:
    spot = shapely.point_on_surface(shape)
    return round(float(spot.x), 7), round(float(spot.y), 7)


def _crossings(looked: _Looked, shape: str) -> Iterator[Finding]:
    if shape == "point":
        return
    whole = shapely.is_valid if shape == "polygon" else shapely.is_simple
    for at in np.flatnonzero(~whole(looked.shapes)).tolist():
        row = int(looked.numbers[at])
        why = "crosses itself"
        if shape == "polygon":
            why = str(shapely.is_valid_reason(looked.shapes[at])).split("[")[0].lower()
        yield Finding(
            "crossing", [row], looked.place(at), f"row {row}: {why}", f"第 {row} 行自相交"
        )


def _twins(looked: _Looked) -> Iterator[Finding]:
    """Yield shapes that are the same as an earlier one; only equal boxes are compared."""
    bounds = shapely.bounds(looked.shapes)
    _, group, size = np.unique(bounds, axis=0, return_inverse=True, return_counts=True)
    alike = np.flatnonzero(size[group.reshape(-1)] > 1)
    first: dict[bytes, int] = {}
    for at, wkb in zip(alike.tolist(), _normal(looked.shapes[alike]), strict=True):
        row = int(looked.numbers[at])
        before = first.setdefault(wkb, row)
        if before != row:
            en, zh = (
                f"row {row} is the same as row {before}",
                f"第 {row} 行与第 {before} 行图形相同",
            )
            yield Finding("duplicate", [row, before], looked.place(at), en, zh)


def _normal(shapes: Shapes) -> list[bytes]:
    found: list[bytes] = shapely.to_wkb(shapely.normalize(shapes)).tolist()
    return found


def _slivers(looked: _Looked) -> Iterator[Finding]:
    area, around = shapely.area(looked.flat), shapely.length(looked.flat)
    width = 2 * area / np.maximum(around, 1e-9)
    for at in np.flatnonzero(width < THIN).tolist():
        row, m2 = int(looked.numbers[at]), round(float(area[at]), 2)
        en = f"row {row} is {width[at]:.2f} m wide at the mean ({m2:,} m²)"
        zh = f"第 {row} 行平均宽度 {width[at]:.2f} m（{m2:,} m²）"
        yield Finding("sliver", [row], looked.place(at), en, zh, m2)


def _holes(looked: _Looked) -> Iterator[Finding]:
    parts, owner = shapely.get_parts(looked.flat, return_index=True)
    inside = shapely.get_num_interior_rings(parts)
    rings, of = shapely.get_rings(parts[inside > 0], return_index=True)
    owners = owner[inside > 0][of]
    outer = np.r_[True, of[1:] != of[:-1]][: len(of)]  # a part's first ring is its outside
    count = np.bincount(owners[~outer], minlength=len(looked.flat))
    least = np.full(len(looked.flat), np.inf)
    np.minimum.at(least, owners[~outer], shapely.area(shapely.polygons(rings[~outer])))
    for at in np.flatnonzero(count).tolist():
        row, m2 = int(looked.numbers[at]), round(float(least[at]), 2)
        en = f"row {row} has {count[at]} holes, the smallest of {m2:,} m²"
        zh = f"第 {row} 行有 {count[at]} 个洞，最小 {m2:,} m²"
        yield Finding("hole", [row], looked.place(at), en, zh, m2)


def _overlaps(looked: _Looked) -> Iterator[Finding]:
    """Yield pairs of areas whose insides meet."""
    one, other = STRtree(looked.flat).query(looked.flat, predicate="intersects")
    one, other = one[one < other], other[one < other]
    inner = shapely.relate_pattern(looked.flat[one], looked.flat[other], "T********")
    one, other = one[inner], other[inner]
    shared = shapely.intersection(looked.flat[one], looked.flat[other])
    for at, (a, b) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
        m2 = round(float(shapely.area(shared[at])), 2)
        if m2 >= LEAST:
            rows = [int(looked.numbers[a]), int(looked.numbers[b])]
            en = f"rows {rows[0]} and {rows[1]} overlap by {m2:,} m²"
            zh = f"第 {rows[0]} 行与第 {rows[1]} 行重叠 {m2:,} m²"
            yield Finding("overlap", rows, _degrees(shared[at], looked), en, zh, m2)


def _gaps(looked: _Looked) -> Iterator[Finding]:
    """Yield what neighbours leave between them, with the areas round it.

    Enclosed gaps of any size, and those open to the outside that are less than WIDE across: what
    the areas close when they grow by half of that and shrink again. Wider ones may be meant.
    """
    tree = STRtree(looked.flat)
    whole = shapely.union_all(looked.flat)
    rings = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    holes = np.asarray([shapely.Polygon(ring) for ring in rings], dtype=object)
    for hole in holes:
        yield from _gap(looked, tree, hole, "gap")
    filled = shapely.union_all([whole, *holes])
    grown = shapely.buffer(filled, WIDE / 2, join_style="mitre")
    closed = shapely.buffer(grown, -WIDE / 2, join_style="mitre")
    for slit in shapely.get_parts(shapely.difference(closed, filled)):
        yield from _gap(looked, tree, slit, "open_gap")


def _gap(looked: _Looked, tree: STRtree, gap: shapely.Geometry, kind: str) -> Iterator[Finding]:
    m2 = round(float(shapely.area(gap)), 2)
    if m2 < LEAST:
        return
    near = tree.query(gap, predicate="dwithin", distance=_BESIDE)
    rows = sorted(looked.numbers[near].tolist())[:20]
    if kind == "open_gap" and len(rows) < 2:
        return  # a notch in one area is its own shape
    listed = ", ".join(map(str, rows))
    open_en, open_zh = (" open to the outside", "向外开口的") if kind == "open_gap" else ("", "")
    en = f"a gap{open_en} of {m2:,} m² between rows {listed}"
    zh = f"第 {listed} 行之间有 {m2:,} m² {open_zh}缝隙"
    yield Finding(kind, rows, _degrees(gap, looked), en, zh.replace("² 缝", "² 的缝"), m2)


def _degrees(flat: shapely.Geometry, looked: _Looked) -> tuple[float, float]:
    x, y = _spot(flat)
    return round(x / float(looked.scale[0]), 7), round(y / float(looked.scale[1]), 7)
