"""Feature pages against what bounds them: ./zhihui bench features, or with a peer beside it:

python -P bench/features.py --tipg /path/to/tipg-venv/bin/uvicorn

One page is up to a hundred features of a box as GeoJSON, rights checked, links and all; against
the same features from one prepared statement in pgbench, and against tipg on the same tables.
"""

import argparse
import os
import random
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from bench import tiles as city
from bench.kit import cluster, measure
from bench.kit.measure import Load, Server

BASE = int(os.environ.get("ZHIHUI_BENCH_PORT", "18440"))
OURS, TIPG = BASE, BASE + 1
PAGE = 100
BARE, HERE, THERE = "the statement in pgbench", "pages, rights checked", "tipg"
OPTIONS = "-c max_parallel_workers_per_gather=0 -c jit=off"
OF_BARE, OF_TIPG = 0.7, 5.0  # promised


class Case(NamedTuple):
    """Pages of one layer from boxes of so many metres (EPSG:3857)."""

    layer: str
    metres: int

    @property
    def table(self) -> str:
        """Return the table of the same features in degrees, which tipg can ask by box."""
        return f"{self.layer}_degrees"


CASES = (Case("bench_points", 1000), Case("bench_buildings", 1000), Case("bench_roads", 1000))


def boxes(case: Case, most: int = 400) -> list[tuple[float, float, float, float]]:
    """Return boxes of the city in EPSG:3857, always the same ones."""
    numbers = random.Random(case.layer)
    found = []
    for _ in range(most):
        west = city.WEST + numbers.random() * (city.SIDE - case.metres)
        south = city.SOUTH + numbers.random() * (city.SIDE - case.metres)
        found.append((west, south, west + case.metres, south + case.metres))
    return found


def in_degrees(url: str, case: Case) -> list[str]:
    """Return the boxes as bbox parameters."""
    with psycopg.connect(url) as base:
        rows = base.execute(
            "SELECT ST_XMin(g), ST_YMin(g), ST_XMax(g), ST_YMax(g) FROM unnest("
            "%s::float8[], %s::float8[], %s::float8[], %s::float8[]) AS t(a, b, c, d),"
            " ST_Transform(ST_MakeEnvelope(a, b, c, d, 3857), 4326) g",
            [list(edges) for edges in zip(*boxes(case), strict=True)],
        ).fetchall()
    return [",".join(f"{edge:.7f}" for edge in row) for row in rows]


class Bench:
    """One run: what is compared takes turns."""

    def __init__(self, url: str, folder: Path, cookie: str, asked: argparse.Namespace) -> None:
        self.url, self.folder, self.cookie = url, folder, cookie
        self.rounds, self.seconds, self.tipg = asked.rounds, asked.seconds, asked.tipg
        self.seen: dict[tuple[Case, str], list[Load]] = {}
        self.boxes = {case: in_degrees(url, case) for case in CASES}

    def run(self) -> None:
        """Measure everything."""
        with measure.web("city.asgi:application", OURS, self.folder, {}) as ours:
            self._alike()
            for _ in range(self.rounds):
                for case in CASES:
                    self._note(case, BARE, self._bare(case))
                    self._note(case, HERE, self._ask(case, OURS, self._paths(case), ours))
        if not self.tipg:
            return
        with self._peer() as peer:
            for _ in range(self.rounds):
                for case in CASES:
                    self._note(case, THERE, self._ask(case, TIPG, self._their_paths(case), peer))

    def _note(self, case: Case, name: str, load: Load) -> None:
        self.seen.setdefault((case, name), []).append(load)

    def _paths(self, case: Case) -> list[str]:
        at = f"/ogc/collections/{case.layer}/items?limit={PAGE}&bbox="
        return [f"{at}{box}" for box in self.boxes[case]]

    def _their_paths(self, case: Case) -> list[str]:
        at = f"/collections/public.{case.table}/items?limit={PAGE}&bbox="
        return [f"{at}{box}" for box in self.boxes[case]]

    def _ask(self, case: Case, port: int, paths: list[str], server: Server) -> Load:
        headers = {"Cookie": self.cookie, "Accept": "application/geo+json"}
        measure.wrk(port, paths, self.folder, headers=headers, seconds=1)
        return measure.wrk(
            port, paths, self.folder, headers=headers, seconds=self.seconds, pids=[server.pid]
        )

    def _bare(self, case: Case) -> Load:
        """Run the plainest statement for the same features: no links, no rights, one text."""
        with psycopg.connect(self.url, autocommit=True) as base:
            base.execute(
                "CREATE TABLE IF NOT EXISTS bench_box (layer text, i int, w float8, s float8,"
                " e float8, n float8, PRIMARY KEY (layer, i))"
            )
            base.execute("DELETE FROM bench_box WHERE layer = %s", [case.layer])
            with base.cursor().copy("COPY bench_box FROM STDIN") as copy:
                for at, box in enumerate(self.boxes[case]):
                    copy.write_row((case.layer, at, *map(float, box.split(","))))
        script = self.folder / "bare.sql"
        script.write_text(
            f"\\set i random(0, {len(self.boxes[case]) - 1})\n"
            'SELECT string_agg(one, \',\') FROM (SELECT \'{"type":"Feature","id":\' || f.fid'
            " || ',\"geometry\":' || ST_AsGeoJSON(f.original, 7, 0) || ',\"properties\":'"
            f" || f.properties || '}}' AS one FROM bench_box b, layers_feature_{case.layer} f"
            f" WHERE b.layer = '{case.layer}' AND b.i = :i"
            " AND f.geom && ST_Transform(ST_MakeEnvelope(b.w, b.s, b.e, b.n, 4326), 3857)"
            " AND ST_Intersects(f.original, ST_MakeEnvelope(b.w, b.s, b.e, b.n, 4326))"
            f" ORDER BY f.fid LIMIT {PAGE}) page;\n"
        )
        return measure.pgbench(script, self.url, {"PGOPTIONS": OPTIONS}, seconds=self.seconds)

    def _alike(self) -> None:
        """See to it that rights are checked, and that a page holds what the box does."""
        path = f"http://127.0.0.1:{OURS}{self._paths(CASES[0])[0]}"
        try:
            urllib.request.urlopen(path)
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
        else:
            raise measure.Missing("a page was given to nobody: rights are not checked")

    def _peer(self) -> Server:
        with psycopg.connect(self.url, autocommit=True) as base:
            for case in CASES:
                _in_degrees_too(base, case)
        env = {"DATABASE_URL": self.url, "TIPG_DB_MIN_CONN_SIZE": "4", "TIPG_DB_MAX_CONN_SIZE": "4",
               "TIPG_MAX_FEATURES_PER_QUERY": "10000"}  # fmt: skip
        argv = [self.tipg, "tipg.main:app", "--workers", "2", "--port", str(TIPG)]
        argv += ["--no-access-log", "--log-level", "warning"]
        return Server(argv, TIPG, self.folder / "tipg.log", env)


def _in_degrees_too(base: psycopg.Connection[Any], case: Case) -> None:
    found = base.execute("SELECT to_regclass(%s)", [case.table]).fetchone()
    if found and found[0]:
        return
    base.execute(
        f"CREATE TABLE {case.table} AS SELECT b.*, ST_Transform(geom, 4326) AS place"
        f" FROM {case.layer} b"
    )
    base.execute(f"ALTER TABLE {case.table} DROP COLUMN geom, ADD PRIMARY KEY (id)")
    base.execute(f"CREATE INDEX ON {case.table} USING gist (place)")
    base.execute(f"VACUUM ANALYZE {case.table}")


def report(bench: Bench) -> bool:
    """Print the tables; return whether every promise is kept."""
    good = True
    for case in CASES:
        medians = {
            name: measure.median(load.rate for load in bench.seen[case, name])
            for name in (BARE, HERE, THERE)
            if (case, name) in bench.seen
        }
        ratio = measure.median(
            here.rate / bare.rate
            for here, bare in zip(bench.seen[case, HERE], bench.seen[case, BARE], strict=True)
        )
        kept = ratio >= OF_BARE
        said = f"{ratio:.2f} of bare SQL (promised {OF_BARE})"
        if THERE in medians:
            times = medians[HERE] / medians[THERE]
            kept = kept and times >= OF_TIPG
            said += f", {times:.1f} times tipg (promised {OF_TIPG:.0f})"
        good = good and kept
        print(f"\n### {case.layer}, boxes of {case.metres} m: {said}: {_word(kept)}\n")
        measure.table(
            ("way", "pages/s", "p50 ms", "p99 ms", "KB", "server CPU ms", "errors"),
            [_row(name, bench.seen[case, name]) for name in medians],
        )
    return good


def _word(kept: bool) -> str:
    return "kept" if kept else "MISSED"


def _row(name: str, loads: list[Load]) -> tuple[Any, ...]:
    def middle(field: str) -> float:
        return measure.median(getattr(load, field) for load in loads)

    return (
        name, measure.spread([load.rate for load in loads]), f"{middle('p50'):.2f}",
        f"{middle('p99'):.2f}", f"{middle('kilobytes'):.1f}", f"{middle('cpu'):.2f}",
        sum(load.errors for load in loads),
    )  # fmt: skip


def main() -> None:
    """Measure and print; the exit code says whether every promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--tipg", help="uvicorn of a virtual environment that holds tipg")
    asked = parser.parse_args()
    with cluster.city("zhihui_bench_tiles") as (url, folder):
        bench = Bench(url, folder, city.prepare(folder)["cookie"], asked)
        bench.run()
        sys.exit(0 if report(bench) else 1)


if __name__ == "__main__":
    main()
