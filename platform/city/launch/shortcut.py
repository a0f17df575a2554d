"""The short way through uvicorn: a whole request goes to the application without a task."""

import asyncio
import http
import logging

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from core.shortcut import Application, Request

log = logging.getLogger(__name__)

_STATUS = {int(s): b"HTTP/1.1 %d %s\r\n" % (s, s.phrase.encode()) for s in http.HTTPStatus}
_NOBODY_WAITS = asyncio.Event()


class Turn:
    """Stands where uvicorn keeps the request that it serves, so that those behind it wait."""

    __slots__ = ("disconnected", "keep_alive", "response_complete")

    more_body = False
    message_event = _NOBODY_WAITS

    def __init__(self) -> None:
        self.response_complete = self.disconnected = False
        self.keep_alive = True


class Shortcut(HttpToolsProtocol):
    """HTTP that offers every request which came in one piece to the application's short way."""

    _taking = False  # the headers are whole, the body is awaited, no ASGI task has been made
    _body = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Find out whether the application has a short way."""
        super().connection_made(transport)
        self._application: Application | None = None
        if hasattr(self.app, "shortcut"):
            self._application = self.app
        self._peer = self.client[0] if self.client else "?"

    def data_received(self, data: bytes) -> None:
        """What has not come whole in one piece goes the long way."""
        super().data_received(data)
        if self._taking and not self.transport.is_closing():
            body, self._body = self._body, b""
            self._go_the_long_way()
            if body:
                super().on_body(body)

    def on_message_begin(self) -> None:
        """A request's first byte has come; what uvicorn prepares here waits for the long way."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_headers_complete(self) -> None:
        """Go on with uvicorn unless the request may go the short way."""
        self._taking = self._may_take()
        if not self._taking:
            self._go_the_long_way()

    def on_body(self, body: bytes) -> None:
        """Keep what comes."""
        if self._taking:
            self._body = self._body + body if self._body else body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Offer the whole request."""
        if not self._taking:
            super().on_message_complete()
            return
        body, self._body = self._body, b""
        if self._taken(body):
            self._taking = False
            return
        self._go_the_long_way()
        if body:
            super().on_body(body)
        super().on_message_complete()

    def _may_take(self) -> bool:
        """Say whether nothing is unusual: one request at a time, kept alive, read by its sender."""
        application, cycle = self._application, self.cycle
        return (
            application is not None
            and self.url.startswith(application.shortcuts)
            and b"%" not in self.url
            and (cycle is None or cycle.response_complete)
            and not self.pipeline
            and not self.expect_100_continue
            and not self.flow.write_paused
            and not self.parser.should_upgrade()
            and self.parser.get_http_version() == "1.1"
            and self.parser.should_keep_alive()
            and (self.limit_concurrency is None or len(self.connections) < self.limit_concurrency)
        )

    def _go_the_long_way(self) -> None:
        self._taking = False
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()

    def _taken(self, body: bytes) -> bool:
        path, _, query = self.url.partition(b"?")
        turn = Turn()

        def done(status: int, head: bytes, content: bytes) -> None:
            self._answer(turn, status, head, content)

        request = Request(
            self.parser.get_method(),
            path,
            query,
            dict(self.headers),
            body,
            self.scheme or "http",
            self._peer,
        )
        before, self.cycle = self.cycle, turn  # type: ignore[assignment]
        try:
            assert self._application is not None
            taken = self._application.shortcut(request, done)
        except Exception:
            log.exception("%s: the short way broke", path.decode("latin-1"))
            taken = turn.response_complete
        if not taken:
            turn.disconnected = True  # whatever still comes of it, the long way answers
            self.cycle = before
        return taken

    def _answer(self, turn: Turn, status: int, head: bytes, content: bytes) -> None:
        if turn.disconnected or self.transport.is_closing():
            return
        parts = [_STATUS[status]]
        parts += [b"%s: %s\r\n" % each for each in self.server_state.default_headers]
        parts.append(head)
        parts.append(b"\r\n" if turn.keep_alive else b"connection: close\r\n\r\n")
        parts.append(content)
        self.transport.write(b"".join(parts))
        turn.response_complete = True
        if not turn.keep_alive:
            self.transport.close()
        self.on_response_complete()
