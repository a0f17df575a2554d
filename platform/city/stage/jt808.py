"""A vehicle's side of JT/T 808-2013 over TCP: registers, signs in, reports, and waits for answers.

What is sent is done when it is answered; until then the terminal sends it again over a new
connection, as the standard asks. `Tally` counts what any number of terminals sent and were told.
"""

import asyncio
import contextlib
import dataclasses
import datetime
import time

from core.errors import Problem
from gateway.protocols.jt808 import header
from gateway.protocols.jt808.fields import CHINA
from gateway.protocols.jt808.frames import Framer
from gateway.protocols.jt808.header import Header, Packet
from gateway.protocols.jt808.messages import Id, Result

ANSWERED_WITHIN = 20.0  # seconds
_AGAIN = 2.0  # seconds before the next try at a door that hung up
_FIXED_AND_ON = 0b11  # status: ignition on, position fixed
_MICRO = 1_000_000
_MAKER, _MODEL = b"ZHDEM", b"ZH-2013".ljust(20, b"\0")


class Refused(Exception):
    """The door answered, and the answer was no."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fix:
    """One location: WGS 84 degrees, km/h, degrees from north, kilometres driven in all."""

    at: datetime.datetime
    lon: float
    lat: float
    speed_kmh: float = 0.0
    course: float = 0.0
    mileage_km: float | None = None

    def body(self) -> bytes:
        """Return the body of 0x0200; tenths of km/h and of km, millionths of a degree."""
        when = bytes.fromhex(self.at.astimezone(CHINA).strftime("%y%m%d%H%M%S"))
        numbers = (
            (0, 4),
            (_FIXED_AND_ON, 4),
            (round(self.lat * _MICRO), 4),
            (round(self.lon * _MICRO), 4),
            (0, 2),
            (round(self.speed_kmh * 10), 2),
            (round(self.course) % 360, 2),
        )
        fixed = b"".join(number.to_bytes(size) for number, size in numbers) + when
        if self.mileage_km is None:
            return fixed
        return fixed + b"\x01\x04" + round(self.mileage_km * 10).to_bytes(4)


@dataclasses.dataclass(slots=True)
class Tally:
    """What terminals did: connections, messages by sort, and how they were answered."""

    signed_in: int = 0
    reconnected: int = 0
    heartbeats: int = 0
    sent: int = 0
    acknowledged: list[tuple[str, datetime.datetime]] = dataclasses.field(default_factory=list)
    refused: int = 0
    repeated: int = 0
    slowest: float = 0.0  # seconds from a message to its answer, once signed in


class Terminal:
    """One terminal: `phone` is its address, `identity` its id (7 characters), `plate` its car's."""

    def __init__(
        self, host: str, port: int, phone: str, plate: str, identity: str, tally: Tally
    ) -> None:
        self.phone, self._plate, self._identity = phone, plate, identity
        self._host, self._port, self._tally = host, port, tally
        self._serial, self._code = 0, b""
        self._framer, self._heard = Framer(), list[bytes]()
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def report(self, fix: Fix) -> bool:
        """Send a location until it is answered; returns whether it was stored."""
        self._tally.sent += 1
        if await self._insist(Id.LOCATION, fix.body()) == Result.OK:
            self._tally.acknowledged.append((self.phone, fix.at))
            return True
        self._tally.refused += 1
        return False

    async def heartbeat(self) -> None:
        """Say that one is there (0x0002)."""
        await self._insist(Id.HEARTBEAT, b"")
        self._tally.heartbeats += 1

    async def close(self) -> None:
        """Hang up."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _insist(self, message: int, body: bytes) -> int:
        """Return the answer's result; a line that breaks is opened again and it is said again."""
        while True:
            try:
                if self._writer is None:
                    await self._sign_in()
                begun = time.monotonic()
                answer = (await self._ask(message, body)).body[4]
                self._tally.slowest = max(self._tally.slowest, time.monotonic() - begun)
                return answer
            except (OSError, TimeoutError, asyncio.IncompleteReadError, Problem):
                await self.close()
                self._tally.repeated += 1
                await asyncio.sleep(_AGAIN)

    async def _sign_in(self) -> None:
        """Connect, register where no code is kept, and authenticate; raises Refused."""
        self._framer, self._heard = Framer(), []
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._tally.reconnected += bool(self._code)
        if not self._code:
            given = (await self._ask(Id.REGISTER, self._registration())).body
            if given[2] != Result.OK:
                raise Refused(f"{self.phone}: registering was answered with {given[2]}")
            self._code = given[3:]
        answer = await self._ask(Id.AUTHENTICATE, self._code)
        if answer.body[4] != Result.OK:
            raise Refused(f"{self.phone}: signing in was answered with {answer.body[4]}")
        self._tally.signed_in += 1

    def _registration(self) -> bytes:
        """Return the body of 0x0100: 41 01 is Henan, Zhengzhou; plate colour 1 is blue."""
        place = (41).to_bytes(2) + (100).to_bytes(2)
        identity = self._identity.encode().ljust(7, b"\0")[:7]
        return place + _MAKER + _MODEL + identity + b"\x01" + self._plate.encode("gbk")

    async def _ask(self, message: int, body: bytes) -> Packet:
        """Send one message and return the packet that answers it."""
        assert self._writer is not None
        self._serial = (self._serial + 1) & 0xFFFF
        head = Header(message, self.phone.zfill(12), self._serial)
        self._writer.write(header.written(head, body))
        async with asyncio.timeout(ANSWERED_WITHIN):
            while True:
                packet = header.read(await self._next())
                if packet.body[:2] == self._serial.to_bytes(2):
                    return packet

    async def _next(self) -> bytes:
        assert self._reader is not None
        while not self._heard:
            got = await self._reader.read(4096)
            if not got:
                raise ConnectionResetError("the door has hung up")
            self._heard += [each for each in self._framer.feed(got) if isinstance(each, bytes)]
        return self._heard.pop(0)
