"""Requests over kept connections, one a thread: a play is tens of thousands of small messages.

The standard library's client costs a tenth of a full-featured one for a small message.
"""

import asyncio
import dataclasses
import http.client
import ipaddress
import json
import ssl
import threading
import time
import urllib.parse
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

AT_ONCE = 16  # connections
_TIMEOUT = 60.0  # seconds
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
    """One server; each of its threads keeps a connection of its own."""

    def __init__(self, url: str) -> None:
        parts = urllib.parse.urlsplit(url)
        self.url, self._host, self._port = url, parts.hostname or "localhost", parts.port
        self._context = _context(self._host) if parts.scheme == "https" else None
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="wire")
        self._mine = threading.local()

    async def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request and wait for the whole answer; raises Unreachable."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._send, method, path, headers, body)

    def close(self) -> None:
        """Let the threads end; their connections end with them."""
        self._threads.shutdown()

    def _send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        connection = getattr(self._mine, "connection", None) or self._connect()
        if time.monotonic() - getattr(self._mine, "used", 0.0) > _STALE:
            connection.close()  # it opens itself again
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            answer = Answer(response.status, response.read())
            self._mine.used = time.monotonic()
            return answer
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise Unreachable(repr(error)) from error

    def _connect(self) -> http.client.HTTPConnection:
        made: http.client.HTTPConnection
        if self._context is None:
            made = http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT)
        else:
            made = http.client.HTTPSConnection(
                self._host, self._port, timeout=_TIMEOUT, context=self._context
            )
        self._mine.connection = made
        return made


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
