"""Where an incident lies: its division and what that is called; a place outside is refused."""

import dataclasses

from django.contrib.gis.geos import Point

from core.errors import Invalid
from places import divisions
from places.codes import prefix
from places.label import label
from places.models import Division


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A point (EPSG:4326) with its scope and the names of the division; nowhere known: empty."""

    point: Point | None = None
    scope: str = ""
    zh: str = ""
    en: str = ""


def at(lon: float | None, lat: float | None) -> Place:
    """Return the place of a point; raises Invalid for half a point or one outside the city."""
    if lon is None and lat is None:
        return Place()
    if lon is None or lat is None:
        missing = "lon" if lon is None else "lat"
        raise Invalid(f"{missing} is missing", zh="经纬度须同时给出", field=missing)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Invalid(
            "lon and lat are degrees",
            zh="经纬度超出范围",
            field="lon",
            remedy="send degrees, longitude as lon",
        )
    code = divisions.at(lon, lat)
    if not code and Division.objects.exclude(boundary=None).exists():
        raise Invalid(
            "the place lies outside the city",
            zh="位置不在本市范围内",
            field="lon",
            remedy="check that longitude and latitude are not exchanged, and their datum",
        )
    scope = prefix(code) if code else ""
    return Place(Point(lon, lat, srid=4326), scope, *label(scope))
