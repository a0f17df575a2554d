"""The other messages: registering, authenticating, general answers, asking again."""

import dataclasses
from enum import IntEnum

from core.errors import Invalid
from gateway.protocols.jt808.fields import Fields
from gateway.protocols.jt808.header import Header, written
from gateway.protocols.jt808.parts import Missing


class Id(IntEnum):
    """The messages that are read or written here."""

    TERMINAL_ANSWER = 0x0001
    HEARTBEAT = 0x0002
    LOG_OUT = 0x0003
    ASK_AGAIN = 0x0005
    REGISTER = 0x0100
    AUTHENTICATE = 0x0102
    LOCATION = 0x0200
    LOCATIONS = 0x0704
    ANSWER = 0x8001
    SEND_AGAIN = 0x8003
    REGISTERED = 0x8100


class Result(IntEnum):
    """What a general answer (0x0001, 0x8001) says."""

    OK = 0
    FAILED = 1
    BAD = 2
    UNSUPPORTED = 3
    ALARM_CONFIRMED = 4


class Registered(IntEnum):
    """What the answer to registering (0x8100) says."""

    OK = 0
    VEHICLE_TAKEN = 1
    NO_SUCH_VEHICLE = 2
    TERMINAL_TAKEN = 3
    NO_SUCH_TERMINAL = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Registration:
    """0x0100: the terminal, and the plate of its vehicle (a VIN where `plate_colour` is 0).

    Province and city are the first two and the last four digits of a GB/T 2260 code.
    """

    edition: int
    province: int
    city: int
    maker: str
    model: str
    terminal_id: str
    plate_colour: int
    plate: str


# edition → lengths of maker, model, terminal id
_LAYOUT = {2011: (5, 8, 7), 2013: (5, 20, 7), 2019: (11, 30, 30)}
_FIXED_2013 = 4 + sum(_LAYOUT[2013]) + 1


def registration(header: Header, body: bytes) -> Registration:
    """Read 0x0100; 2011 and 2013 share a header and are told apart by length. Raises Invalid."""
    edition = 2019
    if header.version is None:
        edition = 2013 if len(body) >= _FIXED_2013 else 2011
    maker, model, terminal_id = _LAYOUT[edition]
    fields = Fields(body)
    return Registration(
        edition,
        fields.number(2, "province"),
        fields.number(2, "city"),
        fields.text(maker, "maker"),
        fields.text(model, "model"),
        fields.text(terminal_id, "terminal id"),
        fields.number(1, "plate colour"),
        fields.rest("plate"),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Authentication:
    """0x0102: the code that registering gave; IMEI and software version since 2019."""

    code: str
    imei: str = ""
    software: str = ""


def authentication(header: Header, body: bytes) -> Authentication:
    """Read 0x0102; raises Invalid."""
    fields = Fields(body)
    if header.version is None:
        return Authentication(fields.rest("code"))
    code = fields.text(fields.number(1, "code length"), "code")
    if not fields.left:  # terminals that know the new header only
        return Authentication(code)
    return Authentication(code, fields.text(15, "imei"), fields.text(20, "software version"))


@dataclasses.dataclass(frozen=True, slots=True)
class TerminalAnswer:
    """0x0001: what a terminal says to a message of ours."""

    serial: int
    id: int
    result: int


def terminal_answer(body: bytes) -> TerminalAnswer:
    """Read 0x0001; raises Invalid."""
    fields = Fields(body)
    return TerminalAnswer(
        fields.number(2, "serial"), fields.number(2, "id"), fields.number(1, "result")
    )


def answer(header: Header, serial: int, result: Result, answered: int | None = None) -> bytes:
    """Return 0x8001 to a message; `answered` is the sub-package's serial number, if not its own."""
    of = header.serial if answered is None else answered
    body = of.to_bytes(2) + header.id.to_bytes(2) + bytes([result])
    return written(header.reply(Id.ANSWER, serial), body)


def registered(header: Header, serial: int, result: Registered, code: str = "") -> bytes:
    """Return 0x8100 to a registration; the code goes along only when it succeeded."""
    body = header.serial.to_bytes(2) + bytes([result])
    if result is Registered.OK:
        body += code.encode("gbk")
    return written(header.reply(Id.REGISTERED, serial), body)


def send_again(missing: Missing, serial: int) -> bytes:
    """Return 0x8003, which asks for missing sub-packages; their count is a WORD since 2019."""
    header, numbers = missing.header, missing.numbers
    count = len(numbers).to_bytes(1 if header.version is None else 2)
    body = missing.first.to_bytes(2) + count + b"".join(n.to_bytes(2) for n in numbers)
    return written(header.reply(Id.SEND_AGAIN, serial), body)


def encrypted(header: Header) -> Invalid:
    """Return the problem with a body that nobody here can read."""
    return Invalid(
        f"the body is encrypted (bits 10 to 12 of the attributes are {header.encryption})",
        zh=f"消息体已加密（属性第 10 至 12 位为 {header.encryption}）",
        field="encryption",
        remedy="switch the terminal's RSA encryption off; keep the link private instead",
    )
