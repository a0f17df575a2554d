"""JT/T 808 on the wire: captured frames, broken ones, and whatever else bytes may be."""

import datetime
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, Problem
from gateway.protocol import BadCheck, Garbled
from gateway.protocols.jt808 import frames, header, location, messages, names
from gateway.protocols.jt808.frames import Broken, Framer
from gateway.protocols.jt808.header import Header, Packet, Part
from gateway.protocols.jt808.location import Location
from gateway.protocols.jt808.messages import Id, Registered, Result

KEPT = tomllib.loads(
    (Path(__file__).parents[1] / "frames/jt808/frames.toml").read_text(encoding="utf-8")
)
CAPTURED = {each["name"]: each for each in KEPT["frame"]}
SWAPPED = ("go-0200-2013-0", "go-0704-2013-0")
PLACE = "021230f306c5c8f0"  # Zhengzhou: 34.746611, 113.625328


def packet(frame: str) -> Packet:
    (payload,) = Framer().feed(bytes.fromhex(frame))
    assert isinstance(payload, bytes)
    return header.read(payload)


def body(alarm: int = 0, status: int = 3, place: str = PLACE, rest: str = "", **more: str) -> bytes:
    """Return the body of 0x0200."""
    motion, at = more.get("motion", "006e025d0057"), more.get("at", "240601083000")
    return bytes.fromhex(f"{alarm:08x}{status:08x}{place}{motion}{at}{rest}")


def of_kind(kind: int) -> list[str]:
    return [name for name, each in CAPTURED.items() if each["id"] == kind]


# --- captured frames -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", CAPTURED)
def test_headers_of_captured_frames(name: str) -> None:
    expected = CAPTURED[name]
    found = packet(expected["hex"])
    found.check()
    assert (found.header.id, found.header.phone) == (expected["id"], expected["phone"])
    assert (found.header.serial, found.header.version) == (
        expected["serial"],
        expected.get("version"),
    )
    assert found.header.part is None and found.header.encryption == 0
    assert header.written(found.header, found.body).hex() == expected["hex"]


@pytest.mark.parametrize("name", [name for name in of_kind(0x0200) if name not in SWAPPED])
def test_locations_of_captured_frames(name: str) -> None:
    expected = CAPTURED[name]["body"]
    found = location.read(packet(CAPTURED[name]["hex"]).body)
    assert (found.lat, found.lon) == (expected["lat"], expected["lon"])
    assert found.altitude_m == expected["altitude_m"]
    assert (found.speed_kmh, found.course) == (expected["speed_kmh"], expected["direction_deg"])
    assert found.time is not None and found.time.isoformat() == expected["time"]
    assert found.values == expected["extras"]
    assert found.alarms == tuple(names.ALARMS[bit].code for bit in expected["alarm_bits"])
    assert found.status == tuple(
        names.STATUS[bit].code if bit in names.STATUS else f"bit_{bit}"
        for bit in expected["status_bits"]
    )
    assert found.fixed


def test_unknown_items_are_kept_in_hex() -> None:
    found = location.read(packet(CAPTURED["traccar-7e0200009e0177-0"]["hex"]).body)
    assert list(found.others) == ["14", "15", "16", "17", "18", "E1", "E2", "E3", "E6"]
    assert found.others["E1"] == "00735443"


@pytest.mark.parametrize("name", of_kind(0x0100))
def test_registrations_of_captured_frames(name: str) -> None:
    found = packet(CAPTURED[name]["hex"])
    read = messages.registration(found.header, found.body)
    assert str(read.edition) in name
    for field, value in CAPTURED[name]["body"].items():
        assert getattr(read, field) == value


@pytest.mark.parametrize("name", of_kind(0x0102))
def test_authentications_of_captured_frames(name: str) -> None:
    found, expected = packet(CAPTURED[name]["hex"]), CAPTURED[name]["body"]
    read = messages.authentication(found.header, found.body)
    assert read.code == expected["auth_code"]
    assert read.imei == expected.get("imei", "")
    assert read.software == expected.get("software_version", "")


@pytest.mark.parametrize("name", of_kind(0x8100))
def test_answers_to_registering_are_the_captured_ones(name: str) -> None:
    expected = CAPTURED[name]
    asked = Header(Id.REGISTER, expected["phone"], 1, expected.get("version"))
    code = expected["body"]["auth_code"]
    assert messages.registered(asked, 1, Registered.OK, code).hex() == expected["hex"]
    refused = packet(messages.registered(asked, 1, Registered.NO_SUCH_TERMINAL, code).hex())
    assert refused.body == bytes.fromhex("000104"), "a code only when it succeeded"


@pytest.mark.parametrize("name", of_kind(0x8001))
def test_general_answers_are_the_captured_ones(name: str) -> None:
    expected = CAPTURED[name]
    asked = Header(Id.LOCATION, expected["phone"], 1, expected.get("version"))
    assert messages.answer(asked, 1, Result.OK).hex() == expected["hex"]


@pytest.mark.parametrize("expected", KEPT["answer"], ids=lambda each: each["to"])
def test_a_terminal_is_answered_in_its_own_edition(expected: dict[str, str]) -> None:
    asked = packet(CAPTURED[expected["to"]]["hex"]).header
    assert messages.answer(asked, 1, Result.OK).hex() == expected["hex"]


@pytest.mark.parametrize("name", SWAPPED)
def test_the_much_copied_sample_is_refused_as_swapped(name: str) -> None:
    found = packet(CAPTURED[name]["hex"])
    if found.header.id == Id.LOCATION:
        with pytest.raises(Invalid, match="look swapped") as caught:
            location.read(found.body)
        problem: Any = caught.value
    else:
        problem, again = location.read_batch(found.body)
        assert isinstance(problem, Invalid) and isinstance(again, Invalid)
    assert "latitude 116.307629, longitude 40.058359" in problem.detail
    assert "经纬度疑似颠倒" in problem.zh


@pytest.mark.parametrize(
    ("name", "problem"),
    [("bad-checksum", BadCheck), ("truncated", BadCheck), ("bad-escape", Garbled)],
)
def test_broken_frames(name: str, problem: type[Problem]) -> None:
    (kept,) = (each for each in KEPT["broken"] if each["name"] == name)
    (found,) = Framer().feed(bytes.fromhex(kept["hex"]))
    assert isinstance(found, Broken) and isinstance(found.problem, problem)
    assert found.problem.zh and found.problem.remedy


def test_a_header_that_tells_another_length_is_refused() -> None:
    head = Header(Id.HEARTBEAT, "013812345678", 1)
    payload = header.read(frames.payload_of(header.written(head, b"abc")[1:-1]))
    with pytest.raises(Invalid, match="says 5 bytes of body, 3 came"):
        Packet(payload.header, payload.body, 5).check()


# --- what a location may hold --------------------------------------------------------------------


def test_south_and_west_are_negative() -> None:
    found = location.read(body(status=0b1111))
    assert (found.lat, found.lon) == (-34.746611, -113.625328)


def test_without_a_fix_the_place_is_a_last_known_one() -> None:
    found = location.read(body(status=1))
    assert not found.fixed and found.lon == 113.625328


@pytest.mark.parametrize("place", ["0" * 16, "f" * 16])
def test_without_a_fix_there_may_be_no_place(place: str) -> None:
    found = location.read(body(status=1, place=place, at="0" * 12))
    assert (found.lon, found.lat, found.time, found.fixed) == (None, None, None, False)


def test_nobody_is_fixed_at_zero_zero() -> None:
    assert not location.read(body(place="0" * 16)).fixed


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (body(place="f" * 16), "out of range"),
        (body(place="06c5c8f0021230f3"), "latitude and longitude look swapped"),
        (body(status=0b100011), r"encrypted \(status bit 5\)"),
        (body(at="241301083000"), "241301083000 is no time"),
        (body(at="24060108300a"), "24060108300a is no time"),
        (body(at="0" * 12), "fixed position without a time"),
        (body()[:27], "ends within time: 6 bytes expected, 5 there"),
        (b"", "ends within alarm"),
    ],
)
def test_what_misleads_is_refused(given: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as caught:
        location.read(given)
    assert caught.value.zh and caught.value.remedy


def test_times_are_gmt_plus_8() -> None:
    found = location.read(body())
    assert found.time == datetime.datetime(2024, 6, 1, 0, 30, tzinfo=datetime.UTC)


def test_known_items_in_their_units() -> None:
    items = "01040001e240 0202007d 0302025d 2504000000ff 2a020003 2b0400020001 300119 310116"
    found = location.read(body(rest=items.replace(" ", "")))
    assert found.values == {
        "mileage_km": 12345.6,
        "fuel_l": 12.5,
        "recorder_speed_kmh": 60.5,
        "vehicle_signals": 255,
        "io_status": 3,
        "analog_0": 1,
        "analog_1": 2,
        "signal_strength": 25,
        "satellites": 22,
    }
    assert not found.others


@pytest.mark.parametrize(
    ("rest", "others"),
    [
        ("0103000001", {"01": "000001"}),
        ("e100", {"E1": ""}),
        ("310110e1", {"tail": "e1"}),
        ("310110e105aabb", {"tail": "E105aabb"}),
    ],
)
def test_items_that_are_not_as_the_standard_has_them_cost_no_position(
    rest: str, others: dict[str, str]
) -> None:
    found = location.read(body(rest=rest))
    assert found.others == others and found.lon is not None


@pytest.mark.parametrize(("motion", "speed", "course"), [("0000ffffffff", None, None)])
def test_all_ones_are_not_known(motion: str, speed: None, course: None) -> None:
    found = location.read(body(motion=motion))
    assert (found.speed_kmh, found.course) == (speed, course)


def test_load_and_bits_without_a_name() -> None:
    found = location.read(body(alarm=1 << 31 | 1, status=1 << 30 | 3 << 8 | 2))
    assert found.alarms == ("emergency", "illegal_door_opening")
    assert found.status == ("fixed", "bit_30") and found.load == "full"


def test_a_phone_may_be_hex_and_is_the_same_in_every_edition() -> None:
    assert Header(2, "00000000013812345678", 1, 1).terminal == "13812345678"
    assert Header(2, "013812345678", 1).terminal == "13812345678"
    assert packet(header.written(Header(2, "0000abcdef12", 1), b"").hex()).header.phone == (
        "0000abcdef12"
    )
    assert Header(2, "0" * 12, 1).terminal == "0"


@pytest.mark.parametrize("pad", [(b"\0" * 19, b""), (b"", b"\0" * 19), (b"", b" " * 19)])
def test_names_are_padded_on_either_side(pad: tuple[bytes, bytes]) -> None:
    model = pad[0] + b"www.808.com" + pad[1]
    given = b"\0\x1f\0\x6e" + b"cd123456789" + model + b"\0" * 23 + b"7654321" + b"\x01"
    read = messages.registration(Header(0x100, "0" * 20, 1, 1), given + "豫A12345".encode("gbk"))
    assert (read.model, read.terminal_id, read.plate) == ("www.808.com", "7654321", "豫A12345")


# --- any bytes -----------------------------------------------------------------------------------

any_bytes = st.binary(max_size=200)
dense = st.lists(st.sampled_from([0x7E, 0x7D, 0x01, 0x02, 0x00, 0xFF]), max_size=200).map(bytes)
headers = st.builds(
    Header,
    st.integers(0, 0xFFFF),
    st.binary(min_size=6, max_size=6).map(bytes.hex),
    st.integers(0, 0xFFFF),
    st.none(),
    st.none() | st.builds(Part, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)),
    st.integers(0, 7),
) | st.builds(
    Header,
    st.integers(0, 0xFFFF),
    st.binary(min_size=10, max_size=10).map(bytes.hex),
    st.integers(0, 0xFFFF),
    st.integers(0, 255),
)


@given(any_bytes | dense)
def test_escaping_comes_undone(raw: bytes) -> None:
    hidden = frames.escape(raw)
    assert frames.FLAG not in hidden
    assert frames.unescape(hidden) == raw


@given(headers, st.binary(max_size=1023))
def test_what_is_written_is_read_the_same(head: Header, given: bytes) -> None:
    found = packet(header.written(head, given).hex())
    assert (found.header, found.body, found.declared) == (head, given, len(given))


@given(any_bytes | dense)
def test_any_bytes_are_read_or_refused(given: bytes) -> None:
    old, new = Header(0x100, "0" * 12, 1), Header(0x100, "0" * 20, 1, 1)
    for reading in (
        location.read,
        location.read_batch,
        messages.terminal_answer,
        lambda b: messages.registration(old, b),
        lambda b: messages.registration(new, b),
        lambda b: messages.authentication(old, b),
        lambda b: messages.authentication(new, b),
        header.read,
    ):
        try:
            reading(given)
        except Invalid as problem:
            assert problem.detail and problem.zh


@given(st.binary(min_size=28, max_size=80))
def test_a_location_that_is_read_lies_on_earth(given: bytes) -> None:
    try:
        found = location.read(given)
    except Invalid:
        return
    if found.lon is not None and found.lat is not None:
        assert abs(found.lon) <= 180 and abs(found.lat) <= 90
    assert not found.fixed or (found.lon is not None and found.time is not None)
    assert isinstance(found, Location)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """Return data cut at places."""
    ends = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in pairwise(ends)]


def told(found: list[bytes | Broken]) -> list[Any]:
    return [(e.problem.detail, e.raw) if isinstance(e, Broken) else e for e in found]


stream = st.lists(
    st.builds(header.written, headers, st.binary(max_size=60)) | any_bytes | dense, max_size=8
).map(b"".join)


@given(stream, st.lists(st.integers(0, 5000), max_size=12))
def test_how_a_stream_is_split_makes_no_difference(data: bytes, places: list[int]) -> None:
    framer = Framer()
    pieces = [each for piece in cut(data, places) for each in framer.feed(piece)]
    assert told(pieces) == told(Framer().feed(data))


@given(st.lists(st.builds(header.written, headers, st.binary(max_size=60)), max_size=6), any_bytes)
def test_one_flag_may_close_and_open(written: list[bytes], noise: bytes) -> None:
    junk = noise.replace(b"\x7e", b"")
    shared = b"".join(frame[:-1] for frame in written) + b"\x7e"
    apart = Framer().feed(b"".join(written))
    assert told(Framer().feed(junk + shared)) == told(apart)


def test_a_stream_without_flags_is_not_kept() -> None:
    framer = Framer()
    assert framer.feed(b"\x7e") == []
    for _ in range(1000):
        assert framer.feed(b"GET / HTTP/1.1\r\n" * 64) == []
        assert len(framer._held) <= 2 * frames.LONGEST
    good = bytes.fromhex(CAPTURED["go-0002-2013-0"]["hex"])
    broken, payload = framer.feed(good)
    assert isinstance(broken, Broken) and broken.problem.code == "garbled"
    assert payload == good[1:-2]
