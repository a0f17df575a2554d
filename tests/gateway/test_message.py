"""Whatever bytes arrive, the answer is rows that can be stored or a problem that can be read."""

import datetime
import json
import math
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.reading import Row
from core import clock
from core.errors import Invalid, Problem
from gateway import message, position
from people.may import Rights, of_thing
from sensors.registry import Carrier, Snapshot, Stream

NUMBER = Stream(7, 1, "rain", "rain", "410105", "mm", 60, True)
TEXT = Stream(8, 1, "sign", "sign", "410105", "", 60, False)
THINGS = {1: Carrier(1, "G1", "rain", "410105", "gcj02")}
KNOWN = Snapshot(1, {7: NUMBER, 8: TEXT}, THINGS, {"G1": 1})
MINE: Rights = of_thing(1)

numbers = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), 1e300, 2**63])
texts = st.text(max_size=30) | st.sampled_from(
    ["\x00", "2026-11-01T00:00:00Z", "NaN", "\U0001f4a7"]
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
stamps = st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()) | texts


def good(row: Row) -> None:
    """Check that the database will take it and everybody can read it back."""
    assert row.datastream_id in KNOWN.streams
    assert clock.OLDEST <= row.time <= clock.now() + clock.MAX_AHEAD
    assert row.time.utcoffset() == datetime.timedelta(0)
    assert (row.value is None) != (row.other is None)
    if row.value is not None:
        assert isinstance(row.value, float) and math.isfinite(row.value)
    if row.other is not None:
        assert json.loads(msgspec.json.encode(row.other)) == row.other


def readable(problem: Problem) -> None:
    answer = json.loads(problem.as_json())
    assert answer["detail"] and len(answer["detail"]) < 500
    assert answer["detail_zh"] and answer["remedy"]


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    for decoder in (message.one, message.groups):
        try:
            message.decoded(decoder, body)
        except Problem as problem:
            readable(problem)
    assert message.plain_rows(KNOWN, MINE, body) in (None, [])
    with pytest.raises(Problem) as refused:
        position.read(b"\x01" + body, KNOWN, MINE)
    readable(refused.value)


@given(st.sampled_from([NUMBER, TEXT]), values, stamps | values)
def test_any_observation(stream: Stream, result: Any, when: Any) -> None:
    body = dumped({"result": result, "phenomenonTime": when, "resultTime": None})
    try:
        good(message.row(stream, message.decoded(message.one, body)))
    except Problem as problem:
        readable(problem)


@given(st.lists(st.tuples(stamps, values) | st.lists(values, max_size=3), max_size=5), st.data())
def test_any_data_array(rows: list[Any], data: st.DataObject) -> None:
    names = st.sampled_from(["phenomenonTime", "result", "x"])
    group = {
        "Datastream": {"@iot.id": data.draw(st.sampled_from([7, 8, 9]))},
        "components": data.draw(st.lists(names, max_size=3)),
        "dataArray": rows,
    }
    body = dumped([group])
    for row in message.plain_rows(KNOWN, MINE, body) or []:
        good(row)
    try:
        (decoded,) = message.decoded(message.groups, body)
    except Problem as problem:
        readable(problem)
        return
    found = message.array_rows(KNOWN, MINE, decoded)
    assert len(found) == len(rows)
    for each in found:
        good(each) if isinstance(each, Row) else readable(each)


@given(st.fixed_dictionaries({"thing": values, "time": stamps, "lon": values, "lat": values}))
def test_any_position(spot: dict[str, Any]) -> None:
    for given_spot in (spot, spot | {"thing": "G1", "time": "2026-11-01T00:00:00Z"}):
        try:
            for found in position.read(dumped(given_spot), KNOWN, MINE):
                assert -180 <= found.lon <= 180 and -90 <= found.lat <= 90
        except Problem as problem:
            readable(problem)


@pytest.mark.parametrize("levels", [32, 33, 500])
def test_what_is_nested_too_deeply_is_refused(levels: int) -> None:
    result: Any = 1
    for _ in range(levels):
        result = [result]
    if levels <= message.MAX_LEVELS:
        assert message.value_of(TEXT, result) == (None, result)
        return
    with pytest.raises(Invalid, match="levels"):
        message.value_of(TEXT, result)


def test_brackets_in_words_are_no_levels() -> None:
    words = '["{[' * 100
    assert message.value_of(TEXT, words) == (None, words)


def test_a_result_that_is_too_long_is_refused() -> None:
    with pytest.raises(Invalid, match="16384 characters"):
        message.value_of(TEXT, "x" * 20_000)
