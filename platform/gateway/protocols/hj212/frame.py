"""HJ 212's frame, ## length segment check sum CRLF, found in a stream whatever else it brings."""

import dataclasses
import re

from core.errors import Problem, quoted
from gateway.protocol import BadCheck, Garbled

LONGEST = 9999  # bytes of a segment: the standard's 1024 are exceeded in the field, four digits not

_HEAD = re.compile(rb"##(\d{4})")
_BEGINNING = re.compile(rb"#(#\d{0,3})?$")  # what may yet become a head
_BREAK = re.compile(rb"\r\n|##\d{4}")  # no segment holds these: a frame that does has ended before
_BETWEEN = b"\r\n \t\x00"
_AROUND, _BEFORE = 10, 6  # bytes of a frame beside its segment, and in front of it


def _shifted(register: int) -> int:
    for _ in range(8):
        register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


_TABLE = [_shifted(low) for low in range(256)]


def check_sum(segment: bytes) -> str:
    """Return the standard's check sum, four upper-case hex digits: no CRC-16/MODBUS."""
    register = 0xFFFF
    for byte in segment:
        register = _TABLE[(register >> 8) ^ byte]
    return f"{register:04X}"


def modbus(segment: bytes) -> str:
    """Return CRC-16/MODBUS, which some devices send instead."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ _TABLE[(register ^ byte) & 0xFF]
    return f"{register:04X}"


def framed(segment: str) -> bytes:
    """Return the frame of a segment."""
    content = segment.encode()
    return b"##%04d%s%s\r\n" % (len(content), content, check_sum(content).encode())


@dataclasses.dataclass(frozen=True, slots=True)
class Frame:
    """A segment whose check sum is right, or why these bytes are none."""

    segment: bytes
    sample: bytes
    fault: Problem | None = None


class Framer:
    """Finds frames in a stream; holds one frame's length at most, and sees no split of it."""

    def __init__(self) -> None:
        self._held = b""
        self._lost = False  # between a fault and the next good frame: said once

    def feed(self, data: bytes) -> list[Frame]:
        """Return what has become complete."""
        held, at, found = self._held + data, 0, []
        while (step := self._step(held, at)) is not None:
            at, frame = step
            if frame is not None:
                found.append(frame)
        self._held = held[at:]
        return found

    def _step(self, held: bytes, at: int) -> tuple[int, Frame | None] | None:
        """Return where to go on and what was found; None when only more bytes can tell."""
        head = _HEAD.search(held, at)
        if head is None or head.start() > at:
            return self._skip(held, at, head)
        end = at + _AROUND + int(head[1])
        early = _BREAK.search(held, at + _BEFORE, end)
        if early is not None:
            counted = early.start() - at - _AROUND
            return early.start(), self._bad(
                held[at : early.start()], _wrong_length(int(head[1]), counted)
            )
        if len(held) < end:
            return None
        return self._check(held, at, end)

    def _skip(
        self, held: bytes, at: int, head: "re.Match[bytes] | None"
    ) -> tuple[int, Frame | None] | None:
        tail = _BEGINNING.search(held, at)
        upto = head.start() if head else tail.start() if tail else len(held)
        if upto == at:
            return None
        rubbish = held[at:upto]
        if self._lost or not rubbish.strip(_BETWEEN):
            return upto, None
        return upto, self._bad(rubbish, _rubbish())

    def _check(self, held: bytes, at: int, end: int) -> tuple[int, Frame]:
        frame = held[at:end]
        segment, told = frame[_BEFORE:-4], frame[-4:].upper()
        if told == check_sum(segment).encode():
            self._lost = False
            return end, Frame(segment, frame)
        return at + _BEFORE, self._bad(frame, _wrong_sum(segment, told))

    def _bad(self, sample: bytes, fault: Problem) -> Frame:
        self._lost = True
        return Frame(b"", sample, fault)


def _rubbish() -> Problem:
    return Garbled(
        "bytes that are no HJ 212 frame",
        zh="收到的字节不是 HJ 212 数据包",
        remedy="send ## + length in 4 digits + data segment + CRC + CRLF",
    )


def _wrong_length(told: int, counted: int) -> Problem:
    return Garbled(
        f"the length says {told} bytes, the data segment has {counted}",
        zh=f"长度字段为 {told}，数据段实际为 {counted} 字节",
        field="length",
        remedy="count the bytes (UTF-8) of the data segment only, without CRC and CRLF",
    )


def _wrong_sum(segment: bytes, told: bytes) -> Problem:
    """Return what is wrong with a sum; the usual causes are told apart."""
    if told == modbus(segment).encode():
        return BadCheck(
            "sender uses MODBUS CRC: HJ 212 reckons its CRC otherwise",
            zh="发送方使用了 MODBUS CRC，与 HJ 212 规定的 CRC 算法不同",
            field="CRC",
            remedy="use the CRC of HJ 212 appendix A: register = (register >> 8) XOR byte",
        )
    if not segment.endswith(b"&&"):
        return Garbled(
            f"the data segment does not end where its length ({len(segment)}) says",
            zh=f"数据段未在长度字段（{len(segment)}）所示处结束",
            field="length",
            remedy="count the bytes (UTF-8) of the data segment only, without CRC and CRLF",
        )
    reckoned = check_sum(segment)
    return BadCheck(
        f"CRC {quoted(told.decode('latin-1'))} does not fit, reckoned is {reckoned}",
        zh=f"CRC 校验错误：收到 {quoted(told.decode('latin-1'))}，应为 {reckoned}",
        field="CRC",
        remedy="send the frame again; if every frame fails, check the CRC algorithm",
    )
