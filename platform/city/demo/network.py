"""Streets as a graph: the plan's edges cut at junctions, joined, named, with their geometry."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry import LineString

from city.demo.fabric import Fabric
from city.demo.plan import Plan, Rank, Ring
from city.demo.plane import Floats, Geometry, Shapes
from city.demo.waters import Waters


@dataclass(slots=True)
class Network:
    """Street segments between junctions: class, street number and line in plane metres."""

    ranks: NDArray[np.int8]
    lines: NDArray[np.int32]
    shapes: Shapes

    def __len__(self) -> int:
        return len(self.shapes)


@dataclass(slots=True)
class _Edges:
    """Lattice edges, one a row: the crossings at both ends, class and street."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    rank: NDArray[np.int8]
    line: NDArray[np.int32]

    def keep(self, mask: NDArray[np.bool_]) -> "_Edges":
        return _Edges(self.first[mask], self.second[mask], self.rank[mask], self.line[mask])


def build(plan: Plan, fabric: Fabric, waters: Waters, land: Geometry | None = None) -> Network:
    """Make the town's segments; local streets end at rivers, main ones at lakes too wide to span.

    Nothing is built outside `land`.
    """
    edges = _edges(plan)
    points = fabric.vertices.reshape(-1, 2)
    lines = shapely.linestrings(np.stack((points[edges.first], points[edges.second]), axis=1))
    small, lakes, great = waters.small, waters.standing, waters.great
    for water in (small, lakes, great):
        shapely.prepare(water)
    barred = shapely.intersects(lines, small) & (edges.rank <= Rank.LOCAL)
    barred |= shapely.intersects(lines, lakes) & (edges.rank <= Rank.ARTERIAL)
    barred |= shapely.intersects(lines, great)
    if land is not None:
        shapely.prepare(land)
        barred |= ~shapely.intersects(land, lines)
    edges = _connected(edges.keep(~barred), fabric)
    return _segments(edges, _chains(edges, fabric), fabric)


def _edges(plan: Plan) -> _Edges:
    size = plan.east.shape[1]  # crossings a side
    i, j = np.nonzero(plan.east)
    east = _Edges(i * size + j, (i + 1) * size + j, plan.east[i, j], plan.east_line[i, j])
    # rows of `east` must run along the street, so order by row first
    east = _sorted(east, np.lexsort((i, j)))
    i, j = np.nonzero(plan.north)
    north = _Edges(i * size + j, i * size + j + 1, plan.north[i, j], plan.north_line[i, j])
    return _Edges(
        np.concatenate((east.first, north.first)).astype(np.int64),
        np.concatenate((east.second, north.second)).astype(np.int64),
        np.concatenate((east.rank, north.rank)),
        np.concatenate((east.line, north.line)),
    )


def _sorted(edges: _Edges, order: NDArray[np.intp]) -> _Edges:
    return _Edges(edges.first[order], edges.second[order], edges.rank[order], edges.line[order])


def _connected(edges: _Edges, fabric: Fabric) -> _Edges:
    """Keep the largest piece of the network; islands of streets help nobody."""
    count = (2 * fabric.half + 1) ** 2
    graph = coo_array((np.ones(edges.first.size), (edges.first, edges.second)), (count, count))
    _, label = connected_components(graph, directed=False)
    sizes = np.bincount(label[edges.first])
    return edges.keep(label[edges.first] == sizes.argmax())


def _chains(edges: _Edges, fabric: Fabric) -> NDArray[np.int64]:
    """Return the segment of each edge: it continues the one before unless at a junction."""
    count = (2 * fabric.half + 1) ** 2

    def meeting(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
        ends = np.concatenate((edges.first[mask], edges.second[mask]))
        return np.bincount(ends, minlength=count)

    ground = meeting(edges.rank < Rank.EXPRESSWAY)
    big = meeting(edges.rank >= Rank.ARTERIAL)
    fast = meeting(edges.rank == Rank.EXPRESSWAY)
    at = edges.first
    # an expressway meets arterials and expressways only; smaller streets pass beneath it
    junction = np.where(
        edges.rank == Rank.EXPRESSWAY,
        big[at] > 2,
        (ground[at] > 2) | ((edges.rank == Rank.ARTERIAL) & (fast[at] > 0)),
    )
    same = (edges.line[1:] == edges.line[:-1]) & (edges.rank[1:] == edges.rank[:-1])
    joined = same & (edges.first[1:] == edges.second[:-1]) & ~junction[1:]
    return np.concatenate(([0], np.cumsum(~joined)))


def _segments(edges: _Edges, group: NDArray[np.int64], fabric: Fabric) -> Network:
    start = np.concatenate(([True], group[1:] != group[:-1]))
    end = np.concatenate((start[1:], [True]))
    points = fabric.vertices.reshape(-1, 2)
    # each edge gives its first crossing, the last edge of a segment its second one too
    places = np.concatenate((edges.first, edges.second[end]))
    owner = np.concatenate((group, group[end]))
    order = np.argsort(owner, kind="stable")
    shapes = shapely.linestrings(points[places[order]], indices=owner[order])
    return Network(
        edges.rank[start], edges.line[start], np.asarray(shapely.simplify(shapes, 0.5), object)
    )


def corners(rings: list[Ring], fabric: Fabric, land: Geometry | None) -> list[tuple[Ring, Floats]]:
    """Return the bends of each expressway ring that lie on land, as chains of plane points."""
    bends = []
    turn = np.linspace(0.0, np.pi / 2, 9)
    for ring in rings:
        if ring.rank != Rank.EXPRESSWAY:
            continue
        for side_i, side_j in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
            i = ring.east if side_i > 0 else ring.west
            j = ring.north if side_j > 0 else ring.south
            arc_i = i - side_i * ring.cut * (1 - np.cos(turn))
            arc_j = j - side_j * ring.cut * (1 - np.sin(turn))
            bend = np.round(fabric.lattice(np.column_stack((arc_i, arc_j))), 3)
            if land is None or land.covers(LineString(bend)):
                bends.append((ring, bend))
    return bends
