"""A value that its sender doubts (a fault, a calibration) is stored, and no rule judges it."""

import datetime

import pytest

from alerts import ingest, reading
from alerts.ingest import Row
from alerts.models import Alert

MINUTE = datetime.timedelta(minutes=1)
DOUBTED = {"resultQuality": {"flag": "D", "usable": False}}


@pytest.mark.parametrize(
    ("told", "doubted"),
    [
        (None, False),
        ({}, False),
        ({"parameters": {"usable": False}}, False),
        ({"resultQuality": "bad"}, False),
        ({"resultQuality": {"flag": "N"}}, False),
        ({"resultQuality": {"usable": 0}}, False),
        (DOUBTED, True),
    ],
)
def test_only_plain_words_are_a_doubt(told: object, doubted: bool) -> None:
    assert reading.doubted(Row(1, 0, 1.0, None, told)) == doubted


def test_it_neither_raises_nor_clears(shelf_rules, station, noon) -> None:
    _, depth = station("D1", "water_depth")
    for minute in range(10):
        ingest.commit([Row.of(depth.pk, noon + minute * MINUTE, 900.0, None, DOUBTED)])
    assert not Alert.objects.exists()
    for minute in range(10, 12):
        ingest.commit([Row.of(depth.pk, noon + minute * MINUTE, 20.0)])
    assert Alert.objects.get().value == 20
    for minute in range(12, 40):
        ingest.commit([Row.of(depth.pk, noon + minute * MINUTE, 0.0, None, DOUBTED)])
    assert Alert.objects.get().cleared_at is None


def test_it_counts_in_no_sum(shelf_rules, station, noon) -> None:
    _, rain = station("R1", "rain")
    rows = [(30.0, None), (900.0, DOUBTED), (10.0, None), (900.0, DOUBTED), (1.0, None)]
    for minute, (value, told) in enumerate(rows):
        ingest.commit([Row.of(rain.pk, noon + minute * MINUTE, value, None, told)])
    assert not Alert.objects.exists()
    again = [Row.of(rain.pk, noon + n * MINUTE, 900.0, None, DOUBTED) for n in range(5, 9)]
    ingest.commit([*again, Row.of(rain.pk, noon + 9 * MINUTE, 1.0)])
    assert not Alert.objects.exists()
    ingest.commit([Row.of(rain.pk, noon + 10 * MINUTE, 30.0)])
    assert Alert.objects.get().value == 72
