"""A request's body, read within limits of size and time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from core.errors import Busy, Invalid, Problem, TooLarge, TooSlow

MAX_BODY = 16 << 20  # bytes
MOST_HELD = 256 << 20  # bytes of bodies that are on their way, in one process
SLOWEST = 20.0  # seconds a sender may take for its body

_held = 0

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def announced(scope: Scope) -> bool:
    """Say whether the request comes with a body."""
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def read(scope: Scope, receive: Receive, limit: int = MAX_BODY) -> bytes:
    """Return the whole body; raises TooLarge, TooSlow, or Invalid for a sender that hung up."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if length.isdigit() and int(length) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(SLOWEST):
            return await _whole(receive, limit)
    except TimeoutError:
        raise TooSlow(
            f"the body did not arrive within {SLOWEST:.0f} s",
            zh=f"请求体未在 {SLOWEST:.0f} 秒内到达",
            remedy="send it again over a better line; nothing of it was taken",
        ) from None


async def _whole(receive: Receive, limit: int) -> bytes:
    global _held
    got = await receive()
    if got["type"] == "http.request" and not got.get("more_body"):
        return bytes(got.get("body", b""))
    parts, size = [], 0
    try:
        while got["type"] == "http.request":
            parts.append(got.get("body", b""))
            size += len(parts[-1])
            _held += len(parts[-1])
            if size > limit:
                raise _too_large(limit)
            if not got.get("more_body"):
                return b"".join(parts)
            if _held > MOST_HELD:
                raise _too_many()
            got = await receive()
    finally:
        _held -= size
    raise Invalid("the sender hung up", zh="发送方已断开", remedy="send it again")


def again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives a body which was read already, then what comes after it."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> dict[str, Any]:
        return waiting.pop() if waiting else await receive()

    return replay


def _too_many() -> Busy:
    return Busy(
        "too many large messages are arriving at once",
        zh="同时到达的大消息过多",
        remedy="send it again in a few seconds; nothing of it was taken",
    )


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"a body may have {limit >> 20} MB",
        zh=f"请求体不得超过 {limit >> 20} MB",
        remedy="split the message; nothing of it was taken",
    )


async def refuse(send: Send, problem: Problem) -> None:
    """Answer with a problem."""
    body = problem.as_json()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if problem.status == TooSlow.status:  # what is still to come of it cannot be told from rubbish
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
