"""Driving about on the street network: a trip is a way with the time at each of its corners. Pure.

Seconds, metres, degrees from north.
"""

import dataclasses

import numpy as np

from traffic import way
from traffic.graph import Floats, Graph, Ints
from traffic.load import Load

_TRIP_M = (1_500.0, 8_000.0)  # as the crow flies
_TRIES = 12
_HOUR = 3600.0


@dataclasses.dataclass(frozen=True, slots=True)
class Moment:
    """Where a vehicle is: WGS 84 degrees, km/h, degrees from north, metres since the start."""

    lon: float
    lat: float
    speed_kmh: float
    course: float
    metres: float


@dataclasses.dataclass(frozen=True)
class Trip:
    """Corners in plane metres, with seconds and metres since the start; it ends at a spot."""

    graph: Graph
    corners: Floats
    seconds: Floats
    metres: Floats
    end: way.Spot

    @property
    def takes(self) -> float:
        """Return how many seconds the trip takes."""
        return float(self.seconds[-1])

    def at(self, seconds: float) -> Moment:
        """Return where the vehicle is so many seconds after the start."""
        now = min(max(seconds, 0.0), self.takes)
        after = int(np.clip(np.searchsorted(self.seconds, now, "right"), 1, len(self.seconds) - 1))
        span = self.seconds[after] - self.seconds[after - 1]
        share = (now - self.seconds[after - 1]) / span if span > 0 else 1.0
        step = self.corners[after] - self.corners[after - 1]
        lon, lat = self.graph.plane.degrees(self.corners[after - 1] + share * step)
        far = self.metres[after] - self.metres[after - 1]
        speed = 0.0 if span <= 0 or seconds >= self.takes else far / span * 3.6
        course = float(np.degrees(np.arctan2(step[0], step[1]))) % 360.0
        gone = float(self.metres[after - 1] + share * far)
        return Moment(float(lon), float(lat), float(speed), course, gone)


def homes(graph: Graph, count: int, within: float, rng: np.random.Generator) -> list[way.Spot]:
    """Return spots to begin at, within metres of the network's middle."""
    middles = _middles(graph)
    near = np.linalg.norm(middles - np.median(middles, axis=0), axis=1) < within
    edges = np.flatnonzero(near & graph.usable)
    if not edges.size:
        edges = np.flatnonzero(graph.usable)
    chosen = rng.choice(edges, count, replace=count > edges.size)
    return [
        (int(edge), float(share)) for edge, share in zip(chosen, rng.random(count), strict=True)
    ]


def trip(load: Load, start: way.Spot, rng: np.random.Generator) -> Trip | None:
    """Return a trip to somewhere a few kilometres away; None if there is no way out of here."""
    edges = np.flatnonzero(load.open)
    for _ in range(_TRIES):
        end = (_goal(load.graph, edges, start, rng), float(rng.random()))
        found = way.fastest(load, start, end, _HOUR)
        if found is not None and found.seconds > 0:
            return laid(load, found, end)
    return None


def laid(load: Load, found: way.Way, end: way.Spot) -> Trip:
    """Return a way with the time at its corners."""
    corners, seconds, metres = [], [], []
    gone_s = gone_m = 0.0
    for step in found.steps:
        line = way.piece(load, step)
        far = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))))
        share = far / far[-1] if far[-1] > 0 else np.zeros_like(far)
        part = abs(step.end - step.start)
        takes = part * float(load.seconds[step.edge])
        length = part * float(load.graph.metres[step.edge])
        corners.append(line)
        seconds.append(gone_s + share * takes)
        metres.append(gone_m + share * length)
        gone_s, gone_m = gone_s + takes, gone_m + length
    return Trip(
        load.graph, np.concatenate(corners), np.concatenate(seconds), np.concatenate(metres), end
    )


def _middles(graph: Graph) -> Floats:
    return np.array([line.coords[0] for line in graph.lines])


def _goal(graph: Graph, edges: Ints, start: way.Spot, rng: np.random.Generator) -> int:
    """Return an edge that is neither round the corner nor at the other end of the city."""
    here = np.array(graph.lines[start[0]].coords[0])
    tried = rng.choice(edges, _TRIES)
    far = np.array([np.linalg.norm(np.array(graph.lines[e].coords[0]) - here) for e in tried])
    good = tried[(far >= _TRIP_M[0]) & (far <= _TRIP_M[1])]
    return int(good[0]) if good.size else int(tried[far.argmin()])
