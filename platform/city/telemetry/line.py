"""A station's own side of HJ 212: connects to the gateway, sends frames, waits for each answer."""

import asyncio
import dataclasses
import itertools
from types import TracebackType

from city.telemetry.packets import SYSTEMS, Packet
from core import clock
from gateway.protocols.hj212.frame import framed
from gateway.protocols.hj212.segment import BEIJING

PATIENCE = 10.0  # seconds until an answer counts as missing: the standard's usual time
_ASKS = 5  # Flag: edition 2017, answer wanted
_counts = itertools.count()


@dataclasses.dataclass(frozen=True, slots=True)
class Speaker:
    """Under which number and password a station speaks."""

    mn: str
    password: str


class Line:
    """One connection to the gateway; several stations may speak through it, one after another."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> "Line":
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._writer is not None
        self._writer.close()

    async def send(self, speaker: Speaker, packet: Packet, patience: float = PATIENCE) -> bool:
        """Send a packet; says whether it was acknowledged in time. Raises OSError when cut off."""
        assert self._writer is not None
        number = _number()
        head = f"QN={number};ST={SYSTEMS[packet.kind]};CN={packet.cn};PW={speaker.password};"
        frame = framed(f"{head}MN={speaker.mn};Flag={_ASKS};CP=&&{packet.content()}&&")
        self._writer.write(_spoilt(frame) if packet.broken else frame)
        await self._writer.drain()
        try:
            async with asyncio.timeout(patience):
                await self._answered(number)
        except TimeoutError:
            return False
        return True

    async def _answered(self, number: str) -> None:
        assert self._reader is not None
        wanted = f"QN={number};".encode()
        while True:
            heard = await self._reader.readline()
            if not heard:
                raise ConnectionResetError("the gateway has hung up")
            if wanted in heard and b"CN=9014" in heard:
                return


def _number() -> str:
    """Return a QN that none before had: the moment, its milliseconds counted on."""
    return f"{clock.now().astimezone(BEIJING):%Y%m%d%H%M%S}{next(_counts) % 1000:03}"


def _spoilt(frame: bytes) -> bytes:
    """Return a frame whose check sum does not fit."""
    wrong = b"0000" if frame[-6:-2] != b"0000" else b"FFFF"
    return frame[:-6] + wrong + frame[-2:]
