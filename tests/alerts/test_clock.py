"""What only the clock decides: silence, and hold times that run out without another reading."""

import datetime

from alerts import ingest, ticks
from alerts.kinds.threshold import Threshold
from alerts.models import Alert, RuleFault, Standing, Tick
from core import clock
from sensors.models import Latest

MINUTE = datetime.timedelta(minutes=1)


def later(minutes: float):
    return clock.fixed(clock.now() + minutes * MINUTE)


def test_a_hold_time_runs_out_by_the_clock(shelf_rules, station, noon) -> None:
    _, depth = station("D1", "water_depth")
    ingest.commit([ingest.Row.of(depth.pk, noon, 20.0)])
    assert ticks.look() == 0
    with later(1.1):
        assert ticks.look() == 1
    alert = Alert.objects.get()
    assert alert.severity == 3 and abs(alert.opened_at - noon - 1.1 * MINUTE) < MINUTE / 10
    assert Tick.objects.count() == 1
    with later(1.2):
        assert ticks.look() == 0  # decided once


def test_a_clear_hold_runs_out_by_the_clock(shelf_rules, station, noon) -> None:
    _, depth = station("D1", "water_depth")
    for minute, value in enumerate((20.0, 20.0, 0.0)):
        ingest.commit([ingest.Row.of(depth.pk, noon + minute * MINUTE, value)])
    assert Alert.objects.get().cleared_at is None
    with later(5.1):
        ticks.look()
    assert Alert.objects.get().cleared_at is not None
    assert not Standing.objects.exists()


def test_a_silent_thing_is_noticed_once_and_heard_again(shelf_rules, station, noon) -> None:
    _, rain = station("R1", "rain", interval_s=60)
    ingest.commit([ingest.Row.of(rain.pk, noon, 0.0)])
    with later(2.9):
        assert ticks.look() == 0
    with later(3.1):
        assert ticks.look() == 1 and ticks.look() == 0
    alert = Alert.objects.get()
    assert alert.rule == "silent" and alert.datastream_id is None and alert.value > 180
    with later(4):
        ingest.commit([ingest.Row.of(rain.pk, noon + MINUTE, 0.0)])
    assert Alert.objects.get().cleared_at is not None


def test_nobody_is_blamed_for_the_time_when_nobody_listened(
    shelf_rules, station, noon, monkeypatch
) -> None:
    _, rain = station("R1", "rain", interval_s=60)
    ingest.commit([ingest.Row.of(rain.pk, noon, 0.0)])
    monkeypatch.setattr(ticks, "_began", None)
    with later(60):  # the platform was down for an hour
        assert ticks.look() == 0
    with later(62):
        assert ticks.look() == 0
    with later(63.5):
        assert ticks.look() == 1


def test_a_thing_that_was_never_heard_is_not_silent(shelf_rules, station) -> None:
    station("R1", "rain", interval_s=60)
    with later(60):
        assert ticks.look() == 0


def test_a_rule_that_throws_is_skipped_and_the_others_go_on(
    shelf_rules, station, noon, monkeypatch
) -> None:

    def broken(self, seen):
        raise ZeroDivisionError("a rule of somebody's")

    _, depth = station("D1", "water_depth")
    _, rain = station("R1", "rain")
    monkeypatch.setattr(Threshold, "measure", broken)
    rows = [ingest.Row.of(depth.pk, noon, 99.0), ingest.Row.of(rain.pk, noon, 60.0)]
    ingest.commit(rows)
    assert Latest.objects.count() == 2
    assert Alert.objects.get().rule == "rainstorm"
    assert "somebody's" in RuleFault.objects.get().error
