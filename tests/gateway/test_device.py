"""What a device said becomes rows, or problems that name the series; one costs no other."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from core import clock
from gateway import device
from gateway.device import Parcel
from gateway.protocol import Position, Said, Value
from sensors.registry import Carrier, Named, Snapshot, Stream

NOW = clock.now()
NUMBER = Stream(7, 1, "pm25", "air", "410105", "µg/m3", 60, True)
SERIES = {
    (1, "a-Rtd"): Named(7, Decimal(1)),
    (1, "b-Rtd"): Named(7, Decimal(1000)),
    (1, "c-Rtd"): Named(7, None),
    (1, "gone-Rtd"): Named(99, Decimal(1)),
}
KNOWN = Snapshot(
    1, {7: NUMBER}, {1: Carrier(1, "G1", "air", "410105", "wgs84")}, {"G1": 1}, {}, SERIES
)


def put(factor: str, number: float | None, **more: Any) -> Parcel:
    made = Parcel(Said("M"), 1)
    device._put(made, KNOWN, Value(factor, "Rtd", more.pop("time", NOW), number, **more))
    return made


@pytest.mark.parametrize(("factor", "stored"), [("a", 1.001), ("b", 1001.0)])
def test_a_number_is_stored_in_the_datastreams_unit(factor: str, stored: float) -> None:
    (row,) = put(factor, 1.001).rows
    assert (row.datastream_id, row.value, row.other, row.told) == (7, stored, None, None)


@pytest.mark.parametrize(
    ("factor", "number", "more", "words"),
    [
        ("c", 1.0, {}, "c-Rtd: the unit in which it is sent"),
        ("a", None, {"text": "---"}, "a-Rtd: result '---' is not a finite number"),
        ("a", 1.0, {"time": NOW + datetime.timedelta(hours=8)}, "10 minutes in the future"),
        ("a", 1.0, {"time": datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)}, "before the year"),
        ("a", 1e301, {}, "a-Rtd: result 1e+301"),
    ],
)
def test_what_cannot_be_stored_is_a_problem_with_its_series(
    factor: str, number: float | None, more: dict[str, Any], words: str
) -> None:
    made = put(factor, number, **more)
    (problem,) = made.problems
    assert words in problem.detail and problem.zh.startswith(f"{factor}-Rtd: ")
    assert made.rows == []


def test_a_series_that_has_just_gone_is_no_row() -> None:
    assert put("gone", 1.0).rows == put("never", 1.0).rows == []


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        ({}, None),
        ({"flag": "N"}, {"resultQuality": {"flag": "N"}}),
        (
            {"flag": "D", "usable": False, "told": {"RF": "1"}},
            {"resultQuality": {"flag": "D", "usable": False}, "parameters": {"RF": "1"}},
        ),
    ],
)
def test_what_is_told_beside_a_value_is_kept(more: dict[str, Any], kept: object) -> None:
    assert put("a", 1.0, **more).rows[0].told == kept


def test_a_position_off_the_globe_is_a_problem() -> None:
    made = Parcel(Said("M"), 1)
    for lat in (34.7, 91.0):
        device._place(made, KNOWN, Position(NOW, 113.6, lat, 30.0))
    assert [spot.lat for spot in made.spots] == [34.7]
    assert [problem.code for problem in made.problems] == ["invalid"]
