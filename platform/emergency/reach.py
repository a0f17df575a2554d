"""How long units take to a place: by today's roads and closures, or by a line that says so."""

import dataclasses
from collections.abc import Mapping
from typing import TypeVar

from core.errors import Invalid
from emergency.whereabouts import metres
from traffic import routing

K = TypeVar("K")
Place = tuple[float, float]
ROADS, LINE = "roads", "line"
LIMIT_S = 3600.0
_DETOUR = 1.4
_SPEED = 40.0 / 3.6  # m/s


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """A travel time (s) and distance (m), and what it rests upon: `roads` or `line`."""

    seconds: float
    metres: float
    basis: str


def arrivals(to: Place, origins: Mapping[K, Place]) -> dict[K, Way]:
    """Return the way from each origin to a place; whoever cannot get there is absent.

    Without a street network, or for a place off it, all are estimated by a straight line.
    """
    try:
        found = routing.arrivals(to, origins, LIMIT_S)
    except (routing.NoRoads, Invalid):
        return _by_line(to, origins)
    return {key: Way(each.seconds, each.metres, ROADS) for key, each in found.items()}


def _by_line(to: Place, origins: Mapping[K, Place]) -> dict[K, Way]:
    found = {}
    for key, origin in origins.items():
        way = metres(origin, to) * _DETOUR
        if way / _SPEED <= LIMIT_S:
            found[key] = Way(way / _SPEED, way, LINE)
    return found
