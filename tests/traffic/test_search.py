"""The fastest ways on random networks, beside a reference that is too simple to be wrong."""

import heapq
import itertools

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from traffic import search, way
from traffic.graph import Graph, Streets, build
from traffic.load import Load, Spots

SIDE = 0.001  # degrees between the junctions of the test's lattice


@st.composite
def networks(draw: st.DrawFn) -> Graph:
    """Streets between random junctions: loops, parallels, one-way streets and islands too."""
    count = draw(st.integers(2, 9))
    node = st.integers(0, count - 1)
    edges = draw(
        st.lists(
            st.tuples(node, node, st.sampled_from([-1, 0, 1]), st.integers(5, 90)),
            min_size=1,
            max_size=24,
        )
    )
    lines = []
    for number, (a, b, _, _) in enumerate(edges):
        # a bend of its own for each street, so that parallels and loops have length
        bend = (113.6 + SIDE * (a + b) / 2 + 1e-5 * number, 34.7 + 3e-4 + 2e-5 * number)
        place = [(113.6 + SIDE * n, 34.7 + 2e-4 * (n % 3)) for n in (a, b)]
        lines.append(shapely.LineString([place[0], bend, place[1]]))
    names = np.array([f"路{n}" for n in range(len(edges))], dtype=object)
    return build(
        Streets(
            np.array(lines, dtype=object),
            np.array([float(edge[3]) for edge in edges]),
            np.array([edge[2] for edge in edges], np.int8),
            names,
            names,
        )
    )


@st.composite
def questions(draw: st.DrawFn) -> tuple[Load, list[tuple[int, float]]]:
    """A network with some edges closed or slow, and spots on the open ones."""
    graph = draw(networks())
    factor = st.sampled_from([1.0, 1.0, 1.0, 3.0, np.inf])
    load = Load(graph, graph.seconds * [draw(factor) for _ in range(len(graph))])
    free = [int(edge) for edge in np.flatnonzero(np.isfinite(load.seconds))]
    if not free:
        free, load = [0], Load(graph, graph.seconds)
    spot = st.tuples(st.sampled_from(free), st.floats(0, 1).map(lambda x: round(x, 3)))
    return load, draw(st.lists(spot, min_size=2, max_size=6))


Spot = tuple[int, float]
Pieces = dict[object, list[tuple[object, float, float]]]


def named(graph: Graph, spot: Spot) -> object:
    """Return the junction that a spot is, or the spot itself."""
    return {0.0: int(graph.first[spot[0]]), 1.0: int(graph.last[spot[0]])}.get(spot[1], spot)


def pieces(load: Load, *spots: Spot) -> Pieces:
    """Return the streets cut at the spots, in every direction that may be driven."""
    graph = load.graph
    found: Pieces = {}
    for edge in range(len(graph)):
        cuts = sorted({0.0, 1.0, *(at for on, at in spots if on == edge)})
        for a, b in itertools.pairwise(cuts):
            one, two = named(graph, (edge, a)), named(graph, (edge, b))
            cost = ((b - a) * load.seconds[edge], (b - a) * graph.metres[edge])
            if graph.forward[edge]:
                found.setdefault(one, []).append((two, *cost))
            if graph.backward[edge]:
                found.setdefault(two, []).append((one, *cost))
    return found


def reference(load: Load, start: Spot, end: Spot) -> tuple[float, float]:
    """Return (seconds, metres) by the textbook's Dijkstra."""
    arcs, goal = pieces(load, start, end), named(load.graph, end)
    seen: set[object] = set()
    turn = itertools.count()
    heap = [(0.0, 0.0, next(turn), named(load.graph, start))]
    while heap:
        seconds, metres, _, here = heapq.heappop(heap)
        if here == goal:
            return seconds, metres
        if here in seen:
            continue
        seen.add(here)
        for there, more, far in arcs.get(here, []):
            if np.isfinite(more):
                heapq.heappush(heap, (seconds + more, metres + far, next(turn), there))
    return np.inf, np.inf


@settings(max_examples=400)
@given(questions())
def test_arrivals_and_ways_equal_the_reference(
    asked: tuple[Load, list[tuple[int, float]]],
) -> None:
    load, (to, *origins) = asked
    spots = Spots(
        np.array([edge for edge, _ in origins]),
        np.array([at for _, at in origins]),
        np.zeros(len(origins)),
    )
    reached = search.arrivals(load, spots, *to, limit=1e6)
    for index, origin in enumerate(origins):
        seconds, metres = reference(load, origin, to)
        assert np.isclose(reached.seconds[index], seconds), (origin, to)
        found = way.fastest(load, origin, to, 1e6)
        if np.isinf(seconds):
            assert found is None
            continue
        assert found is not None
        assert np.isclose(found.seconds, seconds)
        # of two ways that take equally long either may be told
        told = reached.metres[index]
        assert np.isclose(told, metres, atol=0.01) or np.isclose(told, found.metres, atol=0.01)
        _drives_as_allowed(load, found, origin, to)


def _drives_as_allowed(
    load: Load, found: way.Way, start: tuple[int, float], end: tuple[int, float]
) -> None:
    """The steps join without a gap, only in directions that are allowed, and take that long."""
    graph = load.graph
    assert (found.steps[0].edge, found.steps[0].start) == start
    assert (found.steps[-1].edge, found.steps[-1].end) == end
    for step in found.steps:
        if step.start != step.end:
            onward = step.end > step.start
            assert graph.forward[step.edge] if onward else graph.backward[step.edge]
    for one, two in itertools.pairwise(found.steps):
        left = graph.last[one.edge] if one.end == 1.0 else graph.first[one.edge]
        taken = graph.last[two.edge] if two.start == 1.0 else graph.first[two.edge]
        assert left == taken
    total = sum(abs(s.end - s.start) * load.seconds[s.edge] for s in found.steps)
    assert np.isclose(total, found.seconds)
    line = way.laid(load, found)
    assert len(line) >= 2


@settings(max_examples=100)
@given(questions(), st.floats(1, 400))
def test_a_limit_only_leaves_out_what_is_beyond_it(
    asked: tuple[Load, list[tuple[int, float]]], limit: float
) -> None:
    load, (to, *origins) = asked
    spots = Spots(
        np.array([edge for edge, _ in origins]),
        np.array([at for _, at in origins]),
        np.zeros(len(origins)),
    )
    whole = search.arrivals(load, spots, *to, limit=1e6).seconds
    some = search.arrivals(load, spots, *to, limit=limit).seconds
    assert np.allclose(some, np.where(whole <= limit, whole, np.inf))
