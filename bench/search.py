"""Search in a million names: ./zhihui bench search, or python -P bench/search.py.

A layer of a million made-up names of Chinese places, some words common and most rare, is filled
through the platform's own action. One to four characters cut out of the names, pinyin, first
letters and typing errors are sought in a process of its own, the whole way: stamps, matching,
ranking, and reading the hits with their rights; then over HTTP, with token and JSON. PostgreSQL is
asked the same characters beside it and ranks alike: by bigrams in a GIN index, by pg_trgm, and by a
scan. Both must name hits of the same cost.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import psycopg
from pypinyin import lazy_pinyin

from bench.kit import cluster, measure, search_names, seed

SEED = 20210720
ROUNDS = 3
ASKED = 100  # questions of each kind and round
PEERS = 6  # of them that PostgreSQL is asked
LON, LAT = 113.65, 34.75
PORT = int(os.environ.get("ZHIHUI_BENCH_PORT", "18440")) + 40
PROMISED = 10.0  # ms at the 99th percentile, for one to four characters
LIMIT = 50.0  # ms, for everything else
STRANGE = "镤"  # stands in for a wrong character: no name has it
OPTIONS = "-c max_parallel_workers_per_gather=0 -c jit=off"  # as the serving role has them

LAYER = """
title_zh = "基准"
title_en = "Benchmark"
group = "bench"
kind = "vector"
shape = "point"
owner = "bench"
datum = "EPSG:4490"
source = "generated"
refresh = "once"
sharing = "staff"
attribution = ""
simulated = true
min_zoom = 14
max_zoom = 16
[table]
table = "bench_names"
geometry = "geom"
fid = "id"
[columns]
name_zh = { zh = "名称", en = "Name" }
"""
_TABLE = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE OR REPLACE FUNCTION bench_grams(word text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT array(SELECT DISTINCT substr(word, at, 2)
                   FROM generate_series(1, greatest(length(word) - 1, 1)) at) $$;
CREATE TABLE bench_names (id bigint, name_zh text, lon float8, lat float8);
"""
_INDEXES = """
ALTER TABLE bench_names ADD geom geometry(Point, 4326)
    GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED,
    ADD grams text[] GENERATED ALWAYS AS (
        bench_grams(name_zh) || regexp_split_to_array(name_zh, '')) STORED;
CREATE TABLE bench_plain AS SELECT id, name_zh, lon, lat FROM bench_names;
CREATE INDEX ON bench_names USING gin (grams);
CREATE INDEX ON bench_plain USING gin (name_zh gin_trgm_ops);
"""
# the same ranking as ours: 1,000 a step, the logarithm of the distance, a little for the length
_BEST = """
SELECT round((1000 * CASE WHEN name_zh = %(word)s THEN 0
                          WHEN name_zh LIKE %(begins)s THEN 1 ELSE 2 END
    - 1 + 0.1 * length(name_zh) + ln(1 + 111.2 * sqrt(((lon - %(lon)s) * cos(radians(%(lat)s))) ^ 2
                                                      + (lat - %(lat)s) ^ 2)) / ln(2))::numeric, 3)
FROM {source} ORDER BY 1 LIMIT 10
"""
PEER_WAYS = {
    "bigrams, GIN": "bench_names WHERE grams @> bench_grams(%(word)s) AND name_zh LIKE %(within)s",
    "pg_trgm, GIN": "bench_plain WHERE name_zh LIKE %(within)s",
    "scan": "(SELECT * FROM bench_plain OFFSET 0) whole WHERE name_zh LIKE %(within)s",
}


class Answer(NamedTuple):
    """How long a question took, the costs of the ten best, and the asked process's CPU time."""

    ms: float
    costs: list[float]
    cpu: float = 0.0


def prepare(url: str, folder: Path) -> list[str]:
    """Make the tables unless an earlier run has; return some names to cut questions from."""
    seed.migrate(url, folder)
    with psycopg.connect(url) as base:
        found = base.execute("SELECT to_regclass('bench_plain')").fetchone()
        if found is None or found[0] is None:
            base.execute("DROP TABLE IF EXISTS bench_names")
            base.execute(_TABLE)
            with base.cursor() as cursor, cursor.copy("COPY bench_names FROM STDIN") as copy:
                for row in search_names.made(np.random.default_rng(SEED)):
                    copy.write_row(row)
            base.execute(_INDEXES)
        rows = base.execute("SELECT name_zh FROM bench_plain WHERE id % 97 = 0 ORDER BY id")
        names = [name for (name,) in rows.fetchall()]
    with psycopg.connect(url, autocommit=True) as base:
        base.execute("VACUUM ANALYZE bench_names")
        base.execute("VACUUM ANALYZE bench_plain")
    catalog = folder / "data" / "catalog"
    catalog.mkdir(parents=True, exist_ok=True)
    (catalog / "bench_names.toml").write_text(LAYER, encoding="utf-8")
    return names


class Questions:
    """Questions of each kind, cut out of names, so that what many names hold is asked often."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = [name for name in names if len(name) >= 4]
        self._rng = np.random.default_rng(SEED)

    def _cut(self, size: int) -> str:
        name = self._names[int(self._rng.integers(len(self._names)))]
        at = int(self._rng.integers(len(name) - size + 1))
        return name[at : at + size]

    def _wrong(self) -> str:
        word, at = self._cut(4), int(self._rng.integers(4))
        return f"{word[:at]}{STRANGE}{word[at + 1 :]}"

    def _misspelt(self) -> str:
        letters = "".join(lazy_pinyin(self._cut(4)))
        at = int(self._rng.integers(1, len(letters) - 1))
        return letters[:at] + letters[at + 1 :]

    def kinds(self) -> dict[str, Callable[[], str]]:
        """Return what is asked, by what it is."""
        return {
            "1 character": lambda: self._cut(1),
            "2 characters": lambda: self._cut(2),
            "3 characters": lambda: self._cut(3),
            "4 characters": lambda: self._cut(4),
            "pinyin of 3": lambda: "".join(lazy_pinyin(self._cut(3))),
            "first letters of 4": lambda: "".join(each[0] for each in lazy_pinyin(self._cut(4))),
            "4, one of them wrong": self._wrong,
            "pinyin of 4, a letter missing": self._misspelt,
        }


class Ours:
    """The search in its own process."""

    def __init__(self, url: str, folder: Path) -> None:
        env = os.environ | seed.environment(url, folder)
        argv = [sys.executable, "-P", "-m", "bench.kit.search_city"]
        self._process = subprocess.Popen(
            argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.about: dict[str, float] = json.loads(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise measure.Missing("the search's process has ended")
        return line

    def ask(self, word: str) -> Answer:
        """Return what the search says."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(word)}\n")
        self._process.stdin.flush()
        told = json.loads(self._line())
        return Answer(told["ms"], [cost for *_, cost in told["hits"]], told["cpu"])

    def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


def peer(base: psycopg.Connection[Any], way: str, word: str) -> Answer:
    """Return what PostgreSQL says, one of its ways."""
    asked = {"word": word, "begins": f"{word}%", "within": f"%{word}%", "lon": LON, "lat": LAT}
    begun = time.perf_counter()
    rows = base.execute(_BEST.format(source=PEER_WAYS[way]), asked).fetchall()
    return Answer((time.perf_counter() - begun) * 1000, [float(cost) for (cost,) in rows])


def http(port: int, token: str, words: Sequence[str]) -> list[float]:
    """Return how long each question took over HTTP, ms."""
    took = []
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}/api/v1", headers=headers, timeout=60
    ) as client:
        for word in words:
            begun = time.perf_counter()
            client.get("/search", params={"q": word, "lon": LON, "lat": LAT}).raise_for_status()
            took.append((time.perf_counter() - begun) * 1000)
    return took


def same(mine: Answer, other: Answer) -> bool:
    """Say whether the best five of both are of the same costs."""
    few = min(5, len(other.costs))
    return len(mine.costs) >= few and np.allclose(mine.costs[:few], other.costs[:few], atol=0.01)


def figures(took: Sequence[float]) -> list[str]:
    """Return median, 99th percentile and worst."""
    return [f"{value:.1f}" for value in (measure.median(took), np.percentile(took, 99), max(took))]


def run(url: str, folder: Path) -> bool:
    """Measure in turns and print the tables; say whether what is promised holds."""
    questions = Questions(prepare(url, folder))
    ours = Ours(url, folder)
    kinds = questions.kinds()
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    spent: dict[str, list[float]] = {kind: [] for kind in kinds}
    beside: dict[tuple[str, str], list[float]] = {}
    asked: list[str] = []
    agree = True
    with psycopg.connect(url, autocommit=True, options=OPTIONS) as base:
        for _ in range(ROUNDS):
            for kind, make in kinds.items():
                words = [make() for _ in range(ASKED)]
                answers = [ours.ask(word) for word in words]
                took[kind] += [answer.ms for answer in answers]
                spent[kind] += [answer.cpu for answer in answers]
                if not kind.endswith(("character", "characters")):
                    continue
                asked += words
                for word, answer in list(zip(words, answers, strict=True))[:PEERS]:
                    for way in PEER_WAYS:
                        theirs = peer(base, way, word)
                        beside.setdefault((kind, way), []).append(theirs.ms)
                        agree &= same(answer, theirs)
    ours.stop()
    _report(ours.about, took, spent, beside)
    _over_http(url, folder, asked)
    print(f"\nboth name hits of the same cost: {'yes' if agree else 'NO'}")
    plain = [ms for kind, all_ms in took.items() if "character" in kind for ms in all_ms]
    rest = [ms for kind, all_ms in took.items() if "character" not in kind for ms in all_ms]
    held = np.percentile(plain, 99) < PROMISED and np.percentile(rest, 99) < LIMIT
    print(
        f"one to four characters: {np.percentile(plain, 99):.1f} ms at the 99th percentile"
        f" (promised {PROMISED:.0f}); all else {np.percentile(rest, 99):.1f} ms ({LIMIT:.0f})"
    )
    return bool(agree and held)


def _report(
    about: dict[str, float],
    took: dict[str, list[float]],
    spent: dict[str, list[float]],
    beside: dict[tuple[str, str], list[float]],
) -> None:
    print(
        f"{about['count']:,.0f} names read in {about['seconds']:.1f} s,"
        f" {about['megabytes']:.0f} MB in memory\n"
    )
    rows = []
    for kind, mine in took.items():
        theirs = [beside.get((kind, way)) for way in PEER_WAYS]
        told = [" / ".join(figures(each)[:2]) if each else "–" for each in theirs]
        cpu = " / ".join(figures(spent[kind])[:2])
        rows.append([kind, *figures(mine), cpu, *told])
    ways = [f"{way}: median / p99" for way in PEER_WAYS]
    measure.table(
        ["asked for", "median ms", "p99 ms", "worst ms", "own CPU: median / p99", *ways], rows
    )


def _over_http(url: str, folder: Path, words: Sequence[str]) -> None:
    token = seed.people(url, folder, [("bench-planner", "planner", ["4101"])])["bench-planner"]
    env = seed.environment(url, folder)
    with measure.web("city.asgi:application", PORT, folder, env, workers=1):
        http(PORT, token, words[:20])
        took = http(PORT, token, words[:: max(1, len(words) // 400)])
    print(f"\none to four characters over HTTP, token checked: {' / '.join(figures(took))} ms")


def main() -> int:
    """Measure and print the tables."""
    with cluster.database("bench_search") as url, tempfile.TemporaryDirectory() as folder:
        return 0 if run(url, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
