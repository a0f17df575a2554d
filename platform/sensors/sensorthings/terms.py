"""Values inside a statement: their SQL and kind, and how one kind is taken for another."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry

from core.errors import Invalid
from sensors.sensorthings.nodes import Kind, Literal
from sensors.sensorthings.statement import Statement

_CASTS = {
    Kind.NUMBER: "float8",
    Kind.TEXT: "text",
    Kind.BOOL: "boolean",
    Kind.TIME: "timestamptz",
    Kind.DATE: "date",
    Kind.CLOCK: "time",
    Kind.DURATION: "interval",
}
# how a JSON value is taken for another kind; one of another type counts as null
_FROM_JSON = {
    Kind.NUMBER: "CASE jsonb_typeof({0}) WHEN 'number' THEN ({0} #>> '{{}}')::float8 END",
    Kind.TEXT: "({0} #>> '{{}}')",
    Kind.BOOL: "CASE jsonb_typeof({0}) WHEN 'boolean' THEN ({0} #>> '{{}}')::boolean END",
    Kind.GEOMETRY: "ST_SetSRID(ST_GeomFromGeoJSON("
    "CASE {0} ->> 'type' WHEN 'Feature' THEN {0} -> 'geometry' ELSE {0} END), 4326)",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """A value in a statement."""

    sql: str
    kind: Kind
    variants: Mapping[Kind, str] = dataclasses.field(default_factory=dict)
    nullable: bool = True


def literal(statement: Statement, given: Literal) -> Term:
    """Bind a literal; raises Invalid for a geometry that is none."""
    if given.kind is Kind.NULL:
        return Term("NULL", Kind.NULL)
    if given.kind is Kind.GEOMETRY:
        place = statement.bind(_well_known(given.value), "text")
        return Term(f"ST_GeomFromText({place}, 4326)", Kind.GEOMETRY)
    return Term(statement.bind(given.value, _CASTS[given.kind]), given.kind)


def _well_known(text: str) -> str:
    words = text.partition(";")[2] if text.upper().startswith("SRID=4326;") else text
    try:
        if "\x00" in words:
            raise ValueError("a zero byte")
        return str(GEOSGeometry(f"SRID=4326;{words}").wkt)
    except (GEOSException, ValueError, TypeError) as error:
        raise Invalid(
            f"{text[:100]!r} is no geometry in well-known text: {error}",
            zh="几何 WKT 有误",
            field="$filter",
            remedy="write longitude first: geography'POINT(113.65 34.76)'",
        ) from error


def cast(term: Term, kind: Kind, what: str) -> str:
    """Return SQL of the term as a value of a kind; raises Invalid where it cannot be one."""
    if term.kind is kind:
        return term.sql
    if term.kind is Kind.NULL:
        return f"NULL::{_CASTS.get(kind, 'geometry')}"
    if kind in term.variants:
        return term.variants[kind]
    if term.kind is Kind.JSON and kind in _FROM_JSON:
        return _FROM_JSON[kind].format(term.sql)
    if term.kind is Kind.DATE and kind is Kind.TIME:
        return f"({term.sql}::timestamp AT TIME ZONE 'UTC')"
    raise Invalid(
        f"{what} needs a {kind.value}, not a {term.kind.value}",
        zh=f"{what} 的类型不符",
        field="$filter",
    )


def sortable(term: Term) -> Term:
    """Return the term as something with an order: of any value the number, or else its text."""
    if term.kind is Kind.JSON:
        kind = Kind.NUMBER if Kind.NUMBER in term.variants else Kind.TEXT
        return Term(cast(term, kind, "$orderby"), kind)
    if term.kind in (Kind.GEOMETRY, Kind.NULL):
        raise Invalid(f"a {term.kind.value} has no order", zh="无法按此排序", field="$orderby")
    return term


def bind_key(statement: Statement, value: Any, kind: Kind, cast_to: str = "") -> str:
    """Bind a key of a $skiptoken; its text form fits every kind."""
    return statement.bind(str(value), "text") + f"::{cast_to or _CASTS[kind]}"
