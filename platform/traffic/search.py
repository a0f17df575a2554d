"""Bounded Dijkstra from a spot on an edge: the tree of ways, and who reaches the spot how soon.

Pure. A spot is one more junction with an arc to each end of its edge that may be driven.
"""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from traffic.graph import Arcs, Floats
from traffic.load import Load, Spots

_FIRST_LOOK = 400.0  # seconds: most of what is asked for is near, and near is a tenth of the work
_WIDER = 4.0
_AT_END = 1e-6  # of an edge's length


class End(NamedTuple):
    """A junction at an end (0 or 1) of a spot's edge, so many seconds and metres from the spot."""

    seconds: float
    metres: float
    node: int
    at: float


@dataclasses.dataclass(frozen=True, slots=True)
class Tree:
    """Fastest ways from a spot: seconds and the junction before, by junction; the spot is last."""

    arcs: Arcs
    seconds: Floats
    before: NDArray[np.int32]
    ends: Sequence[End]


@dataclasses.dataclass(frozen=True, slots=True)
class Reached:
    """Seconds and metres from each of several places to one; infinite where there is no way."""

    seconds: Floats
    metres: Floats


def entering(load: Load, edge: int, along: float) -> list[End]:
    """Return the ends from which one drives onto the edge as far as the spot."""
    ends = [_end(load, edge, 0.0, along)] if load.graph.forward[edge] else []
    if load.graph.backward[edge]:
        ends.append(_end(load, edge, 1.0, 1.0 - along))
    return ends + _standing(load, edge, along)


def leaving(load: Load, edge: int, along: float) -> list[End]:
    """Return the ends that one drives to from the spot."""
    ends = [_end(load, edge, 1.0, 1.0 - along)] if load.graph.forward[edge] else []
    if load.graph.backward[edge]:
        ends.append(_end(load, edge, 0.0, along))
    return ends + _standing(load, edge, along)


def _standing(load: Load, edge: int, along: float) -> list[End]:
    """Return the end that the spot is: at a crossing a one-way street binds nobody."""
    return [_end(load, edge, at, 0.0) for at in (0.0, 1.0) if abs(along - at) <= _AT_END]


def _end(load: Load, edge: int, at: float, share: float) -> End:
    graph = load.graph
    node = int(graph.last[edge] if at else graph.first[edge])
    return End(share * float(load.seconds[edge]), share * float(graph.metres[edge]), node, at)


def grow(load: Load, arcs: Arcs, ends: Sequence[End], limit: float) -> Tree:
    """Run Dijkstra from a spot with these ends over these arcs, up to `limit` seconds."""
    nodes = load.graph.nodes
    weights = np.concatenate((load.seconds[arcs.edge], [end.seconds for end in ends]))
    columns = np.concatenate((arcs.ends, np.array([end.node for end in ends], np.int32)))
    starts = np.append(arcs.starts, np.int32(columns.size))
    matrix = csr_array((weights, columns, starts), shape=(nodes + 1, nodes + 1))
    seconds, before = dijkstra(
        matrix, directed=True, indices=np.array([nodes]), return_predecessors=True, limit=limit
    )
    return Tree(arcs, seconds[0], before[0], ends)


def arrivals(load: Load, origins: Spots, to: int, along: float, limit: float) -> Reached:
    """Return the way from every origin to the spot `along` edge `to`, up to `limit` seconds.

    Looks near the spot first, and wider only while an origin is not reached.
    """
    bound, ends = min(limit, _FIRST_LOOK), entering(load, to, along)
    wanted = origins.edge >= 0
    while True:
        tree = grow(load, load.graph.into, ends, bound)
        seconds, metres = _joined(load, tree, origins, to, along)
        if bound >= limit or bool((seconds[wanted] <= bound).all()):
            late = seconds > limit
            seconds[late], metres[late] = np.inf, np.inf
            return Reached(seconds, metres)
        bound = min(limit, bound * _WIDER)


def _joined(load: Load, tree: Tree, origins: Spots, to: int, along: float) -> tuple[Floats, Floats]:
    """Join each origin to the tree by the cheaper end of its edge, or along the spot's own edge."""
    graph, edge, on = load.graph, origins.edge, origins.edge >= 0
    to_node = _lengths(load, tree)
    cost = np.where(on, load.seconds[edge], 1.0)
    length = graph.metres[edge]
    seconds, metres = np.full(len(origins), np.inf), np.full(len(origins), np.inf)
    step = along - origins.along
    onward = np.where(step > 0, graph.forward[edge], graph.backward[edge]) | (step == 0)
    spot = load.graph.nodes  # as near to itself as can be
    for allowed, share, node in (
        (graph.forward[edge], 1.0 - origins.along, graph.last[edge]),
        (graph.backward[edge], origins.along, graph.first[edge]),
        (onward & (edge == to), np.abs(step), np.full_like(edge, spot)),
        (origins.along <= _AT_END, np.zeros_like(step), graph.first[edge]),
        (origins.along >= 1.0 - _AT_END, np.zeros_like(step), graph.last[edge]),
    ):
        total = np.where(allowed & on, share * cost + tree.seconds[node], np.inf)
        better = total < seconds
        seconds = np.where(better, total, seconds)
        metres = np.where(better, share * length + to_node[node], metres)
    return seconds, metres


def _lengths(load: Load, tree: Tree) -> Floats:
    """Return the length in metres of every fastest way, by doubling steps along the tree."""
    nodes = load.graph.nodes
    step = np.zeros(nodes + 1)
    rows, columns = tree.arcs.rows(), tree.arcs.ends
    used = np.flatnonzero(tree.before[columns] == rows)
    # of parallel streets the fastest is the one that was taken: it is written last
    used = used[np.argsort(-load.seconds[tree.arcs.edge[used]], kind="stable")]
    step[columns[used]] = load.graph.metres[tree.arcs.edge[used]]
    for end in sorted(tree.ends, reverse=True):
        if tree.before[end.node] == nodes:
            step[end.node] = end.metres
    before = np.where(tree.before < 0, nodes, tree.before)
    while (before != nodes).any():
        step = step + step[before]
        before = before[before]
    step[~np.isfinite(tree.seconds)] = np.inf
    return step
