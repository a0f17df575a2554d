"""Stations that speak, and their indices."""

import datetime
from collections.abc import Callable, Mapping

import pytest

from alerts import ingest
from environment import actions
from sensors import connecting, registry
from sensors.actions import register
from sensors.models import Thing
from sensors.thing import StreamSpec, ThingSpec

CLEAN = {"pm25": 20.0, "pm10": 45.0, "so2": 8.0, "no2": 30.0, "co": 0.6, "o3": 70.0}
WATER = {"ph": 7.8, "dissolved_oxygen": 8.1, "codmn": 3.2, "ammonia_n": 0.32, "total_p": 0.08}

Made = Callable[..., Thing]
Say = Callable[..., None]


@pytest.fixture
def made(real: None) -> Made:
    """Register a station of some items; `every` in seconds, `units` where they are not usual."""

    def make(
        code: str,
        kind: str,
        items: Mapping[str, float],
        every: int = 3600,
        units: Mapping[str, str] = {},
        **properties: object,
    ) -> Thing:
        streams = tuple(StreamSpec(item, every, units.get(item, "")) for item in items)
        spec = ThingSpec(
            code, f"站{code}", f"Station {code}", kind, 113.68, 34.77, "410105", streams, properties
        )
        (thing,) = register([spec])
        registry.forget()
        return thing

    return make


@pytest.fixture
def says() -> Say:
    """Let a station tell values of a moment, by property."""

    def say(
        thing: Thing, at: datetime.datetime, values: Mapping[str, float], **told: object
    ) -> None:
        streams = {
            each.observed_property.code: each.pk
            for each in thing.datastreams.select_related("observed_property")
        }
        ingest.commit(
            [
                ingest.Row.of(streams[item], at, value, None, told or None)
                for item, value in values.items()
            ]
        )

    return say


@pytest.fixture
def hour() -> datetime.datetime:
    """The last full hour."""
    now = datetime.datetime.now(datetime.UTC)
    return now.replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def device(made: Made) -> Callable[[], Thing]:
    """A station of HJ 212 whose hours of PM2.5 are named, and whose minutes nobody explained."""

    def make() -> Thing:
        thing = made("H1", "air", {}, not_monitored=["pm10", "so2", "no2", "co", "o3"])
        spec = StreamSpec("pm25", 3600, "mg/m3", "a34004-Avg@hour")
        connecting.measure(thing, spec)
        minute = connecting.Series("a34004-Avg@minute", "a34004", True)
        connecting.grow(thing.pk, "hj212", [minute])
        registry.forget()
        actions.look()
        return thing

    return make
