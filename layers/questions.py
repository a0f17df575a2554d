"""Questions about features: what is near a place or inside an area, and one as GeoJSON."""

import dataclasses
import json
import math
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection

from layers import catalogue
from layers.asof import NOW, AsOf, store
from layers.models import Feature, Import, Stage
from layers.rights import may_see
from people.may import Rights

HOMES = "buildings"  # the layer whose column `people` says how many are usually inside
MOST_SITES = 50
MOST_FILLINGS = 200

# distances on the web map are stretched by 1 / cos(latitude); here they are metres on the ground
_NEAR = """
SELECT layer, fid, properties, simulated, away FROM (
    SELECT layer, fid, properties, simulated, ST_Distance(geom, place) * %(shrink)s AS away,
           row_number() OVER (PARTITION BY layer ORDER BY ST_Distance(geom, place), fid) AS nth
    FROM {store}, ST_Transform(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 3857) place
    WHERE layer = ANY(%(layers)s) AND ST_DWithin(geom, place, %(within)s / %(shrink)s)
      AND {held}
) found WHERE nth <= %(limit)s ORDER BY array_position(%(layers)s, layer) DESC, away, fid
"""

# each layer is one index scan of its own partition; the area is prepared once for each
_INSIDE = """
WITH area AS MATERIALIZED (SELECT ST_Transform(%(area)s::geometry, 3857) AS geom)
SELECT counted.* FROM area CROSS JOIN LATERAL ({each}) counted
"""
_COUNT = """
SELECT '{layer}' AS layer, count(*) AS n, {people} AS people
FROM {store} WHERE layer = '{layer}' AND ST_Intersects(area.geom, layers_feature.geom) AND {held}
"""
_PEOPLE = "coalesce(sum((properties ->> 'people')::numeric), 0)::bigint"
_SITES = """
WITH area AS MATERIALIZED (SELECT ST_Transform(%(area)s::geometry, 3857) AS geom)
SELECT layer, fid, properties ->> 'name_zh', properties ->> 'name_en',
       ST_X(spot), ST_Y(spot)
FROM area, {store},
     LATERAL (SELECT ST_Transform(ST_PointOnSurface(layers_feature.geom), 4326) AS spot) at
WHERE layer = ANY(%(layers)s) AND ST_Intersects(area.geom, layers_feature.geom)
  AND properties ->> 'name_zh' <> '' AND {held}
ORDER BY layers_feature.geom <-> ST_Centroid(area.geom), layer, fid LIMIT %(limit)s
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Inside:
    """What lies inside an area: features by layer, people estimated, named sites by distance."""

    counts: dict[str, int]
    people: int
    sites: list[dict[str, Any]]


def inside(area: GEOSGeometry, rights: Rights, then: AsOf = NOW) -> Inside:
    """Count what touches or lies in an area (EPSG:4326) in every layer that the rights allow.

    People are the estimate of the buildings' column `people`; sites are hospitals, schools and
    stations by name, nearest to the area's centre first.
    """
    seen = [one for one in catalogue.layers().values() if one.is_vector and may_see(one, rights)]
    counts, people = _counted(area, [one.code for one in seen], then)
    return Inside(counts, people, _sites(area, [one.code for one in seen if one.site], then))


def _counted(area: GEOSGeometry, layers: Sequence[str], then: AsOf) -> tuple[dict[str, int], int]:
    if not layers:
        return {}, 0
    each = " UNION ALL ".join(
        _COUNT.format(
            layer=code, people=_PEOPLE if code == HOMES else "0",
            store=store(then.of(code)), held=then.held,
        )
        for code in layers
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSIDE.format(each=each), {"area": _ewkb(area)} | then.values)
        rows = cursor.fetchall()
    return {layer: n for layer, n, _ in rows}, sum(people for *_, people in rows)


def _sites(area: GEOSGeometry, layers: Sequence[str], then: AsOf) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"area": _ewkb(area), "layers": list(layers), "limit": MOST_SITES}
    with connection.cursor() as cursor:
        cursor.execute(_SITES.format(store=then.store(), held=then.held), asked | then.values)
        rows = cursor.fetchall()
    return [
        {
            "layer": layer,
            "fid": fid,
            "name_zh": zh,
            "name_en": en or zh,
            "lon": round(lon, 6),
            "lat": round(lat, 6),
        }
        for layer, fid, zh, en, lon, lat in rows
    ]


def _ewkb(area: GEOSGeometry) -> str:
    """Return an area as hexadecimal EWKB in EPSG:4326, whatever it came in."""
    if area.srid in (None, 4326):
        area = GEOSGeometry(area.wkb, srid=4326)
    else:
        area = area.transform(4326, clone=True)
    return str(area.hexewkb.decode())


def near(
    place: Point, layers: Sequence[str], within: float, limit: int, then: AsOf = NOW
) -> list[dict[str, Any]]:
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
        cursor.execute(_NEAR.format(store=then.store(), held=then.held), asked | then.values)
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


def fillings(layer: str) -> list[dict[str, Any]]:
    """Return a layer's imports that keep history, newest first: when, by whom, what changed."""
    rows = Import.objects.filter(layer=layer, stage=Stage.DONE, report__has_key="change")
    told = ("since", "added", "changed", "removed", "kept")
    return [
        {
            "import": str(row.pk),
            "file": row.file,
            "by": row.by_name,
            "at": row.ended_at.isoformat() if row.ended_at else None,
            **{name: row.report["change"][name] for name in told},
        }
        for row in rows[:MOST_FILLINGS]
    ]


def _read(properties: str | dict[str, Any]) -> dict[str, Any]:
    """Return jsonb as a mapping: Django's own cursors hand it over as text."""
    read: dict[str, Any] = json.loads(properties) if isinstance(properties, str) else properties
    return read
