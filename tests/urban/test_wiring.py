"""A flooded road opens a case, once, with its cause noted."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import shapely

from alerts import ingest
from alerts.models import Alert
from city.wiring.flooded_road_case import FloodedRoadCase
from core import clock
from feed.follower import follow
from feed.models import Reader
from places import actions as places
from places import divisions
from places.actions import DivisionRow
from places.models import Level
from urban.models import Case


@pytest.fixture
def around(shelf_rules: None) -> None:
    box = shapely.to_wkb(shapely.MultiPolygon([shapely.box(113.5, 34.6, 113.9, 34.9)]))
    places.register_divisions([DivisionRow("410100", "郑州市", Level.CITY, None, box)])
    divisions.forget()


def flood(station: Callable[..., Any], code: str, property_: str, value: float) -> None:
    _, stream = station(code, property_)
    begun = clock.now() - datetime.timedelta(minutes=10)
    for minute in range(3):
        at = begun + datetime.timedelta(minutes=minute)
        ingest.commit([ingest.Row.of(stream.pk, at, value)])


def come_up(follower: FloodedRoadCase) -> None:
    while follow(follower):
        pass


def test_a_flooded_road_opens_one_case(around: None, station: Callable[..., Any]) -> None:
    follower = FloodedRoadCase()
    follow(follower)  # its time begins here
    flood(station, "RD1", "water_depth", 20.0)
    flood(station, "RG1", "rain", 90.0)
    come_up(follower)
    alert = Alert.objects.get(rule="road_flooding")
    (case,) = Case.objects.all()
    assert (case.cause, case.source, case.code) == (f"alert:{alert.pk}", "sensor", "10999")
    assert (case.condition, case.state, case.scope) == ("deep", "reported", "4101")
    assert case.reported_at == alert.opened_at and "20" in case.report.words
    flood(station, "RD2", "water_depth", 7.0)
    come_up(follower)
    assert list(Case.objects.order_by("pk").values_list("condition", flat=True)) == [
        "deep",
        "shallow",
    ]


def test_the_same_alert_told_again_opens_nothing(around: None, station: Callable[..., Any]) -> None:
    follower = FloodedRoadCase()
    follow(follower)
    flood(station, "RD1", "water_depth", 20.0)
    come_up(follower)
    again = FloodedRoadCase()
    again.name = "another reader"  # type: ignore[misc]
    Reader.objects.create(name=again.name, seq=0)
    come_up(again)
    assert Case.objects.count() == 1
