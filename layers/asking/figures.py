"""Figures of a selection by zone: how many, how much of a column, how long, how large.

A feature counts in the one zone that holds its anchor (areas and lines: a point on them); lengths
and areas are cut at the zones' edges and measured on the ellipsoid.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from core.errors import Invalid
from layers import holding
from layers.filtering import NUMERIC
from layers.layer import Layer
from layers.selection import Selection, fetch

MOST_ZONES = 2000
MOST_MEASURES = 6
_OF_COLUMN = {"sum": "sum", "mean": "avg", "min": "min", "max": "max"}
_CUT = {
    "length_km": ("line", "ST_Length({part}::geography) / 1e3"),
    "area_km2": ("polygon", "ST_Area({part}::geography) / 1e6"),
}
_ZONES = """
SELECT fid, properties ->> 'name_zh', properties ->> 'name_en', properties ->> 'code',
       ST_Area(original::geography) / 1e6
FROM {store} WHERE layer = %s AND {zones} ORDER BY fid LIMIT %s
"""
_PLACED = """
WITH zone AS MATERIALIZED (
    SELECT fid AS zone, geom AS ground FROM {areas} WHERE layer = %s AND {zones}
), placed AS MATERIALIZED (
    SELECT DISTINCT ON (found.fid) found.*, zone.zone FROM zone CROSS JOIN LATERAL (
        SELECT fid, {values} FROM {store}
        WHERE layer = %s AND geom && zone.ground AND {where}
          AND ST_Intersects(zone.ground, coalesce(anchor, ST_PointOnSurface(geom)))
    ) found ORDER BY found.fid, zone.zone
) SELECT zone, count(*), {figures} FROM placed GROUP BY GROUPING SETS ((zone), ())
"""
_PARTS = """
SELECT zone, sum({size}) FROM (
    SELECT fid AS zone, geom AS ground, original AS edge FROM {areas}
    WHERE layer = %s AND {zones}
) zone CROSS JOIN LATERAL (
    SELECT CASE WHEN ST_Covers(zone.ground, geom) THEN original
                ELSE ST_Intersection(original, zone.edge) END AS part
    FROM {store}
    WHERE layer = %s AND geom && zone.ground AND {where} AND ST_Intersects(zone.ground, geom)
) found GROUP BY GROUPING SETS ((zone), ())
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Zone:
    """One zone and its figures, in the order of the measures asked."""

    fid: int
    name_zh: str
    name_en: str
    code: str
    square_km: float
    figures: list[float | None]
    geometry: dict[str, Any] | None = None  # of a cell, which is in no layer


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """Figures by zone, of all zones together, and how many features lie in none."""

    measures: list[str]
    zones: list[Zone]
    total: list[float | None]
    outside: int


def by_zone(chosen: Selection, zones: Selection, measures: Sequence[str]) -> Table:
    """Count and sum a selection by zone; raises Invalid for zones that are no areas."""
    if zones.layer.shape != "polygon":
        raise bad("zones", "zones must be areas", "统计单元必须是面图层")
    check_measures(measures)
    query = _ZONES.format(store=zones.store, zones=zones.clause.sql)
    rows = fetch(query, [zones.layer.code, *zones.clause.values, MOST_ZONES + 1])
    if len(rows) > MOST_ZONES:
        raise bad("zones", f"more than {MOST_ZONES} zones", f"统计单元超过 {MOST_ZONES} 个")
    found = {name: _figures(chosen, zones, name) for name in measures}
    counts = found.get("count") or _figures(chosen, zones, "count")
    return Table(
        measures=list(measures),
        zones=[
            Zone(
                fid=fid,
                name_zh=zh or code or str(fid),
                name_en=en or zh or code or str(fid),
                code=code or "",
                square_km=round(size, 6),
                figures=[shown(found[name].get(fid), name) for name in measures],
            )
            for fid, zh, en, code, size in rows
        ],
        total=[shown(found[name].get(None), name) for name in measures],
        outside=chosen.count() - int(counts.get(None) or 0),
    )


def check_measures(measures: Sequence[str]) -> None:
    """Raise Invalid for none, or for too many."""
    if not 1 <= len(measures) <= MOST_MEASURES:
        raise bad("measures", f"ask for 1 to {MOST_MEASURES} measures", "统计项应为 1 至 6 个")


def is_cut(measure: str) -> bool:
    """Say whether a measure is of the parts of features that lie in a zone."""
    return measure in _CUT


def _figures(chosen: Selection, zones: Selection, measure: str) -> dict[int | None, Any]:
    """Return one measure by zone; the key None holds that of all zones."""
    name, _, column = measure.partition(":")
    parts = {
        "areas": zones.store, "zones": zones.clause.sql,
        "store": chosen.store, "where": chosen.clause.sql,
    }  # fmt: skip
    if is_cut(measure):
        query = _PARTS.format(size=cut_size(chosen.layer, name), **parts)
        return dict(fetch(query, _values(chosen, zones)))
    figure, value, before = aggregate(chosen, name, column)
    query = _PLACED.format(values=value, figures=figure, **parts)
    return {zone: n for zone, _, n in fetch(query, _values(chosen, zones, before))}


def _values(chosen: Selection, zones: Selection, before: Sequence[Any] = ()) -> list[Any]:
    asked = [zones.layer.code, *zones.clause.values]
    return [*asked, *before, chosen.layer.code, *chosen.clause.values]


def aggregate(chosen: Selection, name: str, column: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the aggregate, the column that it reads, and that column's bound name."""
    layer = chosen.layer
    if name == "count" and not column:
        return "count(*)", "1 AS value", ()
    known = layer.columns.get(column)
    if name not in _OF_COLUMN or known is None or known.type not in NUMERIC:
        numeric = ", ".join(key for key, one in layer.columns.items() if one.type in NUMERIC)
        raise bad(
            "measures",
            f"measure {name}:{column} is none of count, length_km, area_km2, and sum, mean, min "
            f"or max of a numeric column ({numeric or 'the layer has none'})",
            f"统计项 {name}:{column} 无效；数值字段：{numeric or '无'}",
        )
    value = holding.value("%s", known.type, "float8", past=bool(chosen.when))
    return f"{_OF_COLUMN[name]}(value)", f"{value} AS value", (column,)


def cut_size(layer: Layer, name: str) -> str:
    """Return how the size of a `part` is measured; raises Invalid for another kind of layer."""
    shape, size = _CUT[name]
    if layer.shape != shape:
        raise bad("measures", f"{name} needs a layer of {shape}s", f"{name} 不适用于该图层")
    return size.format(part="part")


def shown(value: Any, measure: str) -> float | None:
    """Return a figure for people: nothing counted is 0, nothing averaged is nothing."""
    if value is None:
        return 0 if measure.split(":")[0] in ("count", "sum", *_CUT) else None
    return round(float(value), 6)


def bad(field: str, detail: str, zh: str) -> Invalid:
    """Return the refusal of a field."""
    return Invalid(detail, zh=zh, field=field)
