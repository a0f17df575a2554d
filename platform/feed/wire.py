"""One frame for thousands of sockets: encoded once, written straight to uvicorn's transports.

ASGI's send makes the WebSocket frame anew for every socket, which is most of a broadcast's cost.
Where the server is uvicorn's sans-I/O protocol without compression, and the socket can be written
to at once, the ready bytes go to its transport; everywhere else ASGI's own way is taken.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

_FINAL_TEXT = 0x81


class Frame:
    """A text message and, once somebody needs it, its bytes on the wire (RFC 6455 section 5.2)."""

    __slots__ = ("_wire", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._wire: bytes | None = None

    @property
    def wire(self) -> bytes:
        """Return the unmasked, unfragmented frame."""
        if self._wire is None:
            body = self.text.encode()
            size = len(body)
            if size < 126:
                head = bytes((_FINAL_TEXT, size))
            elif size < 1 << 16:
                head = bytes((_FINAL_TEXT, 126)) + size.to_bytes(2, "big")
            else:
                head = bytes((_FINAL_TEXT, 127)) + size.to_bytes(8, "big")
            self._wire = head + body
        return self._wire


def protocol_of(send: Send) -> WebSocketsSansIOProtocol | None:
    """Return the server's protocol behind ASGI's send, if it is one that takes ready bytes."""
    found = getattr(send, "__self__", None)
    if isinstance(found, WebSocketsSansIOProtocol) and not found.conn.extensions:
        return found
    return None


def write(protocol: WebSocketsSansIOProtocol, frame: Frame) -> bool:
    """Write the frame if the socket is open and keeps up; False: take ASGI's way."""
    if (
        protocol.handshake_complete
        and not protocol.close_sent
        and not protocol.disconnected
        and protocol.writable.is_set()
        and not protocol.transport.is_closing()
    ):
        protocol.transport.write(frame.wire)
        return True
    return False
