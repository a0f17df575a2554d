"""The dispatcher's ear: the feed over the WebSocket, resumed by cursor, one event after another."""

import asyncio
import json
import ssl
import time
from typing import Any

import websockets

from city.night.person import Person

_AGAIN = 0.5  # seconds until a lost socket is opened anew


class Ear:
    """Hears every event of its topics once; `heard` holds when each alert first arrived."""

    def __init__(self, url: str, person: Person, topics: tuple[str, ...]) -> None:
        scheme = "wss" if url.startswith("https") else "ws"
        self._address = f"{scheme}://{url.partition('://')[2]}/ws/feed/"
        self._tls = _unchecked() if scheme == "wss" else None
        self._person, self._topics = person, topics
        self._cursor: str | None = None
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.live = asyncio.Event()
        self.heard = 0

    async def listen(self) -> None:
        """Listen for ever; what was missed while the socket was lost comes first."""
        while True:
            try:
                await self._once()
            except (OSError, websockets.WebSocketException):
                await asyncio.sleep(_AGAIN)

    async def _once(self) -> None:
        headers = {"Authorization": f"Bearer {self._person.token}"}
        async with websockets.connect(
            self._address, additional_headers=headers, max_size=None, ssl=self._tls
        ) as line:
            wish = {"type": "subscribe", "topics": list(self._topics), "since": self._cursor}
            await line.send(json.dumps(wish))
            async for frame in line:
                self._take(json.loads(frame))

    def _take(self, message: dict[str, Any]) -> None:
        self._cursor = message.get("cursor", self._cursor)
        if message["type"] == "live":
            self.live.set()
        elif message["type"] == "event":
            self.heard += 1
            message["heard"] = time.time()
            self.events.put_nowait(message)


def _unchecked() -> ssl.SSLContext:
    # our own certificate names the public host, not this machine's address
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
