"""Trips along the streets: on the line, in time, at the speed of the street."""

import datetime

import numpy as np
import pytest
import shapely

from city.stage import driving
from city.stage.jt808 import Fix
from gateway.protocols.jt808 import location
from tests.traffic.conftest import lattice
from traffic import roads, way
from traffic.graph import build
from traffic.load import Load


@pytest.fixture(scope="module")
def load() -> Load:
    rows = [
        (shapely.to_wkb(shape), held["class"], 50.0, "false", held["name_zh"], held["name_en"])
        for shape, held in lattice()
    ]
    graph = build(roads.streets_of(rows))
    return Load(graph, graph.seconds)


def test_a_trip_is_its_way_with_times(load: Load) -> None:
    found = way.fastest(load, (0, 0.3), (20, 0.6), 3600)
    assert found is not None
    trip = driving.laid(load, found, (20, 0.6))
    assert trip.takes == pytest.approx(found.seconds) and trip.metres[-1] == pytest.approx(
        found.metres
    )
    line = shapely.LineString(trip.corners)
    places = [trip.at(second) for second in np.linspace(0, trip.takes, 50)]
    for place in places[:-1]:
        spot = shapely.Point(load.graph.plane.metres([place.lon, place.lat]))
        assert line.distance(spot) < 0.01
        assert place.speed_kmh == pytest.approx(30, abs=0.1)  # 60 % of 50 km/h
        assert min(abs(place.course - course) for course in (0, 90, 180, 270, 360)) < 0.5
    assert places[-1].speed_kmh == 0 and places[-1].metres == pytest.approx(found.metres)
    gone = [place.metres for place in places]
    assert gone == sorted(gone)


def test_trips_lead_a_few_kilometres_away_and_are_the_same_for_a_seed(load: Load) -> None:
    rng = np.random.default_rng(3)
    homes = driving.homes(load.graph, 60, 5_000, rng)
    assert len(homes) == 60
    one = driving.trip(load, homes[0], np.random.default_rng(5))
    two = driving.trip(load, homes[0], np.random.default_rng(5))
    assert one is not None and two is not None and one.end == two.end and one.takes > 60


def test_a_fix_is_read_as_it_was_meant() -> None:
    at = datetime.datetime(2026, 11, 22, 4, 30, 5, tzinfo=datetime.UTC)
    read = location.read(Fix(at, 113.654321, 34.765432, 47.3, 359.7, 1234.5).body())
    assert (read.lon, read.lat, read.time) == (113.654321, 34.765432, at)
    assert read.speed_kmh == 47.3 and read.course == 0 and read.fixed
    assert read.values["mileage_km"] == 1234.5
