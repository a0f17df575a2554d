"""Readings in, durable and judged: ./zhihui bench ingest, or python -P bench/ingest.py --rounds 3.

Single readings against the best of 1 to 64 pgbench clients doing the same INSERT and COMMIT on the
same table; messages of 100 readings against COPY of the same rows under the same index. Rules,
device tokens and rights are on; the load comes from a process of its own; every answer is read.
"""

import argparse
import datetime
import io
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psycopg

from bench.kit import cluster, measure, seed
from bench.kit.measure import Load, Missing, Server

PORT = int(os.environ.get("ZHIHUI_BENCH_PORT", "18440")) + 10
THINGS = 1000
CLIENTS = (1, 4, 16, 64)
EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
INSERT = """\\set d random(1, 1000)
INSERT INTO sensors_observation (datastream_id, time, value, received_at)
VALUES (:d, clock_timestamp() - :client_id * interval '1 hour', random() * 4, clock_timestamp());
"""
LUA = """
local things = {}
for line in io.lines("%(things)s") do
  local id, token = line:match("(%%d+) (%%S+)")
  things[#things + 1] = {id, "Bearer " .. token}
end
local n, second, serial = 0, %(start)d, 0
local json = {["Content-Type"] = "application/json"}
local function value() if math.random(20000) == 1 then return 20 end return math.random() * 4 end
local function stamp(offset)
  return os.date("!%%Y-%%m-%%dT%%H:%%M:%%SZ", second + offset)
end
function request()
  n = n + 1
  if n > #things then n, second = 1, second + %(batch)d end
  local id, token = things[n][1], things[n][2]
  json["Authorization"] = token
  if %(batch)d == 1 then
    local body = string.format('{"phenomenonTime":"%%s","result":%%.2f}', stamp(0), value())
    local path = "/sensorthings/v1.1/Datastreams(" .. id .. ")/Observations"
    return wrk.format("POST", path, json, body)
  end
  local rows = {}
  for i = 1, %(batch)d do
    rows[i] = string.format('["%%s",%%.2f]', stamp(i - 1), value())
  end
  local body = '[{"Datastream":{"@iot.id":' .. id ..
    '},"components":["phenomenonTime","result"],"dataArray":[' .. table.concat(rows, ",") .. ']}]'
  return wrk.format("POST", "/sensorthings/v1.1/CreateObservations", json, body)
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('JSON {"requests":%%d,"us":%%d,"errors":%%d,"p50":%%.3f,"p99":%%.3f}\\n',
    summary.requests, summary.duration, e.status + e.read + e.write + e.connect + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


class Way(NamedTuple):
    """One way of sending, and the ratio that is promised and wanted."""

    name: str
    batch: int
    connections: int
    least: float
    wanted: float


WAYS = (
    Way("one reading a message", 1, 256, 0.7, 0.85),
    Way("100 readings a message", 100, 64, 0.6, 1.0),
)


class Clock:
    """Hands out stretches of time that no run has used, so that every reading is a new one."""

    def __init__(self) -> None:
        self._next = int(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).timestamp())

    def stretch(self) -> int:
        """Return the first second of an unused stretch of three days."""
        self._next += 3 * 86400
        return self._next


def pgbench_best(url: str, folder: Path, seconds: int) -> Load:
    """Return the best of several numbers of clients."""
    script = folder / "insert.sql"
    script.write_text(INSERT)
    env = seed.libpq(url)
    runs = [measure.pgbench(script, env["PGDATABASE"], env, n, seconds) for n in CLIENTS]
    return max(runs, key=lambda load: load.rate)


def copy_rate(url: str, seconds: int, clock: Clock) -> Load:
    """COPY pre-encoded rows, 5,000 a commit, into the same table; readings a second."""
    ids = range(1, THINGS + 1)
    start, rows, spent = clock.stretch(), 0, 0.0
    with psycopg.connect(url, autocommit=True) as connection:
        while spent < seconds:
            block = _encoded(ids, start)
            start += 5
            began = time.perf_counter()
            with connection.cursor().copy(
                "COPY sensors_observation (datastream_id, time, value, received_at) "
                "FROM STDIN (FORMAT binary)"
            ) as copy:
                copy.write(block)
            spent += time.perf_counter() - began
            rows += 5 * THINGS
    return Load(rate=rows / spent)


def _encoded(ids: range, second: int) -> bytes:
    out = io.BytesIO()
    out.write(b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0))
    base = int(EPOCH.timestamp())
    for offset in range(5):
        micros = (second + offset - base) * 1_000_000
        for thing in ids:
            out.write(struct.pack("!hiqiqidiq", 4, 8, thing, 8, micros, 8, 1.5, 8, micros))
    out.write(struct.pack("!h", -1))
    return out.getvalue()


def send(way: Way, folder: Path, clock: Clock, seconds: int, pids: list[int]) -> Load:
    """Send as fast as the answers come; returns readings a second."""
    script = folder / f"load-{way.batch}.lua"
    values = {"things": folder / "things.txt", "start": clock.stretch(), "batch": way.batch}
    script.write_text(LUA % values)
    before = sum(map(measure.cpu_of, pids))
    argv = [measure.program("wrk", "wrk"), "-t1", f"-c{way.connections}", f"-d{seconds}s"]
    argv += ["--timeout", "20s", "-s", str(script), f"http://127.0.0.1:{PORT}/"]
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    found = re.search(r"JSON (.*)", out)
    if found is None:
        raise Missing(f"wrk measured nothing: {out}")
    seen = json.loads(found[1])
    readings = seen["requests"] * way.batch
    return Load(
        rate=readings / (seen["us"] / 1e6),
        p50=seen["p50"],
        p99=seen["p99"],
        errors=seen["errors"],
        cpu=(sum(map(measure.cpu_of, pids)) - before) * 1e6 / max(1, readings),
    )


def counted(url: str) -> int:
    """Return how many readings are stored."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM sensors_observation").fetchone()
    return int(row[0]) if row else 0


def main() -> int:
    """Measure, print the table, return 1 if a promised ratio was missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, cluster.database("bench_ingest") as url:
        folder = Path(scratch)
        seed.migrate(url, folder)
        seed.empty(url)
        seed.things(url, folder, THINGS, "water_depth")
        env = seed.environment(url, folder)
        with measure.web("city.asgi:application", PORT, folder, env, asked.workers) as server:
            return _rounds(asked, url, folder, server)


def _rounds(asked: argparse.Namespace, url: str, folder: Path, server: Server) -> int:
    clock, limits, sent = Clock(), {1: [], 100: []}, {1: [], 100: []}
    send(WAYS[0], folder, clock, 1, [])  # caches, prepared statements
    for _ in range(asked.rounds):
        limits[1].append(pgbench_best(url, folder, max(2, asked.seconds // 2)))
        limits[100].append(copy_rate(url, asked.seconds, clock))
        for way in WAYS:
            before = counted(url)
            load = send(way, folder, clock, asked.seconds, [server.pid])
            sent[way.batch].append(load)
            stored = counted(url) - before
            answered = load.rate * asked.seconds
            print(f"{way.name}: {answered:,.0f} answered, {stored:,} stored", file=sys.stderr)
    rows, failed = [], False
    for way in WAYS:
        limit = measure.median([load.rate for load in limits[way.batch]])
        ratios = [load.rate / limit for load in sent[way.batch]]
        ratio = measure.median(ratios)
        failed |= ratio < way.least or any(load.errors for load in sent[way.batch])
        rows.append(_row(way, limit, sent[way.batch], ratio))
    head = ["sent as", "limit /s", "readings /s", "ratio", "promised", "wanted"]
    measure.table([*head, "p50 ms", "p99 ms", "service µs/reading", "errors"], rows)
    return 1 if failed else 0


def _row(way: Way, limit: float, loads: list[Load], ratio: float) -> list[object]:
    return [
        way.name,
        f"{limit:,.0f}",
        measure.spread([load.rate for load in loads]),
        f"{ratio:.2f}",
        way.least,
        way.wanted,
        f"{measure.median(load.p50 for load in loads):.1f}",
        f"{measure.median(load.p99 for load in loads):.1f}",
        f"{measure.median(load.cpu for load in loads):.1f}",
        sum(load.errors for load in loads),
    ]


if __name__ == "__main__":
    sys.exit(main())
