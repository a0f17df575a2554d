"""What all benchmarks share: servers on loopback, load from its own process, CPU time, tables.

Rates on a shared machine wander by half; ratios inside one interleaved run by a tenth. So every
figure here is a median over rounds in which the things compared take turns.
"""

import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

TICK = os.sysconf("SC_CLK_TCK")
WRK = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
function init(args) math.randomseed(os.time() + tonumber(tostring({}):sub(8)) %% 100000) end
function request() return wrk.format("GET", paths[math.random(#paths)]) end
function done(summary, latency, requests)
  local e = summary.errors
  local line = 'JSON {"requests":%%d,"us":%%d,"bytes":%%d,"errors":%%d,"p50":%%.3f,"p99":%%.3f}\\n'
  io.write(string.format(line,
    summary.requests, summary.duration, summary.bytes, e.status + e.read + e.connect + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


class Missing(SystemExit):
    """Something that the benchmark needs is not there; the sentence says how to get it."""


class Load(NamedTuple):
    """What one measurement saw; times in ms, CPU in ms per request."""

    rate: float
    p50: float = 0.0
    p99: float = 0.0
    errors: int = 0
    kilobytes: float = 0.0
    cpu: float = 0.0


def program(name: str, package: str) -> str:
    """Return a program's path; PostgreSQL's own folder is searched too."""
    folders = [
        os.environ["PATH"],
        "/usr/sbin",
        *map(str, Path("/usr/lib/postgresql").glob("*/bin")),
    ]
    found = shutil.which(name, path=os.pathsep.join(folders))
    if found is None:
        raise Missing(f"{name} is needed for this benchmark: apt-get install {package}")
    return found


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process and of all that descend from it."""
    return sum(_cpu(one) for one in tree(pid))


def _cpu(pid: int) -> float:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, after_name[11:15])) / TICK


def tree(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                found += tree(int(child))
        except OSError:
            continue
    return found


class Server:
    """A server process on a loopback port; stopped by its pid when the block ends."""

    def __init__(self, argv: Sequence[str], port: int, log: Path, env: Mapping[str, str]) -> None:
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                argv, env={**os.environ, **env}, stdout=out, stderr=out, start_new_session=True
            )
        self.pid, self.port, self._log = self._process.pid, port, log
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 40
        while time.monotonic() < end and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.3).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise Missing(f"port {self.port} did not open: {self._log.read_text()[-1500:]}")

    def stop(self) -> None:
        """Ask it to end, and see to it."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(sign)
                try:
                    self._process.wait(8)
                except subprocess.TimeoutExpired:
                    continue

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def web(app: str, port: int, folder: Path, env: Mapping[str, str], workers: int = 2) -> Server:
    """Start an ASGI application in web processes like those that the supervisor starts."""
    argv = [sys.executable, "-P", "-m", "bench.kit.web", app]
    argv += ["--port", str(port), "--workers", str(workers)]
    return Server(argv, port, folder / f"web-{port}.log", env)


def wrk(
    port: int,
    paths: Iterable[str],
    folder: Path,
    *,
    headers: Mapping[str, str],
    connections: int = 16,
    seconds: int = 3,
    pids: Sequence[int] = (),
) -> Load:
    """Ask for random ones of `paths` from a process of its own; return what it saw."""
    listed, script = folder / "paths.txt", folder / "load.lua"
    listed.write_text("\n".join(paths) + "\n")
    script.write_text(WRK % listed)
    before = sum(map(cpu_of, pids))
    argv = [program("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
    argv += [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    argv += ["-s", str(script), f"http://127.0.0.1:{port}/"]
    out = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    found = re.search(r"JSON (.*)", out)
    if found is None:
        raise Missing(f"wrk measured nothing: {out}")
    seen = json.loads(found[1])
    requests = max(1, seen["requests"])
    return Load(
        rate=seen["requests"] / (seen["us"] / 1e6),
        p50=seen["p50"],
        p99=seen["p99"],
        errors=seen["errors"],
        kilobytes=seen["bytes"] / requests / 1024,
        cpu=(sum(map(cpu_of, pids)) - before) * 1000 / requests,
    )


def pgbench(
    script: Path, database: str, env: Mapping[str, str], clients: int = 4, seconds: int = 3
) -> Load:
    """Run a prepared statement as fast as the database can."""
    argv = [program("pgbench", "postgresql-contrib"), "-n", "-M", "prepared", "-c", str(clients)]
    argv += ["-j", "1", "-T", str(seconds), "-f", str(script), database]
    done = subprocess.run(
        argv, capture_output=True, text=True, check=True, env={**os.environ, **env}
    )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    wait = re.search(r"latency average = ([\d.]+)", done.stdout)
    if rate is None or wait is None:
        raise Missing(f"pgbench measured nothing: {done.stdout}")
    return Load(rate=float(rate[1]), p50=float(wait[1]))


def median(numbers: Iterable[float]) -> float:
    """Return the middle one."""
    return statistics.median(numbers)


def spread(numbers: Sequence[float], digits: int = 0) -> str:
    """Return the median with the least and the greatest."""
    low, high = min(numbers), max(numbers)
    return f"{median(numbers):,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    lines = [list(map(str, row)) for row in [head, *rows]]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print("| " + " | ".join(cells) + " |", flush=True)
