"""Connections whose patience ends: uvicorn itself waits for ever for headers and readers."""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from city.launch.shortcut import Shortcut
from core.errors import Invalid, Problem, TooLarge, TooSlow

MAX_HEADERS = 64 << 10  # bytes of one request's line and headers


class Reader:
    """Ends a connection whose peer takes nothing of what waits for it; slow is good enough."""

    def __init__(self, transport: asyncio.Transport, patience: float) -> None:
        self._transport, self._patience = transport, patience
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = 0

    def paused(self) -> None:
        """More waits than the peer has taken."""
        if self._timer is None:
            self._watch()

    def resumed(self) -> None:
        """The peer has caught up, or the connection is gone."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _watch(self) -> None:
        self._waiting = self._transport.get_write_buffer_size()
        self._timer = self._loop.call_later(self._patience, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._transport.get_write_buffer_size() < self._waiting:
            self._watch()
        else:
            self._transport.abort()


class Http(Shortcut):
    """HTTP whose headers come within a time and a size, and whose leftovers are not waited for."""

    header_patience = 10.0  # seconds from the first byte, or the connection, to the whole header
    rest_patience = 20.0  # seconds for what is still sent of a request that has been answered
    read_patience = 20.0  # seconds in which a reader must take something

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._reader = Reader(transport, self.read_patience)
        self._header_bytes = 0
        self._in_headers = True
        self._deadline: asyncio.TimerHandle | None = None
        self._expect(self.header_patience)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._relax()
        self._reader.resumed()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before the end of the headers."""
        if self._in_headers:
            self._header_bytes += len(data)
        super().data_received(data)
        if not self._in_headers or not self._header_bytes or self.transport.is_closing():
            return
        if self._deadline is None:  # most headers come in one piece and need no clock
            self._expect(self.header_patience)
        if self._header_bytes > MAX_HEADERS:
            self._refuse(
                TooLarge(
                    f"request line and headers have more than {MAX_HEADERS >> 10} KB",
                    zh=f"请求行与请求头超过 {MAX_HEADERS >> 10} KB",
                    remedy="send a shorter address, fewer cookies or headers",
                ),
                431,
            )

    def on_message_begin(self) -> None:
        """A request's first byte has come."""
        super().on_message_begin()
        self._in_headers = True
        self._relax()

    def on_headers_complete(self) -> None:
        """The headers are whole; the body's time is the application's to measure."""
        self._relax()
        self._in_headers = False
        self._header_bytes = 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole; one that was answered before has nothing else to wait for."""
        self._relax()
        answered = not self._taking and self.cycle is not None and self.cycle.response_complete
        super().on_message_complete()
        if answered:
            self._expect(self.timeout_keep_alive)

    def on_response_complete(self) -> None:
        """The answer is out; the request may still be coming in."""
        super().on_response_complete()
        if self.cycle.more_body and not self.transport.is_closing():
            self._expect(self.rest_patience)

    def pause_writing(self) -> None:
        """The peer does not keep up."""
        super().pause_writing()
        self._reader.paused()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        super().resume_writing()
        self._reader.resumed()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(
            Invalid(msg, zh="不是有效的 HTTP 请求", remedy="send HTTP/1.1; for HTTPS use its port")
        )

    def _expect(self, seconds: float) -> None:
        self._relax()
        self._deadline = self.loop.call_later(seconds, self._too_late)

    def _relax(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if not self._in_headers or not self._header_bytes:
            self.transport.close()  # nothing was asked, or it has had its answer
            return
        self._refuse(
            TooSlow(
                f"the headers did not arrive within {self.header_patience:.0f} s",
                zh=f"请求头未在 {self.header_patience:.0f} 秒内到达",
                remedy="send the request again over a better line",
            )
        )

    def _refuse(self, problem: Problem, status: int = 0) -> None:
        if self.transport.is_closing():
            return
        problem.status = status or problem.status
        body = problem.as_json()
        head = (
            f"HTTP/1.1 {problem.status} {problem.title}\r\n"
            "content-type: application/problem+json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self._relax()
        self.transport.write(head.encode() + body)
        self.transport.close()


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket that is ended when its peer reads nothing at all."""

    read_patience = 20.0  # seconds in which a reader must take something

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        super().connection_made(transport)
        self._reader = Reader(transport, self.read_patience)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._reader.resumed()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The peer does not keep up."""
        super().pause_writing()
        self._reader.paused()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        super().resume_writing()
        self._reader.resumed()
