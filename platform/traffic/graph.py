"""The city's streets as a graph of arrays: junctions, directed arcs, metres and seconds.

Pure: lines and their attributes in, arrays out. Streets meet where their ends meet (within a
decimetre or so); lines that only cross do not, because one of them is a bridge. Geometry is kept in
a local plane (metres east and north of the network's middle), lengths are measured on the
ellipsoid.
"""

import dataclasses

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely import STRtree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Lines = NDArray[np.object_]

MEET_M = 0.3  # ends that are nearer than this are one junction
_ISLAND = (
    50  # junctions: a smaller piece of network that is cut off from the rest is not snapped to
)
_GEOD = Geod(ellps="GRS80")


@dataclasses.dataclass(frozen=True, slots=True)
class Streets:
    """Columns of street segments as they come: EPSG:4326 lines, km/h, names.

    `oneway` is 1 along the line, -1 against it, 0 for both ways.
    """

    lines: Lines
    speed: Floats
    oneway: NDArray[np.int8]
    names_zh: NDArray[np.object_]
    names_en: NDArray[np.object_]


@dataclasses.dataclass(frozen=True, slots=True)
class Plane:
    """Degrees to metres about a place; within a city exact to a few per mille."""

    lon: float
    lat: float
    east: float
    north: float

    @classmethod
    def about(cls, lon: float, lat: float) -> "Plane":
        """Return the plane that touches the ellipsoid at a place."""
        _, _, east = _GEOD.inv(lon - 0.05, lat, lon + 0.05, lat)
        _, _, north = _GEOD.inv(lon, lat - 0.05, lon, lat + 0.05)
        return cls(lon, lat, east * 10.0, north * 10.0)

    def metres(self, lonlat: ArrayLike) -> Floats:
        """Return (lon, lat) rows as (x, y) rows."""
        found: Floats = (np.asarray(lonlat, float) - (self.lon, self.lat)) * (self.east, self.north)
        return found

    def degrees(self, xy: ArrayLike) -> Floats:
        """Return (x, y) rows as (lon, lat) rows."""
        found: Floats = np.asarray(xy, float) / (self.east, self.north) + (self.lon, self.lat)
        return found


@dataclasses.dataclass(frozen=True, slots=True)
class Arcs:
    """Directed arcs by their first junction (CSR); `edge` names the street segment of each arc."""

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    edge: Ints

    def rows(self) -> Ints:
        """Return the first junction of each arc."""
        return np.repeat(np.arange(self.starts.size - 1), np.diff(self.starts))


@dataclasses.dataclass(frozen=True, slots=True)
class Graph:
    """Street segments (edges) between junctions (nodes), and arcs both ways of reading them."""

    plane: Plane
    lines: Lines  # plane metres
    first: Ints
    last: Ints
    forward: Mask
    backward: Mask
    metres: Floats
    seconds: Floats
    names_zh: NDArray[np.object_]
    names_en: NDArray[np.object_]
    nodes: int
    out: Arcs  # from a junction to the next
    into: Arcs  # the same arcs read backwards: from a junction to the one before
    usable: Mask  # edges that lead on into the network: what places are snapped to
    tree: STRtree

    def __len__(self) -> int:
        return len(self.lines)


def build(streets: Streets) -> Graph:
    """Make the graph; raises ValueError without a single line."""
    if not len(streets.lines):
        raise ValueError("no street, no graph")
    counts = shapely.get_num_coordinates(streets.lines)
    lonlat = shapely.get_coordinates(streets.lines)
    plane = Plane.about(*lonlat.mean(axis=0).tolist())
    owner = np.repeat(np.arange(len(streets.lines)), counts)
    lines = np.asarray(shapely.linestrings(plane.metres(lonlat), indices=owner), dtype=object)
    metres = _lengths(lonlat, owner, len(lines))
    first, last, nodes = _junctions(lines)
    forward, backward = streets.oneway >= 0, streets.oneway <= 0
    edge = np.concatenate((np.flatnonzero(forward), np.flatnonzero(backward)))
    start = np.concatenate((first[forward], last[backward]))
    end = np.concatenate((last[forward], first[backward]))
    return Graph(
        plane=plane,
        lines=lines,
        first=first,
        last=last,
        forward=forward,
        backward=backward,
        metres=metres,
        seconds=metres / (streets.speed / 3.6),
        names_zh=streets.names_zh,
        names_en=streets.names_en,
        nodes=nodes,
        out=_arcs(start, end, edge, nodes),
        into=_arcs(end, start, edge, nodes),
        usable=_leading_on(start, end, first, last, nodes),
        tree=STRtree(lines),
    )


def both_ways(graph: Graph) -> Graph:
    """Return the same streets without one-way rules: to follow a street, not to drive on it."""
    start = np.concatenate((graph.first, graph.last))
    end = np.concatenate((graph.last, graph.first))
    edge = np.tile(np.arange(len(graph)), 2)
    every = np.ones(len(graph), dtype=bool)
    return dataclasses.replace(
        graph,
        forward=every,
        backward=every,
        usable=every,
        out=_arcs(start, end, edge, graph.nodes),
        into=_arcs(start, end, edge, graph.nodes),
    )


def _lengths(lonlat: Floats, owner: Ints, count: int) -> Floats:
    """Return the length of each line in metres on the ellipsoid, at least a centimetre."""
    same = owner[1:] == owner[:-1]
    here, there = lonlat[:-1][same], lonlat[1:][same]
    _, _, pieces = _GEOD.inv(here[:, 0], here[:, 1], there[:, 0], there[:, 1])
    sums = np.bincount(owner[1:][same], weights=pieces, minlength=count)
    return np.maximum(sums, 0.01)


def _junctions(lines: Lines) -> tuple[Ints, Ints, int]:
    """Number the junctions: ends that meet within MEET_M are one; returns first, last, count."""
    ends = shapely.get_coordinates(shapely.get_point(lines[:, None], [[0, -1]]).ravel())
    pairs = cKDTree(ends).query_pairs(MEET_M, output_type="ndarray")
    near = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (len(ends), len(ends)))
    nodes, label = connected_components(near, directed=False)
    both = label.astype(np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1], int(nodes)


def _arcs(start: Ints, end: Ints, edge: Ints, nodes: int) -> Arcs:
    order = np.argsort(start, kind="stable")
    counts = np.bincount(start, minlength=nodes)
    starts = np.concatenate(([0], np.cumsum(counts)))
    return Arcs(starts.astype(np.int32), end[order].astype(np.int32), edge[order])


def _leading_on(start: Ints, end: Ints, first: Ints, last: Ints, nodes: int) -> Mask:
    """Say which edges lie in a piece of network where every place is reached from every other."""
    arcs = csr_array((np.ones(start.size), (start, end)), shape=(nodes, nodes))
    _, piece = connected_components(arcs, directed=True, connection="strong")
    sizes = np.bincount(piece)
    large = sizes >= min(int(sizes.max()), _ISLAND)
    mask: Mask = large[piece[first]] & (piece[first] == piece[last])
    return mask
