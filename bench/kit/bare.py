"""The limit of a broadcast: an asyncio server that writes one ready frame to every socket."""

import asyncio
import base64
import hashlib
import resource
import sys
from typing import cast

import uvloop

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(body: bytes) -> bytes:
    """Return a server's text frame of 126 to 65535 bytes."""
    return bytes([0x81, 126]) + len(body).to_bytes(2, "big") + body


async def serve(port: int, body: bytes) -> None:
    """Answer handshakes; whoever sends a frame fires the broadcast."""
    sockets: set[asyncio.WriteTransport] = set()
    ready = frame(body)

    class Bare(asyncio.Protocol):
        open = False

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast("asyncio.WriteTransport", transport)  # uvloop's own class

        def connection_lost(self, exc: Exception | None) -> None:
            sockets.discard(self.transport)

        def data_received(self, data: bytes) -> None:
            if self.open:
                for each in sockets:
                    each.write(ready)
                return
            key = next(
                line.split(b":", 1)[1].strip()
                for line in data.split(b"\r\n")
                if line.lower().startswith(b"sec-websocket-key:")
            )
            accept = base64.b64encode(hashlib.sha1(key + GUID).digest())
            self.transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            self.open = True
            sockets.add(self.transport)

    server = await asyncio.get_running_loop().create_server(Bare, "127.0.0.1", port, backlog=6000)
    await server.serve_forever()


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2].encode()))
