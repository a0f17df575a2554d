"""The message header of JT/T 808-2011, -2013 (one and the same) and -2019."""

import dataclasses

from core.errors import Invalid
from gateway.protocols.jt808.fields import Fields
from gateway.protocols.jt808.frames import framed

MAX_BODY = 1023
_SPLIT, _VERSIONED = 1 << 13, 1 << 14


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """Which of how many sub-packages (分包); numbers start at 1."""

    total: int
    number: int


@dataclasses.dataclass(frozen=True, slots=True)
class Header:
    """Who says what: `phone` as it stands on the wire (12 or 20 hex digits, usually decimal).

    `version` is None for 2011 and 2013, which share a header, and the version byte for 2019.
    """

    id: int
    phone: str
    serial: int
    version: int | None = None
    part: Part | None = None
    encryption: int = 0

    @property
    def terminal(self) -> str:
        """Return the phone without the zeros that pad it: the same for every edition."""
        return self.phone.lstrip("0") or "0"

    def reply(self, message_id: int, serial: int) -> "Header":
        """Return the header of a message to the same terminal, in its own edition."""
        return Header(message_id, self.phone, serial, self.version)


@dataclasses.dataclass(frozen=True, slots=True)
class Packet:
    """One frame's header and body; `declared` is the length that the header tells."""

    header: Header
    body: bytes
    declared: int

    def check(self) -> None:
        """Raise Invalid where the header does not fit the body, or nobody here could read it."""
        if self.declared != len(self.body):
            raise Invalid(
                f"the header says {self.declared} bytes of body, {len(self.body)} came",
                zh=f"消息头声明消息体 {self.declared} 字节，实收 {len(self.body)} 字节",
                field="length",
                remedy="bits 0 to 9 of the attributes are the body's length before escaping",
            )
        part = self.header.part
        if part and not 1 <= part.number <= part.total:
            raise Invalid(
                f"sub-package {part.number} of {part.total}",
                zh=f"分包序号 {part.number} 不在总包数 {part.total} 之内",
                field="part",
                remedy="number sub-packages from 1 to their total",
            )


def read(payload: bytes) -> Packet:
    """Take a payload apart; raises Invalid where it is shorter than a header."""
    fields = Fields(payload)
    message_id, attributes = fields.number(2, "id"), fields.number(2, "attributes")
    version = fields.number(1, "version") if attributes & _VERSIONED else None
    phone = fields.take(6 if version is None else 10, "phone").hex()
    serial = fields.number(2, "serial")
    part = None
    if attributes & _SPLIT:
        part = Part(fields.number(2, "total"), fields.number(2, "number"))
    header = Header(message_id, phone, serial, version, part, attributes >> 10 & 7)
    return Packet(header, fields.take(fields.left, "body"), attributes & MAX_BODY)


def written(header: Header, body: bytes) -> bytes:
    """Return the whole frame as it goes on the wire."""
    assert len(body) <= MAX_BODY
    attributes = len(body) | header.encryption << 10
    version, part = b"", b""
    if header.version is not None:
        attributes |= _VERSIONED
        version = bytes([header.version])
    if header.part:
        attributes |= _SPLIT
        part = _words(header.part.total, header.part.number)
    start = _words(header.id, attributes) + version + bytes.fromhex(header.phone)
    return framed(start + _words(header.serial) + part + body)


def _words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(2) for number in numbers)
