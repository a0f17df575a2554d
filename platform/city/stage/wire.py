"""Requests over kept connections: a play is tens of thousands of small messages.

The standard library's client costs a tenth of a full-featured one for a small message.
"""

import asyncio
import dataclasses
import http.client
import ipaddress
import json
import ssl
import time
import urllib.parse
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from city.scenario import Unplayable

AT_ONCE = 16  # connections
_TIMEOUT = 60.0  # seconds
_PATIENCE = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)  # seconds between two tries of the same request
_STALE = 3.0  # seconds after which a server may have closed a kept connection


class Unreachable(Exception):
    """Nobody answered, or not to the end."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """A response that was read to its end."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Return the body's JSON; raises ValueError."""
        return json.loads(self.body)


class Wire:
    """One server; connections are kept and the one used last is taken first."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self.url, self._host, self._port = url, parts.hostname or "localhost", parts.port
        self._context = _context(self._host) if parts.scheme == "https" else None
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="wire")
        self._idle: list[tuple[http.client.HTTPConnection, float]] = []

    async def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request and wait for the whole answer; raises Unreachable."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._send, method, path, headers, body)

    async def patiently(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request again while nobody answers or the answer is 503; raises Unplayable."""
        for pause in (*_PATIENCE, None):
            try:
                answer = await self.request(method, path, headers, body)
            except Unreachable as error:
                if pause is None:
                    raise Unplayable(f"与 {self.url} 的连接中断", f"{self.url}: {error}") from error
            else:
                if answer.status != 503 or pause is None:
                    return answer
            await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Wait for what is under way and close all connections."""
        self._threads.shutdown()
        for connection, _ in self._idle:
            connection.close()

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        connection = self._take()
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            answer = Answer(response.status, response.read())
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Unreachable(repr(error)) from error
        self._idle.append((connection, time.monotonic()))
        return answer

    def _take(self) -> http.client.HTTPConnection:
        try:
            connection, used = self._idle.pop()
        except IndexError:
            return self._connect()
        if time.monotonic() - used > _STALE:
            connection.close()  # it opens itself again
        return connection

    def _connect(self) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT)
        return http.client.HTTPSConnection(
            self._host, self._port, timeout=_TIMEOUT, context=self._context
        )


def _context(host: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if _loopback(host):  # our own certificate names the public host, not this machine's address
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
