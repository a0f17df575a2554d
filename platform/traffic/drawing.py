"""What somebody drew, looked at before it becomes a closure: a shape, in the city, on a street."""

import dataclasses
import json
import math
from typing import Any

import shapely
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry

from core.errors import Invalid
from places import codes, divisions
from places.models import Division
from traffic import closing, roads
from traffic.graph import Graph

KINDS = ("Point", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
MOST_CORNERS = 2000
_LEVELS = (12, 9, 6, 4, 2)  # digits of a scope, from community to province
_MOST_NAMES = 40


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """A shape (EPSG:4326) with the division it lies in and the streets that it closes."""

    geom: GEOSGeometry
    scope: str
    streets: list[dict[str, str]]
    metres: float


def read(geometry: dict[str, Any] | None) -> GEOSGeometry:
    """Return GeoJSON as a shape; raises Invalid with the sentence for what is wrong with it."""
    if not geometry:
        raise Invalid(
            "a closure needs a line, an area or a point on the map",
            zh="封路必须在图上画出路段、范围或地点",
            field="geometry",
            remedy="draw the stretch of street that is closed",
        )
    try:
        shape = GEOSGeometry(json.dumps(geometry), srid=4326)
    except (TypeError, ValueError, GEOSException, GDALException) as error:
        raise _bad("it is not GeoJSON", "不是有效的 GeoJSON") from error
    if shape.geom_type not in KINDS:
        raise _bad(f"a {shape.geom_type} closes nothing", "只能是路段、范围或地点")
    if shape.empty or not shape.valid or not all(map(math.isfinite, shape.extent)):
        raise _bad(shape.valid_reason, "图形为空或自相交")
    if shape.num_coords > MOST_CORNERS:
        raise _bad(f"it has more than {MOST_CORNERS} corners", f"顶点超过 {MOST_CORNERS} 个")
    west, south, east, north = shape.extent
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad("it does not lie on the map: (lon, lat) expected", "坐标不在经纬度范围内")
    return shape


def look_at(shape: GEOSGeometry) -> Drawn:
    """Say where a shape lies and what it closes.

    Raises Invalid outside the city and, where there is a street network, beside all streets.
    """
    scope = _scope(shape)
    if not roads.ready():
        return Drawn(shape, scope, [], 0.0)
    network = roads.current().graph
    edges = closing.edges_of(network, shapely.from_wkb(bytes(shape.wkb)))
    if not edges.size:
        raise Invalid(
            f"no street lies within {closing.BESIDE_M:.0f} m of what was drawn",
            zh=f"所画位置 {closing.BESIDE_M:.0f} 米内没有道路",
            field="geometry",
            remedy="draw over the street that is closed",
        )
    return Drawn(shape, scope, _names(network, edges), round(float(network.metres[edges].sum()), 1))


def _bad(why: str, zh: str) -> Invalid:
    return Invalid(
        f"what was drawn cannot be a closure: {why}",
        zh=f"所画图形不能作为封路范围：{zh}",
        field="geometry",
        remedy="draw it again",
    )


def _scope(shape: GEOSGeometry) -> str:
    """Return the smallest division that holds all corners; raises Invalid outside the city."""
    corners = shapely.get_coordinates(shapely.from_wkb(bytes(shape.wkb)))
    found = {code for code in divisions.codes_at(corners[:, 0], corners[:, 1]) if code}
    if not found:
        if Division.objects.exclude(boundary=None).exists():
            raise Invalid(
                "what was drawn lies outside the city",
                zh="所画位置不在本市范围内",
                field="geometry",
                remedy="draw it inside the city's boundary",
            )
        return ""
    for level in _LEVELS:
        shared = {codes.prefix(code)[:level] for code in found}
        if len(shared) == 1 and len(min(shared)) == level:
            return shared.pop()
    return ""


def _names(network: Graph, edges: Any) -> list[dict[str, str]]:
    """Return the names of the streets, the longest stretch first."""
    lengths: dict[tuple[str, str], float] = {}
    for edge in edges.tolist():
        name = (str(network.names_zh[edge]), str(network.names_en[edge]))
        lengths[name] = lengths.get(name, 0.0) + float(network.metres[edge])
    named = sorted((name for name in lengths if any(name)), key=lambda name: -lengths[name])
    return [{"zh": zh or en, "en": en or zh} for zh, en in named[:_MOST_NAMES]]
