"""Water in underpasses: what rains in beyond what the drains take stands on the road. Pure.

depth' = (rain - drains) × catchment/pond; the drains of each underpass, its catchment and how high
it can fill are invented from its code within usual bounds, and labelled simulated.
"""

import dataclasses
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from city.storm.rain import KM, SEED, Storm

_NEAREST = 3  # gauges that a road's rain is taken from, weighted by inverse square distance


@dataclasses.dataclass(frozen=True, slots=True)
class Underpass:
    """A low point of a road: its code and where it lies (degrees)."""

    code: str
    lon: float
    lat: float


@dataclasses.dataclass(frozen=True, slots=True)
class Drains:
    """What an underpass can take: mm/h, how many times its own area drains into it, its height."""

    mm_per_hour: float
    gathers: float
    full_cm: float

    @classmethod
    def of(cls, code: str) -> "Drains":
        """Return the drains of an underpass; the same code has the same for ever."""
        random = np.random.Generator(np.random.PCG64([SEED, zlib.crc32(code.encode())]))
        return cls(
            float(random.uniform(28.0, 55.0)),
            float(random.uniform(8.0, 20.0)),
            float(random.uniform(120.0, 450.0)),
        )


def depths(storm: Storm, places: Sequence[Underpass]) -> NDArray[np.float64]:
    """Return the depth in cm (to 0.1) at each place (rows) at the end of each interval."""
    hours = _hours(storm)
    return np.vstack([_fill(_rain(storm, each), hours, Drains.of(each.code)) for each in places])


def _hours(storm: Storm) -> NDArray[np.float64]:
    seconds = np.array([t.timestamp() for t in storm.times])
    return np.diff(seconds, prepend=seconds[0] - 3600) / 3600


def _rain(storm: Storm, place: Underpass) -> NDArray[np.float64]:
    """Return the rain at a place in mm an interval."""
    gauges = np.array([[gauge.lon, gauge.lat] for gauge in storm.gauges])
    km = np.hypot(*((gauges - (place.lon, place.lat)) * KM).T)
    nearest = np.argsort(km, kind="stable")[:_NEAREST]
    weights = 1 / (km[nearest] + 0.5) ** 2
    rain: NDArray[np.float64] = weights @ storm.tenths[nearest] / weights.sum() / 10
    return rain


def _fill(
    rain: NDArray[np.float64], hours: NDArray[np.float64], drains: Drains
) -> NDArray[np.float64]:
    found = np.empty(len(rain))
    depth = 0.0
    for place, (mm, length) in enumerate(zip(rain, hours, strict=True)):
        depth += (mm - drains.mm_per_hour * length) * drains.gathers / 10
        depth = min(max(depth, 0.0), drains.full_cm)
        found[place] = depth
    return np.round(found, 1)
