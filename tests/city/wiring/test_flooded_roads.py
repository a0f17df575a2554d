"""A flooded road becomes a closure, and is one no longer when the water has fallen."""

import datetime

import pytest

from alerts import ingest
from alerts.models import Alert
from city.wiring.flooded_roads import FloodedRoads
from feed.follower import follow
from people import may
from sensors import registry
from sensors.actions import register
from sensors.models import Datastream
from sensors.thing import StreamSpec, ThingSpec
from tests.traffic.conftest import lattice, place
from traffic import actions, roads
from traffic.models import Closure

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def gauge(shelf_rules, fill) -> Datastream:
    """A water gauge beside the crossing of row 1 and column 1; the follower has begun."""
    fill("streets", lattice())
    roads.forget()
    lon, lat = place(1.03, 1.03)
    spec = ThingSpec("RD1", "下穿隧道积水站", "Underpass", "roadwater", lon, lat, "410105",
                     (StreamSpec("water_depth", 60),))  # fmt: skip
    (thing,) = register([spec])
    registry.forget()
    follow(FloodedRoads())
    yield thing.datastreams.get()
    roads.forget()


def rises(gauge: Datastream, at: datetime.datetime, *depths: float) -> datetime.datetime:
    """Report depths (cm) a minute apart and let the follower come up to the log's end."""
    for depth in depths:
        ingest.commit([ingest.Row.of(gauge.pk, at, depth)])
        at += MINUTE
    while follow(FloodedRoads()):
        pass
    return at


def test_deep_water_proposes_a_closure_and_low_water_withdraws_it(gauge, noon) -> None:
    at = rises(gauge, noon, 20, 20, 20)
    assert Alert.objects.get().severity == 3 and not Closure.objects.exists()
    at = rises(gauge, at, 35, 35)
    proposed = Closure.objects.get()
    assert proposed.state == "proposed" and proposed.reason == "flood"
    assert proposed.source == f"alert:{Alert.objects.get().pk}" and proposed.scope == ""
    assert {street["zh"] for street in proposed.streets} == {"横1路", "纵1路"}
    at = rises(gauge, at, 55, 55)  # red: one closure is enough
    assert Closure.objects.count() == 1
    rises(gauge, at, *[0] * 8)
    proposed.refresh_from_db()
    assert proposed.state == "ended" and proposed.outcome == "cleared"


def test_a_declined_one_comes_back_only_if_it_gets_worse(gauge, noon, dispatcher) -> None:
    ding = may.of_user(dispatcher)
    at = rises(gauge, noon, 35, 35)
    actions.end(Closure.objects.get().pk, ding)
    at = rises(gauge, at, 36, 36)
    assert not Closure.objects.exclude(state="ended").exists()
    rises(gauge, at, 60, 60)
    again = Closure.objects.exclude(state="ended").get()
    assert again.state == "proposed"


def test_what_a_person_has_drawn_stays(gauge, noon, dispatcher) -> None:
    ding = may.of_user(dispatcher)
    at = rises(gauge, noon, 35, 35)
    proposed = Closure.objects.get()
    wider = {"type": "LineString", "coordinates": [list(place(1, 1)), list(place(2, 1))]}
    order = actions.Order(geometry=wider, reason="flood")
    actions.change(proposed.pk, order, ding, proposed.version)
    rises(gauge, at, *[0] * 8)
    proposed.refresh_from_db()
    assert proposed.state == "open"


def test_a_gauge_away_from_all_streets_closes_none(gauge, noon, fill) -> None:
    fill("streets", [row for row in lattice() if row[1]["name_zh"] == "横4路"])
    roads.forget()
    rises(gauge, noon, 35, 35)
    assert Alert.objects.exists() and not Closure.objects.exists()
