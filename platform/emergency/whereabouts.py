"""Where units are: the newest position of the vehicle, else the station; and how old that is."""

import dataclasses
import math
from collections.abc import Iterable

from core import clock
from emergency.models import Status, Unit
from sensors.models import Whereabouts

STALE_S = 900.0  # an older position is not believed for an order
_AT_HOME_M = 250.0
_METRES = 111_320.0  # per degree of latitude


@dataclasses.dataclass(frozen=True, slots=True)
class Where:
    """A unit's place (degrees, EPSG:4326); `age_s` is None for one that stands at its station."""

    lon: float
    lat: float
    age_s: float | None = None

    @property
    def stale(self) -> bool:
        """Say whether the position is too old to go by."""
        return self.age_s is not None and self.age_s > STALE_S


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two places of one city (degrees), by a plane; good to 0.1 %."""
    east = (a[0] - b[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(east, a[1] - b[1]) * _METRES


def of_units(units: Iterable[Unit]) -> dict[int, Where]:
    """Return where each unit is, by its id.

    A parked vehicle falls silent: one that is available and was last seen at its station is there.
    """
    units = list(units)
    things = [unit.thing_id for unit in units if unit.thing_id is not None]
    seen = Whereabouts.objects.in_bulk(things)
    return {unit.pk: _of(unit, seen.get(unit.thing_id or 0)) for unit in units}


def of_unit(unit: Unit) -> Where:
    """Return where one unit is."""
    return of_units([unit])[unit.pk]


def _of(unit: Unit, seen: Whereabouts | None) -> Where:
    home = (unit.home.x, unit.home.y)
    if seen is None:
        return Where(*home)
    age = (clock.now() - seen.time).total_seconds()
    last = (seen.geom.x, seen.geom.y)
    if age > STALE_S and unit.status == Status.AVAILABLE and metres(last, home) < _AT_HOME_M:
        return Where(*home)
    return Where(*last, max(0.0, age))
