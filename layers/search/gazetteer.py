"""Divisions and place names as sources of the search."""

from collections.abc import Iterable, Sequence

from layers.search.source import Family, Found, Source
from people.may import Rights, may
from places.codes import prefix
from places.models import Division, Level, PlaceName

_LEVELS = {
    Level.CITY: ("市", "City", 8),
    Level.DISTRICT: ("区县", "District", 7),
    Level.STREET: ("街道乡镇", "Subdistrict", 5),
    Level.COMMUNITY: ("社区村", "Community", 3),
}
_WEIGHTS = " ".join(f"WHEN '{level}' THEN {weight}" for level, (*_, weight) in _LEVELS.items())
_DIVISIONS = f"""
SELECT d.id, d.name_zh AS zh, d.name_en AS en, d.code, '' AS scope,
       CASE d.level {_WEIGHTS} ELSE 0 END AS weight, ST_X(at) AS lon, ST_Y(at) AS lat
FROM places_division d, LATERAL (SELECT ST_Centroid(d.boundary) AS at) middle
"""
_NAMES = """
SELECT id, name_zh AS zh, name_en AS en, '' AS code, '' AS scope, 4 AS weight,
       ST_X(point) AS lon, ST_Y(point) AS lat
FROM places_placename
"""


class Divisions(Source):
    """Cities, districts, streets and communities, by name and code."""

    code = "division"
    rows = _DIVISIONS

    def seen(self, rights: Rights, scopes: Sequence[str]) -> list[bool]:
        """Show them to all staff, wherever they lie: they are the map's own words."""
        return [may(rights, "layer.see")] * len(scopes)

    def now(self, ids: Sequence[int], rights: Rights) -> dict[int, Found]:
        """Return the divisions with the box that they fill."""
        return {row.pk: _division(row) for row in Division.objects.filter(pk__in=ids)}


def _division(row: Division) -> Found:
    zh, en, _ = _LEVELS[Level(row.level)]
    return Found(
        row.code, row.name_zh, row.name_en, row.code, row.level, zh, en, None, None,
        division=prefix(row.parent_id) if row.parent_id else row.prefix,
        bounds=row.boundary.extent if row.boundary else None,
        simulated=row.simulated,
    )  # fmt: skip


class Names(Source):
    """The gazetteer: what people call a point."""

    code = "place"
    rows = _NAMES

    def seen(self, rights: Rights, scopes: Sequence[str]) -> list[bool]:
        """Show them to all staff."""
        return [may(rights, "layer.see")] * len(scopes)

    def now(self, ids: Sequence[int], rights: Rights) -> dict[int, Found]:
        """Return the names."""
        return {
            row.pk: Found(
                str(row.pk), row.name_zh, row.name_en, "", row.kind, "地名", "Place name",
                None, None, division=row.division, simulated=row.simulated,
            )
            for row in PlaceName.objects.filter(pk__in=ids)
        }  # fmt: skip


class Gazetteer(Family):
    """Both change with the revision of the places."""

    stamps = """
        SELECT code, coalesce((SELECT number FROM places_revision WHERE id = 1), 0)::text
        FROM unnest(ARRAY['division', 'place']) code
    """

    def sources(self) -> Iterable[Source]:
        """Return both."""
        return (Divisions(), Names())
