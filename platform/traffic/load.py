"""The weights of one moment, and where places lie on the network then.

Pure. Seconds and metres everywhere. Closed edges weigh infinity: no way leads over them and no
place is snapped to them, because one must be able to stop there.
"""

import dataclasses
from functools import cached_property

import numpy as np
import shapely

from traffic.graph import Floats, Graph, Ints, Mask


@dataclasses.dataclass(frozen=True)
class Load:
    """Seconds per edge, infinite where closed. Immutable: a change makes another load."""

    graph: Graph
    seconds: Floats

    @cached_property
    def open(self) -> Mask:
        """Say which edges may be driven and lead on into the network."""
        mask: Mask = self.graph.usable & np.isfinite(self.seconds)
        return mask


@dataclasses.dataclass(frozen=True, slots=True)
class Spots:
    """Places on the network: edge (-1: none near), how far along it (0…1), metres to it."""

    edge: Ints
    along: Floats
    away: Floats

    def __len__(self) -> int:
        return self.edge.size


def snap(load: Load, lonlat: Floats, within: float) -> Spots:
    """Return for each (lon, lat) row the spot on the nearest open edge within metres of it."""
    graph = load.graph
    points = np.asarray(shapely.points(graph.plane.metres(lonlat.reshape(-1, 2))), dtype=object)
    edge = np.full(len(points), -1, dtype=np.int64)
    which, found = graph.tree.query_nearest(points, max_distance=within, all_matches=False)
    edge[which] = found
    for index in np.flatnonzero((edge >= 0) & ~load.open[edge]):
        edge[index] = _nearest_open(load, points[index], within)
    on = edge >= 0
    along, away = np.zeros(len(points)), np.full(len(points), np.inf)
    lines = graph.lines[edge[on]]
    along[on] = shapely.line_locate_point(lines, points[on], normalized=True)
    away[on] = shapely.distance(lines, points[on])
    return Spots(edge, along, away)


def _nearest_open(load: Load, point: shapely.Point, within: float) -> int:
    near = load.graph.tree.query(point, predicate="dwithin", distance=within)
    near = near[load.open[near]]
    if not near.size:
        return -1
    return int(near[shapely.distance(load.graph.lines[near], point).argmin()])
