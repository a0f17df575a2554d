"""Where a warning holds: a drawn area, divisions by code, or so many metres around a place."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.contrib.gis.db.models import Union
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from pyproj import Geod

from core.errors import Invalid
from layers import area as drawn
from places.models import Division, Level

_EARTH = Geod(ellps="WGS84")
_CORNERS = 48  # of a circle's outline
_MOST_POINTS = 800  # in one warning: a phone must be able to draw it
_FARTHEST = 100_000.0  # metres
_NAMED = 3  # districts that an area's name lists


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """An area in EPSG:4326 with its names; `scope` is the division that holds all of it."""

    geom: MultiPolygon
    divisions: list[str]
    name_zh: str
    name_en: str
    scope: str


def place(given: dict[str, Any]) -> Place:
    """Return the area of {"divisions": [code]}, {"around": {lon, lat, radius_m}} or a polygon."""
    if "divisions" in given:
        return _by_codes(given["divisions"])
    if "around" in given:
        return _by_shape(around(given["around"]))
    return _by_shape(drawn.read(given))


def around(given: Any) -> GEOSGeometry:
    """Return the circle {lon, lat, radius_m} as a polygon."""
    try:
        lon, lat, metres = (float(given[name]) for name in ("lon", "lat", "radius_m"))
    except (KeyError, TypeError, ValueError):
        raise _bad("around needs lon, lat and radius_m", "应写明 lon、lat 与 radius_m") from None
    if not (0 < metres <= _FARTHEST and abs(lon) <= 180 and abs(lat) <= 85):
        raise _bad(
            f"the radius must be up to {_FARTHEST / 1000:.0f} km around a place on the map",
            f"半径须在 {_FARTHEST / 1000:.0f} 千米以内，且位置有效",
        )
    return circle(lon, lat, metres)


def circle(lon: float, lat: float, metres: float) -> GEOSGeometry:
    """Return a circle on the ellipsoid as a polygon of EPSG:4326."""
    angles = [360.0 * corner / _CORNERS for corner in range(_CORNERS)]
    lons, lats, _ = _EARTH.fwd(
        [lon] * _CORNERS, [lat] * _CORNERS, angles, [max(metres, 1.0)] * _CORNERS
    )
    ring = list(zip(lons, lats, strict=True))
    return Polygon([*ring, ring[0]], srid=4326)


def _by_codes(codes: Any) -> Place:
    if not isinstance(codes, list) or not codes or not all(isinstance(c, str) for c in codes):
        raise _bad("divisions must be a list of codes", "divisions 应为区划代码列表")
    found = list(Division.objects.filter(code__in=codes).exclude(boundary=None).order_by("code"))
    missing = sorted(set(codes) - {one.code for one in found})
    if missing:
        raise _bad(
            f"there is no division {missing[0]!r} with a boundary",
            f"没有区划 {missing[0]!r} 或其边界",
        )
    shape = Division.objects.filter(pk__in=[one.pk for one in found]).aggregate(
        whole=Union("boundary")
    )["whole"]
    codes = [one.code for one in found]
    return Place(lighter(shape), codes, *_names(found), scope_of(found))


def _by_shape(shape: GEOSGeometry) -> Place:
    found = within(shape)
    if not found and Division.objects.exclude(boundary=None).exists():
        raise _bad("the area lies outside the city", "区域在本市范围之外")
    return Place(lighter(shape), [], *_names(found), scope_of(found))


def within(shape: GEOSGeometry) -> list[Division]:
    """Return the districts that an area touches, by code."""
    districts = Division.objects.filter(level=Level.DISTRICT, boundary__intersects=shape)
    return list(districts.order_by("code"))


def _names(found: Sequence[Division]) -> tuple[str, str]:
    zh = "、".join(one.name_zh for one in found[:_NAMED])
    en = ", ".join(one.name_en for one in found[:_NAMED])
    if len(found) > _NAMED:
        more = len(found) - _NAMED
        return f"{zh}等{len(found)}个区县", f"{en} and {more} more"
    return zh, en


def scope_of(found: Sequence[Division]) -> str:
    """Return the deepest division that holds all of them: codes are cut where divisions end."""
    prefixes = [one.prefix for one in found]
    for length in (12, 9, 6, 4, 2):
        shared = {prefix[:length] for prefix in prefixes}
        if len(shared) == 1 and len(prefixes[0]) >= length:
            return shared.pop()
    return ""


def lighter(shape: GEOSGeometry) -> MultiPolygon:
    """Return an area as a MultiPolygon without holes and with few enough points.

    A hole is warned too: who stands in it hears what holds all around.
    """
    tolerance = 0.00005  # degrees, about 5 m
    while shape.num_coords > _MOST_POINTS:
        shape = shape.simplify(tolerance, preserve_topology=True)
        tolerance *= 2
    parts = [shape] if isinstance(shape, Polygon) else cast(Iterable[Polygon], shape)
    solid = MultiPolygon([Polygon(part.exterior_ring.coords) for part in parts], srid=4326)
    joined = solid.unary_union
    joined.srid = 4326
    return joined if isinstance(joined, MultiPolygon) else MultiPolygon([joined], srid=4326)


def _bad(detail: str, zh: str) -> Invalid:
    return Invalid(detail, zh=zh, field="area")
