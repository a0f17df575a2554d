"""An import with all its checks against ogr2ogr: ./zhihui bench imports.

A million points and 200,000 areas, each a GeoPackage of four columns, imported by the platform's
own command (datum, rows, topology, history, thinning, indexes; whole or not at all), and loaded by
ogr2ogr into PostGIS (COPY, one spatial index), in turns. Memory is the most that one process held.
`--again`: then the points are imported once more, every hundredth of them changed, by their key.
"""

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psycopg
import pyogrio
import shapely

from bench.kit import cluster, measure, seed

SEED = 20211001
LON, LAT, SIDE = 113.65, 34.75, 0.35  # degrees: the demo city
AIM = 2.0  # times ogr2ogr; no promise was given
ROOT = Path(__file__).resolve().parents[1]
OURS, THEIRS = "import, all checks", "ogr2ogr, COPY"


class Took(NamedTuple):
    """Seconds and megabytes of one run, and the seconds of processor in its own process."""

    seconds: float
    megabytes: float
    cpu: float


def points(count: int) -> np.ndarray:
    """Return points spread over the city."""
    lonlat = np.random.default_rng(SEED).uniform(-SIDE, SIDE, (count, 2)) + np.array([LON, LAT])
    return np.asarray(shapely.points(lonlat), object)


def areas(count: int) -> np.ndarray:
    """Return buildings of five to nine corners, apart from each other."""
    numbers = np.random.default_rng(SEED)
    side = int(np.ceil(count**0.5))
    step = 2 * SIDE / side
    at = np.arange(count)
    x, y = LON - SIDE + (at % side) * step, LAT - SIDE + (at // side) * step
    found = np.asarray(shapely.box(x, y, x + step * 0.6, y + step * 0.7), object)
    turned = numbers.random(count) < 0.5
    found[turned] = shapely.segmentize(found[turned], step * 0.5)
    return found


def write(path: Path, kind: str, count: int, *, changed: bool = False) -> None:
    """Write a GeoPackage of shapes with four columns; `changed`: every hundredth is named anew."""
    shapes = points(count) if kind == "points" else areas(count)
    numbers = np.random.default_rng(SEED)
    fields: list[Any] = [
        np.array([_name(at, changed) for at in range(count)], object),
        numbers.integers(0, 30, count),
        numbers.random(count).round(3),
        np.array([f"K{at:07d}" for at in range(count)], object),
    ]
    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(shapes), field_data=fields, fields=["name", "kind", "size",
        "code"], geometry_type=shapes[0].geom_type, crs="EPSG:4326", driver="GPKG",
        layer=path.stem,
    )  # fmt: skip


def _name(at: int, changed: bool) -> str:
    return f"改{at}" if changed and at % 100 == 0 else f"要素{at % 9973}"


def made(folder: Path, counts: dict[str, int]) -> None:
    """Write the files, in a process of its own: what it held would count as its children's."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        for layer, count in counts.items():
            kind = "points" if layer == "bench_p" else "areas"
            other.submit(write, folder / f"{layer}.gpkg", kind, count).result()
        again, count = folder / "again" / "bench_p.gpkg", counts["bench_p"]
        again.parent.mkdir()
        other.submit(write, again, "points", count, changed=True).result()


def ours(path: Path) -> list[str]:
    """Return the command that imports a file, as an operator would type it."""
    manage = str(ROOT / "platform" / "manage.py")
    argv = [sys.executable, "-P", manage, "import", str(path), "--datum", "EPSG:4326"]
    return [*argv, "--layer", path.stem]


def theirs(path: Path, url: str) -> list[str]:
    """Return the command that loads a file by GDAL."""
    facts = seed.libpq(url)
    base = f"PG:host={facts['PGHOST']} port={facts['PGPORT']} user={facts['PGUSER']}"
    base += f" dbname={facts['PGDATABASE']}"
    argv = [measure.program("ogr2ogr", "gdal-bin"), "-f", "PostgreSQL", base, str(path)]
    argv += ["-nln", f"ogr_{path.stem}", "-overwrite", "-t_srs", "EPSG:3857"]
    return [*argv, "-lco", "SPATIAL_INDEX=GIST", "--config", "PG_USE_COPY", "YES"]


def run(argv: list[str], env: dict[str, str]) -> Took:
    """Run a command to its end; return what it took."""
    begun = time.perf_counter()
    child = subprocess.Popen(argv, env=os.environ | env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise measure.Missing(f"{' '.join(argv[:4])} … ended with {child.returncode}")
    took = time.perf_counter() - begun
    return Took(took, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def forget(url: str, layer: str) -> None:
    """Let an import be the first of its layer again."""
    with psycopg.connect(url, autocommit=True) as base:
        base.execute("DELETE FROM layers_registered WHERE code = %s", [layer])
        for table in ("layers_state", "layers_touched", "layers_past"):
            base.execute(f"DELETE FROM {table} WHERE layer = %s", [layer])
        for parent in ("layers_feature", "layers_level"):
            base.execute(f"DROP TABLE IF EXISTS {parent}_{layer}")
        base.execute("CHECKPOINT")


def changed(url: str) -> dict[str, int]:
    """Return what the last import told of its changes."""
    statement = "SELECT report -> 'change' FROM layers_import ORDER BY asked_at DESC LIMIT 1"
    with psycopg.connect(url) as base:
        row = base.execute(statement).fetchone()
    change = row[0] if row else {}
    return {name: change[name] for name in ("kept", "added", "changed", "removed")}


def report(seen: dict[tuple[str, str], list[Took]], counts: dict[str, int]) -> bool:
    """Print the table; return whether the aim is reached."""
    rows, good = [], True
    for name, count in counts.items():
        here, there = seen[name, OURS], seen[name, THEIRS]
        pairs = zip(here, there, strict=True)
        ratio = measure.median(own.seconds / other.seconds for own, other in pairs)
        good = good and ratio <= AIM
        for way, took in ((OURS, here), (THEIRS, there)):
            rows.append((
                f"{count:,} {name}", way, measure.spread([one.seconds for one in took], 1),
                f"{measure.median(one.cpu for one in took):.1f}",
                f"{max(one.megabytes for one in took):,.0f}",
                f"{ratio:.2f}" if way == OURS else "1",
            ))  # fmt: skip
    measure.table(("file", "way", "seconds", "own CPU s", "MB", "times"), rows)
    return good


def main() -> None:
    """Measure and print; the exit code says whether the aim is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--areas", type=int, default=200_000)
    parser.add_argument("--again", action="store_true")
    asked = parser.parse_args()
    with (
        cluster.database("zhihui_bench_imports") as url,
        tempfile.TemporaryDirectory(prefix="zhihui-bench-") as name,
    ):
        folder = Path(name)
        env = seed.environment(url, folder)
        (folder / "data").mkdir()
        manage = str(ROOT / "platform" / "manage.py")
        migrate = [sys.executable, "-P", manage, "migrate", "-v", "0"]
        subprocess.run(migrate, check=True, env=os.environ | env)
        facts = seed.libpq(url)
        counts = {"bench_p": asked.points, "bench_a": asked.areas}
        made(folder, counts)
        print(f"load {os.getloadavg()}", file=sys.stderr)
        seen: dict[tuple[str, str], list[Took]] = {}
        for _ in range(asked.rounds):
            for layer in counts:
                path = folder / f"{layer}.gpkg"
                forget(url, layer)
                seen.setdefault((layer, THEIRS), []).append(run(theirs(path, url), facts))
                seen.setdefault((layer, OURS), []).append(run(ours(path), env))
        good = report(seen, counts)
        if asked.again:
            path = folder / "again" / "bench_p.gpkg"
            took = run([*ours(path), "--key", "code"], env)
            told = changed(url)
            print(f"again, every hundredth changed: {took.seconds:.1f} s, {took.megabytes:.0f} MB")
            print(told)
        sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
