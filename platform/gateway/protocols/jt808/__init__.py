"""JT/T 808-2011, -2013 and -2019: terminals of vehicles, over TCP.

A terminal registers once (0x0100), keeps the code that it is given, and signs in with it on every
connection (0x0102). Until then nothing else is taken. A location is answered once it is stored.
"""

import dataclasses
import datetime
from collections.abc import Callable
from hmac import compare_digest

from core.errors import Invalid, Problem, SignIn
from gateway.protocol import Conversation, Reply, Said
from gateway.protocols.jt808 import header, location, messages, report
from gateway.protocols.jt808.frames import Broken, Framer
from gateway.protocols.jt808.header import Header, Packet
from gateway.protocols.jt808.location import Location
from gateway.protocols.jt808.messages import Id, Registered, Result
from gateway.protocols.jt808.parts import Missing, Parts, Whole

_OPEN = {Id.REGISTER, Id.AUTHENTICATE, Id.TERMINAL_ANSWER}  # before signing in
_SPLIT = {Id.LOCATION, Id.LOCATIONS}  # what is put together from sub-packages
_STEPS: dict[int, str] = {
    Result.OK: "done",
    Result.ALARM_CONFIRMED: "done",
    Result.FAILED: "failed",
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Message:
    """A whole message: `serials` are the ones to answer, `serial` is the first of our own."""

    header: Header
    body: bytes
    sample: bytes
    serials: tuple[int, ...]
    serial: int

    def answer(self, result: Result) -> bytes:
        """Return 0x8001 for each of its sub-packages."""
        return b"".join(
            messages.answer(self.header, (self.serial + place) & 0xFFFF, result, answered)
            for place, answered in enumerate(self.serials)
        )

    def settled(self, result: Result, fault: Problem | None = None) -> Said:
        """Return what is answered in the same way whoever sent it."""
        same = self.answer(result)
        return Said(
            self.header.terminal,
            fault=fault,
            sample=self.sample,
            password=None,
            stored=same,
            unknown=same,
            refused=same,
        )

    def said(self) -> Said:
        """Return what is answered with success if the terminal is known and all is stored."""
        failed = self.answer(Result.FAILED)
        return Said(
            self.header.terminal,
            sample=self.sample,
            password=None,  # only registering tells the terminal's id
            stored=self.answer(Result.OK),
            unknown=failed,
            refused=failed,
        )


class Jt808(Conversation):
    """One terminal's connection."""

    port = 9808
    must_sign_in = True

    def __init__(self, issue: Callable[[str], str]) -> None:
        super().__init__(issue)
        self._framer, self._parts = Framer(), Parts()
        self._serial = 0
        self._trusted = ""  # the address that has shown the right code here
        self._utc_told = False
        self._readers: dict[int, Callable[[_Message, datetime.datetime], list[Said]]] = {
            Id.TERMINAL_ANSWER: self._answered,
            Id.HEARTBEAT: self._heartbeat,
            Id.LOG_OUT: self._log_out,
            Id.ASK_AGAIN: self._nothing_to_send,
            Id.REGISTER: self._register,
            Id.AUTHENTICATE: self._authenticate,
            Id.LOCATION: self._location,
            Id.LOCATIONS: self._locations,
        }

    @property
    def waiting(self) -> bool:
        """Say whether sub-packages are missing."""
        return self._parts.unfinished

    def feed(self, data: bytes, now: datetime.datetime) -> list[Said]:
        """Take bytes, and ask for sub-packages that are overdue."""
        found: list[Said] = []
        for payload in self._framer.feed(data):
            if isinstance(payload, Broken):  # nothing in it can be trusted, so no answer
                found.append(Said(fault=payload.problem, sample=payload.raw))
            else:
                found += self._payload(payload, now)
        overdue = self._parts.overdue(now.timestamp())
        return found + [self._ask(missing) for missing in overdue]

    def _payload(self, payload: bytes, now: datetime.datetime) -> list[Said]:
        try:
            packet = header.read(payload)
        except Problem as problem:
            return [Said(fault=problem, sample=payload)]
        serials = (packet.header.serial,)
        message = self._message(packet.header, packet.body, payload, serials)
        try:
            packet.check()
            return self._packet(packet, message, now)
        except Problem as problem:
            return [message.settled(Result.BAD, problem)]

    def _packet(self, packet: Packet, message: _Message, now: datetime.datetime) -> list[Said]:
        head = packet.header
        if head.encryption:
            return [message.settled(Result.UNSUPPORTED, messages.encrypted(head))]
        if head.id not in self._readers or (head.part and head.id not in _SPLIT):
            return [message.settled(Result.UNSUPPORTED)]
        if head.id not in _OPEN and head.terminal != self._trusted:
            return [message.settled(Result.FAILED, _sign_in())]
        if head.part is None:
            return self._readers[head.id](message, now)
        found = self._parts.add(head, head.part, packet.body, now.timestamp())
        if isinstance(found, Whole):
            message = self._message(found.header, found.body, found.body, found.serials)
            return self._whole(message, now)
        return [self._ask(found)] if found else []

    def _whole(self, message: _Message, now: datetime.datetime) -> list[Said]:
        try:
            return self._readers[message.header.id](message, now)
        except Problem as problem:
            return [message.settled(Result.BAD, problem)]

    def _message(
        self, head: Header, body: bytes, sample: bytes, serials: tuple[int, ...]
    ) -> _Message:
        serial, self._serial = self._serial, (self._serial + len(serials)) & 0xFFFF
        return _Message(head, body, sample, serials, serial)

    def _ask(self, missing: Missing) -> Said:
        serial, self._serial = self._serial, (self._serial + 1) & 0xFFFF
        return Said(
            missing.header.terminal, password=None, stored=messages.send_again(missing, serial)
        )

    # --- what each message means ---------------------------------------------------------------

    def _register(self, message: _Message, now: datetime.datetime) -> list[Said]:
        head, given = message.header, messages.registration(message.header, message.body)
        code = self.issue(head.terminal)
        return [
            Said(
                head.terminal,
                sample=message.sample,
                password=given.terminal_id,
                stored=messages.registered(head, message.serial, Registered.OK, code),
                unknown=messages.registered(head, message.serial, Registered.NO_SUCH_TERMINAL),
                refused=messages.registered(head, message.serial, Registered.VEHICLE_TAKEN),
            )
        ]

    def _authenticate(self, message: _Message, now: datetime.datetime) -> list[Said]:
        address = message.header.terminal
        code = messages.authentication(message.header, message.body).code
        good = compare_digest(code.encode(), self.issue(address).encode())
        self._trusted = address if good else ""
        return [dataclasses.replace(message.said(), signs_in=True, code=code)]

    def _log_out(self, message: _Message, now: datetime.datetime) -> list[Said]:
        self._trusted = ""
        return [message.said()]

    def _heartbeat(self, message: _Message, now: datetime.datetime) -> list[Said]:
        return [message.said()]

    def _nothing_to_send(self, message: _Message, now: datetime.datetime) -> list[Said]:
        """Answer 0x0005: no message of ours is ever split."""
        return [message.settled(Result.FAILED)]

    def _answered(self, message: _Message, now: datetime.datetime) -> list[Said]:
        given = messages.terminal_answer(message.body)
        step = _STEPS.get(given.result, "refused")
        told = {"id": f"{given.id:04X}"}
        reply = Reply(str(given.serial), step, str(given.result), told)
        return [Said(message.header.terminal, sample=message.sample, password=None, reply=reply)]

    def _location(self, message: _Message, now: datetime.datetime) -> list[Said]:
        given = location.read(message.body)
        report.check(given, now)
        found = [_stored(message, [given], now)]
        if report.seems_utc(given, now) and not self._utc_told:
            self._utc_told = True
            found.append(Said(message.header.terminal, fault=_utc(), sample=message.sample))
        return found

    def _locations(self, message: _Message, now: datetime.datetime) -> list[Said]:
        good, bad = report.sorted_out(location.read_batch(message.body), now)
        if not good and bad:
            raise bad[0]
        found = [_stored(message, good, now)]
        if bad:  # said, but not in the answer: the terminal would send the good ones for ever
            found.append(Said(message.header.terminal, fault=bad[0], sample=message.sample))
        return found


def _stored(message: _Message, reports: list[Location], now: datetime.datetime) -> Said:
    places = [report.position(each) for each in reports]
    return dataclasses.replace(
        message.said(),
        refused=message.answer(Result.BAD),
        positions=tuple(place for place in places if place),
        values=tuple(value for each in reports for value in report.values(each, now)),
    )


def _sign_in() -> SignIn:
    return SignIn(
        "the terminal has not signed in on this connection",
        zh="终端尚未在本连接上鉴权",
        remedy="register (0x0100), then authenticate (0x0102) with the code that was given",
    )


def _utc() -> Invalid:
    return Invalid(
        "the time lies 8 hours back: it looks like UTC",
        zh="时间滞后 8 小时，疑似 UTC",
        field="time",
        remedy="set the terminal to GMT+8, as the standard has it",
    )
