"""What can be reached over today's streets in so many minutes, as ground: for questions of place.

Driving keeps closures, one-way rules and the speeds that are driven; cycling keeps one-way rules at
one pace; walking goes both ways at one pace. Nobody is stopped half way: the last stretch counts as
far as the time lasts.
"""

import math

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely.ops import substring

from core.errors import Invalid
from layers.asking.reach import Network, Reach, Wanted
from traffic import roads, search
from traffic.graph import Floats, Lines, Mask
from traffic.load import Load, Spots, snap
from traffic.roads import Roads
from traffic.routing import SNAP_M

_ROUND = 4  # pieces of a quarter circle
_PLAIN_M = 3.0  # what simplifying may move the ground's edge


class Streets(Network):
    """The graph in this process's memory."""

    def reach(self, wanted: Wanted) -> Reach:
        """Return the ground beside all streets that are reached in time."""
        load, limit = _load(roads.current(), wanted)
        spot = snap(load, np.array([[wanted.lon, wanted.lat]]), SNAP_M)
        if spot.edge[0] < 0:
            raise Invalid(
                f"no open street lies within {SNAP_M:.0f} m of this place",
                zh=f"该位置 {SNAP_M:.0f} 米内没有可通行的道路",
                field="reach",
                remedy="choose a place beside a street",
            )
        lines = shapely.union_all(_stretches(load, spot, limit, wanted.towards))
        ground = shapely.buffer(lines, wanted.beside_m, quad_segs=_ROUND)
        plane = load.graph.plane
        area = shapely.transform(shapely.simplify(ground, _PLAIN_M), plane.degrees)
        return Reach(
            GEOSGeometry(memoryview(area.wkb), srid=4326),
            round(float(lines.length) / 1e3, 3),
            round(float(spot.away[0]), 1),
        )


def _load(now: Roads, wanted: Wanted) -> tuple[Load, float]:
    """Return the weights and how much of them there is: seconds, or metres at an even pace."""
    seconds = wanted.minutes * 60.0
    if wanted.mode == "drive":
        return now.load, seconds
    metres = seconds * wanted.kmh / 3.6
    if wanted.mode == "walk":
        return now.streets, metres
    return Load(now.graph, now.graph.metres), metres


def _stretches(load: Load, spot: Spots, limit: float, towards: bool) -> Lines:
    """Return the lines (plane metres) of all that is reached within the limit."""
    graph, edge, along = load.graph, int(spot.edge[0]), float(spot.along[0])
    arcs = graph.into if towards else graph.out
    ends = (search.entering if towards else search.leaving)(load, edge, along)
    left = limit - search.grow(load, arcs, ends, limit).seconds
    onward, back = (graph.backward, graph.forward) if towards else (graph.forward, graph.backward)
    ahead = _share(load, left[graph.first], onward)
    behind = _share(load, left[graph.last], back)
    whole = ahead + behind >= 1.0
    pieces = [graph.lines[whole]]
    for which, shares, from_end in ((ahead, ahead, False), (behind, behind, True)):
        some = np.flatnonzero((which > 0) & ~whole)
        pieces.append(_cut(graph.lines[some], shares[some], from_end=from_end))
    pieces.append(_own(load, edge, along, limit, onward=onward[edge], back=back[edge]))
    return np.concatenate(pieces)


def _share(load: Load, left: Floats, allowed: Mask) -> Floats:
    """Return how much of each edge is travelled from one of its ends with what is left."""
    with np.errstate(invalid="ignore"):
        share = np.where(np.isfinite(left) & (left > 0), left / load.seconds, 0.0)
    return np.where(allowed & np.isfinite(load.seconds), np.minimum(share, 1.0), 0.0)


def _cut(lines: Lines, shares: Floats, *, from_end: bool) -> Lines:
    found = np.empty(len(lines), object)
    for at, (line, share) in enumerate(zip(lines, shares.tolist(), strict=True)):
        first, last = (1.0 - share, 1.0) if from_end else (0.0, share)
        found[at] = substring(line, first, last, normalized=True)
    return found


def _own(load: Load, edge: int, along: float, limit: float, *, onward: bool, back: bool) -> Lines:
    """Return how far one comes on the edge that one starts on, before its first end."""
    cost = float(load.seconds[edge])
    share = limit / cost if math.isfinite(cost) else 0.0
    first = max(0.0, along - share) if back else along
    last = min(1.0, along + share) if onward else along
    found = np.empty(1, object)
    found[0] = substring(load.graph.lines[edge], first, last, normalized=True)
    return found


NETWORK = Streets()
