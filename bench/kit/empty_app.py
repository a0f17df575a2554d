"""An ASGI application that does nothing: what is left is the server's own cost."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

BODY = bytes(15_000)
HEADERS = [(b"content-type", b"application/octet-stream"), (b"content-length", b"%d" % len(BODY))]
Message = MutableMapping[str, Any]


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Answer every request with the same bytes."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
