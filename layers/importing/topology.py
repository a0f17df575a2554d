"""What is odd about a file's shapes, told and not mended: crossings, twins, slivers, holes.

A layer that is declared a coverage (districts, land use: areas that meet without overlap) is also
looked through for gaps and overlaps. Sizes are square metres on a local plane.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from layers.importing.spool import Spool
from layers.importing.table import Shapes

MOST_TOLD = 200  # of each kind; all are counted
MOST_COVERED = 200_000  # areas that are compared with their neighbours
THIN = 0.5  # m: an area whose mean width is less is a sliver
WIDE = 2.0  # m: gaps that are open to the outside and wider may be streets
_BESIDE = 0.001  # m
LEAST = 0.01  # m²: less overlap or gap is rounding
_METRES = 111_195.0  # of one degree of latitude
KINDS = ("crossing", "duplicate", "sliver", "hole", "overlap", "gap", "open_gap")
_ODD = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64
)
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
    """Sound shapes on the plane, with their rows' numbers; `scale` is metres of a degree."""

    numbers: Indices
    flat: Shapes
    scale: NDArray[np.float64]


class _Told:
    """Findings by kind: all are counted, the first are kept."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.first: dict[str, list[Finding]] = {}

    def add(self, kind: str, findings: Iterable[Finding], more: int = 0) -> None:
        """Take findings of a kind, and `more` that are only counted."""
        for one in findings:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            kept = self.first.setdefault(kind, [])
            if len(kept) < MOST_TOLD:
                kept.append(one)
        if more:
            self.counts[kind] = self.counts.get(kind, 0) + more

    def add_some(self, kind: str, at: Indices, finding: Callable[[int], Finding]) -> None:
        """Take the findings at these places, worded only where they are told."""
        room = MOST_TOLD - len(self.first.get(kind, ()))
        self.add(kind, map(finding, at[:room].tolist()), more=len(at[room:]))


class Examination:
    """A look at shapes of one kind in WGS 84 degrees, batch by batch."""

    def __init__(self, shape: str, *, coverage: bool) -> None:
        self._shape = shape
        self._covers = coverage and shape == "polygon"
        self._coverage = coverage
        self._told = _Told()
        self._checked = 0
        self._boxes: list[NDArray[np.uint64]] = []
        self._numbers: list[Indices] = []
        self._sound: list[Shapes] = []

    def add(
        self, numbers: Indices, shapes: Shapes, sound: Shapes, wrong: NDArray[np.bool_]
    ) -> None:
        """Look at further shapes: as they are, as they are mended, which cross themselves."""
        self._checked += len(shapes)
        self._boxes.append(_hashed(shapely.bounds(shapes)))
        self._numbers.append(numbers.astype(np.int32))
        self._cross(numbers, shapes, sound, wrong)
        if self._shape == "polygon":
            self._told.add_some("hole", *_holes(numbers, sound))
            self._told.add_some("sliver", *_slivers(numbers, sound))
        if self._covers and self._checked <= MOST_COVERED:
            self._sound.append(sound)

    def found(self, spool: Spool) -> Topology:
        """Return what was found; shapes that are looked at again come from the spool."""
        self._twins(spool)
        notes: list[tuple[str, str]] = []
        if self._covers and self._checked <= MOST_COVERED:
            looked = self._looked()
            self._told.add("overlap", _overlaps(looked))
            for gap in _gaps(looked):
                self._told.add(gap.kind, [gap])
        elif self._coverage:
            en = f"gaps and overlaps are looked for among at most {MOST_COVERED:,} areas"
            notes.append(
                (f"{en}: not checked", f"缝隙与重叠仅检查 {MOST_COVERED} 个以内的面：未检查")
            )
        counts, first = self._told.counts, self._told.first
        kinds = [kind for kind in KINDS if kind in counts]
        found = [one for kind in kinds for one in first[kind]]
        return Topology(self._checked, {kind: counts[kind] for kind in kinds}, found, notes)

    def _looked(self) -> _Looked:
        sound = np.concatenate([np.empty(0, object), *self._sound])
        middle = np.radians(shapely.bounds(sound)[:, [1, 3]].mean())
        scale = np.array([_METRES * np.cos(middle), _METRES])
        flat = np.asarray(shapely.transform(sound, lambda at: at * scale), dtype=object)
        return _Looked(np.concatenate(self._numbers), flat, scale)

    def _cross(
        self, numbers: Indices, shapes: Shapes, sound: Shapes, wrong: NDArray[np.bool_]
    ) -> None:
        def finding(at: int) -> Finding:
            row = int(numbers[at])
            why = "crosses itself"
            if self._shape == "polygon":
                why = str(shapely.is_valid_reason(shapes[at])).split("[")[0].lower()
            en, zh = f"row {row}: {why}", f"第 {row} 行自相交"
            return Finding("crossing", [row], _spot(sound[at]), en, zh)

        self._told.add_some("crossing", np.flatnonzero(wrong), finding)

    def _twins(self, spool: Spool) -> None:
        """Find shapes that are the same as an earlier one; only equal boxes are compared."""
        boxes = np.concatenate([np.empty(0, np.uint64), *self._boxes])
        self._boxes = []
        ordered = np.sort(boxes)
        repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        if not len(repeated):
            return
        at = np.minimum(np.searchsorted(repeated, boxes), len(repeated) - 1)
        alike = np.concatenate(self._numbers)[repeated[at] == boxes]
        shapes = zip(alike.tolist(), spool.wkb(alike), strict=True)
        self._told.add("duplicate", _repeated(shapes, {}))


def _hashed(bounds: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return a number for each box, the same for equal ones; others may share it, rarely."""
    words = (bounds + 0.0).view(np.uint64)  # -0.0 is 0.0
    mixed = (words ^ (words >> np.uint64(29))) * _ODD
    found: NDArray[np.uint64] = np.bitwise_xor.reduce(mixed ^ (mixed >> np.uint64(32)), axis=1)
    return found


def areas(mended: shapely.Geometry) -> shapely.Geometry:
    """Return the areas of a mended shape, without the lines and points that it may have left."""
    parts = shapely.get_parts(mended)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def _spot(shape: shapely.Geometry) -> tuple[float, float]:
    spot = shapely.point_on_surface(shape)
    return round(float(spot.x), 7), round(float(spot.y), 7)


def _repeated(shapes: Iterable[tuple[int, str]], first: dict[bytes, int]) -> Iterator[Finding]:
    """Yield rows whose shape, however it is drawn, an earlier row has."""
    for row, wkb in shapes:
        shape = shapely.from_wkb(wkb)
        before = first.setdefault(shapely.to_wkb(shapely.normalize(shape)), row)
        if before != row:
            en = f"row {row} is the same as row {before}"
            zh = f"第 {row} 行与第 {before} 行图形相同"
            yield Finding("duplicate", [row, before], _spot(_mended(shape)), en, zh)


def _mended(shape: shapely.Geometry) -> shapely.Geometry:
    if shapely.get_dimensions(shape) < 2 or shapely.is_valid(shape):
        return shape
    return areas(shapely.make_valid(shape))


def _flat(shapes: Shapes) -> Shapes:
    """Return each shape on a plane of its own, in metres."""
    bounds = shapely.bounds(shapes)
    scale = np.cos(np.radians((bounds[:, 1] + bounds[:, 3]) / 2))
    at, of = shapely.get_coordinates(shapes, return_index=True)
    at[:, 0] *= scale[of]
    return np.asarray(shapely.set_coordinates(shapes.copy(), at * _METRES), dtype=object)


def _slivers(numbers: Indices, sound: Shapes) -> tuple[Indices, Callable[[int], Finding]]:
    """Return which areas are slivers, and how each is told."""
    flat = _flat(sound)
    area, around = shapely.area(flat), shapely.length(flat)
    width = 2 * area / np.maximum(around, 1e-9)

    def finding(at: int) -> Finding:
        row, m2 = int(numbers[at]), round(float(area[at]), 2)
        en = f"row {row} is {width[at]:.2f} m wide at the mean ({m2:,} m²)"
        zh = f"第 {row} 行平均宽度 {width[at]:.2f} m（{m2:,} m²）"
        return Finding("sliver", [row], _spot(sound[at]), en, zh, m2)

    return np.flatnonzero(width < THIN), finding


def _holes(numbers: Indices, sound: Shapes) -> tuple[Indices, Callable[[int], Finding]]:
    """Return which areas have holes, and how each is told."""
    parts, owner = shapely.get_parts(sound, return_index=True)
    count = np.bincount(
        owner, weights=shapely.get_num_interior_rings(parts), minlength=len(sound)
    ).astype(int)

    def finding(at: int) -> Finding:
        of = shapely.get_parts(_flat(sound[at : at + 1]))
        least = min(shapely.area(shapely.Polygon(ring)) for one in of for ring in one.interiors)
        row, m2 = int(numbers[at]), round(float(least), 2)
        en = f"row {row} has {count[at]} holes, the smallest of {m2:,} m²"
        zh = f"第 {row} 行有 {count[at]} 个洞，最小 {m2:,} m²"
        return Finding("hole", [row], _spot(sound[at]), en, zh, m2)

    return np.flatnonzero(count), finding


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
