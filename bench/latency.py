"""From a reading posted to the frame at a console: ./zhihui bench latency.

At 2,000 readings a second, one in a hundred of which raises an alert (each of another station), the
time from the post to the console's frame; alone, and while tiles are served and a layer imported.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import websockets

from bench.kit import cluster, measure, seed
from bench.kit.measure import Server

PORT = int(os.environ.get("ZHIHUI_BENCH_PORT", "18440")) + 30
RATE = 2000  # readings a second
BATCH = 20  # readings a message, of one station each
ALERT_EVERY = 0.05  # seconds
TOKENS = [("bench-dispatcher", "dispatcher", ["4101"]), ("bench-planner", "planner", ["4101"])]
BESIDE = """
import django; django.setup()
import itertools, shapely
from layers import actions
def shapes():
    for n in range(40000):
        x, y = 113.3 + n % 200 * 0.002, 34.5 + n // 200 * 0.002
        yield n, shapely.to_wkb(shapely.box(x, y, x + 0.001, y + 0.001)), {"floors": n % 30}
for _ in itertools.count():
    actions.replace_features("buildings", shapes(), simulated=True)
"""


class Sender:
    """Sends at a steady rate from one process, and remembers when each alert's reading left."""

    def __init__(self, streams: list[tuple[str, str]], seconds: float) -> None:
        self.quiet, self.loud = streams[: len(streams) // 2], streams[len(streams) // 2 :]
        self.seconds = seconds
        self.left: dict[str, float] = {}
        self.arrived: dict[str, float] = {}
        self.late = 0

    async def run(self, token: str) -> None:
        """Listen, send, and wait for the last frames."""
        url = f"ws://127.0.0.1:{PORT}/ws/feed/"
        auth = {"Authorization": f"Bearer {token}"}
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        async with (
            websockets.connect(url, additional_headers=auth, max_size=None) as line,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", limits=limits) as client,
        ):
            await line.send(json.dumps({"type": "subscribe", "topics": ["alert"]}))
            while json.loads(await line.recv())["type"] != "live":
                pass
            ear = asyncio.create_task(self._listen(line))
            await asyncio.gather(self._stream(client), self._alarm(client))
            until = time.monotonic() + 10
            while len(self.arrived) < len(self.left) and time.monotonic() < until:
                await asyncio.sleep(0.05)
            ear.cancel()

    async def _listen(self, line: Any) -> None:
        async for text in line:
            now = time.monotonic()
            frame = json.loads(text)
            if frame.get("kind") == "raised":
                self.arrived[str(frame["data"]["datastream_id"])] = now

    async def _stream(self, client: httpx.AsyncClient) -> None:
        """Post the quiet readings, a message of BATCH at a time, at the rate."""
        begun, sent, tasks = time.monotonic(), 0, set()
        second = int(time.time()) - 80_000
        while time.monotonic() - begun < self.seconds:
            due = int((time.monotonic() - begun) * RATE / BATCH)
            while sent < due:
                stream, token = self.quiet[sent % len(self.quiet)]
                start = second + sent // len(self.quiet) * BATCH
                rows = [[_stamp(start + i), 1.0] for i in range(BATCH)]
                task = asyncio.create_task(_post(client, stream, token, rows))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                sent += 1
            await asyncio.sleep(0.005)
        await asyncio.gather(*tasks)

    async def _alarm(self, client: httpx.AsyncClient) -> None:
        """Post one alarming reading after the other, each of another station."""
        begun = time.monotonic()
        for number, (stream, token) in enumerate(self.loud):
            pause = begun + number * ALERT_EVERY - time.monotonic()
            if pause > 0:
                await asyncio.sleep(pause)
            if time.monotonic() - begun > self.seconds:
                return
            self.left[stream] = time.monotonic()
            await _post(client, stream, token, [[_stamp(int(time.time())), 900.0]])


def _stamp(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


async def _post(client: httpx.AsyncClient, stream: str, token: str, rows: list[Any]) -> None:
    body = [
        {
            "Datastream": {"@iot.id": int(stream)},
            "components": ["phenomenonTime", "result"],
            "dataArray": rows,
        }
    ]
    answer = await client.post(
        "/sensorthings/v1.1/CreateObservations",
        json=body,
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    answer.raise_for_status()


def measure_once(streams: list[tuple[str, str]], token: str, seconds: float) -> list[float]:
    """Return the times from post to frame, ms; a lost one is infinite."""
    sender = Sender(streams, seconds)
    asyncio.run(sender.run(token))
    return sorted(
        (sender.arrived.get(stream, float("inf")) - left) * 1000
        for stream, left in sender.left.items()
    )


def main() -> int:
    """Measure alone and under load, print the table; 1 if an alert was lost or took a second."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, cluster.database("bench_latency") as url:
        folder = Path(scratch)
        seed.migrate(url, folder)
        rows, worst = [], 0.0
        for name in ("alone", "while tiles are served and a layer is imported"):
            seed.empty(url)
            lines = seed.things(url, folder, 800, "pm25").read_text().splitlines()
            streams = [(line.split()[0], line.split()[1]) for line in lines]
            tokens = seed.people(url, folder, TOKENS)
            env = seed.environment(url, folder)
            with measure.web("city.asgi:application", PORT, folder, env, asked.workers) as server:
                beside = [] if name == "alone" else _beside(env, tokens["bench-planner"], folder)
                try:
                    times = measure_once(streams, tokens["bench-dispatcher"], asked.seconds)
                finally:
                    for process in beside:
                        process.kill()
                        process.wait()
            rows.append(_row(name, times, server))
            worst = max(worst, times[-1])
    head = ["at 2,000 readings/s", "alerts", "p50 ms", "p99 ms", "worst ms"]
    measure.table(head, rows)
    return 1 if worst > 1000 else 0


def _beside(env: dict[str, str], token: str, folder: Path) -> list["subprocess.Popen[bytes]"]:
    """Start the importing of a layer over and over, and a reader of tiles."""
    importing = subprocess.Popen(
        [sys.executable, "-P", "-c", BESIDE], env=os.environ | env, stderr=subprocess.DEVNULL
    )
    x, y = 13352, 6509  # about Zhengzhou at zoom 14
    paths = folder / "beside.txt"
    paths.write_text(
        "\n".join(
            f"/tiles/buildings/14/{x + dx}/{y + dy}.mvt"
            for dx in range(-6, 7)
            for dy in range(-6, 7)
        )
    )
    script = folder / "beside.lua"
    script.write_text(measure.WRK % paths)
    argv = [measure.program("wrk", "wrk"), "-t1", "-c4", "-d60s"]
    argv += ["-H", f"Authorization: Bearer {token}", "-s", str(script), f"http://127.0.0.1:{PORT}/"]
    return [importing, subprocess.Popen(argv, stdout=subprocess.DEVNULL)]


def _row(name: str, times: list[float], server: Server) -> list[object]:
    at = lambda share: times[min(len(times) - 1, int(len(times) * share))]  # noqa: E731
    return [name, len(times), f"{at(0.5):.1f}", f"{at(0.99):.1f}", f"{times[-1]:.1f}"]


if __name__ == "__main__":
    sys.exit(main())
