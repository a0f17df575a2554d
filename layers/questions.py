"""Questions about features: what is near a place, and one feature as GeoJSON."""

import json
import math
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection

from layers.models import Feature

# distances on the web map are stretched by 1 / cos(latitude); here they are metres on the ground
_NEAR = """
SELECT layer, fid, properties, simulated, away FROM (
    SELECT layer, fid, properties, simulated, ST_Distance(geom, place) * %(shrink)s AS away,
           row_number() OVER (PARTITION BY layer ORDER BY ST_Distance(geom, place), fid) AS nth
    FROM layers_feature, ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 3857) place
    WHERE layer = ANY(%(layers)s) AND ST_DWithin(geom, place, %(within)s / %(shrink)s)
) found WHERE nth <= %(limit)s ORDER BY array_position(%(layers)s, layer) DESC, away, fid
"""


def near(place: Point, layers: Sequence[str], within: float, limit: int) -> list[dict[str, Any]]:
    """Return what lies within metres of a WGS 84 place, uppermost layer first, nearest first."""
    asked: dict[str, Any] = {
        "lon": place.x,
        "lat": place.y,
        "layers": list(layers),
        "within": within,
        "limit": limit,
        "shrink": math.cos(math.radians(place.y)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, asked)
        rows = cursor.fetchall()
    return [
        {
            "layer": layer,
            "fid": fid,
            "properties": _read(properties),
            "simulated": simulated,
            "distance_m": round(away, 2),
        }
        for layer, fid, properties, simulated, away in rows
    ]


def geojson(feature: Feature) -> dict[str, Any]:
    """Return a feature in RFC 7946's form, geometry as it came (EPSG:4326)."""
    return {
        "type": "Feature",
        "id": feature.fid,
        "geometry": json.loads(feature.original.geojson),
        "properties": feature.properties,
        "layer": feature.layer,
        "simulated": feature.simulated,
        "valid_from": feature.valid_from.isoformat(),
    }


def _read(properties: str | dict[str, Any]) -> dict[str, Any]:
    """Return jsonb as a mapping: Django's own cursors hand it over as text."""
    read: dict[str, Any] = json.loads(properties) if isinstance(properties, str) else properties
    return read
