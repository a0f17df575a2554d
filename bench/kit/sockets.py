"""Thousands of WebSocket clients in one process: raw protocols, so that the client costs little.

Run as a program: reads one JSON line (port, path, per socket its headers and first message), opens
all, prints UP, and for every line on standard input prints when each socket next got a frame
that holds the marker. Times are CLOCK_MONOTONIC nanoseconds, comparable between processes.
"""

import asyncio
import base64
import json
import os
import resource
import sys
import time
from typing import Any, cast

import uvloop


def masked(text: str) -> bytes:
    """Return a client's text frame."""
    body = text.encode()
    head = bytes([0x81])
    size = len(body)
    head += bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + size.to_bytes(2, "big")
    return head + b"\0\0\0\0" + body  # a mask of zeros is a mask


class Socket(asyncio.Protocol):
    """One client; `got` is when the marker last came."""

    def __init__(self, load: "Load", plan: dict[str, Any]) -> None:
        self.load, self.plan = load, plan
        self.open = False
        self.tail = b""
        self.got = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast("asyncio.WriteTransport", transport)  # uvloop's own class
        lines = [
            f"GET {self.load.path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.load.port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            *(f"{name}: {value}" for name, value in self.plan["headers"].items()),
        ]
        self.transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        """Look for what is waited for; frames are not taken apart."""
        seen = self.tail + data
        if not self.open:
            if b" 101 " in seen[:20] and b"\r\n\r\n" in seen:
                self.open = True
                if self.plan["say"]:
                    self.transport.write(masked(self.plan["say"]))
                else:
                    self.load.up += 1
                seen = b""
        elif self.load.ready in seen:
            self.load.up += 1
            seen = b""
        elif self.load.marker in seen:
            self.got = time.monotonic_ns()
            seen = b""
        self.tail = seen[-64:]

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it: a benchmark with lost sockets is none."""
        self.load.lost += 1


class Load:
    """All clients of this process."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.port, self.path = order["port"], order["path"]
        self.ready, self.marker = order["ready"].encode(), order["marker"].encode()
        self.plans = order["sockets"]
        self.up = self.lost = 0

    async def run(self) -> None:
        """Open everything, then serve the parent's lines."""
        loop = asyncio.get_running_loop()
        sockets = []
        for start in range(0, len(self.plans), 50):
            made = await asyncio.gather(
                *(
                    loop.create_connection(
                        lambda plan=plan: Socket(self, plan), "127.0.0.1", self.port
                    )
                    for plan in self.plans[start : start + 50]
                )
            )
            sockets += [protocol for _, protocol in made]
            while self.up < min(len(sockets), start + 50) and not self.lost:
                await asyncio.sleep(0.002)
        print("UP" if not self.lost else f"LOST {self.lost}", flush=True)
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            await self._watch(sockets, int(line.split()[0]), float(line.split()[1]))

    async def _watch(self, sockets: list[Any], expected: int, seconds: float) -> None:
        """Wait until as many as expected have it, and a moment longer for those who should not."""
        for each in sockets:
            each.got = 0
        print("WATCHING", flush=True)
        until = time.monotonic() + seconds
        while time.monotonic() < until and sum(1 for s in sockets if s.got) < expected:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
        print(json.dumps({"got": [each.got for each in sockets], "lost": self.lost}), flush=True)


def main() -> None:
    """Read the order and go."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(Load(json.loads(sys.stdin.readline())).run())


if __name__ == "__main__":
    main()
