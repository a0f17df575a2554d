"""Questions about ways on today's roads and closures: who is there how soon, and which way to go.

EPSG:4326 (lon, lat), seconds, metres. Answers come from memory (`traffic.roads`) in milliseconds.
A place is taken to the nearest street that is open; closed streets are driven round.
"""

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from core.errors import Invalid
from traffic import roads, search, way
from traffic.load import Spots, snap
from traffic.roads import NoRoads, Roads, ready

__all__ = [
    "SNAP_M",
    "Arrival",
    "NoRoads",
    "Route",
    "Stretch",
    "along",
    "arrivals",
    "ready",
    "route",
]

SNAP_M = 500.0  # metres to the nearest street; what is farther away is not on this network
POINTED_M = 80.0  # metres: a street that somebody points at lies under the finger
LONGEST_S = 6 * 3600.0

K = TypeVar("K")
Place = tuple[float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Arrival:
    """How long from an origin to the place: seconds, metres of street, metres to the street."""

    seconds: float
    metres: float
    snapped_m: float


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """A way: seconds, metres, its line (GeoJSON), street names in order, closures driven round."""

    seconds: float
    metres: float
    geometry: dict[str, Any]
    streets: list[str]
    streets_en: list[str]
    snapped_m: tuple[float, float]
    avoided: list[int]


def arrivals(to: Place, origins: Mapping[K, Place], limit_s: float = 3600.0) -> dict[K, Arrival]:
    """Return the travel time from each origin to `to`; unreachable origins are absent.

    Raises Invalid if no open street lies within SNAP_M of `to`, NoRoads without a network.
    """
    now = roads.current()
    target = _spot(now, to, "to")
    if not origins:
        return {}
    starts = snap(now.load, np.array(list(origins.values()), dtype=float), SNAP_M)
    reached = search.arrivals(
        now.load, starts, int(target.edge[0]), float(target.along[0]), limit_s
    )
    return {
        key: Arrival(round(float(seconds), 1), round(float(metres), 1), round(float(away), 1))
        for key, seconds, metres, away in zip(
            origins, reached.seconds, reached.metres, starts.away, strict=True
        )
        if np.isfinite(seconds)
    }


def route(start: Place, end: Place) -> Route:
    """Return the fastest way; raises Invalid where there is none, NoRoads without a network."""
    now = roads.current()
    first, last = _spot(now, start, "from"), _spot(now, end, "to")
    here = (int(first.edge[0]), float(first.along[0]))
    there = (int(last.edge[0]), float(last.along[0]))
    found = way.fastest(now.load, here, there, LONGEST_S)
    if found is None:
        raise Invalid(
            "there is no way between these two places on today's roads",
            zh="两地之间目前没有可通行的路线",
            field="to",
            remedy="look at the closures in force, or choose another place",
        )
    edges = [step.edge for step in found.steps]
    return Route(
        seconds=round(found.seconds, 1),
        metres=round(found.metres, 1),
        geometry=_geojson(way.laid(now.load, found)),
        streets=_names(now.graph.names_zh, edges),
        streets_en=_names(now.graph.names_en, edges),
        snapped_m=(round(float(first.away[0]), 1), round(float(last.away[0]), 1)),
        avoided=_avoided(now, here, there),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of street that somebody pointed out: its line (GeoJSON), names, metres."""

    geometry: dict[str, Any]
    streets: list[str]
    streets_en: list[str]
    metres: float


def along(places: Sequence[Place]) -> Stretch:
    """Follow the streets from place to place by the shortest way, whatever is closed or one-way.

    Raises Invalid where a place is beside all streets, or two are not joined by any.
    """
    now = roads.current()
    spots = snap(now.streets, np.array(places, dtype=float), POINTED_M)
    if (spots.edge < 0).any():
        raise _beside(POINTED_M, "through")
    steps: list[way.Step] = []
    for start, end in itertools.pairwise(zip(spots.edge, spots.along, strict=True)):
        found = way.fastest(
            now.streets, (int(start[0]), float(start[1])), (int(end[0]), float(end[1])), np.inf
        )
        if found is None:
            raise Invalid(
                "no street leads from one of these places to the next",
                zh="所选位置之间没有道路相连",
                field="through",
                remedy="point along one street",
            )
        steps += found.steps
    edges = [step.edge for step in steps]
    metres = sum(abs(step.end - step.start) * float(now.graph.metres[step.edge]) for step in steps)
    line = way.laid(now.streets, way.Way(metres, metres, steps))
    names = _names(now.graph.names_zh, edges), _names(now.graph.names_en, edges)
    return Stretch(_geojson(line), *names, round(metres, 1))


def _beside(metres: float, field: str) -> Invalid:
    return Invalid(
        f"no open street lies within {metres:.0f} m of this place",
        zh=f"该位置 {metres:.0f} 米内没有可通行的道路",
        field=field,
        remedy="choose a place beside a street",
    )


def _spot(now: Roads, place: Place, field: str) -> Spots:
    found = snap(now.load, np.array([place], dtype=float), SNAP_M)
    if found.edge[0] < 0:
        raise _beside(SNAP_M, field)
    return found


def _avoided(now: Roads, here: way.Spot, there: way.Spot) -> list[int]:
    """Return the closures that lie on the way one would take without any."""
    if not now.known:
        return []
    bare = now.bare
    usual = way.fastest(bare, here, there, LONGEST_S)
    on = np.array([step.edge for step in usual.steps] if usual else [])
    return [number for number, (_, closed) in now.known.items() if np.isin(on, closed.edges).any()]


def _names(names: np.ndarray[Any, np.dtype[np.object_]], edges: list[int]) -> list[str]:
    """Return the names along the way, each once while it lasts; nameless streets are left out."""
    told: list[str] = []
    for edge in edges:
        name = str(names[edge])
        if name and (not told or told[-1] != name):
            told.append(name)
    return told


def _geojson(line: Any) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": np.round(line, 6).tolist()}
