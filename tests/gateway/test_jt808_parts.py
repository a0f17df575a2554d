"""JT/T 808 sub-packages: put together in any order, asked for when missing, never too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from gateway.protocols.jt808 import header, messages
from gateway.protocols.jt808.frames import Framer
from gateway.protocols.jt808.header import Header, Part
from gateway.protocols.jt808.messages import Id
from gateway.protocols.jt808.parts import MAX_PARTS, MAX_UNFINISHED, Missing, Parts, Whole


def piece(number: int, total: int, serial: int | None = None, version: int | None = None) -> Header:
    phone = "0" * (12 if version is None else 20)
    given = 0xFFFE + number if serial is None else serial
    return Header(Id.LOCATIONS, phone, given & 0xFFFF, version, Part(total, number))


def add(parts: Parts, head: Header, given: bytes = b"x", now: float = 0) -> Whole | Missing | None:
    assert head.part
    return parts.add(head, head.part, given, now)


@given(st.permutations(range(1, 8)))
def test_parts_are_put_together_in_any_order(order: list[int]) -> None:
    parts = Parts()
    found = [add(parts, piece(number, 7), b"%d" % number) for number in order]
    whole = found[-1]
    assert isinstance(whole, Whole) and not parts.unfinished
    assert whole.body == b"1234567"
    assert whole.serials == (0xFFFF, 0, 1, 2, 3, 4, 5), "serial numbers go round"


def test_what_is_missing_is_asked_for_after_the_last_and_after_a_repeated_one() -> None:
    parts = Parts()
    assert add(parts, piece(1, 4, 10)) is None
    last = add(parts, piece(4, 4, 13))
    assert isinstance(last, Missing) and (last.first, last.numbers) == (10, (2, 3))
    again = add(parts, piece(1, 4, 10))
    assert isinstance(again, Missing) and again.numbers == (2, 3)


def test_what_stays_missing_is_asked_for_three_times_ever_later() -> None:
    parts = Parts()
    add(parts, piece(1, 2, 10))
    asked = [now for now in range(400) if parts.overdue(now)]
    assert asked == [10, 30, 90]
    assert not parts.unfinished


@pytest.mark.parametrize(("version", "count"), [(None, "02"), (1, "0002")])
def test_asking_again_counts_in_bytes_before_2019_and_in_words_since(
    version: int | None, count: str
) -> None:
    missing = Missing(piece(1, 4, 10, version), 10, (2, 3))
    (payload,) = Framer().feed(messages.send_again(missing, 9))
    assert isinstance(payload, bytes)
    found = header.read(payload)
    assert (found.header.id, found.header.serial, found.header.version) == (0x8003, 9, version)
    assert found.body.hex() == f"000a{count}00020003"


def test_unfinished_messages_are_bounded() -> None:
    parts = Parts()
    for first in range(0, 10_000, 100):
        for number in range(1, MAX_PARTS):
            add(parts, piece(number, MAX_PARTS, first + number))
    assert len(parts._unfinished) == MAX_UNFINISHED
    with pytest.raises(Invalid, match="more than 64 sub-packages"):
        add(parts, piece(1, MAX_PARTS + 1))
