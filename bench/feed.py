"""Events committed a second, with and without the feed: ./zhihui bench feed.

One event a commit by 1, 4 and 16 writers: into the log (numbered at commit, hash-chained, readers
woken), and the same row into a plain table of the same columns without trigger or log.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import psycopg

from bench.kit import cluster, measure, seed
from bench.kit.measure import Load

WRITERS = (1, 4, 16)
COLUMNS = "(at, topic, kind, entity, entity_id, actor, scope, geom, body)"
VALUES = """VALUES (now(), 'alert', 'raised', 'alert', '{number}', 'bench', '410105',
 ST_SetSRID(ST_MakePoint(113.6, 34.7), 4326), '{{"now": {{"id": 1, "severity": 2,
 "title_zh": "道路积水", "state": "open", "value": 30.5, "limit": 27.0}}, "gone": false}}');"""
PLAIN = """
DROP TABLE IF EXISTS bench_plain;
CREATE TABLE bench_plain (LIKE feed_event INCLUDING DEFAULTS, PRIMARY KEY (id, known_at));
CREATE INDEX ON bench_plain (entity, entity_id, id);
CREATE INDEX ON bench_plain (at);
"""


def run(url: str, folder: Path, table: str, writers: int, seconds: int) -> Load:
    """Insert as fast as so many writers can."""
    script = folder / f"{table}.sql"
    number = "' || :client_id || '"
    script.write_text(f"INSERT INTO {table} {COLUMNS}\n{VALUES.format(number=number)}\n")
    env = seed.libpq(url)
    return measure.pgbench(script, env["PGDATABASE"], env, writers, seconds)


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, cluster.database("bench_feed") as url:
        folder = Path(scratch)
        seed.migrate(url, folder)
        seed.empty(url)
        with psycopg.connect(url) as connection:
            connection.execute(PLAIN)
        seen: dict[tuple[str, int], list[float]] = {}
        for _ in range(asked.rounds):
            for writers in WRITERS:
                for table in ("bench_plain", "feed_event"):
                    load = run(url, folder, table, writers, asked.seconds)
                    seen.setdefault((table, writers), []).append(load.rate)
        whole = _whole(url)
    rows = []
    for writers in WRITERS:
        plain, fed = seen[("bench_plain", writers)], seen[("feed_event", writers)]
        ratio = measure.median(fed) / measure.median(plain)
        rows.append([writers, measure.spread(plain), measure.spread(fed), f"{ratio:.2f}"])
    measure.table(["writers", "plain table, commits /s", "the feed, commits /s", "ratio"], rows)
    print(f"\nnumbered without a gap: {'yes' if whole else 'NO'}")
    return 0 if whole else 1


def _whole(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) = max(seq) AND count(*) = (SELECT count(*) FROM feed_event) "
            "FROM feed_entry"
        ).fetchone()
    return bool(row and row[0])


if __name__ == "__main__":
    sys.exit(main())
