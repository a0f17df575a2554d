"""The city cut into atoms that fit together exactly: lattice cells in the centre, irregular ones
outside, both cut by the real district outlines.

All lines are cut against each other once, on a grid of a millimetre, so that neighbours share
their corners to the last digit: what is made by joining atoms has neither gaps nor overlaps.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from shapely import STRtree
from shapely.geometry import Polygon

from city.demo.fabric import Fabric
from city.demo.plane import Geometry, Shapes
from city.demo.seats import scatter
from city.demo.site import Site

_GRID = 0.001  # metres
_OUTER = 9  # irregular atoms a community


@dataclass(slots=True)
class Mesh:
    """Atoms in plane metres: their district (index) and lattice cell (i·size + j, -1 outside)."""

    shapes: Shapes
    district: NDArray[np.intp]
    cell: NDArray[np.int64]
    codes: tuple[str, ...]


def build(site: Site, fabric: Fabric, counts: dict[str, int], rng: np.random.Generator) -> Mesh:
    """Cut the city; `counts` says how many communities each district has."""
    codes = tuple(site.districts)
    outlines = shapely.set_precision(
        np.array([site.districts[code] for code in codes], dtype=object), _GRID
    )
    zone = shapely.union_all(outlines[np.isin(codes, site.centre)], grid_size=_GRID)
    zone = shapely.intersection(zone, _ground(fabric), grid_size=_GRID)
    lattice = _lattice(fabric, outlines, zone)
    rest = shapely.difference(outlines, zone, grid_size=_GRID)
    outside = [
        _irregular(part, max(_OUTER * counts.get(code, 0), 40), rng)
        for code, part in zip(codes, rest, strict=True)
        if part.area > _GRID
    ]
    sides = shapely.intersection(shapely.boundary(lattice.cut), zone, grid_size=_GRID)
    lines = np.concatenate([shapely.boundary(outlines), [shapely.boundary(zone)], sides, outside])
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines, grid_size=_GRID)]))
    return _sorted_out(faces, lattice, outlines, zone, codes, np.isin(codes, site.centre))


@dataclass(slots=True)
class _Lattice:
    """Lattice cells of the zone, those inside one district and those cut by an outline."""

    whole: Shapes
    whole_cells: NDArray[np.int64]
    cut: Shapes
    cut_cells: NDArray[np.int64]


def _lattice(fabric: Fabric, outlines: Shapes, zone: Geometry) -> _Lattice:
    v = fabric.vertices
    rings = np.stack((v[:-1, :-1], v[1:, :-1], v[1:, 1:], v[:-1, 1:]), axis=2).reshape(-1, 4, 2)
    quads = np.asarray(shapely.polygons(rings), dtype=object)
    shapely.prepare(zone)
    near = np.flatnonzero(shapely.intersects(zone, quads))
    edges = shapely.boundary(np.array([*outlines, zone], dtype=object))
    _, hit = STRtree(quads[near]).query(edges, predicate="intersects")
    crossed = np.zeros(near.size, dtype=bool)
    crossed[hit] = True
    return _Lattice(quads[near[~crossed]], near[~crossed], quads[near[crossed]], near[crossed])


def _ground(fabric: Fabric) -> Polygon:
    """Return the outline of the whole lattice."""
    v = fabric.vertices
    return Polygon(np.concatenate((v[:-1, 0], v[-1, :-1], v[:0:-1, -1], v[0, :0:-1])))


def _irregular(rest: Geometry, count: int, rng: np.random.Generator) -> Geometry:
    """Return the edges of irregular atoms over the part of a district outside the lattice."""
    points = shapely.multipoints(scatter(rest, count, rng).round(3))
    edges = shapely.voronoi_polygons(points, only_edges=True, extend_to=rest)
    return shapely.intersection(shapely.union_all(np.asarray(edges, object)), rest, grid_size=_GRID)


def _sorted_out(
    faces: Shapes,
    lattice: _Lattice,
    outlines: Shapes,
    zone: Geometry,
    codes: tuple[str, ...],
    central: NDArray[np.bool_],
) -> Mesh:
    """Give each face its district and lattice cell; faces made of whole cells are known already."""
    points = shapely.point_on_surface(faces)
    district = _which(outlines, points)
    known = _which(lattice.whole, points) >= 0
    nearest = _which(lattice.cut, points)
    inner = shapely.contains_xy(zone, *shapely.get_coordinates(points).T) & central[district]
    cell = np.where((nearest >= 0) & inner, lattice.cut_cells[nearest], -1)
    keep = (district >= 0) & ~known
    return Mesh(
        np.concatenate((faces[keep], lattice.whole)),
        np.concatenate((district[keep], _which(outlines, shapely.centroid(lattice.whole)))),
        np.concatenate((cell[keep], lattice.whole_cells)),
        codes,
    )


def _which(outlines: Shapes, points: Shapes) -> NDArray[np.intp]:
    """Return which outline holds each point, -1 where none does."""
    which, found = STRtree(outlines).query(points, predicate="intersects")
    inside = np.full(len(points), -1, dtype=np.intp)
    inside[which[::-1]] = found[::-1]
    return inside


def borders(shapes: Shapes) -> coo_array:
    """Return the length (m) of the border between each two atoms that touch, as a square matrix."""
    points, owner = shapely.get_coordinates(shapely.get_exterior_ring(shapes), return_index=True)
    _, number = np.unique(points.view("f8,f8").ravel(), return_inverse=True)
    along = owner[1:] == owner[:-1]
    one, other = number[:-1][along], number[1:][along]
    side = np.minimum(one, other).astype(np.int64) << 32 | np.maximum(one, other)
    length = np.hypot(*(points[1:] - points[:-1]).T)[along]
    atom = owner[:-1][along]
    order = np.argsort(side, kind="stable")
    twin = np.flatnonzero(side[order][1:] == side[order][:-1])
    left, right = atom[order[twin]], atom[order[twin + 1]]
    size = (len(shapes), len(shapes))
    matrix = coo_array((length[order[twin]], (left, right)), size)
    both: coo_array = (matrix + matrix.T).tocoo()
    return both
