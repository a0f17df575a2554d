"""A JT/T 808 terminal's connection from registering to logging out, without a socket."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import shelf
from gateway import protocols
from gateway.protocol import Conversation, Said
from gateway.protocols.jt808 import Jt808, header, location
from gateway.protocols.jt808.frames import Broken, Framer
from gateway.protocols.jt808.header import Header, Packet, Part
from gateway.protocols.jt808.messages import Id

PHONE, PHONE_2019, ADDRESS = "013812345678", "00000000013812345678", "13812345678"
NOW = datetime.datetime(2024, 6, 1, 0, 31, tzinfo=datetime.UTC)
HERE = "021230f306c5c8f0006e025d0057"
OK, FAILED, BAD, UNSUPPORTED = range(4)


def issue(address: str) -> str:
    return f"code-of-{address}"


def spot(minute: int = 30, status: int = 3, alarm: int = 0, place: str = HERE) -> bytes:
    return bytes.fromhex(f"{alarm:08x}{status:08x}{place}24060108{minute:02d}00")


def batch(*spots: bytes) -> bytes:
    counted = b"".join(len(each).to_bytes(2) + each for each in spots)
    return len(spots).to_bytes(2) + b"\0" + counted


def frame(message: int, body: bytes = b"", serial: int = 1, version: int | None = None) -> bytes:
    phone = PHONE if version is None else PHONE_2019
    return header.written(Header(message, phone, serial, version), body)


def parts(body: bytes, size: int, serial: int) -> list[bytes]:
    """Return the frames of a batch in sub-packages."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return [
        header.written(
            Header(Id.LOCATIONS, PHONE, serial + place, None, Part(len(pieces), place + 1)), piece
        )
        for place, piece in enumerate(pieces)
    ]


def read(answer: bytes) -> list[Packet]:
    """Return what a terminal finds in an answer."""
    found = []
    for payload in Framer().feed(answer):
        assert not isinstance(payload, Broken)
        packet = header.read(payload)
        packet.check()
        found.append(packet)
    return found


def result(answer: bytes, message: int, serial: int = 1) -> int:
    """Return the result of a 0x8001 to that message."""
    (packet,) = read(answer)
    assert packet.header.id == Id.ANSWER and packet.header.terminal == ADDRESS
    assert packet.body[:4] == serial.to_bytes(2) + message.to_bytes(2)
    return packet.body[4]


def say(line: Jt808, *data: bytes, now: datetime.datetime = NOW) -> Said:
    (said,) = line.feed(b"".join(data), now)
    return said


def signed_in(version: int | None = None) -> Jt808:
    line = Jt808(issue)
    code = issue(ADDRESS).encode()
    given = code if version is None else bytes([len(code)]) + code + b"0" * 35
    assert say(line, frame(Id.AUTHENTICATE, given, 0, version)).signs_in
    return line


def test_the_shelf_holds_exactly_this_protocol() -> None:
    found = [
        kind
        for name, kind in shelf.classes(protocols.__name__, Conversation)  # type: ignore[type-abstract]
        if name == "jt808"
    ]
    assert found == [Jt808]
    assert Jt808.port == 9808 and Jt808.must_sign_in


@pytest.mark.parametrize(
    ("version", "lengths"), [(None, (5, 8, 7)), (None, (5, 20, 7)), (1, (11, 30, 30))]
)
def test_registering_gives_a_code(version: int | None, lengths: tuple[int, int, int]) -> None:
    maker, model, terminal = lengths
    body = b"\0\x29\0\x65" + b"ZHIHU".ljust(maker) + b"M1".ljust(model, b"\0")
    body += b"7654321".ljust(terminal, b"\0") + b"\x02" + "豫A12345".encode("gbk")
    said = say(Jt808(issue), frame(Id.REGISTER, body, 7, version))
    assert (said.address, said.password, said.signs_in) == (ADDRESS, "7654321", False)
    answers = {name: read(getattr(said, name))[0] for name in ("stored", "unknown", "refused")}
    assert {each.header.version for each in answers.values()} == {version}
    assert {each.header.id for each in answers.values()} == {Id.REGISTERED}
    assert answers["stored"].body == b"\0\x07\0" + issue(ADDRESS).encode()
    assert answers["unknown"].body == b"\0\x07\x04"
    assert answers["refused"].body == b"\0\x07\x01"


@pytest.mark.parametrize("version", [None, 1])
def test_signing_in_with_the_code(version: int | None) -> None:
    code = issue(ADDRESS).encode()
    body = code if version is None else bytes([len(code)]) + code + b"1" * 15 + b"v1".ljust(20)
    said = say(Jt808(issue), frame(Id.AUTHENTICATE, body, 1, version))
    assert (said.address, said.signs_in, said.code) == (ADDRESS, True, issue(ADDRESS))
    assert result(said.stored, Id.AUTHENTICATE) == OK
    assert result(said.unknown, Id.AUTHENTICATE) == FAILED
    assert result(said.refused, Id.AUTHENTICATE) == FAILED
    assert read(said.stored)[0].header.version == version


@pytest.mark.parametrize(
    "message", [Id.HEARTBEAT, Id.LOG_OUT, Id.LOCATION, Id.LOCATIONS, Id.ASK_AGAIN]
)
def test_before_signing_in_nothing_is_taken(message: Id) -> None:
    said = say(Jt808(issue), frame(message, spot()))
    assert said.fault is not None and said.fault.code == "sign_in"
    assert not said.positions and not said.values
    assert {result(each, message) for each in (said.stored, said.unknown, said.refused)} == {FAILED}


def test_another_terminals_code_opens_nothing() -> None:
    line = Jt808(issue)
    assert say(line, frame(Id.AUTHENTICATE, issue("13900000000").encode())).code
    assert say(line, frame(Id.LOCATION, spot())).fault is not None


def test_another_terminal_on_the_same_line_must_sign_in_itself() -> None:
    line = signed_in()
    other = header.written(Header(Id.LOCATION, "013900000000", 1), spot())
    said = say(line, other)
    assert said.address == "13900000000" and said.fault is not None and not said.positions


def test_logging_out_ends_it() -> None:
    line = signed_in()
    assert result(say(line, frame(Id.LOG_OUT)).stored, Id.LOG_OUT) == OK
    assert say(line, frame(Id.LOCATION, spot())).fault is not None


def test_a_heartbeat_is_answered() -> None:
    said = say(signed_in(), frame(Id.HEARTBEAT, serial=9))
    assert said.address == ADDRESS and result(said.stored, Id.HEARTBEAT, 9) == OK


@pytest.mark.parametrize("version", [None, 1])
def test_a_location_is_a_position_and_values(version: int | None) -> None:
    said = say(signed_in(version), frame(Id.LOCATION, spot(alarm=1), 5, version))
    (place,) = said.positions
    assert (place.lon, place.lat, place.speed, place.course) == (113.625328, 34.746611, 60.5, 87)
    assert place.time == NOW - datetime.timedelta(minutes=1)
    told = {value.series: value for value in said.values}
    assert set(told) == {"alarm", "fixed"}
    assert told["alarm"].value == 3 and told["alarm"].told == {"alarms": ["emergency"]}
    assert told["fixed"].value == 1
    assert result(said.stored, Id.LOCATION, 5) == OK
    assert read(said.stored)[0].header.version == version
    assert result(said.unknown, Id.LOCATION, 5) == FAILED
    assert result(said.refused, Id.LOCATION, 5) == BAD


def test_measurements_are_series_and_the_terminals_own_state_is_told_beside() -> None:
    items = bytes.fromhex("01040001e2400202007d310110e1021234")
    said = say(signed_in(), frame(Id.LOCATION, spot() + items))
    told = {value.series: value for value in said.values}
    assert (told["mileage_km"].value, told["fuel_l"].value) == (12345.6, 12.5)
    assert told["fixed"].told == {
        "status": ["acc_on", "fixed"],
        "load": "empty",
        "satellites": 16,
        "others": {"E1": "1234"},
    }


@pytest.mark.parametrize(
    ("alarm", "gravity"),
    [(0, 0), (1 << 7, 1), (1 << 7 | 1 << 1, 2), (1 << 1 | 1 << 30, 3), (0xFFFFFFFF, 3)],
)
def test_the_gravest_alarm_counts(alarm: int, gravity: int) -> None:
    said = say(signed_in(), frame(Id.LOCATION, spot(alarm=alarm)))
    (found,) = (value.value for value in said.values if value.series == "alarm")
    assert found == gravity


def test_a_last_known_place_is_no_position() -> None:
    said = say(signed_in(), frame(Id.LOCATION, spot(status=1)))
    assert not said.positions and result(said.stored, Id.LOCATION) == OK
    (fixed,) = (value for value in said.values if value.series == "fixed")
    assert fixed.value == 0 and fixed.told["last_known"] == [113.625328, 34.746611]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (spot(place="06c5c8f0021230f3006e025d0057"), "look swapped"),
        (spot(status=0b100011), "encrypted"),
        (spot(minute=42), "more than 10 minutes in the future"),
        (b"\0" * 27, "ends within"),
    ],
)
def test_a_bad_location_is_answered_as_bad_and_explained(body: bytes, sentence: str) -> None:
    said = say(signed_in(), frame(Id.LOCATION, body, 4))
    assert said.fault is not None and sentence in said.fault.detail
    assert said.sample.endswith(body) and not said.positions and not said.values
    assert result(said.stored, Id.LOCATION, 4) == BAD


def test_a_clock_that_shows_utc_is_told_once() -> None:
    line = signed_in()
    later = NOW + datetime.timedelta(hours=8)
    stored, remark = line.feed(frame(Id.LOCATION, spot()), later)
    assert stored.positions and result(stored.stored, Id.LOCATION) == OK
    assert remark.fault is not None and "looks like UTC" in remark.fault.detail
    assert not remark.stored
    assert len(line.feed(frame(Id.LOCATION, spot()), later)) == 1


def test_a_batch_is_one_message() -> None:
    said = say(signed_in(), frame(Id.LOCATIONS, batch(spot(10), spot(11), spot(12, status=1)), 6))
    assert [place.time.minute for place in said.positions] == [10, 11]
    assert result(said.stored, Id.LOCATIONS, 6) == OK


def test_one_bad_report_costs_its_batch_nothing_else() -> None:
    swapped = spot(place="06c5c8f0021230f3006e025d0057")
    stored, told = signed_in().feed(frame(Id.LOCATIONS, batch(spot(10), swapped)), NOW)
    assert len(stored.positions) == 1 and result(stored.stored, Id.LOCATIONS) == OK
    assert told.fault is not None and "swapped" in told.fault.detail and not told.stored


@pytest.mark.parametrize(
    "body", [batch(b"\0"), batch(spot(), b"\0" * 27), b"\0\x02\0\0\x01\0", batch(spot()) + b"\0"]
)
def test_a_batch_without_a_good_report_is_bad(body: bytes) -> None:
    said = say(signed_in(), frame(Id.LOCATIONS, body))
    assert said.fault is not None and result(said.stored, Id.LOCATIONS) == BAD


def test_a_split_batch_is_answered_part_by_part_once_it_is_whole() -> None:
    line = signed_in()
    *first, last = parts(batch(*map(spot, range(20))), 200, 40)
    assert line.feed(b"".join(first), NOW) == [] and line.waiting
    said = say(line, last)
    assert len(said.positions) == 20 and not line.waiting
    answers = read(said.stored)
    assert [each.body.hex() for each in answers] == [
        f"{serial:04x}070400" for serial in range(40, 41 + len(first))
    ]
    assert len({each.header.serial for each in answers}) == len(answers)


def test_missing_parts_are_asked_for_and_complete_the_batch() -> None:
    line = signed_in()
    first, second, *others = parts(batch(*map(spot, range(20))), 200, 40)
    (asked,) = read(say(line, first, *others).stored)
    assert asked.header.id == Id.SEND_AGAIN and asked.body.hex() == "0028010002"
    assert line.feed(b"", NOW) == []
    (again,) = read(say(line, now=NOW + datetime.timedelta(seconds=11)).stored)
    assert again.body == asked.body
    assert len(say(line, second).positions) == 20


def test_a_split_batch_that_is_bad_is_answered_as_bad() -> None:
    line = signed_in()
    found = line.feed(b"".join(parts(b"\0\x01\0" + b"\0" * 40, 20, 3)), NOW)
    assert [each.body[4] for each in read(found[0].stored)] == [BAD] * 3


@pytest.mark.parametrize("message", [0x0004, 0x0801, 0x0900, 0xFFFF])
def test_an_unknown_message_is_not_supported(message: int) -> None:
    said = say(signed_in(), frame(message, b"whatever", 8))
    assert result(said.stored, message, 8) == UNSUPPORTED


def test_an_encrypted_message_is_not_supported_and_explained() -> None:
    encrypted = Header(Id.LOCATION, PHONE, 8, encryption=1)
    said = say(signed_in(), header.written(encrypted, b"secret"))
    assert said.fault is not None and "encrypted" in said.fault.detail
    assert result(said.stored, Id.LOCATION, 8) == UNSUPPORTED


def test_a_split_photo_holds_no_memory() -> None:
    photo = Header(0x0801, PHONE, 8, None, Part(2, 1))
    line = signed_in()
    assert result(say(line, header.written(photo, b"x" * 1000)).stored, 0x0801, 8) == UNSUPPORTED
    assert not line.waiting


def test_a_broken_frame_is_told_and_not_answered() -> None:
    broken = bytearray(frame(Id.HEARTBEAT))
    broken[-2] ^= 1
    said = say(signed_in(), bytes(broken))
    assert said.fault is not None and said.fault.code == "bad_checksum"
    assert (said.address, said.stored, said.sample) == ("", b"", bytes(broken[1:-1]))


def test_a_terminals_answer_is_a_reply() -> None:
    said = say(signed_in(), frame(Id.TERMINAL_ANSWER, bytes.fromhex("0007800300")))
    assert said.reply is not None and not said.stored
    assert (said.reply.request, said.reply.step, said.reply.told) == ("7", "done", {"id": "8003"})


def test_asking_us_again_finds_nothing() -> None:
    said = say(signed_in(), frame(Id.ASK_AGAIN, bytes.fromhex("0001010001")))
    assert result(said.stored, Id.ASK_AGAIN) == FAILED


def test_our_serial_numbers_count_up_and_go_round() -> None:
    line = signed_in()
    line._serial = 0xFFFF
    said = line.feed(frame(Id.HEARTBEAT) * 2, NOW)
    assert [read(each.stored)[0].header.serial for each in said] == [0xFFFF, 0]


# --- whatever comes ------------------------------------------------------------------------------

ids = st.sampled_from([*Id, 0x0801])
heads = st.builds(
    Header,
    ids,
    st.just(PHONE),
    st.integers(0, 0xFFFF),
    st.none(),
    st.none() | st.builds(Part, st.integers(0, 4), st.integers(0, 4)),
)
bodies = (
    st.binary(max_size=60)
    | st.binary(min_size=20, max_size=60).map(lambda more: spot() + more)
    | st.lists(st.binary(max_size=40) | st.just(spot()), max_size=4).map(lambda each: batch(*each))
)
stream = st.lists(
    st.builds(header.written, heads, bodies) | st.binary(max_size=40), max_size=10
).map(b"".join)


def plain(said: list[Said]) -> list[object]:
    return [
        (e.address, e.values, e.positions, e.reply, str(e.fault), e.sample, e.stored, e.unknown)
        for e in said
    ]


@given(stream, st.lists(st.integers(0, 1000), max_size=8))
def test_whatever_comes_and_however_split_it_is_answered_the_same(
    data: bytes, places: list[int]
) -> None:
    ends = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    whole, split = signed_in(), signed_in()
    pieces = [said for start, end in pairwise(ends) for said in split.feed(data[start:end], NOW)]
    assert plain(pieces) == plain(whole.feed(data, NOW))
    for said in pieces:
        for answer in (said.stored, said.unknown, said.refused):
            assert all(packet.header.id >= 0x8000 for packet in read(answer))


def test_a_location_knows_no_datum() -> None:
    assert not {"datum", "crs"} & set(location.Location.__dataclass_fields__)
