"""Tiles against what bounds them: ./zhihui bench tiles, or with a peer beside it:

python -P bench/tiles.py --tipg /path/to/tipg-venv/bin/uvicorn

Vector tiles made now, rights checked, against the same prepared statement in pgbench, and against
tipg on the same tables; the heaviest tiles of a million points; kept tiles against nginx.
"""

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from bench.kit import cluster, measure
from bench.kit.measure import Load, Server

BASE = int(os.environ.get("ZHIHUI_BENCH_PORT", "18440"))
DYNAMIC, CACHED, NGINX, BARE, TIPG = range(BASE, BASE + 5)
WORLD = 40075016.68557849
WEST, SOUTH, SIDE = 12592500, 2630000, 43000  # EPSG:3857 metres: the benchmark's city
LAYER = """
title_zh = "基准"
title_en = "Benchmark"
group = "bench"
kind = "vector"
shape = "{shape}"
owner = "bench"
datum = "EPSG:4490"
source = "generated"
refresh = "once"
sharing = "staff"
attribution = ""
simulated = true
min_zoom = {zooms[0]}
max_zoom = {zooms[1]}
[table]
table = "bench_{table}"
geometry = "geom"
fid = "id"
[columns]
{columns}
"""
# the serving role's settings: see tiles.pool
OPTIONS = "-c max_parallel_workers_per_gather=0 -c jit=off -c plan_cache_mode=force_generic_plan"
LIMIT, MADE, PACKED = ("the statement in pgbench", "made now, rights checked", "the same, gzip")
THERE = "tipg, rights not checked"
STATIC, KEPT_HERE = "nginx, one worker, file.gz", "kept, rights checked"
EMPTY = "uvicorn, an empty application"
NUMBER = '{name} = {{ zh = "{name}", en = "{name}", type = "int" }}\n'
WORD = '{name} = {{ zh = "{name}", en = "{name}" }}\n'
LAYERS = {
    "bench_points": ("point", (5, 18), NUMBER.format(name="kind") + NUMBER.format(name="status")),
    "bench_buildings": (
        "polygon", (13, 18), NUMBER.format(name="kind") + NUMBER.format(name="floors")
    ),
    "bench_roads": ("line", (13, 18), NUMBER.format(name="kind") + WORD.format(name="name")),
}  # fmt: skip


class Case(NamedTuple):
    """Tiles of one layer at one zoom, the ratio that the platform promises, and what bounds it."""

    layer: str
    zoom: int
    least: float = 0.0
    wanted: float = 0.0
    bound: str = "the database: PostGIS clips and encodes"
    of_tipg: float = 0.0


SMALL_TILES = "database and HTTP server about equally: the tile is cheap to make"
CASES = (
    Case("bench_points", 14, 0.8, 0.9, of_tipg=1.6),
    Case("bench_points", 16, 0.4, 0.5, SMALL_TILES, 4.5),
    Case("bench_buildings", 14, 0.8, 0.9, of_tipg=1.6),
    Case("bench_buildings", 16, 0.4, 0.5, SMALL_TILES, 4.5),
    Case("bench_roads", 14, 0.8, 0.9, of_tipg=1.6),
    Case("bench_points", 10),
)
SHOWN = {"bench_points": "status", "bench_buildings": "floors", "bench_roads": "name"}  # and kind
KEPT = Case(
    "bench_buildings", 14, 0.3, 0.4, "the HTTP server's own cost a request (see the last row)"
)


def tiles(zoom: int, most: int = 400) -> list[tuple[int, int, int]]:
    """Return up to `most` tiles of the city, always the same ones."""
    size = WORLD / 2**zoom
    columns = range(int((WEST + WORLD / 2) / size), int((WEST + SIDE - 1 + WORLD / 2) / size) + 1)
    rows = range(int((WORLD / 2 - SOUTH - SIDE + 1) / size), int((WORLD / 2 - SOUTH) / size) + 1)
    every = [(zoom, x, y) for x in columns for y in rows]
    return random.Random(zoom).sample(every, min(most, len(every)))


def address(layer: str, tile: tuple[int, int, int]) -> str:
    """Return a tile's path."""
    return f"/tiles/{layer}/{tile[0]}/{tile[1]}/{tile[2]}.mvt"


def prepare(folder: Path) -> dict[str, Any]:
    """Write the layers' files and fill the database; return cookie and statements."""
    (folder / "catalog").mkdir()
    for code, (shape, zooms, columns) in LAYERS.items():
        table = code.removeprefix("bench_")
        text = LAYER.format(shape=shape, zooms=zooms, table=table, columns=columns)
        (folder / "catalog" / f"{code}.toml").write_text(text)
    argv = [sys.executable, "-P", "-m", "bench.kit.tiles_city"]
    done = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class Bench:
    """One run: the database, the servers, and what was measured."""

    def __init__(self, folder: Path, facts: dict[str, Any], asked: argparse.Namespace) -> None:
        self.folder, self.tipg = folder, asked.tipg
        self.rounds, self.seconds = asked.rounds, asked.seconds
        self.cookie: str = facts["cookie"]
        self.statements: dict[str, str] = facts["statements"]
        self.url = os.environ["DATABASE_URL"]
        self.seen: dict[tuple[Case, str], list[Load]] = {}

    def note(self, case: Case, name: str, load: Load) -> None:
        """Keep one measurement."""
        self.seen.setdefault((case, name), []).append(load)

    def limit(self, case: Case) -> Load:
        """Run the layer's own statement, prepared, under the serving role's settings."""
        picked = tiles(case.zoom)
        with psycopg.connect(self.url, autocommit=True) as base:
            base.execute(
                "CREATE TABLE IF NOT EXISTS bench_tile (i int PRIMARY KEY, z int, x int, y int)"
            )
            base.execute("TRUNCATE bench_tile")
            with base.cursor().copy("COPY bench_tile FROM STDIN") as copy:
                for at, tile in enumerate(picked):
                    copy.write_row((at, *tile))
        text = self.statements[f"{case.layer}/{case.zoom}"]
        for number, column in enumerate(("b.z", "b.x", "b.y"), start=1):
            text = text.replace(f"${number}::int", f"{column}::int")
        script = self.folder / "limit.sql"
        script.write_text(
            f"\\set i random(0, {len(picked) - 1})\n"
            f"SELECT length(({text})) FROM bench_tile b WHERE b.i = :i;\n"
        )
        return measure.pgbench(script, self.url, {"PGOPTIONS": OPTIONS}, seconds=self.seconds)

    def ask(self, case: Case, port: int, server: Server, zipped: bool = False) -> Load:
        """Ask the product for the case's tiles as a signed-in browser does."""
        headers = {"Cookie": self.cookie} | ({"Accept-Encoding": "gzip"} if zipped else {})
        paths = [address(case.layer, tile) for tile in tiles(case.zoom)]
        measure.wrk(port, paths, self.folder, headers=headers, seconds=1)
        return measure.wrk(
            port, paths, self.folder, headers=headers, seconds=self.seconds, pids=[server.pid]
        )

    def dynamic(self) -> None:
        """Compare tiles made now with the bare statement."""
        env = {"ZHIHUI_TILE_CACHE_MB": "0"}
        with measure.web("bench.kit.tiles_app:application", DYNAMIC, self.folder, env) as server:
            self._refused(DYNAMIC)
            for _ in range(self.rounds):
                for case in CASES:
                    self.note(case, LIMIT, self.limit(case))
                    self.note(case, MADE, self.ask(case, DYNAMIC, server))
                    self.note(case, PACKED, self.ask(case, DYNAMIC, server, zipped=True))
                if self.tipg:
                    self._ask_tipg()

    def _ask_tipg(self) -> None:
        """Ask tipg for the same tiles with the same properties; it is started for each round."""
        with self._peer() as peer:
            for case in CASES:
                if not case.of_tipg:
                    continue
                at = f"/collections/public.{case.layer}/tiles/WebMercatorQuad"
                what = f"properties=kind,{SHOWN[case.layer]}"
                paths = [f"{at}/{z}/{x}/{y}?{what}" for z, x, y in tiles(case.zoom)]
                with urllib.request.urlopen(f"http://127.0.0.1:{TIPG}{paths[0]}") as answer:
                    if "mapbox-vector-tile" not in answer.headers["content-type"]:
                        raise measure.Missing("tipg gave no vector tile")
                given: dict[str, Any] = {"headers": {}, "pids": [peer.pid]}
                measure.wrk(TIPG, paths, self.folder, seconds=1, **given)
                load = measure.wrk(TIPG, paths, self.folder, seconds=self.seconds, **given)
                self.note(case, THERE, load)

    def _peer(self) -> Server:
        """Start tipg over the source tables, typed and indexed as it needs them."""
        with psycopg.connect(self.url, autocommit=True) as base:
            for layer in LAYERS:
                _typed(base, layer)
        env = {"DATABASE_URL": self.url, "TIPG_DB_MIN_CONN_SIZE": "4", "TIPG_DB_MAX_CONN_SIZE": "4",
               "TIPG_MAX_FEATURES_PER_TILE": "2000000"}  # fmt: skip
        argv = [self.tipg, "tipg.main:app", "--workers", "2", "--port", str(TIPG)]
        argv += ["--no-access-log", "--log-level", "warning"]
        return Server(argv, TIPG, self.folder / "tipg.log", env)

    def kept(self) -> None:
        """Compare tiles that are kept with the same bytes as files behind nginx."""
        with measure.web("bench.kit.tiles_app:application", CACHED, self.folder, {}) as server:
            self._refused(CACHED)
            self._write_files()
            with nginx(self.folder) as web, empty(self.folder) as bare:
                for _ in range(self.rounds * 2 + 1):
                    self.note(KEPT, STATIC, self.ask(KEPT, NGINX, web, zipped=True))
                    self.note(KEPT, KEPT_HERE, self.ask(KEPT, CACHED, server, zipped=True))
                    self.note(KEPT, EMPTY, self.ask(KEPT, BARE, bare, zipped=True))

    def _refused(self, port: int) -> None:
        """See to it that rights are really checked: without a session there is no tile."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{address(*_one())}")
        except urllib.error.HTTPError as error:
            if error.code == 401:
                return
        raise measure.Missing("a tile was given to nobody: rights are not checked")

    def _write_files(self) -> None:
        for tile in tiles(KEPT.zoom):
            path = address(KEPT.layer, tile)
            asked = urllib.request.Request(f"http://127.0.0.1:{CACHED}{path}")
            asked.add_header("Cookie", self.cookie)
            asked.add_header("Accept-Encoding", "gzip")
            with urllib.request.urlopen(asked) as answer:
                body = answer.read()
            file = self.folder / "www" / path.removeprefix("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(gzip.decompress(body))
            file.with_name(file.name + ".gz").write_bytes(body)

    def heaviest(self) -> list[tuple[int, float, float]]:
        """Return, for every zoom of the million points, the worst ms of SQL and the worst KB."""
        low, high = LAYERS["bench_points"][1]
        seen: dict[tuple[int, int, int], list[tuple[float, float]]] = {}
        with psycopg.connect(self.url, autocommit=True, options=OPTIONS) as base:
            busiest = {zoom: _busiest(base, zoom) for zoom in range(low, high + 1)}
            for _ in range(self.rounds):  # in turns, so that a busy minute falls on all alike
                for zoom, picked in busiest.items():
                    text = self.statements[f"bench_points/{zoom}"]
                    for tile in picked:
                        seen.setdefault(tile, []).append(_timed(base, text, tile))
        return [
            (
                zoom,
                max(min(ms for ms, _ in seen[tile]) for tile in picked),
                max(seen[tile][0][1] for tile in picked),
            )
            for zoom, picked in busiest.items()
        ]


def _typed(base: psycopg.Connection[Any], layer: str) -> None:
    """Give a source table what a server finds it by: its reference system, a key, an index."""
    known = base.execute(
        "SELECT srid FROM geometry_columns WHERE f_table_name = %s", [layer]
    ).fetchone()
    if known and known[0] == 3857:
        return
    base.execute(f"ALTER TABLE {layer} ALTER COLUMN geom TYPE geometry(Geometry, 3857)")
    base.execute(f"ALTER TABLE {layer} ADD PRIMARY KEY (id)")
    base.execute(f"CREATE INDEX ON {layer} USING gist (geom)")
    base.execute(f"VACUUM ANALYZE {layer}")


def _one() -> tuple[str, tuple[int, int, int]]:
    return "bench_points", tiles(14)[0]


def _busiest(base: psycopg.Connection[Any], zoom: int) -> list[tuple[int, int, int]]:
    """Return the tiles with the most points, and those with the most that are not thinned."""
    size = WORLD / 2**zoom
    counted = f"""
        SELECT floor((ST_X(geom) + {WORLD / 2}) / {size})::int x,
               floor(({WORLD / 2} - ST_Y(geom)) / {size})::int y, count(*) n
        FROM bench_points GROUP BY 1, 2"""
    rows = base.execute(
        f"(SELECT x, y FROM ({counted}) t ORDER BY n DESC LIMIT 12) UNION "
        f"(SELECT x, y FROM ({counted}) t WHERE n <= 4000 ORDER BY n DESC LIMIT 12)"
    ).fetchall()
    return [(zoom, x, y) for x, y in rows]


def _timed(
    base: psycopg.Connection[Any], text: str, tile: tuple[int, int, int]
) -> tuple[float, float]:
    """Return the KB of one tile and its statement's least ms: what it costs undisturbed."""
    for number in (1, 2, 3):
        text = text.replace(f"${number}", f"%(p{number})s")
    asked = {f"p{number}": value for number, value in enumerate(tile, start=1)}
    times, size = [], 0
    for _ in range(5):
        began = time.perf_counter()
        row = base.execute(text, asked, prepare=True, binary=True).fetchone()
        times.append((time.perf_counter() - began) * 1000)
        size = len(row[0]) if row else 0
    return min(times), size / 1024


def empty(folder: Path) -> Server:
    """Start what a kept tile cannot be faster than: uvicorn with as many bytes, nothing asked."""
    return measure.web("bench.kit.empty_app:application", BARE, folder, {})


def nginx(folder: Path) -> Server:
    """Start nginx on the tiles as ready-packed files; one worker, as the peers' benchmark has."""
    conf = folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    conf.write_text(
        f"worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.err;"
        f"{'user root;' if os.getuid() == 0 else ''} events {{ worker_connections 512; }}"
        f"http {{ access_log off; sendfile on; tcp_nopush on; open_file_cache max=20000;{temporary}"
        f"types {{ application/vnd.mapbox-vector-tile mvt; }}"
        f"server {{ listen 127.0.0.1:{NGINX}; root {folder}/www; gzip_static always; }} }}"
    )
    argv = [measure.program("nginx", "nginx-light"), "-c", str(conf)]
    return Server(argv, NGINX, folder / "nginx.log", {})


def report(bench: Bench, worst: list[tuple[int, float, float]]) -> bool:
    """Print the tables; return whether every promise is kept."""
    good = True
    for case in (*CASES, KEPT):
        names = [name for one, name in bench.seen if one == case]
        if not names:
            continue
        limits = bench.seen[case, names[0]]
        rows = []
        for name in names:
            loads = bench.seen[case, name]
            ratio = measure.median(
                load.rate / limit.rate for load, limit in zip(loads, limits, strict=True)
            )
            rows.append(
                (
                    name,
                    measure.spread([load.rate for load in loads]),
                    f"{ratio:.2f}",
                    f"{measure.median(load.p50 for load in loads):.2f}",
                    f"{measure.median(load.p99 for load in loads):.2f}",
                    f"{measure.median(load.kilobytes for load in loads):.1f}",
                    f"{measure.median(load.cpu for load in loads) * 1000:.0f}",
                    sum(load.errors for load in loads),
                )
            )
        times = _of_tipg(bench, case)
        kept = float(rows[1][2]) >= case.least and (times is None or times >= case.of_tipg)
        good = good and kept
        print(f"\n### {case.layer} z{case.zoom}{_verdict(case, kept)}")
        if times is not None:
            print(f"{times:.1f} times tipg (promised {case.of_tipg})")
        print(f"bounded by {case.bound}\n")
        measure.table(
            ("way", "tiles/s", "of limit", "p50 ms", "p99 ms", "KB", "server CPU µs", "errors"),
            rows,
        )
    light = all(ms <= 10 and kb <= 100 for _, ms, kb in worst)
    print(f"\n### the heaviest tile of a million points: {'kept' if light else 'MISSED'}")
    print("promised: at most 10 ms of SQL and 100 KB at every zoom\n")
    measure.table(
        ("zoom", "worst ms", "worst KB"), [(z, f"{ms:.1f}", f"{kb:.1f}") for z, ms, kb in worst]
    )
    return good and light


def _of_tipg(bench: Bench, case: Case) -> float | None:
    """Return how many times tipg's rate ours is, round by round; None if it was not asked."""
    theirs = bench.seen.get((case, THERE))
    if theirs is None:
        return None
    pairs = zip(bench.seen[case, MADE], theirs, strict=True)
    return measure.median(one.rate / other.rate for one, other in pairs)


def _verdict(case: Case, kept: bool) -> str:
    if not case.least:
        return ""
    return f": promised {case.least}, wanted {case.wanted}: {'kept' if kept else 'MISSED'}"


def main() -> None:
    """Measure and print; the exit code says whether every promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--only", choices=("dynamic", "kept", "heaviest"), help="one part alone")
    parser.add_argument("--tipg", default="", help="uvicorn of a venv with tipg: the peer")
    asked = parser.parse_args()
    with cluster.city("zhihui_bench_tiles") as (_, folder):
        bench = Bench(folder, prepare(folder), asked)
        worst = bench.heaviest() if asked.only in (None, "heaviest") else []
        if asked.only in (None, "dynamic"):
            bench.dynamic()
        if asked.only in (None, "kept"):
            bench.kept()
        sys.exit(0 if report(bench, worst) else 1)


if __name__ == "__main__":
    main()
