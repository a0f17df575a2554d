"""One alert to thousands of consoles: ./zhihui bench fanout, or python -P bench/fanout.py.

From the moment a reading is posted (stored, judged, committed, numbered, read by the hub) to the
last of K sockets of five roles with different views and areas, against a bare asyncio server that
writes one ready frame to K sockets. Who got it is compared with who should have.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import websockets.sync.client

from bench.kit import cluster, measure, seed
from bench.kit.measure import Server

PORT = int(os.environ.get("ZHIHUI_BENCH_PORT", "18440")) + 20
BARE = PORT + 1
PEOPLE = [  # name, role, areas; the last may not see what happens in 410105
    ("bench-dispatcher", "dispatcher", ["4101"]),
    ("bench-supervisor", "supervisor", ["4101"]),
    ("bench-planner", "planner", ["410105"]),
    ("bench-admin", "admin", []),
    ("bench-inspector", "inspector", ["410102"]),
]
BLIND = "bench-inspector"
ROUNDS = 5


class Result(NamedTuple):
    """One alert: time to the median and to the last socket (ms), and whether the sets agree."""

    median: float
    last: float
    right: bool


class Crowd:
    """K sockets in a process of their own."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        argv = [sys.executable, "-P", "-m", "bench.kit.sockets"]
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._say(json.dumps(order))
        heard = self._hear()
        if heard != "UP":
            raise measure.Missing(f"the sockets did not open: {heard}")

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def watch(self, expected: int, fire: Any, seconds: float = 20) -> tuple[int, list[int]]:
        """Fire and return when it was fired and when each socket got it (0: never)."""
        self._say(f"{expected} {seconds}")
        self._hear()
        fired = time.monotonic_ns()
        fire()
        return fired, json.loads(self._hear())["got"]

    def close(self) -> None:
        """Hang up."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


def views(count: int, tokens: dict[str, str]) -> list[dict[str, Any]]:
    """Plan sockets: roles in turn, each with a view of its own somewhere in the city."""
    dice, names, plans = random.Random(5), list(tokens), []
    for number in range(count):
        west, south = 113.3 + dice.random() * 0.6, 34.5 + dice.random() * 0.4
        topics = ["alert", "rule"] if number % 2 else ["alert", "incident", "unit", "position"]
        say = {
            "type": "subscribe",
            "topics": topics,
            "bbox": [west, south, west + 0.02, south + 0.02],
            "since": None,
        }
        name = names[number % len(names)]
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        plans.append({"headers": headers, "say": json.dumps(say), "name": name})
    return plans


def of_platform(
    count: int, tokens: dict[str, str], things: Path, start: int, pid: int
) -> tuple[list[Result], float]:
    """Raise alerts and see them arrive; returns also KB of server memory a socket."""
    for _ in range(40):  # on a connection each: every process has been asked
        httpx.get(f"http://127.0.0.1:{PORT}/readyz", timeout=30).raise_for_status()
    before = memory(pid)
    plans = views(count, tokens)
    crowd = Crowd(
        {
            "port": PORT,
            "path": "/ws/feed/",
            "ready": '"type":"live"',
            "marker": '"kind": "raised"',
            "sockets": plans,
        }
    )
    kilobytes = (memory(pid) - before) * 1024 / count
    wanted = [plan["name"] != BLIND for plan in plans]
    lines = things.read_text().splitlines()[start : start + ROUNDS + 1]
    results = []
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}") as client:
        for line in lines:
            stream, token = line.split()
            fired, got = crowd.watch(sum(wanted), lambda s=stream, t=token: _post(client, s, t))
            results.append(_result(fired, got, wanted))
    crowd.close()
    return results[1:], kilobytes


def _post(client: httpx.Client, stream: str, token: str) -> None:
    now = time.time()
    text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    client.post(
        f"/sensorthings/v1.1/Datastreams({stream})/Observations",
        json={"phenomenonTime": text, "result": 900.0},
        headers={"Authorization": f"Bearer {token}"},
    ).raise_for_status()


def of_bare(count: int, folder: Path, size: int) -> list[Result]:
    """The same number of sockets on the bare server."""
    body = json.dumps({"kind": "raised", "filler": "x" * max(0, size - 40)})
    argv = [sys.executable, "-P", "-m", "bench.kit.bare", str(BARE), body]
    with Server(argv, BARE, folder / "bare.log", {}):
        plans = [{"headers": {}, "say": "", "name": ""} for _ in range(count)]
        crowd = Crowd(
            {
                "port": BARE,
                "path": "/",
                "ready": "never",
                "marker": '"kind": "raised"',
                "sockets": plans,
            }
        )
        results = []
        with websockets.sync.client.connect(f"ws://127.0.0.1:{BARE}/", compression=None) as trigger:
            for _ in range(ROUNDS + 1):
                fired, got = crowd.watch(count, lambda: trigger.send("fire"))
                results.append(_result(fired, got, [True] * count))
        crowd.close()
    return results[1:]


def _result(fired: int, got: list[int], wanted: list[bool]) -> Result:
    arrived = sorted((at - fired) / 1e6 for at in got if at)
    right = [bool(at) for at in got] == wanted
    if not arrived:
        return Result(float("inf"), float("inf"), False)
    return Result(arrived[len(arrived) // 2], arrived[-1], right)


def memory(pid: int) -> float:
    """Return the proportional set size of a process tree, MB."""
    total = 0
    for one in measure.tree(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(next(line for line in text.splitlines() if line.startswith("Pss:")).split()[1])
    return total / 1024


def main() -> int:
    """Measure, print the table, return 1 if a promised ratio was missed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sockets", default="1000,5000")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    counts = [int(word) for word in asked.sockets.split(",")]
    with tempfile.TemporaryDirectory() as scratch, cluster.database("bench_fanout") as url:
        folder = Path(scratch)
        seed.migrate(url, folder)
        seed.empty(url)
        things = seed.things(url, folder, 2 * (ROUNDS + 1) * len(counts), "pm25")
        tokens = seed.people(url, folder, PEOPLE)
        env = seed.environment(url, folder)
        rows, missed = [], False
        for place, count in enumerate(counts):
            with measure.web("city.asgi:application", PORT, folder, env, asked.workers) as server:
                first = place * (ROUNDS + 1)
                ours, kilobytes = of_platform(count, tokens, things, first, server.pid)
            bare = of_bare(count, folder, 1500)
            row, bad = _row(count, ours, bare, kilobytes)
            rows.append(row)
            missed |= bad
    head = ["sockets", "bare: last ms", "ours: median ms", "ours: last ms", "ratio", "promised"]
    measure.table([*head, "wanted", "who got it", "KB/socket"], rows)
    return 1 if missed else 0


def _row(
    count: int, ours: list[Result], bare: list[Result], kilobytes: float
) -> tuple[list[object], bool]:
    limit = measure.median([each.last for each in bare])
    last = measure.median([each.last for each in ours])
    right = all(each.right for each in ours)
    row = [
        f"{count:,}",
        measure.spread([each.last for each in bare], 1),
        f"{measure.median([each.median for each in ours]):.1f}",
        measure.spread([each.last for each in ours], 1),
        f"{last / limit:.2f}",
        3,
        1.5,
        "as it should be" if right else "WRONG",
        f"{kilobytes:.0f}",
    ]
    return row, last > 3 * limit or not right


if __name__ == "__main__":
    sys.exit(main())
