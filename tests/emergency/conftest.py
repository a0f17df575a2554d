"""A small city at work: units with vehicles, a dispatcher, a crew, and a call."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alerts import tracking
from core import clock
from emergency.actions import incidents, units
from emergency.models import Incident, Unit
from people import may
from people.models import Role, User
from sensors import registry
from sensors.actions import register
from sensors.thing import ThingSpec

HEART = (113.65, 34.75)


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """The field's own worked values."""
    return json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))


MakeUnit = Callable[..., Unit]


@pytest.fixture
def unit(real: None) -> MakeUnit:
    """Found a unit with a vehicle: unit("D1", "pump", east_m=500)."""

    def make(
        code: str, kind: str = "pump", east_m: float = 0.0, crew: tuple[str, ...] = ()
    ) -> Unit:
        lon = HEART[0] + east_m / 91_500.0
        spec = ThingSpec(f"V-{code}", f"车{code}", f"Vehicle {code}", "vehicle", lon, HEART[1], "")
        (thing,) = register([spec])
        registry.forget()
        found = units.UnitSpec(
            code, f"单位{code}", f"Unit {code}", kind, lon, HEART[1], thing_id=thing.pk, crew=crew
        )
        return units.found([found])[0]

    return make


@pytest.fixture
def drive(real: None) -> Callable[..., None]:
    """Let a unit's vehicle report where it is."""

    def report(unit: Unit, east_m: float, age_s: float = 0.0) -> None:
        at = clock.now() - datetime.timedelta(seconds=age_s)
        lon = HEART[0] + east_m / 91_500.0
        tracking.commit([tracking.Spot(unit.thing_id or 0, at, lon, HEART[1])])

    return report


@pytest.fixture
def ding(dispatcher: User) -> may.Rights:
    """What Ding may do, who dispatches."""
    return may.of_user(dispatcher)


@pytest.fixture
def rider(enrol: Callable[..., User]) -> User:
    """Shi rides on units."""
    return enrol("shi", Role.RESPONDER)


Report = Callable[..., Incident]


@pytest.fixture
def call(ding: may.Rights) -> Report:
    """Report an incident at the city's heart: call("隧道积水")."""

    def report(words: str = "隧道积水，有车熄火", **more: Any) -> Incident:
        given = {"lon": HEART[0], "lat": HEART[1]} | more
        return incidents.report(incidents.Call(words, **given), ding)[0]

    return report
