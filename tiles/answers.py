"""Answers of the tile application, as ASGI messages."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from core.errors import Busy, Problem

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

KINDS = {
    "mvt": b"application/vnd.mapbox-vector-tile", "png": b"image/png", "webp": b"image/webp",
    "jpg": b"image/jpeg",
}  # fmt: skip


async def answer(
    send: Send, status: int, headers: Headers, body: bytes = b"", *, whole: bool = True
) -> None:
    """Send an answer, or only its head; the body's length is added."""
    if status not in (204, 304):
        headers = (*headers, (b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body if whole else b""})


async def problem(send: Send, error: Problem, more: Headers = ()) -> None:
    """Send problem details (RFC 9457)."""
    headers: Headers = (
        (b"content-type", b"application/problem+json"),
        (b"cache-control", b"no-store"),
        *more,
    )
    if isinstance(error, Busy):
        headers = (*headers, (b"retry-after", b"2"))
    await answer(send, error.status, headers, error.as_json())


async def document(send: Send, body: dict[str, Any], headers: Headers) -> None:
    """Send a JSON document."""
    typed = ((b"content-type", b"application/json; charset=utf-8"), *headers)
    await answer(send, 200, typed, json.dumps(body, ensure_ascii=False).encode())
