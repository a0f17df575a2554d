"""What somebody draws to ask with: a point, a line or an area, and the ground round it."""

import json
from typing import Any

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.db import connection

from core.errors import Invalid
from layers import area

FARTHEST = 50_000  # metres round a drawn shape
_KINDS = ("Point", "MultiPoint", "LineString", "MultiLineString")
_BUFFER = "SELECT ST_AsEWKB(ST_Buffer(%s::geography, %s, 32)::geometry)"


def read(given: dict[str, Any]) -> GEOSGeometry:
    """Return a drawn shape in EPSG:4326; raises Invalid for one that is broken, empty or vast."""
    shape = given.get("geometry") if given.get("type") == "Feature" else given
    if not isinstance(shape, dict) or shape.get("type") not in _KINDS:
        return area.read(given)
    try:
        known = GEOSGeometry(json.dumps(shape), srid=4326)
    except (GEOSException, GDALException, ValueError) as error:
        raise _bad("the shape's coordinates cannot be read", "无法读取图形的坐标") from error
    if known.empty or known.num_coords > area.MOST_CORNERS:
        raise _bad(
            f"the shape is empty or has more than {area.MOST_CORNERS} points",
            f"图形为空，或超过 {area.MOST_CORNERS} 个点",
        )
    west, south, east, north = known.extent
    if not (-180 <= west <= east <= 180 and -85 <= south <= north <= 85):  # also refuses NaN
        raise _bad("the coordinates are not degrees in WGS 84", "坐标不是经纬度（度）")
    return known


def around(shape: GEOSGeometry, metres: float) -> GEOSGeometry:
    """Return the ground within so many metres of a shape (EPSG:4326); a point needs some."""
    if not 0 <= metres <= FARTHEST:
        raise Invalid(
            f"the distance must be 0 to {FARTHEST:,} metres",
            zh=f"距离应在 0 至 {FARTHEST} 米之间",
            field="within_m",
        )
    if not metres:
        return shape
    with connection.cursor() as cursor:
        cursor.execute(_BUFFER, [shape.hexewkb.decode(), metres])
        (found,) = cursor.fetchone()
    return GEOSGeometry(memoryview(found))


def _bad(detail: str, zh: str) -> Invalid:
    return Invalid(detail, zh=zh, field="area", remedy="send a GeoJSON geometry in WGS 84")
