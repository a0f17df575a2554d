"""Pages of everything but observations: one statement for the linked ones of all parents."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection

from sensors.sensorthings.nodes import Kind
from sensors.sensorthings.options import Options
from sensors.sensorthings.rows import Key, Pages, Parents, Row, beyond, keys_of, paged, places
from sensors.sensorthings.schema import Entity
from sensors.sensorthings.statement import Statement
from sensors.sensorthings.translation import Bound, Scope, Translator

_E = "e"


def read(
    statement: Statement,
    entity: Entity,
    options: Options,
    wanted: Sequence[str],
    parents: Parents | None = None,
    only: int | None = None,
) -> Pages:
    """Return the pages; `only` narrows them to one id."""
    scope: Scope = {(): Bound(entity, _E)}
    conditions = [statement.guard(entity, _E)]
    if only is not None:
        conditions.append(f"{_E}.id = {statement.bind(only, 'bigint')}")
    if parents is not None:
        conditions.append(parents.link.on.format(a="p", b=_E))
    if options.filter is not None:
        conditions.append(Translator(statement).condition(options.filter, scope))
    keys = keys_of(options, Translator(statement, "$orderby"), scope)
    keys.append(Key(f"{_E}.id", Kind.NUMBER, cast="bigint", nullable=False))
    kept = f"{entity.table} {_E} WHERE {' AND '.join(conditions)}"
    counts = _count(statement, kept, parents) if options.count else {}
    if options.after is not None:
        kept += f" AND {beyond(keys, places(statement, keys, options))}"
    rows = _rows(statement, entity, kept, keys, options, wanted, parents)
    return paged(rows, counts, options, parents)


def _from(statement: Statement, parents: Parents | None) -> tuple[str, str]:
    """Return the parent's key and the FROM that a lateral query is joined to."""
    if parents is None:
        return "0", "(SELECT 1) p"
    return "p.pk", parents.source(statement)


def _count(statement: Statement, kept: str, parents: Parents | None) -> dict[int, int]:
    key, source = _from(statement, parents)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, (SELECT count(*) FROM {kept}) FROM {source}", statement.values
        )
        return dict(cursor.fetchall())


def _rows(
    statement: Statement,
    entity: Entity,
    kept: str,
    keys: Sequence[Key],
    options: Options,
    wanted: Sequence[str],
    parents: Parents | None,
) -> list[tuple[int, Row]]:
    columns = [_column(entity, name) for name in wanted]
    ordered = [f"{key.sql} AS k{place}" for place, key in enumerate(keys)]
    order = ", ".join(key.order() for key in keys)
    parent, source = _from(statement, parents)
    outer = [f"c.k{place}::text" for place in range(len(keys))]
    outer_order = [key.order(f"c.k{place}") for place, key in enumerate(keys)]
    names = [f"c.c{place}" for place in range(len(columns))]
    selected = ", ".join(
        [f"{_E}.id", *(f"{sql} AS c{n}" for n, sql in enumerate(columns)), *ordered]
    )
    text = (
        f"SELECT {', '.join([parent, 'c.id', *names, *outer])} FROM {source} CROSS JOIN LATERAL ("
        f"SELECT {selected} FROM {kept} ORDER BY {order}"
        f" LIMIT {options.top + 1:d} OFFSET {options.skip:d}) c"
        f" ORDER BY 1, {', '.join(outer_order)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, statement.values)
        found = cursor.fetchall()
    return [_row(entity, wanted, each) for each in found]


def _column(entity: Entity, name: str) -> str:
    found = entity.properties[name]
    sql = found.sql.format(a=_E)
    return f"({sql})::text" if found.kind is Kind.JSON else sql


def _row(entity: Entity, wanted: Sequence[str], cells: tuple[Any, ...]) -> tuple[int, Row]:
    parent, identity = cells[0], cells[1]
    values = {
        name: _value(entity.properties[name].kind, cell)
        for name, cell in zip(wanted, cells[2:], strict=False)
    }
    return parent, Row(identity, identity, values, cells[2 + len(wanted) :])


def _value(kind: Kind, cell: Any) -> Any:
    """Hand JSON through as the database wrote it."""
    return msgspec.Raw(cell.encode()) if kind is Kind.JSON and cell is not None else cell
