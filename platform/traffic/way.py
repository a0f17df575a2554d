"""The fastest way from spot to spot, as a line with its streets. Pure; seconds and metres."""

import dataclasses

import numpy as np
import shapely
from shapely.ops import substring

from traffic.graph import Floats
from traffic.load import Load
from traffic.search import End, Tree, entering, grow, leaving

Spot = tuple[int, float]  # edge, and how far along it (0…1)


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A part of an edge in the direction of travel: from 0.2 to 1.0, or from 1.0 to 0.0."""

    edge: int
    start: float
    end: float


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """A way from spot to spot: seconds, metres and the parts of edges that it is made of."""

    seconds: float
    metres: float
    steps: list[Step]


def fastest(load: Load, start: Spot, end: Spot, limit: float) -> Way | None:
    """Return the fastest way between two spots up to `limit` seconds, or None."""
    tree = grow(load, load.graph.out, leaving(load, *start), limit)
    ends = [(float(tree.seconds[last.node]) + last.seconds, last) for last in entering(load, *end)]
    best = min(ends, default=None)
    direct = _direct(load, start, end)
    if direct is not None and (best is None or direct.seconds <= best[0]):
        return direct
    if best is None or not np.isfinite(best[0]):
        return None
    steps = _steps(load, tree, start, end, best[1])
    return Way(best[0], _metres(load, steps), steps)


def laid(load: Load, way: Way) -> Floats:
    """Return the way's line as (lon, lat) rows."""
    line = np.concatenate([piece(load, step) for step in way.steps])
    if len(line) == 1:
        line = np.repeat(line, 2, axis=0)  # a line has two ends, however near
    keep = np.concatenate(([True], (np.abs(np.diff(line, axis=0)) > 1e-3).any(axis=1)))
    keep[-1] |= not keep[1:].any()
    return load.graph.plane.degrees(line[keep])


def _direct(load: Load, start: Spot, end: Spot) -> Way | None:
    """Return the way along one and the same edge, where its direction allows."""
    graph, edge = load.graph, start[0]
    allowed = graph.forward[edge] if end[1] > start[1] else graph.backward[edge]
    if edge != end[0] or not (allowed or end[1] == start[1]):
        return None
    steps = [Step(edge, start[1], end[1])]
    return Way(abs(end[1] - start[1]) * float(load.seconds[edge]), _metres(load, steps), steps)


def _steps(load: Load, tree: Tree, start: Spot, end: Spot, last: End) -> list[Step]:
    """Follow the tree back from the last junction to the first."""
    steps, node = [Step(end[0], last.at, end[1])], last.node
    while (before := int(tree.before[node])) != load.graph.nodes:
        steps.append(_taken(load, before, node))
        node = before
    first = min(each for each in tree.ends if each.node == node)
    steps.append(Step(start[0], start[1], first.at))
    return steps[::-1]


def _taken(load: Load, before: int, node: int) -> Step:
    """Return the fastest edge from one junction to the next."""
    graph, arcs = load.graph, load.graph.out
    row = slice(arcs.starts[before], arcs.starts[before + 1])
    edges = arcs.edge[row][arcs.ends[row] == node]
    edge = int(edges[load.seconds[edges].argmin()])
    onward = graph.first[edge] == before and graph.last[edge] == node and graph.forward[edge]
    return Step(edge, 0.0, 1.0) if onward else Step(edge, 1.0, 0.0)


def _metres(load: Load, steps: list[Step]) -> float:
    return sum(abs(step.end - step.start) * float(load.graph.metres[step.edge]) for step in steps)


def piece(load: Load, step: Step) -> Floats:
    """Return a step's line in the direction of travel, in plane metres."""
    line = load.graph.lines[step.edge]
    if {step.start, step.end} != {0.0, 1.0}:
        line = substring(line, step.start, step.end, normalized=True)
        return shapely.get_coordinates(line)
    whole = shapely.get_coordinates(line)
    return whole if step.start == 0.0 else whole[::-1]
