"""Ground within so many minutes of a place over the streets: the port that a network fills.

A package above lists its network as `NETWORK` in a module `reaching`; this one knows no streets.
"""

import dataclasses
from abc import ABC, abstractmethod
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry

from core.errors import Unknown

Mode = Literal["drive", "cycle", "walk"]
LONGEST = 60  # minutes
PACE: dict[str, float] = {"cycle": 15.0, "walk": 4.8}  # km/h where none is given
BESIDE = 100.0  # metres beside a street that count as reached


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """A place (degrees), minutes from it (or `towards` it), how, how fast, and how far beside.

    `kmh` is 0 for driving at the streets' own speeds.
    """

    lon: float
    lat: float
    minutes: float
    mode: Mode
    kmh: float
    beside_m: float
    towards: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Reach:
    """The ground that is reached (EPSG:4326), the streets reached (km), metres to the first one."""

    area: GEOSGeometry
    streets_km: float
    snapped_m: float

    def told(self, wanted: Wanted) -> dict[str, Any]:
        """Return how it was reckoned, for those who read the answer."""
        asked = dataclasses.asdict(wanted) | {"kmh": wanted.kmh or None}
        return asked | {"streets_km": self.streets_km, "snapped_m": self.snapped_m}


class Network(ABC):
    """The streets of the city, as they may be travelled now."""

    @abstractmethod
    def reach(self, wanted: Wanted) -> Reach:
        """Return what is reached in time; raises Invalid beside all streets, or a Problem."""


@cache
def _network() -> Network:
    for app in settings.INSTALLED_APPS:
        if "." not in app and find_spec(f"{app}.reaching") is not None:
            found: Network = import_module(f"{app}.reaching").NETWORK
            return found
    raise Unknown("no street network is installed", zh="没有路网模块")


def reach(wanted: Wanted) -> Reach:
    """Return the ground within so many minutes; raises Invalid, or a Problem without streets."""
    return _network().reach(wanted)
