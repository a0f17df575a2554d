"""A drawn area as it comes in a request: a GeoJSON polygon, checked before anything is asked."""

import json
from typing import Any

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry

from core.errors import Invalid

LARGEST = 100_000  # km²: a province, so that a question is never for half the world
MOST_CORNERS = 20_000
_KINDS = ("Polygon", "MultiPolygon")


def read(given: dict[str, Any]) -> GEOSGeometry:
    """Return the area in EPSG:4326; raises Invalid for one that is open, crossed, empty or vast."""
    shape = given.get("geometry") if given.get("type") == "Feature" else given
    if not isinstance(shape, dict) or shape.get("type") not in _KINDS:
        raise _bad("the area must be a GeoJSON polygon", "区域必须是 GeoJSON 面（Polygon）")
    rings = _rings(shape)
    if sum(len(ring) for ring in rings) > MOST_CORNERS:
        raise _bad(
            f"the area has more than {MOST_CORNERS} corners",
            f"区域的顶点超过 {MOST_CORNERS} 个",
            "simplify it",
        )
    for ring in rings:
        _check(ring)
    return _whole(shape)


def _rings(shape: dict[str, Any]) -> list[list[Any]]:
    try:
        areas = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        return [list(ring) for area in areas for ring in area]
    except (KeyError, TypeError) as error:
        raise _bad("the area's coordinates cannot be read", "无法读取区域的坐标") from error


def _check(ring: list[Any]) -> None:
    for place in ring:
        if not _is_place(place):
            raise _bad(
                "the area's coordinates are not longitude and latitude in degrees",
                "区域的坐标不是经纬度（度）",
                "give [longitude, latitude] pairs in WGS 84",
            )
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise _bad(
            "the area is open: its first and last point differ, or it has fewer than three corners",
            "区域未闭合：首尾点不同，或少于三个角点",
            "repeat the first point at the end",
        )


def _is_place(place: Any) -> bool:
    if not isinstance(place, list | tuple) or len(place) < 2:
        return False
    lon, lat = place[:2]
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (lon, lat))
    return numbers and -180 <= lon <= 180 and -85 <= lat <= 85


def _whole(shape: dict[str, Any]) -> GEOSGeometry:
    try:
        area = GEOSGeometry(json.dumps(shape), srid=4326)
    except (GEOSException, GDALException, ValueError) as error:
        raise _bad("the area's coordinates cannot be read", "无法读取区域的坐标") from error
    if area.empty or area.envelope.geom_type != "Polygon":
        raise _bad("the area is empty", "区域为空")
    if not area.valid:
        raise _bad(
            f"the area crosses itself: {area.valid_reason}",
            "区域的边界自相交",
            "draw it again without crossing its own edge",
        )
    if square_km(area) > LARGEST:
        raise _bad(
            f"the area is larger than {LARGEST:,} km²",
            f"区域超过 {LARGEST:,} 平方千米",
            "draw less",
        )
    return area


def square_km(area: GEOSGeometry) -> float:
    """Return an area's size in km² on the sphere's equal-area cylinder (within 0.5 %)."""
    equal = area.transform(6933, clone=True)
    return float(equal.area) / 1e6


def _bad(detail: str, zh: str, remedy: str = "") -> Invalid:
    return Invalid(detail, zh=zh, field="area", remedy=remedy)
