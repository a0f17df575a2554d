"""Which street segments a drawn shape closes or slows, and the weights that follow. Pure.

An area closes what leads through it; a line closes the streets that it runs along, not those that
it only meets at a crossing or passes above; a point closes what it stands on.
"""

import dataclasses
from collections.abc import Iterable

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from traffic.graph import Floats, Graph, Ints, Mask

BESIDE_M = 15.0  # how far a drawn line or point may lie beside the street that is meant
_ALONG_M = 4 * BESIDE_M  # a crossing street lies in a line's band for twice BESIDE_M at most
_NEARLY = 0.8  # …and a short one is meant if the band holds nearly all of it
_THROUGH_M = 5.0  # an area that only touches a street's end does not close it


@dataclasses.dataclass(frozen=True, slots=True)
class Closed:
    """Edges that take `factor` times as long; infinity: nobody passes."""

    edges: Ints
    factor: float


def flat(graph: Graph, shape: BaseGeometry) -> BaseGeometry:
    """Return an EPSG:4326 shape in the graph's plane (metres)."""
    moved: BaseGeometry = shapely.transform(shape, graph.plane.metres)
    return moved


def edges_of(graph: Graph, shape: BaseGeometry) -> Ints:
    """Return the edges that a shape (EPSG:4326) closes, in order; none where it meets no street."""
    drawn = flat(graph, shape)
    dimension = shapely.get_dimensions(drawn)
    if dimension == 2:
        found = _through(graph, drawn)
    elif dimension == 1:
        found = _along(graph, drawn)
    else:
        found = graph.tree.query(drawn, predicate="dwithin", distance=BESIDE_M)
    return np.sort(found.astype(np.int64))


def _through(graph: Graph, area: BaseGeometry) -> Ints:
    near, inside = _shares(graph, area)
    return near[(inside > _THROUGH_M) | (inside > _NEARLY * shapely.length(graph.lines[near]))]


def _along(graph: Graph, line: BaseGeometry) -> Ints:
    """Return the streets that a line runs along; one that runs along none bars what it crosses."""
    near, inside = _shares(graph, line.buffer(BESIDE_M, cap_style="flat"))
    length = shapely.length(graph.lines[near])
    meant: Mask = (inside > _ALONG_M) | (inside > _NEARLY * length)
    if meant.any():
        return near[meant]
    return graph.tree.query(line, predicate="intersects")


def _shares(graph: Graph, area: BaseGeometry) -> tuple[Ints, Floats]:
    """Return the edges that meet an area and the metres of each that lie in it."""
    shapely.prepare(area)
    near = graph.tree.query(area, predicate="intersects")
    return near, shapely.length(shapely.intersection(graph.lines[near], area))


def weights(graph: Graph, closures: Iterable[Closed]) -> Floats:
    """Return seconds per edge under these closures; where several lie, the worst counts."""
    factor = np.ones(len(graph))
    for closed in closures:
        factor[closed.edges] = np.maximum(factor[closed.edges], closed.factor)
    found: Floats = graph.seconds * factor
    return found
