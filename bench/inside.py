"""What is here, what is inside: ./zhihui bench inside, or python -P bench/inside.py --rounds 5.

A planner's questions of place over every layer at once, by HTTP with a token, one at a time: what
lies at a place (5 m and 50 m round it), what lies inside a drawn area, and whom it reaches. More
than thirty layers: a million points, twice 200,000 buildings, 200,000 roads, the rest small.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import shapely
from pyproj import Transformer

from bench import tiles as city
from bench.kit import cluster, measure

PORT = int(os.environ.get("ZHIHUI_BENCH_PORT", "18440")) + 50
ASKED = 40  # questions of each kind and round
PROMISED = 100.0  # ms at the median
_SHAPES = ("point", "line", "polygon")
# 24 layers from 50 to some 20,000 features
SMALL = {f"small_{nth:02d}": (_SHAPES[nth % 3], round(50 * 1.3 ** (nth % 24))) for nth in range(24)}
_LAYER = city.LAYER.partition("[table]")[0]
_NAMED = '[columns]\nname_zh = { zh = "名称", en = "Name" }\n'
_LONLAT = Transformer.from_crs(3857, 4326, always_xy=True)


class Kind(NamedTuple):
    """One kind of question: its words, its address, how far round a place it looks (m)."""

    words: str
    path: str
    metres: float


KINDS = (
    Kind("identify, 5 m", "/api/v1/layers/identify", 5),
    Kind("identify, 50 m", "/api/v1/layers/identify", 50),
    Kind("near here, 500 m", "/api/v1/layers/identify", 500),
    Kind("inside 500 m round a place", "/api/v1/layers/inside", 500),
    Kind("inside 2 km round a place", "/api/v1/layers/inside", 2000),
    Kind("inside 5 km round a place", "/api/v1/layers/inside", 5000),
    Kind("whom 2 km reach, by zone", "/api/v1/layers/affected", 2000),
)


def extent() -> tuple[float, float, float, float]:
    """Return the benchmark's city in degrees."""
    west, south = _LONLAT.transform(city.WEST, city.SOUTH)
    east, north = _LONLAT.transform(city.WEST + city.SIDE, city.SOUTH + city.SIDE)
    return west, south, east, north


def prepare(folder: Path) -> str:
    """Fill the database; return a planner's token."""
    city.prepare(folder)
    for code, (shape, _) in SMALL.items():
        text = _LAYER.format(shape=shape, zooms=(10, 16)) + _NAMED
        text = text.replace("simulated = true", f"simulated = true\nsite = {_site(code)}")
        (folder / "catalog" / f"{code}.toml").write_text(text)
    argv = [sys.executable, "-P", "-m", "bench.kit.inside_city"]
    done = subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True)
    made = json.loads(done.stdout.splitlines()[-1])
    print(f"{made['layers']} layers; load {os.getloadavg()}", file=sys.stderr)
    return str(made["token"])


def _site(code: str) -> str:
    return "true" if SMALL[code][0] == "point" and SMALL[code][1] < 2000 else "false"


def questions(kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield requests for httpx: always the same places, areas like those that people draw."""
    numbers = random.Random(kind.words)
    margin = 6000
    for _ in range(ASKED):
        x = city.WEST + numbers.uniform(margin, city.SIDE - margin)
        y = city.SOUTH + numbers.uniform(margin, city.SIDE - margin)
        if kind.path.endswith("identify"):
            lon, lat = _LONLAT.transform(x, y)
            params = {"lon": lon, "lat": lat, "within": kind.metres}
            yield {"method": "GET", "url": kind.path, "params": params}
            continue
        ring = [
            (x + kind.metres * numbers.uniform(0.8, 1.2) * at[0],
             y + kind.metres * numbers.uniform(0.8, 1.2) * at[1])
            for at in shapely.Point(0, 0).buffer(1, quad_segs=5).exterior.coords[:-1]
        ]  # fmt: skip
        shape = shapely.Polygon([_LONLAT.transform(*corner) for corner in ring])
        body = {"area": shapely.geometry.mapping(shape)}
        yield {"method": "POST", "url": kind.path, "json": body}


def ask(token: str, rounds: int) -> dict[Kind, list[tuple[float, int]]]:
    """Ask everything in turns; return how long each took (ms) and how much it found."""
    seen: dict[Kind, list[tuple[float, int]]] = {kind: [] for kind in KINDS}
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", headers=headers, timeout=60) as client:
        for nth in range(rounds + 1):  # the first round warms up
            for kind in KINDS:
                for one in questions(kind):
                    begun = time.perf_counter()
                    answer = client.request(**one)
                    took = (time.perf_counter() - begun) * 1e3
                    if answer.status_code != 200:
                        raise measure.Missing(f"{kind.words}: {answer.status_code} {answer.text}")
                    if nth:
                        seen[kind].append((took, _held(answer.json())))
    return seen


def _held(body: dict[str, Any]) -> int:
    if "items" in body:
        return len(body["items"])
    counts = body.get("counts") or body["figures"]["counts"]
    return int(sum(counts.values()))


def report(seen: dict[Kind, list[tuple[float, int]]]) -> bool:
    """Print the table; return whether every median is as promised."""
    rows, good = [], True
    for kind, took in seen.items():
        times = sorted(ms for ms, _ in took)
        middle = measure.median(times)
        good = good and middle <= PROMISED
        rows.append((
            kind.words, f"{middle:.1f}", f"{times[int(len(times) * 0.95)]:.1f}",
            f"{times[-1]:.1f}", f"{measure.median(n for _, n in took):,.0f}",
            "kept" if middle <= PROMISED else "MISSED",
        ))  # fmt: skip
    measure.table(("question", "p50 ms", "p95 ms", "worst", "features", f"{PROMISED:.0f} ms"), rows)
    return good


def main() -> None:
    """Measure and print; the exit code says whether every promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with cluster.city("zhihui_bench_tiles") as (_, folder):
        token = prepare(folder)
        with measure.web("city.asgi:application", PORT, folder, {}):
            seen = ask(token, asked.rounds)
        sys.exit(0 if report(seen) else 1)


if __name__ == "__main__":
    main()
