"""One connection of a device: what it says is stored, and only then answered."""

import asyncio
import dataclasses
import logging
import time
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

from alerts.collector import Collector
from alerts.reading import Row
from alerts.tracking import Spot
from core import clock
from core.errors import Busy, Full, Problem
from core.seldom import Seldom
from gateway import device
from gateway.device import NotSignedIn, Parcel, UnknownDevice
from gateway.protocol import Conversation, Said
from sensors import refusals, registry
from sensors.dialogs import book

log = logging.getLogger(__name__)
T = TypeVar("T")

CHUNK = 16_384  # bytes of one read
TICK = 1.0  # seconds between two looks while the conversation waits for something
INTRODUCTION = 60.0  # seconds in which a connection must have shown to be a registered device's
IDLE = 3900.0  # seconds of silence after that: the longest realtime interval is an hour
SLOW = 10.0  # seconds for taking an answer
MAX_FAULTS = 100  # messages in a row that cannot be read: whoever speaks is no such device

_strangers = Seldom(60)  # an unknown device repeats itself for ever
_busy = Seldom(10)


@dataclasses.dataclass(frozen=True, slots=True)
class Stores:
    """Where what devices say goes; one of each per process."""

    readings: Collector[Row]
    spots: Collector[Spot]


class _Enough(Exception):
    """The connection is to be closed; says why."""


class Line:
    """Speaks with one peer until it leaves, falls silent or talks rubbish."""

    def __init__(
        self,
        protocol: str,
        conversation: Conversation,
        stores: Stores,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._protocol, self._conversation, self._stores = protocol, conversation, stores
        self._reader, self._writer = reader, writer
        self._peer = str((writer.get_extra_info("peername") or ("?",))[0])
        self._until = time.monotonic() + INTRODUCTION
        self._signed_in: set[str] = set()
        self._faults = 0
        self._last = ""  # the address of the device that was heard last

    async def run(self) -> None:
        """Listen until the end, however it comes; what was held back is stored even then."""
        try:
            await self._listen()
        finally:
            await self._hang_up()

    async def _listen(self) -> None:
        try:
            while (data := await self._read()) is not None:
                await self._take(self._conversation.feed(data, clock.now()))
        except _Enough as why:
            log.info("%s: %s is cut off: %s", self._protocol, self._peer, why)
        except (OSError, TimeoutError) as error:
            log.debug("%s: %s is gone: %s", self._protocol, self._peer, error)
        with suppress(OSError, TimeoutError, _Enough):
            await self._take(self._conversation.end(clock.now()))

    async def _hang_up(self) -> None:
        """Close; a peer that takes no more has its last answers dropped."""
        self._writer.close()
        try:
            async with asyncio.timeout(SLOW):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()

    async def _read(self) -> bytes | None:
        """Return what came, b"" when it is time to look at the clock, None at the end."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise _Enough("nothing that a registered device would say came in time")
        try:
            async with asyncio.timeout(min(left, TICK) if self._conversation.waiting else left):
                return await self._reader.read(CHUNK) or None
        except TimeoutError:
            return b""

    async def _take(self, said: list[Said]) -> None:
        """Store what was said, all at once, and answer each in turn."""
        opened = [(each, await self._guarded(each, self._open(each))) for each in said]
        answers = await asyncio.gather(*(self._stored(each, parcel) for each, parcel in opened))
        if any(answers):
            self._writer.write(b"".join(answers))
            async with asyncio.timeout(SLOW):
                await self._writer.drain()
            self._note_answers(said, answers)
        if self._faults > MAX_FAULTS:
            raise _Enough(f"{self._faults} messages in a row could not be read")

    def _note_answers(self, said: list[Said], answers: list[bytes]) -> None:
        for each, answer in zip(said, answers, strict=True):
            thing_id = self._whose(each)
            if answer and thing_id is not None:
                book.answered(self._protocol, each.address, thing_id, each.answer)

    def _whose(self, said: Said) -> int | None:
        """Return whose message it is; what names nobody is the one's that was heard last."""
        known = registry.remembered().contacts.get((self._protocol, said.address or self._last))
        return known.thing_id if known else None

    async def _stored(self, said: Said, parcel: Parcel | bytes) -> bytes:
        if isinstance(parcel, bytes):
            return parcel
        return await self._guarded(said, self._store(parcel))

    async def _guarded(self, said: Said, work: Awaitable[T]) -> T | bytes:
        """Do it; a problem is kept, and becomes the answer that the protocol has for it."""
        try:
            return await work
        except (
            Busy,
            Full,
        ) as problem:  # not this message's fault: it is not answered, and comes again
            if _busy.lets():
                log.warning("%s: nothing is acknowledged now: %s", self._protocol, problem)
            return b""
        except UnknownDevice as problem:
            if _strangers.lets((self._protocol, said.address)):
                await self._refuse(said, None, problem)
            return said.unknown
        except Problem as problem:
            await self._refuse(said, None, problem)
            return said.refused
        except Exception:
            log.exception("%s: a message could not be served", self._protocol)
            return b""

    async def _open(self, said: Said) -> Parcel | bytes:
        """Look up whose message it is and make rows of it; returns the answer if all is done."""
        if said.fault is not None:
            self._faults += 1
            raise said.fault
        known = await device.contact(self._protocol, said)
        self._faults, self._last = 0, said.address
        book.heard(self._protocol, said.address, known.thing_id, said.word)
        self._sign_in(said)
        self._until = time.monotonic() + IDLE
        if said.reply is not None:
            log.info("%s: %s: %s", self._protocol, said.address, said.reply)
        if not said.values and not said.positions:
            return said.stored
        return await device.parcel(self._protocol, said, known.thing_id)

    def _sign_in(self, said: Said) -> None:
        """Note who has signed in; raises NotSignedIn or WrongPassword."""
        if said.signs_in and said.code is not None:
            device.check_code(self._protocol, said)
            self._signed_in.add(said.address)
        told = said.values or said.positions
        if told and self._conversation.must_sign_in and said.address not in self._signed_in:
            raise NotSignedIn(
                f"{said.address} reports without having signed in",
                zh=f"设备 {said.address} 未鉴权即上报数据",
                remedy="let it register and authenticate on every connection",
            )

    async def _store(self, parcel: Parcel) -> bytes:
        """Store it and return the answer; what cannot be stored is kept among the refusals."""
        results = [
            *(await self._stores.readings.submit(parcel.rows) if parcel.rows else []),
            *(await self._stores.spots.submit(parcel.spots) if parcel.spots else []),
        ]
        problems = parcel.problems + [each for each in results if each is not None]
        if any(each.status >= 500 for each in problems):
            return b""  # our fault: it comes again
        for problem in {each.detail: each for each in problems}.values():
            await self._refuse(parcel.said, parcel.thing_id, problem)
        return parcel.said.stored if None in results else parcel.said.refused

    async def _refuse(self, said: Said, thing_id: int | None, problem: Problem) -> None:
        sender = said.address or self._peer
        thing_id = thing_id or self._whose(said)
        if thing_id is not None:
            name = said.address or self._last
            book.refused(self._protocol, name, thing_id, problem.code)
        await refusals.note(self._protocol, sender, thing_id, problem, said.sample)
