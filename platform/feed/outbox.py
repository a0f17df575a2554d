"""One socket's way out: at once while it reads, bounded when it does not."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from core.eager import Rest, begin
from feed import wire
from feed.wire import Frame, Send

LIMIT = 1000  # frames that may wait for a slow reader before it is closed and resumes


class Outbox:
    """Sends frames in order without a task per frame; `overflow` is called when it gives up.

    A server's send runs up to its first wait inside the caller: a socket that can be written to
    costs no task switch, so thousands of them get an alert within one turn of the loop.
    """

    def __init__(self, send: Send, overflow: Callable[[], Awaitable[None]]) -> None:
        self._send, self._overflow = send, overflow
        self._protocol = wire.protocol_of(send)
        self._waiting: deque[Frame] = deque()
        self._drain: asyncio.Task[None] | None = None
        self.closed = False

    @property
    def behind(self) -> bool:
        """Say whether the reader is not keeping up right now."""
        return self._drain is not None

    def push(self, message: "Frame | str") -> None:
        """Send a frame, or let it wait its turn; never waits itself."""
        if self.closed:
            return
        frame = message if isinstance(message, Frame) else Frame(message)
        if self._drain is not None:
            self._queue(frame)
            return
        if self._protocol is not None and wire.write(self._protocol, frame):
            return
        sending = self._send({"type": "websocket.send", "text": frame.text})
        try:
            rest, _ = begin(sending)
        except Exception:
            self.closed = True  # the socket is gone; its consumer hears of it by the disconnect
            return
        if rest is not None:
            self._drain = asyncio.get_running_loop().create_task(self._run(rest))

    def _queue(self, frame: Frame) -> None:
        if len(self._waiting) < LIMIT:
            self._waiting.append(frame)
            return
        self.closed = True
        self._waiting.clear()
        if self._drain is not None:
            self._drain.cancel()
        self._drain = asyncio.get_running_loop().create_task(self._give_up())

    async def _give_up(self) -> None:
        await self._overflow()

    async def _run(self, rest: Rest[None]) -> None:
        try:
            await rest
            while self._waiting:
                frame = self._waiting.popleft()
                await self._send({"type": "websocket.send", "text": frame.text})
        except asyncio.CancelledError:
            raise
        except Exception:
            self.closed = True
        finally:
            if self._drain is asyncio.current_task():
                self._drain = None

    async def flush(self) -> None:
        """Wait until everything pushed so far has been handed to the socket."""
        while self._drain is not None and not self.closed:
            await asyncio.wait([self._drain])

    def close(self) -> None:
        """Forget everything: the socket is closed."""
        self.closed = True
        self._waiting.clear()
        if self._drain is not None:
            self._drain.cancel()
