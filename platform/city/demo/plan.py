"""The street plan on the lattice: main lines, ring roads, local streets and the blocks between."""

from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from city.demo.plane import Floats

Cells = NDArray[np.int32]


class Rank(IntEnum):
    """Classes of street; higher is wider."""

    NONE = 0
    LOCAL = 1
    SECONDARY = 2
    ARTERIAL = 3
    EXPRESSWAY = 4


_LEAST = {Rank.ARTERIAL: 0.09, Rank.SECONDARY: 0.22}  # density that a main street needs
_LOCAL = 0.36  # density that local streets need
_RINGS = (
    ("二环", 0.36, Rank.ARTERIAL),
    ("三环", 0.72, Rank.EXPRESSWAY),
    ("四环", 1.2, Rank.EXPRESSWAY),
)


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring road: line numbers of its four sides, and the cells by which its corners are cut."""

    name: str
    west: int
    east: int
    south: int
    north: int
    rank: Rank
    cut: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of whole cells by the numbers of its sides' lines."""

    west: int
    east: int
    south: int
    north: int

    def mean(self, cells: Floats) -> float:
        """Return the mean over the box's cells."""
        return float(cells[self.west : self.east, self.south : self.north].mean())


@dataclass(frozen=True, slots=True)
class Block:
    """The ground between streets; `corner` says that an expressway's bend runs through it."""

    box: Box
    density: float
    superblock: int
    corner: bool


@dataclass(slots=True)
class Plan:
    """Streets as classed lattice edges, and the blocks they enclose.

    `east[i, j]` is the edge from crossing (i, j) to (i+1, j), `north[i, j]` the one to (i, j+1);
    the `_line` arrays hold which street it belongs to: a number below `locals_from` is a main
    line, above it a local street. `frontages` says which expressway a frontage road serves.
    """

    east: NDArray[np.int8]
    north: NDArray[np.int8]
    east_line: Cells
    north_line: Cells
    columns: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    frontages: dict[int, int] = field(default_factory=dict)
    lines: int = 0
    locals_from: int = 0

    def new_line(self) -> int:
        """Return the number of the next street."""
        self.lines += 1
        return self.lines - 1


def draw(density: Floats, radius_cells: float, rng: np.random.Generator, rings: bool) -> Plan:
    """Draw the streets of a town whose cells are built as densely as given."""
    size = density.shape[0]
    plan = Plan(
        np.zeros((size, size + 1), np.int8),
        np.zeros((size + 1, size), np.int8),
        np.full((size, size + 1), -1, np.int32),
        np.full((size + 1, size), -1, np.int32),
    )
    columns, rows = _positions(size, rng), _positions(size, rng)
    if rings:
        plan.rings = _rings(columns, rows, size // 2, radius_cells)
    plan.columns, plan.rows = sorted(columns), sorted(rows)
    for column, rank in sorted(columns.items()):
        wanted = _wanted(_beside(density, column), rank, rng)
        _lay(plan.north[column], plan.north_line[column], wanted, rank, plan)
    for row, rank in sorted(rows.items()):
        wanted = _wanted(_beside(density.T, row), rank, rng)
        _lay(plan.east[:, row], plan.east_line[:, row], wanted, rank, plan)
    for ring in plan.rings:
        _lay_ring(plan, ring)
    plan.locals_from = plan.lines
    for west, east in pairwise([0, *plan.columns, size]):
        for south, north in pairwise([0, *plan.rows, size]):
            _divide(plan, density, Box(west, east, south, north), rng)
    return plan


def _positions(size: int, rng: np.random.Generator) -> dict[int, Rank]:
    """Choose main lines from the centre outwards, an arterial and a secondary in turn."""
    half = size // 2
    lines = {half: Rank.ARTERIAL}
    for direction in (-1, 1):
        at, count = half, 0
        while True:
            gap = int(rng.integers(4, 7)) + min(count // 4, 3)
            at += direction * gap
            if not 3 < at < size - 3:
                break
            count += 1
            lines[at] = Rank.ARTERIAL if count % 2 == 0 else Rank.SECONDARY
    return lines


def _rings(columns: dict[int, Rank], rows: dict[int, Rank], half: int, radius: float) -> list[Ring]:
    """Lay rings on the arterials nearest to their distances, and cut their corners."""
    rings: list[Ring] = []

    def nearest(lines: dict[int, Rank], aim: float) -> int:
        arterials = [at for at, rank in lines.items() if rank >= Rank.ARTERIAL]
        return min(arterials, key=lambda at: abs(at - aim))

    for name, share, rank in _RINGS:
        away = share * radius
        sides = (
            nearest(columns, half - away),
            nearest(columns, half + away),
            nearest(rows, half - away),
            nearest(rows, half + away),
        )
        taken = {side for ring in rings for side in (ring.west, ring.east)}
        if away > 18 and away < half - 8 and not taken & set(sides[:2]):
            rings.append(Ring(name, *sides, rank, 7))
    return rings


def _beside(density: Floats, line: int) -> Floats:
    """Return the density along a lattice line: the mean of the cells on both sides."""
    return np.asarray((density[line - 1] + density[line]) / 2)


def _wanted(density: Floats, rank: Rank, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Say where a main street runs: where the town is dense enough, without stubs or short gaps.

    A secondary street is broken here and there, as large compounds break them.
    """
    wanted = density > _LEAST[rank]
    if rank == Rank.SECONDARY:
        broken = np.repeat(rng.random(wanted.size // 10 + 1) < 0.14, 10)[: wanted.size]
        wanted = wanted & ~broken
    return _without_short_runs(_without_short_runs(wanted, False, 8), True, 12)


def _lay(
    edges: NDArray[np.int8],
    numbers: Cells,
    part: slice | NDArray[np.bool_],
    rank: Rank,
    plan: Plan,
) -> int:
    """Give a part of a lattice line to a new street; returns the street's number."""
    number = plan.new_line()
    edges[part] = rank
    numbers[part] = number
    return number


def _without_short_runs(mask: NDArray[np.bool_], value: bool, shortest: int) -> NDArray[np.bool_]:
    """Flip the inner runs of `value` that are shorter than `shortest`."""
    result = mask.copy()
    bounds = np.flatnonzero(np.diff(np.concatenate(([not mask[0]], mask, [not mask[-1]]))))
    for start, end in pairwise(bounds):
        inner = value or (start > 0 and end < mask.size)
        if mask[start] == value and end - start < shortest and inner:
            result[start:end] = not value
    return result


def _lay_ring(plan: Plan, ring: Ring) -> None:
    """Raise the four sides of a ring to its class; the corners keep their legs as arterials."""
    inner_i = slice(ring.west + ring.cut, ring.east - ring.cut)
    inner_j = slice(ring.south + ring.cut, ring.north - ring.cut)
    for column in (ring.west, ring.east):
        _lay(plan.north[column], plan.north_line[column], inner_j, ring.rank, plan)
    for row in (ring.south, ring.north):
        _lay(plan.east[:, row], plan.east_line[:, row], inner_i, ring.rank, plan)


def _divide(plan: Plan, density: Floats, box: Box, rng: np.random.Generator) -> None:
    """Divide the ground between main streets by local ones, and note the blocks."""
    dense = box.mean(density)
    corner = _at_corner(plan, box)
    plain = corner or dense < _LOCAL or rng.random() < 0.12
    columns = [] if plain else _inner(box.west, box.east, dense, rng)
    rows = [] if plain else _inner(box.south, box.north, dense, rng)
    empty = corner or dense < _LEAST[Rank.ARTERIAL]
    inside = box if empty else _behind_frontages(plan, box)
    # where an expressway is beside, local streets end on its frontage road
    columns = _fronted(columns, box.west, inside.west, inside.east, box.east)
    rows = _fronted(rows, box.south, inside.south, inside.north, box.north)
    _lay_locals(plan, box, inside, columns, rows)
    superblock = plan.blocks[-1].superblock + 1 if plan.blocks else 0
    for west, east in pairwise([box.west, *columns, box.east]):
        for south, north in pairwise([box.south, *rows, box.north]):
            part = Box(west, east, south, north)
            plan.blocks.append(Block(part, part.mean(density), superblock, corner))


def _lay_locals(plan: Plan, box: Box, inside: Box, columns: list[int], rows: list[int]) -> None:
    """Lay a superblock's local streets; the outermost ones beside an expressway are frontages."""
    i, j = (box.west + box.east) // 2, (box.south + box.north) // 2
    beside = _moved((inside.west, box.west), (inside.east, box.east))
    part = slice(inside.south, inside.north)
    for column in columns:
        line = _lay(plan.north[column], plan.north_line[column], part, Rank.LOCAL, plan)
        if column in beside:
            plan.frontages[line] = int(plan.north_line[beside[column], j])
    beside = _moved((inside.south, box.south), (inside.north, box.north))
    part = slice(inside.west, inside.east)
    for row in rows:
        line = _lay(plan.east[:, row], plan.east_line[:, row], part, Rank.LOCAL, plan)
        if row in beside:
            plan.frontages[line] = int(plan.east_line[i, beside[row]])


def _moved(*sides: tuple[int, int]) -> dict[int, int]:
    return {front: side for front, side in sides if front != side}


def _inner(low: int, high: int, dense: float, rng: np.random.Generator) -> list[int]:
    """Choose local streets between two main ones, closer where it is denser."""
    target = 4.2 - 2.4 * dense + rng.uniform(-0.4, 0.9)
    count = max(round((high - low) / target) - 1, 0)
    lines = low + (np.arange(1, count + 1) * (high - low) / (count + 1)).round().astype(int)
    return sorted({int(line) for line in lines if low + 2 <= line <= high - 2})


def _at_corner(plan: Plan, box: Box) -> bool:
    """Say whether a ring's cut corner runs through the box."""
    for ring in plan.rings:
        side_i = box.west < ring.west + ring.cut and box.east > ring.west
        side_i |= box.east > ring.east - ring.cut and box.west < ring.east
        side_j = box.south < ring.south + ring.cut and box.north > ring.south
        side_j |= box.north > ring.north - ring.cut and box.south < ring.north
        if side_i and side_j and ring.rank == Rank.EXPRESSWAY:
            return True
    return False


def _behind_frontages(plan: Plan, box: Box) -> Box:
    """Return the box moved in by one cell from each side that is an expressway."""
    middle_i, middle_j = (box.west + box.east) // 2, (box.south + box.north) // 2
    size = plan.east.shape[0]

    def fast(edges: NDArray[np.int8], line: int, at: int) -> int:
        return int(0 < line < size and edges[line, at] == Rank.EXPRESSWAY)

    return Box(
        box.west + fast(plan.north, box.west, middle_j),
        box.east - fast(plan.north, box.east, middle_j),
        box.south + fast(plan.east.T, box.south, middle_i),
        box.north - fast(plan.east.T, box.north, middle_i),
    )


def _fronted(lines: list[int], low: int, first: int, last: int, high: int) -> list[int]:
    """Add the frontage roads and drop local streets that would crowd them."""
    fronts = [line for line, side in ((first, low), (last, high)) if line != side]
    kept = [line for line in lines if all(abs(line - front) > 1 for front in fronts)]
    return sorted({*kept, *fronts})
