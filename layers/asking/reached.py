"""Who and what a piece of ground reaches: features, lengths and people by layer and by zone.

A feature counts in the zone of each level that holds its anchor (areas and lines: a point on them);
lengths are those inside the ground, cut at the zones' edges, on the ellipsoid.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry

from core.errors import Invalid
from layers import catalogue, holding
from layers.asof import NOW, AsOf, store
from layers.filtering import NUMERIC
from layers.layer import Layer
from layers.questions import HOMES
from layers.rights import may_see
from layers.selection import fetch
from people.may import Rights

ZONES = "divisions"
LEVELS = ("district", "street")
MOST_SITES = 200
_AGAIN = "analyses"  # the group of what was reckoned from other layers: not asked for themselves

# the ground in pieces of few corners: each finds its features by the index and is prepared once
_PIECES = """
WITH piece AS MATERIALIZED (
    SELECT ST_Subdivide(ST_Transform(ground::geometry, 3857), 128) AS geom
    FROM unnest(%(ground)s::text[]) ground
), zone AS MATERIALIZED (
    SELECT fid AS zone, geom AS held, properties ->> 'level' AS level FROM {store}
    WHERE layer = %(zones)s AND properties ->> 'level' = ANY(%(levels)s)
      AND {held} AND EXISTS (SELECT FROM piece WHERE piece.geom && layers_feature.geom)
)
"""
_TOUCHED = """
SELECT DISTINCT ON (f.fid) '{layer}' AS layer, f.fid, {people} AS people,
       coalesce(f.anchor, ST_PointOnSurface(f.geom)) AS spot
FROM piece JOIN {rows} ON f.layer = '{layer}' AND ST_Intersects(piece.geom, f.geom) AND {held}
"""
_COUNTS = """
, touched AS MATERIALIZED ({touched})
SELECT layer, zone, count(*), sum(people), count(*) FILTER (WHERE people IS NULL) FROM (
    SELECT touched.*, zone.zone FROM touched JOIN zone ON ST_Intersects(zone.held, spot)
    UNION ALL SELECT touched.*, -1 FROM touched
) placed GROUP BY layer, zone
"""
_LENGTHS = """
SELECT layer, zone, sum(ST_Length(ST_Transform(part, 4326)::geography)) / 1e3 FROM (
    SELECT cut.layer, -1 AS zone, part FROM cut
    UNION ALL
    SELECT cut.layer, zone.zone,
           CASE WHEN ST_Covers(zone.held, part) THEN part
                ELSE ST_Intersection(part, zone.held) END
    FROM cut JOIN zone ON ST_Intersects(zone.held, part)
) lengths GROUP BY layer, zone
"""
_CUT = """
, cut AS MATERIALIZED (
    SELECT f.layer, CASE WHEN ST_Covers(piece.geom, f.geom) THEN f.geom
                         ELSE ST_Intersection(f.geom, piece.geom) END AS part
    FROM piece JOIN {rows}
      ON f.layer = ANY(%(lines)s) AND ST_Intersects(piece.geom, f.geom) AND {held}
)
"""
_NAMES = """
SELECT fid, properties ->> 'level', properties ->> 'code', properties ->> 'name_zh',
       properties ->> 'name_en'
FROM {store} WHERE layer = %(zones)s AND fid = ANY(%(fids)s) AND {held}
"""
_SITES = """
SELECT DISTINCT ON (f.layer, f.fid) f.layer, f.fid, properties ->> 'name_zh',
       properties ->> 'name_en', ST_X(spot), ST_Y(spot)
FROM piece JOIN {rows}
  ON f.layer = ANY(%(sites)s) AND ST_Intersects(piece.geom, f.geom) AND {held},
     LATERAL (SELECT ST_Transform(ST_PointOnSurface(f.geom), 4326) AS spot) at
WHERE properties ->> 'name_zh' <> '' ORDER BY f.layer, f.fid LIMIT %(most)s
"""
_SIZE = "SELECT sum(ST_Area(ST_Transform(geom, 4326)::geography)) / 1e6 FROM piece"
_UNKNOWN = "NULL::float8"
_HELD = """CASE WHEN {storeys} IS NOT NULL
     THEN ST_Area(f.original::geography) * greatest({storeys}, 1) / %(m2_each)s END"""
_WHOLE = -1  # the key of all zones together


@dataclasses.dataclass(frozen=True, slots=True)
class Room:
    """How people are reckoned in buildings that tell none: a column of storeys, m² of floor each.

    A building's floor is the ground under it, on the ellipsoid, times its storeys (one at least);
    where the storeys are not known its people are not.
    """

    storeys: str
    m2_each: float


@dataclasses.dataclass(slots=True)
class Figures:
    """Of the ground, or of what of it lies in one zone: by layer, and people.

    `people` is what the column `people` of the buildings says (an estimate), or what their room
    is reckoned to hold; None where no building says any; `people_unknown` buildings say nothing.
    """

    counts: dict[str, int] = dataclasses.field(default_factory=dict)
    lengths_km: dict[str, float] = dataclasses.field(default_factory=dict)
    people: int | None = None
    people_unknown: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Zone:
    """A division that the ground reaches, and the figures of what lies in it."""

    level: str
    fid: int
    code: str
    name_zh: str
    name_en: str
    figures: Figures


@dataclasses.dataclass(frozen=True, slots=True)
class Reached:
    """Everything that a piece of ground reaches, all together and by zone, and sites by name."""

    square_km: float
    figures: Figures
    zones: list[Zone]
    sites: list[dict[str, Any]]
    buildings: str


def reached(
    ground: Sequence[GEOSGeometry],
    rights: Rights,
    buildings: str = HOMES,
    instead: str = "",
    then: AsOf = NOW,
    room: Room | None = None,
) -> Reached:
    """Return what the ground (EPSG:4326) reaches in every layer that these rights open.

    `buildings` is whose people are told; `instead`: a layer that they stand in the place of.
    Raises Invalid for a room whose storeys are no column of numbers.
    """
    every = catalogue.layers().values()
    seen = [
        one for one in every
        if one.is_vector and may_see(one, rights) and one.code not in (ZONES, instead)
        and (one.group != _AGAIN or one.code == buildings)
    ]  # fmt: skip
    zones = [ZONES] if any(one.code == ZONES and may_see(one, rights) for one in every) else []
    asked: dict[str, Any] = {
        "ground": [one.hexewkb.decode() for one in ground],
        "zones": zones[0] if zones else "",
        "levels": list(LEVELS),
        "lines": [one.code for one in seen if one.shape == "line"],
        "sites": [one.code for one in seen if one.site],
        "most": MOST_SITES,
        "m2_each": room.m2_each if room else None,
        **then.values,
    }
    found: dict[int, Figures] = {_WHOLE: Figures()}
    _count(asked, seen, buildings, room, found, then)
    _lengths(asked, found, then)
    ((size,),) = fetch(_read(_PIECES + _SIZE, then), asked)
    whole = found.pop(_WHOLE)
    return Reached(
        round(float(size or 0), 4), whole, _zones(asked, found, then), _sites(asked, then),
        buildings,
    )  # fmt: skip


def _read(query: str, then: AsOf) -> str:
    """Return a question with what it reads from, and which of its rows held then."""
    return query.format(store=then.store(), rows=then.store("f"), held=then.held)


def _count(
    asked: dict[str, Any],
    seen: Sequence[Layer],
    buildings: str,
    room: Room | None,
    found: dict[int, Figures],
    then: AsOf,
) -> None:
    if not seen:
        return
    touched = " UNION ALL ".join(
        "({})".format(
            _TOUCHED.format(
                layer=one.code,
                people=_people(one, room, then) if one.code == buildings else _UNKNOWN,
                rows=store(then.of(one.code), "f"), held=then.held,
            )
        )
        for one in seen
    )  # fmt: skip
    query = _read(_PIECES, then) + _COUNTS.format(touched=touched)
    for layer, zone, n, people, unknown in fetch(query, asked):
        into = found.setdefault(zone, Figures())
        into.counts[layer] = n
        if layer == buildings:
            into.people = None if people is None else round(people)
            into.people_unknown = unknown


def _people(layer: Layer, room: Room | None, then: AsOf) -> str:
    """Return the expression of a building's people: what it tells, else what its room holds."""
    past = bool(then.of(layer.code))
    own = _number(layer, "people", past) if _is_number(layer, "people") else _UNKNOWN
    if room is None:
        return own
    if not _is_number(layer, room.storeys):
        raise Invalid(
            f"{layer.code} has no column of numbers called {room.storeys!r}",
            zh=f"图层 {layer.title_zh} 没有数值字段 {room.storeys!r}",
            field="room",
        )
    return f"coalesce({own}, {_HELD.format(storeys=_number(layer, room.storeys, past))})"


def _is_number(layer: Layer, name: str) -> bool:
    column = layer.columns.get(name)
    return column is not None and column.type in NUMERIC


def _number(layer: Layer, name: str, past: bool) -> str:
    kind = layer.columns[name].type
    return holding.value(f"'{name}'", kind, "float8", past=past, table="f.")


def _lengths(asked: dict[str, Any], found: dict[int, Figures], then: AsOf) -> None:
    for layer, zone, km in fetch(_read(_PIECES + _CUT + _LENGTHS, then), asked):
        if km:
            found.setdefault(zone, Figures()).lengths_km[layer] = round(float(km), 3)


def _zones(asked: dict[str, Any], found: dict[int, Figures], then: AsOf) -> list[Zone]:
    rows = fetch(_read(_NAMES, then), asked | {"fids": list(found)})
    zones = [
        Zone(level, fid, code or "", zh or code or str(fid), en or zh or str(fid), found[fid])
        for fid, level, code, zh, en in rows
    ]
    return sorted(zones, key=lambda zone: (LEVELS.index(zone.level), zone.code, zone.fid))


def _sites(asked: dict[str, Any], then: AsOf) -> list[dict[str, Any]]:
    return [
        {
            "layer": layer,
            "fid": fid,
            "name_zh": zh,
            "name_en": en or zh,
            "lon": round(lon, 6),
            "lat": round(lat, 6),
        }
        for layer, fid, zh, en, lon, lat in fetch(_read(_PIECES + _SITES, then), asked)
    ]
