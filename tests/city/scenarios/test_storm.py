"""The generated storm meets every published figure, whatever gauges a city has."""

import datetime
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.scenario import Station, Unplayable
from city.scenarios.rainstorm import Rainstorm
from city.storm import facts, rain, roads


def gauges(count: int, seed: int = 0) -> list[rain.Gauge]:
    """Return gauges strewn over Zhengzhou, some of them in Xinmi."""
    random = np.random.default_rng(seed)
    return [
        rain.Gauge(
            f"G-{number:03d}",
            113.65 + random.normal() * 0.25,
            34.72 + random.normal() * 0.15,
            "410183" if number % 9 == 0 else "410105",
        )
        for number in range(1, count + 1)
    ]


def hourly(storm: rain.Storm) -> np.ndarray:
    """Return mm by gauge and clock hour."""
    hours = [t - datetime.timedelta(seconds=1) for t in storm.times]
    keys = sorted({t.replace(minute=0, second=0) for t in hours})
    return (
        np.array(
            [
                storm.tenths[
                    :, [n for n, t in enumerate(hours) if t.replace(minute=0, second=0) == k]
                ].sum(axis=1)
                for k in keys
            ]
        ).T
        / 10
    )


@pytest.mark.parametrize("anchor", facts.ANCHORS, ids=lambda a: f"{a.place}-{a.mm}")
def test_a_city_meets_every_anchor(anchor: facts.Anchor) -> None:
    storm = rain.make(gauges(60))
    assert storm.total(anchor) == pytest.approx(anchor.mm, abs=0.05)
    assert anchor in rain.applicable(storm)


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 80), seed=st.integers(0, 10_000))
def test_any_set_of_gauges_meets_what_applies_to_it(count: int, seed: int) -> None:
    storm = rain.make(gauges(count, seed))
    for anchor in rain.applicable(storm):
        assert storm.total(anchor) == pytest.approx(anchor.mm, abs=0.05)
    assert (storm.tenths >= 0).all()
    assert {a.place for a in rain.applicable(storm)} >= {"national"}
    assert ("city" in {a.place for a in rain.applicable(storm)}) == (count >= rain.A_CITY)


@pytest.mark.parametrize("seed", range(4))
def test_nowhere_has_more_than_the_published_records(seed: int) -> None:
    storm = rain.make(gauges(60, seed))
    assert hourly(storm).max() == pytest.approx(201.9)
    day = [n for n, t in enumerate(storm.times) if facts.at(20, 0) < t <= facts.at(21, 0)]
    assert storm.tenths[:, day].sum(axis=1).max() == 6241


def test_the_same_gauges_give_the_same_rain_in_any_order() -> None:
    one, other = rain.make(gauges(30)), rain.make(gauges(30)[::-1])
    assert (one.tenths == other.tenths).all() and one.gauges == other.gauges


def test_it_is_the_storm_of_zhengzhou_only() -> None:
    far = Station(1, "H", "海口", "Haikou", "rain", 110.3, 20.0, "460105", {"rain": 1})
    with pytest.raises(Unplayable, match="Zhengzhou"):
        next(Rainstorm().steps([far]))
    with pytest.raises(Unplayable, match="no rain gauges"):
        next(Rainstorm().steps([]))


def test_times_run_on_without_a_gap() -> None:
    times = rain.make(gauges(3)).times
    assert times[-1] == facts.END
    steps = {later - earlier for earlier, later in itertools.pairwise(times)}
    assert steps == {datetime.timedelta(hours=1), datetime.timedelta(minutes=5)}


def test_underpasses_fill_in_the_worst_hour_and_never_overflow() -> None:
    storm = rain.make(gauges(60))
    places = [roads.Underpass(f"R-{n}", 113.6 + n * 0.01, 34.72) for n in range(12)]
    depth = roads.depths(storm, places)
    assert depth.shape == (12, len(storm.times))
    full = np.array([roads.Drains.of(place.code).full_cm for place in places])
    assert (depth >= 0).all() and (depth.max(axis=1) <= full + 0.05).all()
    night = storm.times.index(facts.at(20, 8))
    evening = storm.times.index(facts.at(20, 17))
    assert depth[:, :night].max() == 0
    assert (depth[:, evening] > 27).sum() >= 6


def test_an_underpass_drains_when_the_rain_is_over() -> None:
    dry = np.zeros(100)
    wet = np.concatenate([np.full(12, 12.0), dry])
    hours = np.full(112, 1 / 12)
    depth = roads._fill(wet, hours, roads.Drains(40.0, 10.0, 300.0))
    assert depth[11] == pytest.approx((144 - 40) * 10 / 10, abs=0.5)
    assert depth[-1] == 0 and (np.diff(depth[12:]) <= 0).all()
