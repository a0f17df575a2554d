"""Geometries that stand in a question: read, brought to degrees, checked before SQL sees them."""

import json
import math
import struct
from typing import Any

import shapely
from shapely.errors import ShapelyError

from core.errors import Invalid
from layers.crs import Crs, to_degrees

_RADIUS = 6378137.0  # of the web map's sphere, metres
_EDGE = 85.05  # degrees: the web map ends here
_RECTANGLE = struct.Struct("<BIIII10d")
_POLYGON, _HAS_SRID = 3, 0x20000000
Box = tuple[float, float, float, float]


def shape(node: dict[str, Any], crs: Crs) -> shapely.Geometry:
    """Return a GeoJSON geometry or {"bbox": …}, given in `crs`, in degrees; raises Invalid."""
    try:
        found = _boxes(node["bbox"], crs) if "bbox" in node else _shape(node, crs)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError) as error:
        raise _bad("the geometry cannot be read", "无法读取几何图形") from error
    if shapely.is_empty(found):
        raise _bad("the geometry is empty", "几何图形为空")
    if not shapely.is_valid(found):
        why = shapely.is_valid_reason(found)
        raise _bad(f"the geometry is not valid: {why}", "几何图形无效（自相交等）")
    west, south, east, north = shapely.bounds(found).tolist()
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad("a coordinate lies outside the reference system", "坐标超出坐标参考系范围")
    return found


def ewkb(found: shapely.Geometry) -> str:
    """Return a geometry in degrees as PostGIS reads it."""
    return str(shapely.to_wkb(shapely.set_srid(found, 4326), hex=True, include_srid=True))


def box_ewkb(box: Box, srid: int) -> str:
    """Return a rectangle (x, y, x, y) as PostGIS reads it; made by hand, ten times as fast."""
    west, south, east, north = box
    corners = (west, south, east, south, east, north, west, north, west, south)
    return _RECTANGLE.pack(1, _POLYGON | _HAS_SRID, srid, 1, 5, *corners).hex()


def on_web(box: Box) -> Box:
    """Return a box of degrees on the web map (EPSG:3857), a centimetre wider on all sides."""
    west, south, east, north = box
    return _x(west) - 0.01, _y(south) - 0.01, _x(east) + 0.01, _y(north) + 0.01


def web_box(found: shapely.Geometry) -> Box:
    """Return a box on the web map (EPSG:3857) that holds all of a geometry in degrees."""
    return on_web(bounds(found))


def bounds(found: shapely.Geometry) -> Box:
    """Return the box round a geometry."""
    west, south, east, north = shapely.bounds(found).tolist()
    return west, south, east, north


def _x(lon: float) -> float:
    return math.radians(lon) * _RADIUS


def _y(lat: float) -> float:
    within = max(-_EDGE, min(_EDGE, lat))
    return math.log(math.tan(math.pi / 4 + math.radians(within) / 2)) * _RADIUS


def _shape(node: dict[str, Any], crs: Crs) -> shapely.Geometry:
    found = shapely.force_2d(shapely.from_geojson(json.dumps(node)))
    if crs.north_first:
        found = shapely.transform(found, lambda at: at[:, ::-1])
    return to_degrees(found, crs) if crs.metric else found


def _boxes(edges: list[Any], crs: Crs) -> shapely.Geometry:
    """Return the area of a box; one that crosses the antimeridian (west > east) has two parts."""
    flat = [*edges[:2], *edges[3:5]] if len(edges) == 6 else edges
    x1, y1, x2, y2 = (float(edge) for edge in flat)
    west, south, east, north = (y1, x1, y2, x2) if crs.north_first else (x1, y1, x2, y2)
    if south > north:
        raise _bad("the box's south lies north of its north", "范围的南边界高于北边界")
    if crs.metric:
        return to_degrees(shapely.box(west, south, east, north), crs)
    if west > east:
        halves = [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
        return shapely.multipolygons(halves)
    return shapely.box(west, south, east, north)


def _bad(en: str, zh: str) -> Invalid:
    return Invalid(en, zh=zh, field="filter")
