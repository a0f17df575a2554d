"""Places by what people call them: names of the gazetteer, things and streets."""

from typing import Any

from django.db import connection

LIMIT = 12

# prefixes first, then what contains the words; a street is answered by its middle
_FIND = """
SELECT name_zh, name_en, kind, lon, lat FROM (
    SELECT name_zh, name_en, kind, ST_X(point) AS lon, ST_Y(point) AS lat,
           CASE WHEN name_zh LIKE %(starts)s OR pinyin LIKE %(latin)s THEN 0 ELSE 1 END AS rank
    FROM places_placename
    WHERE name_zh LIKE %(within)s OR pinyin LIKE %(latin)s OR name_en ILIKE %(within)s
    UNION ALL
    SELECT name, name_en, kind, ST_X(geom), ST_Y(geom),
           CASE WHEN name LIKE %(starts)s THEN 0 ELSE 1 END
    FROM sensors_thing
    WHERE geom IS NOT NULL
      AND (name LIKE %(within)s OR name_en ILIKE %(within)s OR code ILIKE %(starts)s)
    UNION ALL
    (SELECT name_zh, name_en, 'street', ST_X(at), ST_Y(at), rank FROM (
        SELECT properties->>'name_zh' AS name_zh, properties->>'name_en' AS name_en,
               ST_Transform(ST_PointOnSurface(ST_Collect(geom)), 4326) AS at,
               CASE WHEN properties->>'name_zh' LIKE %(starts)s THEN 0 ELSE 1 END AS rank
        FROM layers_feature
        WHERE layer = 'streets' AND (properties->>'name_zh' LIKE %(within)s
              OR properties->>'name_en' ILIKE %(within)s)
        GROUP BY 1, 2 LIMIT 40) streets)
) found ORDER BY rank, length(name_zh), name_zh LIMIT %(limit)s
"""


def find(words: str, limit: int = LIMIT) -> list[dict[str, Any]]:
    """Return places whose name begins with, or holds, the words (Chinese, pinyin or English)."""
    words = words.strip()
    if not words:
        return []
    plain = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked: dict[str, str | int] = {
        "starts": f"{plain}%",
        "within": f"%{plain}%",
        "latin": f"{plain.lower().replace(' ', '')}%",
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIND, asked)
        rows = cursor.fetchall()
    names = ("name_zh", "name_en", "kind", "lon", "lat")
    return [dict(zip(names, row, strict=True)) for row in rows]
