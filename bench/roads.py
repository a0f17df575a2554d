"""Ways on streets in memory: ./zhihui bench roads, or python -P bench/roads.py.

Three networks: the demo city's, a real one (Futian in Shenzhen, where ZHIHUI_SHARED_DATA is given)
and a lattice of some 47,000 segments. Of each: reading and building, the arrivals of 100 vehicles,
a route, and a closure until the next right answer. Beside it pgRouting answers the same question
from a table, over the reversed graph, as it is fastest; both must say the same seconds.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import psycopg
import shapely
from django.conf import settings

from bench.kit import cluster, measure
from city.demo import frame, ground, site
from traffic import closing, graphml, roads, search, way
from traffic.graph import Graph, Streets, build
from traffic.load import Load, snap

ROUNDS = 40
SEED = 20210720
VEHICLES = 100
SIDE = 154  # crossings a side of the lattice: 47,124 segments

_TABLE = """
CREATE EXTENSION IF NOT EXISTS pgrouting CASCADE;
DROP TABLE IF EXISTS bench_edge;
CREATE TABLE bench_edge (id bigint PRIMARY KEY, source bigint, target bigint,
    cost float8, reverse_cost float8);
"""
_COST = """
SELECT end_vid, agg_cost FROM pgr_dijkstraCost(
    'SELECT id, target AS source, source AS target, cost, reverse_cost FROM bench_edge',
    %s::bigint, %s::bigint[], true)
"""


def demo() -> Streets:
    """Return the demo city's streets, drawn from its seed."""
    settings.configure(ROOT=Path(__file__).parents[1], SHARED_DATA=None, USE_TZ=True)
    found = frame.read("410100")
    place = site.survey(found)
    land = ground.survey_land(found, place, SEED)
    streets = ground.lay(found, place, land, SEED).streets
    held = [streets.properties(index) for index in range(len(streets))]
    lines = place.plane.lift(np.asarray(streets.shapes, dtype=object))
    return roads.streets_of(_rows(lines, held))


def shenzhen() -> Streets | None:
    """Return Futian's streets, or None without the file."""
    path = Path(os.environ.get("ZHIHUI_SHARED_DATA", "")) / (
        "city_vector/shenzhen_futian_roads.graphml"
    )
    if not path.is_file():
        return None
    found = list(graphml.read(path))
    return roads.streets_of(
        _rows([each.line for each in found], [each.properties for each in found])
    )


def lattice() -> Streets:
    """Return streets 300 m apart, all of one class."""
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij")
    at = np.stack((113.3 + x * 0.0033, 34.5 + y * 0.0027), axis=-1)
    east = np.stack((at[:-1].reshape(-1, 2), at[1:].reshape(-1, 2)), axis=1)
    north = np.stack((at[:, :-1].reshape(-1, 2), at[:, 1:].reshape(-1, 2)), axis=1)
    lines = shapely.linestrings(np.concatenate((east, north)))
    held = [{"class": "local", "speed_kmh": 30 + 10 * (n % 4)} for n in range(len(lines))]
    return roads.streets_of(_rows(lines, held))


def _rows(lines: Sequence[object], held: Sequence[dict[str, object]]) -> list[tuple[object, ...]]:
    return [
        (
            wkb,
            row["class"],
            row.get("speed_kmh"),
            str(row.get("oneway", False)).lower(),
            row.get("name_zh"),
            row.get("name_en"),
        )
        for wkb, row in zip(shapely.to_wkb(lines), held, strict=True)
    ]


def timed(run: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Return how long each of several runs took, ms."""
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        run()
        took.append((time.perf_counter() - begun) * 1e3)
    return took


def ours(graph: Graph, rng: np.random.Generator) -> dict[str, list[float]]:
    """Measure what a process does with the graph in its memory."""
    load = Load(graph, graph.seconds)
    ends = graph.plane.degrees(np.array([line.coords[0] for line in graph.lines]))

    def some(count: int) -> np.ndarray:
        return ends[rng.integers(0, len(ends), count)]

    def arrivals() -> None:
        target, starts = snap(load, some(1), 500.0), snap(load, some(VEHICLES), 500.0)
        search.arrivals(load, starts, int(target.edge[0]), float(target.along[0]), 3600.0)

    def route() -> None:
        spots = snap(load, some(2), 500.0)
        here, there = zip(spots.edge.tolist(), spots.along.tolist(), strict=True)
        found = way.fastest(load, here, there, 6 * 3600.0)
        if found is not None:
            way.laid(load, found)

    def closure() -> None:
        line = shapely.LineString(some(1).repeat(2, axis=0) + np.array([[0, 0], [0.004, 0]]))
        edges = closing.edges_of(graph, line)
        shut = Load(graph, closing.weights(graph, [closing.Closed(edges, np.inf)]))
        target, starts = snap(shut, some(1), 500.0), snap(shut, some(5), 500.0)
        search.arrivals(shut, starts, int(target.edge[0]), float(target.along[0]), 400.0)

    return {"arrivals": timed(arrivals), "route": timed(route), "closure": timed(closure)}


def theirs(graph: Graph, rng: np.random.Generator) -> tuple[list[float], bool]:
    """Measure pgRouting on the same junctions; also say whether it agrees with SciPy."""
    with cluster.database("bench_roads") as url, psycopg.connect(url, autocommit=True) as base:
        base.execute(_TABLE)
        rows = zip(
            range(len(graph)),
            graph.first.tolist(),
            graph.last.tolist(),
            np.where(graph.forward, graph.seconds, -1).tolist(),
            np.where(graph.backward, graph.seconds, -1).tolist(),
            strict=True,
        )
        with base.cursor() as cursor, cursor.copy("COPY bench_edge FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        base.execute("ANALYZE bench_edge")
        agree, took = True, []
        for _ in range(5):
            nodes = graph.first[rng.integers(0, len(graph), VEHICLES + 1)].tolist()
            begun = time.perf_counter()
            told = dict(base.execute(_COST, [nodes[0], nodes[1:]]).fetchall())
            took.append((time.perf_counter() - begun) * 1e3)
            whole = _whole(graph, nodes[0])
            agree &= all(np.isclose(cost, whole[node], rtol=1e-6) for node, cost in told.items())
        return took, agree


def _whole(graph: Graph, node: int) -> np.ndarray:
    """Return the seconds from every junction to one, by SciPy alone."""
    tree = search.grow(
        Load(graph, graph.seconds), graph.into, [search.End(0.0, 0.0, node, 0.0)], np.inf
    )
    return tree.seconds


def main() -> int:
    """Measure and print the table."""
    rng = np.random.default_rng(7)
    rows, right = [], True
    for name, make in (("demo city", demo), ("Futian, Shenzhen", shenzhen), ("lattice", lattice)):
        streets = make()
        if streets is None:
            continue
        made = timed(lambda streets=streets: build(streets), 5)
        graph = build(streets)
        seen = ours(graph, rng)
        try:
            pg, agrees = theirs(graph, rng)
            right &= agrees
            times = measure.median(pg) / measure.median(seen["arrivals"])
            beside = f"{measure.spread(pg)}: {times:.0f}×"
        except (psycopg.Error, measure.Missing) as error:
            beside = f"not measured: {str(error).splitlines()[0]}"
        rows.append(
            [
                f"{name}, {len(graph):,}",
                measure.spread(made),
                measure.spread(seen["arrivals"], 1),
                measure.spread(seen["route"], 1),
                measure.spread(seen["closure"], 1),
                beside,
            ]
        )
    head = ["network, segments", "build ms", f"{VEHICLES} arrivals ms", "route ms"]
    measure.table([*head, "closure to answer ms", "pgRouting, same question ms"], rows)
    print(f"\nboth say the same: {'yes' if right else 'NO'}")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
