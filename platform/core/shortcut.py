"""Requests that arrived whole, answered without a task: what a server offers an application first.

A scope, a task and two messages cost more than taking a reading or finding a kept tile. What the
application does not take this way goes the long way, ASGI, which knows every case and refusal.
"""

from collections.abc import Callable
from typing import NamedTuple, Protocol


class Request(NamedTuple):
    """A whole HTTP/1.1 request; header names in lower case."""

    method: bytes
    path: bytes
    query: bytes
    headers: dict[bytes, bytes]
    body: bytes
    scheme: str
    client: str


# Answers: the status, the header lines (each with its CRLF; the body's length among them), the body
Done = Callable[[int, bytes, bytes], None]


class Application(Protocol):
    """An ASGI application with a short way."""

    shortcuts: tuple[bytes, ...]  # what the addresses begin with that it may take

    def shortcut(self, request: Request, done: Done) -> bool:
        """Take a request and call `done` once, now or later, on the event loop; or return False.

        Must not wait. Whatever is unusual is for the long way: False.
        """
        ...


def lines(*headers: tuple[bytes, bytes]) -> bytes:
    """Return header lines."""
    return b"".join([b"%s: %s\r\n" % header for header in headers])
