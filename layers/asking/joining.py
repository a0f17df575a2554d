"""Join by location: to each feature the one of another layer that holds it or lies nearest."""

import json
from typing import Any

from core.errors import Invalid
from layers.asking.nearness import FARTHEST, stretch
from layers.selection import Selection, fetch

_NEAREST = """
SELECT page.fid, other.fid, other.properties, other.away
FROM (SELECT fid, geom AS place, original AS ground FROM {own}
      WHERE layer = %s AND {valid} AND fid = ANY(%s)) page
CROSS JOIN LATERAL (
    SELECT near.*, ST_Distance(original::geography, page.ground::geography) AS away FROM (
        SELECT fid, properties, original, geom FROM {store}
        WHERE layer = %s AND {where} AND ST_DWithin(geom, page.place, %s)
        ORDER BY geom <-> page.place, fid LIMIT 8
    ) near ORDER BY away, fid LIMIT 1
) other WHERE other.away <= %s
"""


def nearest(
    chosen: Selection, fids: list[int], other: Selection, metres: float
) -> dict[int, dict[str, Any]]:
    """Return for each feature the nearest of another selection within metres (0: it touches).

    Distances are metres on the ellipsoid; of eight neighbours on the map the nearest is taken.
    """
    if not 0 <= metres <= FARTHEST:
        raise Invalid(
            f"the distance between features must be 0 to {FARTHEST:,} metres",
            zh=f"要素之间的距离应在 0 至 {FARTHEST} 米之间",
            field="within_m",
        )
    valid = chosen.validity
    values = [
        chosen.layer.code, *valid.values, fids, other.layer.code, *other.clause.values,
        metres * stretch(other), metres,
    ]  # fmt: skip
    query = _NEAREST.format(
        own=chosen.store, valid=valid.sql, store=other.store, where=other.clause.sql
    )
    rows = fetch(query, values)
    return {
        fid: {"fid": found, "properties": _read(properties), "distance_m": round(away, 2)}
        for fid, found, properties, away in rows
    }


def _read(properties: str | dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(properties) if isinstance(properties, str) else properties
    return read
