"""The TCP doors of the shelf's protocols: a port for each, a line for each connection."""

import asyncio
import logging
import socket
from collections.abc import Iterator

from core import shelf
from core.seldom import Seldom
from gateway.line import Line, Stores
from gateway.protocol import Conversation
from sensors import connecting

log = logging.getLogger(__name__)

MAX_LINES = 5000  # connections of one door
AGAIN = 10.0  # seconds until a port that was taken is tried again
_KEEPALIVE = {"TCP_KEEPIDLE": 120, "TCP_KEEPINTVL": 30, "TCP_KEEPCNT": 4}  # seconds, seconds, times


def protocols() -> Iterator[tuple[str, type[Conversation]]]:
    """Yield the protocols of the shelf by name."""
    return shelf.classes("gateway.protocols", Conversation)  # type: ignore[type-abstract]


class TcpDoor:
    """Listens for the devices of one protocol; port 0 turns it off."""

    def __init__(
        self, name: str, kind: type[Conversation], host: str, port: int, stores: Stores
    ) -> None:
        self.name, self._kind, self._stores = name, kind, stores
        self._host, self._port = host, port
        self._lines: set[asyncio.Task[None]] = set()
        self._full = Seldom(10)

    async def serve(self) -> None:
        """Serve for ever; a port that is taken is tried again, the other doors go on meanwhile."""
        if not self._port:
            return
        said = False
        while True:
            try:
                server = await asyncio.start_server(self._welcome, self._host, self._port)
            except OSError as error:
                if not said:
                    self._complain(error)
                said = True
                await asyncio.sleep(AGAIN)
                continue
            log.info("%s: listening at %s port %s", self.name, self._host, self._port)
            try:
                async with server:
                    await server.serve_forever()
            finally:
                for line in self._lines:
                    line.cancel()
                await asyncio.gather(*self._lines, return_exceptions=True)

    def _complain(self, error: OSError) -> None:
        variable = f"ZHIHUI_{self.name.upper()}_PORT"
        log.error(
            "%s：无法监听 %s 端口 %s（%s）：请设置 %s 为其他端口，0 为关闭。 "
            "Cannot listen at %s port %s (%s): set %s to another port, or to 0 to turn it off.",
            self.name, self._host, self._port, error.strerror, variable,
            self._host, self._port, error.strerror, variable,
        )  # fmt: skip

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._lines) >= MAX_LINES:
            if self._full.lets():
                log.warning("%s: more than %s connections, one is closed", self.name, MAX_LINES)
            writer.close()
            return
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        task.add_done_callback(self._lines.discard)
        _keep_alive(writer.get_extra_info("socket"))
        conversation = self._kind(lambda address: connecting.code(self.name, address))
        await Line(self.name, conversation, self._stores, reader, writer).run()


def _keep_alive(sock: socket.socket | None) -> None:
    """Let the kernel find out about peers that went without a word."""
    if sock is None:
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, number in _KEEPALIVE.items():
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), number)
