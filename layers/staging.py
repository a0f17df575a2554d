"""The first half of a replacement: features are copied into a staging table and checked there."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg.copy import QueuedLibpqWriter

from core.errors import Invalid
from layers import holding, sql
from layers.layer import TYPES, Layer

Properties = Mapping[str, Any]
Feature = tuple[int, bytes, Properties]

AT_ONCE = 5000  # rows
DIMENSION = {"point": 0, "line": 1, "polygon": 2}
_WHERE = "ST_MakeEnvelope(-180, -85.06, 180, 85.06)"
_TWIN = "SELECT fid FROM layers_stage GROUP BY fid HAVING count(*) > 1 LIMIT 1"
_EMPTY = "SELECT fid FROM layers_stage WHERE original IS NULL OR ST_IsEmpty(original) LIMIT 1"
_AWAY = f"""
SELECT fid FROM layers_stage WHERE NOT {_WHERE} ~ ST_SetSRID(original, 0) LIMIT 1
"""
_SHAPE = "SELECT fid FROM layers_stage WHERE ST_Dimension(original) <> %s LIMIT 1"
_ANY = f"""
SELECT fid FROM layers_stage
WHERE original IS NULL OR ST_IsEmpty(original) OR ST_Dimension(original) <> %s
   OR NOT {_WHERE} ~ ST_SetSRID(original, 0) LIMIT 1
"""
_TYPED = """
SELECT fid FROM layers_stage
WHERE jsonb_typeof(properties -> %(name)s) NOT IN (%(kind)s, 'null')
   OR (%(whole)s AND (properties ->> %(name)s)::numeric %% 1 <> 0) LIMIT 1
"""
_written = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode  # made once, not a row
_JSON = {"int": "number", "float": "number", "bool": "boolean"}


def lines(numbers: Iterable[int], wkb: Iterable[str], values: Iterable[str]) -> str:
    """Return rows as COPY takes them: number, WKB in EPSG:4326 (hex), properties (JSON)."""
    rows = zip(numbers, wkb, values, strict=True)
    text = "".join([f"{number}\t{shape}\t{held}\n" for number, shape, held in rows])
    return text.replace("\\", "\\\\")  # JSON holds no other character that COPY would turn


def written(features: Iterable[Feature]) -> Iterator[str]:
    """Yield features as the stage takes them, many at a time."""
    every = iter(features)
    while some := list(islice(every, AT_ONCE)):
        numbers, shapes, held = zip(*some, strict=True)
        yield lines(numbers, [wkb.hex() for wkb in shapes], map(_written, held))


def fill(
    cursor: CursorWrapper,
    layer: Layer,
    rows: Iterable[str],
    sure: Collection[str] | None = None,
) -> None:
    """COPY rows as `lines` makes them into the stage, while the next ones are made.

    Raises Invalid for what cannot be stored. With `sure` (columns whose values are of the layer's
    type) rows are numbered and typed by us, and are not asked about it again.
    """
    cursor.execute(sql.STAGE)
    statement = "COPY layers_stage (fid, original, properties) FROM STDIN"
    with cursor.copy(statement, writer=QueuedLibpqWriter(cursor.cursor)) as copy:
        for some in rows:
            copy.write(some)
    _check(cursor, layer, sure)


def fill_from_table(cursor: CursorWrapper, layer: Layer) -> None:
    """Read the layer's own source table into the stage; CGCS2000 counts as WGS 84 (< 1 m).

    Raises Invalid for what cannot be stored.
    """
    source = layer.table
    if source is None:
        raise Invalid(f"layer {layer.code} has no source table", zh="该图层没有来源表")
    pairs = ", ".join(f"'{name}', {one.source or name}" for name, one in layer.columns.items())
    lonlat = (
        f"CASE WHEN ST_SRID({source.geometry}) IN (0, 4326, 4490)"
        f" THEN ST_SetSRID({source.geometry}, 4326) ELSE ST_Transform({source.geometry}, 4326) END"
    )
    cursor.execute(sql.STAGE)
    cursor.execute(
        "INSERT INTO layers_stage (fid, original, properties) "
        f"SELECT ({source.fid})::bigint, {lonlat}, "
        f"jsonb_strip_nulls(jsonb_build_object({pairs})) FROM {source.table} "
        f"WHERE {source.geometry} IS NOT NULL AND ({source.where})"
    )
    _check(cursor, layer)


def _check(cursor: CursorWrapper, layer: Layer, sure: Collection[str] | None = None) -> None:
    """Refuse what cannot be stored; raises Invalid and names the first feature."""
    cursor.execute("ANALYZE layers_stage")
    if sure is None:
        _refuse(cursor, _TWIN, None, "comes twice: numbers must be unique", "编号重复")
    cursor.execute(_ANY, [DIMENSION[layer.shape]])
    if cursor.fetchone():
        _refuse_shape(cursor, layer)
    for name, column in layer.columns.items():
        if column.type in _JSON and name not in (sure or ()):
            asked = {"name": name, "kind": _JSON[column.type], "whole": column.type == "int"}
            _refuse(
                cursor, _TYPED, asked, f"holds no {column.type} in {name}", f"字段 {name} 类型不符"
            )


def _refuse_shape(cursor: CursorWrapper, layer: Layer) -> None:
    """Say what is wrong with the first shape that cannot be stored."""
    _refuse(cursor, _EMPTY, None, "has no geometry", "没有几何图形")
    _refuse(
        cursor,
        _AWAY,
        None,
        "does not lie on the map: longitude and latitude expected",
        "坐标不在经纬度范围内",
    )
    dimension = [DIMENSION[layer.shape]]
    _refuse(cursor, _SHAPE, dimension, f"is not a {layer.shape}", "几何类型与图层不符")


def _refuse(cursor: CursorWrapper, query: str, asked: Any, why: str, zh: str) -> None:
    cursor.execute(query, asked)
    row = cursor.fetchone()
    if row:
        raise Invalid(
            f"feature {row[0]} {why}", zh=f"要素 {row[0]}：{zh}", field="features", fid=row[0]
        )


def typed(layer: Layer, *, past: bool = False) -> str:
    """Return the SQL list of the columns that tiles carry, each in its own type.

    Numbers of the past are of one type: whole ones may have been none then.
    """
    casts = TYPES | ({"int": TYPES["float"]} if past else {})
    held = {
        name: holding.value(f"'{name}'", column.type, casts[column.type], past=past)
        for name, column in layer.columns.items()
        if column.tile
    }
    return "".join(f", {value} AS {name}" for name, value in held.items())
