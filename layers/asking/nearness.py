"""Conditions of place: touching a shape, or within so many metres of another selection.

The spatial index lies on the web map's plane, where distances are stretched by 1 / cos(latitude):
a wide look there finds the candidates, the ellipsoid decides.
"""

import math

from django.contrib.gis.geos import GEOSGeometry

from core.errors import Invalid
from layers.filtering import Clause
from layers.selection import Selection

FARTHEST = 5000  # metres between features
_TOUCHING = "ST_Intersects(geom, ST_Transform(%s::geometry, 3857))"
_BESIDE = """
EXISTS (
    SELECT FROM (SELECT geom AS place, original AS ground FROM {store}
                 WHERE layer = %s AND {where}) other
    WHERE ST_DWithin(other.place, geom, %s)
      AND ST_DWithin(other.ground::geography, original::geography, %s)
)
"""


def touching(shape: GEOSGeometry) -> Clause:
    """Return the condition of touching or lying in a shape (EPSG:4326)."""
    return Clause(_TOUCHING, (shape.hexewkb.decode(),))


def beside(other: Selection, metres: float) -> Clause:
    """Return the condition of lying within metres (0: touching) of any of another selection."""
    if not 0 <= metres <= FARTHEST:
        raise Invalid(
            f"the distance between features must be 0 to {FARTHEST:,} metres",
            zh=f"要素之间的距离应在 0 至 {FARTHEST} 米之间",
            field="within_m",
        )
    sql = _BESIDE.format(store=other.store, where=other.clause.sql)
    reach = metres * stretch(other)
    return Clause(sql, (other.layer.code, *other.clause.values, reach, metres))


def stretch(other: Selection) -> float:
    """Return by how much the web map stretches distances where a layer reaches farthest north."""
    bounds = other.bounds() or [0, 0, 0, 0]
    farthest = max(abs(bounds[1]), abs(bounds[3])) + 0.1  # what is near may lie a little beyond
    return 1.01 / math.cos(math.radians(min(farthest, 85)))
