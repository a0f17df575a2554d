"""HJ 212 as it is really sent: every frame of the field read or refused with its reason."""

import datetime
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid, Problem
from gateway.protocol import Said, Value
from gateway.protocols.hj212 import Hj212, packets, request
from gateway.protocols.hj212.frame import Framer, check_sum, framed
from gateway.protocols.hj212.segment import BEIJING

FRAMES = Path(__file__).parents[1] / "frames" / "hj212"
GOOD = [line.encode() + b"\r\n" for line in (FRAMES / "good.txt").read_text().splitlines()]
BAD = [line.encode() + b"\r\n" for line in (FRAMES / "bad.txt").read_text().splitlines()]
NOW = datetime.datetime(2026, 11, 21, 8, 30, tzinfo=BEIJING)
HEAD = "QN=20240601083000101;ST=22;CN=2011;PW=123456;MN=M1;Flag=5;CP=&&"


def talk() -> Hj212:
    return Hj212(lambda address: address)


def hear(*data: bytes) -> list[Said]:
    conversation = talk()
    return [said for each in data for said in conversation.feed(each, NOW)]


def one(segment: str) -> Said:
    (said,) = hear(framed(segment))
    return said


def by_series(said: Said) -> dict[str, Value]:
    return {value.series: value for value in said.values}


def outcome(said: list[Said]) -> list[tuple[Any, ...]]:
    """What the door would do; a fault's sample may begin elsewhere when bytes come otherwise."""
    return [(each.address, each.values, each.stored, type(each.fault)) for each in said]


def test_the_standards_own_sums() -> None:
    assert check_sum(GOOD[0][6:-6]) == "1C80"  # appendix A of 2017
    assert check_sum(GOOD[1][6:-6]) == "2200"  # appendix A of 2025
    assert framed(GOOD[0][6:-6].decode()) == GOOD[0]


@pytest.mark.parametrize("frame", GOOD, ids=range(len(GOOD)))
def test_good_frames(frame: bytes) -> None:
    (said,) = hear(frame)
    assert said.fault is None
    assert f"MN={said.address};".encode() in frame
    for value in said.values:
        assert f"{value.factor}-{value.quantity}=".encode() in frame or not value.quantity


@pytest.mark.parametrize(
    ("frame", "words"),
    list(zip(BAD, ["MODBUS", "reckoned is 2D00", "does not end where"], strict=True)),
    ids=["modbus", "damaged", "length"],
)
def test_bad_frames_say_why_and_cost_no_neighbour(frame: bytes, words: str) -> None:
    bad, good = hear(frame + GOOD[2])
    assert bad.fault is not None
    assert words in bad.fault.detail
    assert bad.fault.zh
    assert bad.stored == b""
    assert good.values


def test_an_upload_is_read_and_answered() -> None:
    (said,) = hear(GOOD[2])
    ph, cod = by_series(said)["w01001-Rtd"], by_series(said)["w01018-Rtd"]
    assert (ph.value, ph.flag, ph.usable) == (7.1, "N", True)
    assert ph.time == datetime.datetime(2016, 8, 1, 8, 58, 57, tzinfo=BEIJING)
    assert cod.told == {"SampleTime": "20160801070000", "EFlag": "A01"}
    assert said.password == "123456"
    assert said.stored == (
        b"##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;"
        b"MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\r\n"
    )
    assert said.unknown == said.refused == b""


def test_means_of_minutes_hours_and_days_are_series_of_their_own() -> None:
    series = [
        by_series(
            one(HEAD.replace("2011", cn) + "DataTime=20240601080000;a34004-Avg=35&&")
        ).popitem()
        for cn in ("2051", "2061", "2031")
    ]
    assert [name for name, _ in series] == [
        "a34004-Avg@minute",
        "a34004-Avg@hour",
        "a34004-Avg@day",
    ]
    assert {value.time.isoformat() for _, value in series} == {"2024-06-01T08:00:00+08:00"}


@pytest.mark.parametrize(
    ("flag", "asked", "answered"),
    [("5", True, b"Flag=4"), ("4", False, b""), ("9", True, b"Flag=8"), ("8", False, b""),
     ("1", True, b"Flag=0"), ("0", False, b""), ("x", False, b""), ("257", False, b""),
     ("", False, b"")],
)  # fmt: skip
def test_only_who_asks_is_answered(flag: str, asked: bool, answered: bytes) -> None:
    said = one(HEAD.replace("Flag=5", f"Flag={flag}") + "DataTime=20240601080000;a1-Rtd=1&&")
    assert bool(said.stored) == asked
    assert answered in said.stored


@pytest.mark.parametrize(
    ("flag", "version", "usable"),
    [("N", 5, True), ("n", 5, True), ("", 5, True), *((each, 5, False) for each in "FMSDCTB"),
     ("3", 1, True), ("3", 5, False), ("2", 1, False)],
)  # fmt: skip
def test_data_flags(flag: str, version: int, usable: bool) -> None:
    said = one(HEAD.replace("Flag=5", f"Flag={version}") + f"a34004-Rtd=35,a34004-Flag={flag}&&")
    (value,) = said.values
    assert (value.value, value.usable, value.flag) == (35.0, usable, flag.upper())


def test_what_devices_do_against_the_standard() -> None:
    odd = by_series(one("QN=20240601083000101,ST=22,CN=2011;MN=A220582_0001;Flag=5CP=&&"
                        "DataTime=20240601080000123;01018-Rtd=1.123456789012345;Flag=D;"
                        "a05024-Rtd=,SB1-RS=1;a1-Info=雷雨，停机;x-Rtd=NaN&&"))  # fmt: skip
    assert odd["01018-Rtd"].value == 1.123456789012345
    assert not odd["01018-Rtd"].usable
    assert odd["01018-Rtd"].time.microsecond == 123000
    assert "a05024-Rtd" not in odd  # empty: nothing was measured
    assert odd["SB1-RS"].value == 1
    assert (odd["a1-Info"].value, odd["a1-Info"].text) == (None, "雷雨，停机")
    assert odd["x-Rtd"].text == "NaN"


def test_text_of_2005_is_gb_18030() -> None:
    segment = (HEAD + "DataTime=20240601080000;a1-Info=郑州&&").encode("gb18030")
    frame = b"##%04d%s%s\r\n" % (len(segment), segment, check_sum(segment).encode())
    assert hear(frame)[0].values[0].text == "郑州"


def test_a_segment_longer_than_the_standards_and_no_line_end() -> None:
    long = HEAD + ";".join(f"a{i:05}-Rtd={i}" for i in range(200)) + "&&"
    said = hear(framed(long).strip() + framed(long).strip().replace(b"\r\n", b""))
    assert [len(each.values) for each in said] == [200, 200]


def test_times_that_are_not_told_or_none() -> None:
    assert by_series(one(HEAD + "a-Rtd=1&&"))["a-Rtd"].time == datetime.datetime(
        2024, 6, 1, 8, 30, 0, 101000, tzinfo=BEIJING
    )
    epoch = by_series(one("QN=1617957600465;CN=2011;MN=M;CP=&&a-Rtd=1&&"))["a-Rtd"]
    assert epoch.time.isoformat() == "2021-04-09T16:40:00.465000+08:00"
    assert by_series(one("CN=2011;MN=M;CP=&&a-Rtd=1&&"))["a-Rtd"].time == NOW
    bad = one(HEAD + "DataTime=20240632080000;a-Rtd=1&&")
    assert isinstance(bad.fault, Problem)
    assert (bad.address, bad.stored, bad.values) == ("M1", b"", ())


@pytest.mark.parametrize(
    "segment",
    ["", "&&", "CP=&&&&", "MN=;CN=2011;CP=&&&&", "MN=M;CP=&&&&", "MN=M 1\t;CN=2011;CP=&&&&",
     "CN=2011;MN=M1;Flag=9;CP=&&{0xE4,0x01}a&&"],
)  # fmt: skip
def test_segments_that_are_none(segment: str) -> None:
    said = one(segment)
    assert said.fault is not None
    assert said.fault.zh
    assert said.stored == b""


def test_an_answer_is_never_answered_and_a_notice_is() -> None:
    ready, failed, data = hear(
        framed("QN=1;ST=91;CN=9011;MN=M;Flag=5;CP=&&QnRtn=1&&"),
        framed("QN=1;ST=22;CN=9012;MN=M;Flag=5;CP=&&ExeRtn=3&&"),
        framed("QN=1;ST=21;CN=9014;MN=M;Flag=5;CP=&&&&"),
    )
    steps = [(each.reply.step, each.reply.code) for each in (ready, failed, data) if each.reply]
    assert steps == [("accepted", "1"), ("failed", "3"), ("done", "")]
    assert not (ready.stored or failed.stored or data.stored)
    beat = one("QN=20240601083000101;ST=22;CN=9015;PW=1;MN=M;Flag=9;CP=&&&&")
    assert beat.stored == framed("QN=20240601083000101;ST=91;CN=9013;PW=1;MN=M;Flag=8;CP=&&&&")


def test_a_device_that_asks_for_the_time_gets_it() -> None:
    said = one("QN=20240601083000101;ST=22;CN=1013;PW=1;MN=M;Flag=5;CP=&&PolId=a&&")
    assert said.stored == framed(
        "QN=20240601083000101;ST=91;CN=9013;PW=1;MN=M;Flag=4;CP=&&&&"
    ) + framed(
        "QN=20261121083000000;ST=22;CN=1012;PW=1;MN=M;Flag=5;CP=&&SystemTime=20261121083000&&"
    )


def test_requests_of_the_platform() -> None:
    to = request.Station("M", "32", "100000")
    assert request.set_realtime(to, NOW, 30) == framed(
        "QN=20261121083000000;ST=32;CN=1062;PW=100000;MN=M;Flag=5;CP=&&RtdInterval=30&&"
    )
    assert b"CN=1064;PW=100000;MN=M;Flag=5;CP=&&MinInterval=10&&" in request.set_minutes(
        to, NOW, 10
    )
    hour = datetime.timedelta(hours=1)
    assert b"CP=&&BeginTime=20261121073000,EndTime=20261121083000&&" in request.extract(
        to, NOW, "2051", NOW - hour, NOW
    )
    for cn, built in {
        "1011": request.time_wanted, "1061": request.realtime_wanted,
        "1063": request.minutes_wanted, "2011": request.start_realtime,
        "2012": request.stop_realtime,
    }.items():  # fmt: skip
        assert f"CN={cn};PW=100000;MN=M;Flag=5;CP=&&&&".encode() in built(to, NOW)
    with pytest.raises(Invalid):
        request.set_realtime(to, NOW, 29)
    with pytest.raises(Invalid):
        request.set_minutes(to, NOW, 7)
    with pytest.raises(Invalid):
        request.extract(to, NOW, "2051", NOW, NOW - hour)


# --- sub-packets ---------------------------------------------------------------------------------


def part(number: int, of: int, content: str, time: str = "DataTime=20240601070000;") -> bytes:
    return framed(
        f"QN=202406010830001{number:02};ST=21;CN=2061;PW=1;MN=M;Flag=7;PNO={number};PNUM={of};"
        f"CP=&&{time}{content}&&"
    )


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_sub_packets_become_one_and_each_is_answered(order: tuple[int, int]) -> None:
    frames = [part(1, 2, "a-Avg=1,b-Avg=2"), part(2, 2, "b-Flag=D")]
    none, both = (hear(*(frames[place] for place in order[:upto])) for upto in (1, 2))
    assert none == []
    (said,) = both
    assert {name: value.usable for name, value in by_series(said).items()} == {
        "a-Avg@hour": True,
        "b-Avg@hour": False,
    }
    assert said.stored == b"".join(
        framed(f"QN=202406010830001{place + 1:02};ST=91;CN=9014;PW=1;MN=M;Flag=4;CP=&&&&")
        for place in order
    )


def test_a_repeated_part_is_answered_too() -> None:
    first = part(1, 2, "a-Avg=1")
    (said,) = hear(first, first, part(2, 2, "b-Avg=1", time=""))
    assert said.stored.count(b"CN=9014") == 3
    assert len(said.values) == 2


def test_a_device_that_waits_for_each_answer_waits_once() -> None:
    conversation = talk()
    assert conversation.feed(part(1, 3, "a-Avg=1"), NOW) == []
    assert conversation.waiting
    later = NOW + packets.PATIENCE
    (late,) = conversation.feed(b"", later)
    assert late.values[0].told == {"incomplete": "1/3"}
    assert b"QN=20240601083000101" in late.stored
    assert not conversation.waiting
    (second,) = conversation.feed(part(2, 3, "b-Avg=1"), later)
    assert (second.values[0].series, second.values[0].told) == ("b-Avg@hour", {})
    assert second.stored.count(b"9014") == 1


def test_what_is_held_is_bounded_and_not_lost() -> None:
    conversation = talk()
    said = []
    for minute in range(60):
        said += conversation.feed(part(1, 2, "a-Avg=1", f"DataTime=202406010700{minute:02};"), NOW)
    assert len(said) == 60 - packets.MAX_GROUPS
    assert len(conversation.end(NOW)) == packets.MAX_GROUPS
    assert conversation.end(NOW) == []
    for _ in range(40):  # the same part over and over
        said += conversation.feed(part(1, 2, "a-Info=" + "x" * 9000), NOW)
    assert conversation._packets._bytes <= packets.MAX_BYTES


# --- properties ----------------------------------------------------------------------------------

pieces = st.one_of(
    st.sampled_from(GOOD + BAD),
    st.sampled_from(GOOD).map(lambda frame: frame[:-2]),
    st.sampled_from(GOOD).map(bytes.lower),
    st.binary(max_size=40),
    st.sampled_from([b"#", b"##", b"##0", b"##9999", b"##0000", b"\r\n", b"&&", b"###0010"]),
    st.text("ADNMPQC=&;,-#019", max_size=40).map(framed),
    st.builds(part, st.integers(0, 3), st.integers(0, 3), st.sampled_from(["a-Avg=1", "-=", ""])),
)


@given(st.lists(pieces, max_size=12), st.data())
def test_no_split_of_a_stream_makes_a_difference(given: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(given)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    split = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert outcome(hear(*split)) == outcome(hear(stream))
    assert outcome(hear(*(bytes([byte]) for byte in stream))) == outcome(hear(stream))


@given(st.lists(st.binary(max_size=300) | pieces, max_size=30))
def test_whatever_comes_little_is_held(given: list[bytes]) -> None:
    framer = Framer()
    for each in given:
        framer.feed(each)
        assert len(framer._held) <= 10_010


words = st.text(max_size=20) | st.sampled_from(
    ["DataTime", "20240601083000", "a-Rtd", "a-Flag", "1e999", "-0", "N", "\x00", "９", "{0x00"]
)
heads = st.sampled_from(["MN=M;CN=2011;", "MN=M;CN=2061;PNUM=2;PNO=1;Flag=7;", "MN=M;CN=9011;", ""])


@given(heads, st.lists(st.tuples(words, words), max_size=8), st.binary(max_size=30))
def test_whatever_a_good_sum_guards_can_be_stored_or_is_refused(
    head: str, fields: list[tuple[str, str]], tail: bytes
) -> None:
    told = ";".join(f"{name}={value}" for name, value in fields)
    segment = f"{head}CP=&&{told}&&".encode() + tail
    frame = b"##%04d%s%s\r\n" % (len(segment), segment, check_sum(segment).encode())
    conversation = talk()
    for said in [*conversation.feed(frame, NOW), *conversation.end(NOW)]:
        for value in said.values:
            assert (value.value is None) != (value.text is None)
            assert value.value is None or math.isfinite(value.value)
            assert "\x00" not in f"{value.series}{value.text}{value.told}"
            assert value.time.tzinfo is not None


@given(st.lists(st.sampled_from(GOOD), min_size=1, max_size=5), st.binary(max_size=20))
def test_good_frames_survive_garbage_between_them(frames: list[bytes], rubbish: bytes) -> None:
    rubbish = rubbish.replace(b"#", b"")
    said = hear(rubbish + rubbish.join(frames) + rubbish)
    assert len([each for each in said if each.fault is None]) == len(frames)


VECTORS = json.loads((FRAMES / "vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("packet", VECTORS["packets"], ids=lambda packet: str(packet["id"]))
def test_a_published_frame(packet: dict[str, Any]) -> None:
    said = hear(packet["frame"].encode())
    assert [each.fault is None for each in said] == [packet["accept"]]
    if said[0].fault is None and said[0].values:
        _same(said[0], packet["factors"])


@pytest.mark.parametrize("group", VECTORS["parts"], ids=lambda group: str(group["id"]))
def test_a_published_message_in_parts(group: dict[str, Any]) -> None:
    (whole,) = hear(*(frame.encode() for frame in group["frames"]))
    _same(whole, group["factors"])
    assert whole.stored == "".join(group["answers"]).encode()


def _same(said: Said, factors: dict[str, dict[str, str]]) -> None:
    """Every number of the vector is there, and nothing else."""
    numbers = {
        (code, quantity): float(raw)
        for code, row in factors.items()
        for quantity, raw in row.items()
        if quantity not in ("Flag", "EFlag", "SampleTime")
    }
    found = {(each.factor, each.quantity): each.value for each in said.values if each.quantity}
    assert found == numbers
    for each in said.values:
        assert each.flag == factors.get(each.factor, {}).get("Flag", "")
