"""JT/T 808 framing: 7e around, escapes inside, a checksum at the end; bytes in, payloads out."""

import dataclasses
import re
from functools import reduce
from operator import xor

from core.errors import Problem
from gateway.protocol import BadCheck, Garbled

FLAG = b"\x7e"
LONGEST = 21 + 1023 + 1  # bytes: the largest header, the largest body, the checksum
_ESCAPED = 2 * LONGEST  # every byte of it may have been escaped
_STRAY = re.compile(rb"\x7d(?![\x01\x02])")


def checksum(payload: bytes) -> int:
    """Return the exclusive or of all bytes, header to end of body."""
    return reduce(xor, payload, 0)


def escape(raw: bytes) -> bytes:
    """Hide 7d and 7e; 7d first, for the other order would escape it twice."""
    return raw.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")


def unescape(raw: bytes) -> bytes:
    """Undo `escape`; raises Garbled for a 7d with neither 01 nor 02 behind it."""
    if _STRAY.search(raw):
        raise Garbled(
            "a 7d in the frame is followed by neither 01 nor 02",
            zh="帧内 7d 之后既非 01 也非 02",
            field="frame",
            remedy="escape 7d as 7d 01 and 7e as 7d 02, after the checksum",
        )
    # 7d 02 first: what 7d 01 leaves behind must not be read a second time
    return raw.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")


def framed(payload: bytes) -> bytes:
    """Return header and body as they go on the wire."""
    return FLAG + escape(payload + bytes([checksum(payload)])) + FLAG


def payload_of(raw: bytes) -> bytes:
    """Return header and body of what stood between two flags; raises Garbled or BadCheck."""
    whole = unescape(raw)
    payload, given = whole[:-1], whole[-1]
    if checksum(payload) != given:
        raise BadCheck(
            f"checksum {given:02X} does not fit, {checksum(payload):02X} would",
            zh=f"校验码 {given:02X} 不符，应为 {checksum(payload):02X}",
            field="checksum",
            remedy="exclusive or of all bytes from the header to the end of the body, unescaped",
        )
    return payload


@dataclasses.dataclass(frozen=True, slots=True)
class Broken:
    """What stood between two flags and is no frame."""

    problem: Problem
    raw: bytes


class Framer:
    """Cuts one connection's bytes into payloads; holds no more than one frame.

    A single 7e may close a frame and open the next. What stands before the first 7e is dropped.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._inside = self._overlong = False

    def feed(self, data: bytes) -> list[bytes | Broken]:
        """Return the payloads that end in `data`, what is no frame in its place."""
        first, *rest = data.split(FLAG)
        self._hold(first)
        found: list[bytes | Broken] = []
        for piece in rest:
            if self._held or self._overlong:
                found.append(self._close())
            self._inside = True
            self._hold(piece)
        return found

    def _hold(self, piece: bytes) -> None:
        if not self._inside or self._overlong:
            return
        if len(self._held) + len(piece) > _ESCAPED:
            self._overlong = True
            self._held.clear()
        else:
            self._held += piece

    def _close(self) -> bytes | Broken:
        raw, overlong = bytes(self._held), self._overlong
        self._held.clear()
        self._overlong = False
        if overlong:
            return Broken(_overlong(), b"")
        try:
            return payload_of(raw)
        except Problem as problem:
            return Broken(problem, raw)


def _overlong() -> Garbled:
    return Garbled(
        f"more than {_ESCAPED} bytes without 7e",
        zh=f"超过 {_ESCAPED} 字节未见 7e",
        field="frame",
        remedy="no frame is that long: the connection carries something else",
    )
