"""Lengths and areas on the ellipsoid of CGCS2000 (GRS 80), from WGS 84 or CGCS2000 degrees."""

import dataclasses

import shapely
from django.contrib.gis.geos import GEOSGeometry
from pyproj import Geod

_EARTH = Geod(ellps="GRS80")


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """A shape's size: metres along it (a ring's whole way), square metres, metres a segment."""

    length_m: float
    area_m2: float
    segments_m: list[float]


def measure(shape: GEOSGeometry) -> Measured:
    """Return the size of a shape in EPSG:4326 (or 4490): geodesics, not chords of a map."""
    known = shapely.from_wkb(bytes(shape.wkb))
    length = float(_EARTH.geometry_length(known))
    area = 0.0
    if known.geom_type in ("Polygon", "MultiPolygon"):
        area, _ = _EARTH.geometry_area_perimeter(shapely.orient_polygons(known))
    return Measured(round(length, 3), round(abs(area), 3), _segments(known))


def _segments(shape: shapely.Geometry) -> list[float]:
    """Return the length of each segment of a line, or of an area's outer ring."""
    outline = shape.exterior if isinstance(shape, shapely.Polygon) else shape
    if not isinstance(outline, shapely.LineString):
        return []
    lons, lats = zip(*outline.coords, strict=True)
    return [round(float(one), 3) for one in _EARTH.line_lengths(lons, lats)]
