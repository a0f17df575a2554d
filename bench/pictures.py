"""Pictures against titiler and rio-tiler: python -P bench/pictures.py --titiler VENV/bin/uvicorn.

An orthophoto of 4,096² pixels: our tiles are handed through out of the file, rights checked;
titiler has the same pixels as a JPEG COG on the web grid, which suits it best. Terrain tiles of a
model of 4,096² heights: ours made at each request (and kept ones), against titiler and against
rio-tiler with its file kept open. All in turns. Without titiler's environment only our own rates
are printed.
"""

import argparse
import io
import itertools
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from bench.kit import cluster, measure
from bench.kit.measure import Load, Server

BASE = int(os.environ.get("ZHIHUI_BENCH_PORT", "18440"))
OURS, FRESH, THEIRS = range(BASE, BASE + 3)
SLOWEST = 0.1  # tiles a second: where not one came in time
PROMISED, WANTED = 20.0, 100.0  # times titiler, of an orthophoto's tiles
COLUMN, ROW, TILES = 213504, 113600, 16  # the picture at zoom 18
KEPT, MADE = "ours, kept", "ours, made at each request"
THROUGH = "ours, handed through"
PEER = {
    "GDAL_CACHEMAX": "400",
    "GDAL_NUM_THREADS": "1",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
}
TITILER, RIO = "titiler", "rio-tiler, file kept open"


class Case(NamedTuple):
    """What is asked, at which zooms, and its address at each of those who answer."""

    name: str
    zooms: tuple[int, ...]
    ways: dict[str, tuple[int, str]]


def addresses(folder: Path) -> list[Case]:
    """Return the cases; the first way of each is ours."""
    query = "?tilesize=256&url={folder}/{file}.tif"
    at = "/tiles/WebMercatorQuad/{z}/{x}/{y}"
    photo, dem = (query.format(folder=folder, file=file) for file in ("jpeg", "dem"))
    cases = [
        Case("orthophoto", (18, 17, 16), {
            THROUGH: (OURS, "/tiles/bench_ortho/{z}/{x}/{y}.webp"),
            TITILER: (THEIRS, f"{at}.jpeg{photo}"),
            RIO: (THEIRS, "/kept/jpeg/-/{z}/{x}/{y}.jpeg"),
        })
    ]  # fmt: skip
    for style, algorithm in (("hillshade", "hillshade"), ("terrain-rgb", "terrainrgb")):
        path = f"/tiles/bench_dem/{style}/{{z}}/{{x}}/{{y}}.png"
        buffered = "&buffer=3" if style == "hillshade" else ""
        cases.append(
            Case(style, (16, 15), {
                MADE: (FRESH, path),
                KEPT: (OURS, path),
                TITILER: (THEIRS, f"{at}.png{dem}&algorithm={algorithm}{buffered}"),
                RIO: (THEIRS, f"/kept/dem/{algorithm}/{{z}}/{{x}}/{{y}}.png"),
            })
        )  # fmt: skip
    return cases


def paths(template: str, zooms: tuple[int, ...], inner: bool) -> list[str]:
    """Return the addresses of all tiles; heights reach four times as far as the picture."""
    found = []
    for z in zooms:
        by, side = 2 ** (18 - z), TILES * (4 if inner else 1)
        for x, y in itertools.product(range(side // by), repeat=2):
            found.append(template.format(z=z, x=COLUMN // by + x, y=ROW // by + y))
    return found


class Bench:
    """One run: servers, and what was measured."""

    def __init__(self, folder: Path, cookie: str, rounds: int, seconds: int) -> None:
        self.folder, self.cookie, self.rounds, self.seconds = folder, cookie, rounds, seconds
        self.seen: dict[str, dict[str, list[Load]]] = {}

    def run(self, cases: list[Case], servers: dict[int, Server]) -> None:
        """Measure all cases in turns."""
        for case in cases:
            self._look(case, servers)
        for _ in range(self.rounds):
            for case in cases:
                for way, (port, template) in case.ways.items():
                    if port in servers:
                        load = self._ask(case, port, template, servers[port])
                        self.seen.setdefault(case.name, {}).setdefault(way, []).append(load)

    def _ask(self, case: Case, port: int, template: str, server: Server) -> Load:
        listed = paths(template, case.zooms, case.name != "orthophoto")
        headers = {"Cookie": self.cookie}
        measure.wrk(port, listed, self.folder, headers=headers, seconds=1)
        return measure.wrk(
            port, listed, self.folder, headers=headers, seconds=self.seconds, pids=[server.pid]
        )

    def _look(self, case: Case, servers: dict[int, Server]) -> None:
        """See to it that all show something, and the same: a fast wrong tile would win.

        Light falls from elsewhere in titiler's hillshade, so that is not compared.
        """
        shown = {}
        for way, (port, template) in case.ways.items():
            if port in servers:
                path = paths(template, case.zooms, case.name != "orthophoto")[3]
                shown[way] = self._pixels(f"http://127.0.0.1:{port}{path}")
        first, *others = shown.items()
        for way, pixels in others:
            off = float(np.abs(pixels - first[1])[8:-8, 8:-8].mean())
            if pixels.std() < 2 or (off > 12 and case.name != "hillshade"):
                raise measure.Missing(f"{case.name}: {way} and {first[0]} differ by {off:.0f}")

    def _pixels(self, url: str) -> np.ndarray:
        asked = urllib.request.Request(url, headers={"Cookie": self.cookie})
        with urllib.request.urlopen(asked) as answer:
            picture = Image.open(io.BytesIO(answer.read())).convert("RGB")
        return np.asarray(picture).astype(int)


def refused(path: str) -> None:
    """See to it that rights are really checked: without a session there is no tile."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{OURS}{path}")
    except urllib.error.HTTPError as error:
        if error.code == 401:
            return
    raise measure.Missing("a tile was given to nobody: rights are not checked")


def report(bench: Bench) -> bool:
    """Print the tables; return whether the promise is kept."""
    good = True
    for name, ways in bench.seen.items():
        ours = next(iter(ways.values()))
        rows = []
        for way, loads in ways.items():
            times = [
                mine.rate / max(load.rate, SLOWEST) for mine, load in zip(ours, loads, strict=True)
            ]
            rows.append((
                way,
                measure.spread([load.rate for load in loads]),
                f"{measure.median(times):.1f}",
                f"{measure.median(load.p50 for load in loads):.2f}",
                f"{measure.median(load.p99 for load in loads):.2f}",
                f"{measure.median(load.kilobytes for load in loads):.1f}",
                f"{measure.median(load.cpu for load in loads):.3f}",
                sum(load.errors for load in loads),
            ))  # fmt: skip
        said = ""
        if name == "orthophoto" and len(rows) > 1:
            kept = float(rows[1][2]) >= PROMISED
            good = good and kept
            said = f": promised {PROMISED:.0f} times titiler, wanted {WANTED:.0f}: "
            said += "kept" if kept else "MISSED"
        print(f"\n### {name}{said}\n")
        head = ("way", "tiles/s", "ours is × as fast", "p50 ms", "p99 ms", "KB", "CPU ms", "errors")
        measure.table(head, rows)
    return good


def measured(folder: Path, cookie: str, asked: argparse.Namespace) -> Bench:
    """Start all servers, measure, stop them."""
    bench = Bench(folder, cookie, asked.rounds, asked.seconds)
    app = "bench.kit.tiles_app:application"
    uncached = {"ZHIHUI_TILE_CACHE_MB": "0"}
    with (
        measure.web(app, OURS, folder, {}) as ours,
        measure.web(app, FRESH, folder, uncached) as fresh,
    ):
        refused("/tiles/bench_ortho/18/213505/113601.webp")
        servers = {OURS: ours, FRESH: fresh}
        if not asked.titiler:
            bench.run(addresses(folder), servers)
            return bench
        argv = [asked.titiler, "bench.kit.titiler_app:app", "--workers", "2", "--port", str(THEIRS),
                "--no-access-log", "--log-level", "warning"]  # fmt: skip
        env = PEER | {"BENCH_PICTURES": str(folder), "PYTHONPATH": str(Path.cwd())}
        with Server(argv, THEIRS, folder / "titiler.log", env) as theirs:
            bench.run(addresses(folder), servers | {THEIRS: theirs})
    return bench


def main() -> None:
    """Measure and print; the exit code says whether the promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--titiler", help="uvicorn of an environment that holds titiler.core")
    asked = parser.parse_args()
    with cluster.city("zhihui_bench_pictures") as (_, folder):
        argv = [sys.executable, "-P", "-m", "bench.kit.pictures_city", str(folder)]
        done = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True)
        cookie = json.loads(done.stdout.splitlines()[-1])["cookie"]
        sys.exit(0 if report(measured(folder, cookie, asked)) else 1)


if __name__ == "__main__":
    main()
