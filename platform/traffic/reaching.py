"""What can be reached over today's streets in so many minutes, as ground: for questions of place.

Driving keeps closures, one-way rules and the speeds that are driven; cycling keeps one-way rules at
one pace; walking goes both ways at one pace. Nobody is stopped half way: the last stretch counts as
far as the time lasts.
"""

import math

import numpy as np
import shapely
from affine import Affine
from django.contrib.gis.geos import GEOSGeometry
from rasterio.features import shapes
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from core.errors import Invalid
from layers.asking.reach import Network, Reach, Wanted
from traffic import roads, search
from traffic.graph import Floats, Lines, Mask
from traffic.load import Load, Spots, snap
from traffic.roads import Roads
from traffic.routing import SNAP_M

_CELLS = 5  # of the distance beside a street that counts
_STEP = 0.75  # of a cell: what simplifying may move the ground's edge
MOST_CELLS = 6_000_000


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
        lines = _stretches(load, spot, limit, wanted.towards)
        ground = beside(lines, wanted.beside_m)
        area = shapely.transform(ground, load.graph.plane.degrees)
        return Reach(
            GEOSGeometry(memoryview(shapely.to_wkb(area)), srid=4326),
            round(float(shapely.length(lines).sum()) / 1e3, 3),
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
    own = _own(load, spot, limit, (onward[edge], back[edge]), (ahead[edge], behind[edge]))
    ahead[edge] = behind[edge] = 0.0
    whole = ahead + behind >= 1.0
    pieces = [graph.lines[whole], own]
    for shares, from_end in ((ahead, False), (behind, True)):
        some = np.flatnonzero((shares > 0) & ~whole)
        pieces.append(_cut(graph.lines[some], shares[some], from_end=from_end))
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


def _own(
    load: Load, spot: Spots, limit: float, ways: tuple[bool, bool], shares: tuple[float, float]
) -> Lines:
    """Return what is reached of the edge that one starts on: from there, and from both its ends."""
    edge, along = int(spot.edge[0]), float(spot.along[0])
    cost = float(load.seconds[edge])
    share = limit / cost if math.isfinite(cost) else 0.0
    onward, back = ways
    first = max(0.0, along - share) if back else along
    last = min(1.0, along + share) if onward else along
    spans = sorted([(first, last), (0.0, float(shares[0])), (1.0 - float(shares[1]), 1.0)])
    joined = [spans[0]]
    for begin, end in spans[1:]:
        if begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    lines = [
        substring(load.graph.lines[edge], begin, end, normalized=True)
        for begin, end in joined
        if end > begin
    ]
    found = np.empty(len(lines), object)
    found[:] = lines
    return found


def beside(lines: Lines, metres: float) -> BaseGeometry:
    """Return the ground within metres of lines (plane metres), true to a fifth of that.

    On cells: exact rings round ten thousand streets take a hundred times as long. What covers so
    much that it would need more than MOST_CELLS has coarser ones.
    """
    west, south, east, north = shapely.total_bounds(lines) + (-2, -2, 2, 2) * np.array(metres)
    cell = max(metres / _CELLS, math.sqrt((east - west) * (north - south) / MOST_CELLS))
    shape = math.ceil((north - south) / cell), math.ceil((east - west) / cell)
    spots = shapely.get_coordinates(shapely.segmentize(lines, cell / 2))
    away = np.ones(shape, np.bool_)
    column, row = ((spots - (west, north)) / (cell, -cell)).astype(np.intp).T
    away[row, column] = False
    near = distance_transform_edt(away) * cell <= metres
    at = Affine(cell, 0, west, 0, -cell, north)
    drawn = shapes(near.astype(np.uint8), near, connectivity=4, transform=at)
    ground = _together([shapely.geometry.shape(one) for one, _ in drawn])
    plain: BaseGeometry = shapely.simplify(ground, cell * _STEP)  # stairs become slopes
    return plain if plain.is_valid else ground


def _together(parts: list[BaseGeometry]) -> BaseGeometry:
    whole: BaseGeometry = shapely.union_all(parts)
    return whole


NETWORK = Streets()
