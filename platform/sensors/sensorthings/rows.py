"""What a query brings back, and how a page goes on where the one before ended (keyset)."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.errors import Invalid
from sensors.sensorthings.nodes import Kind
from sensors.sensorthings.options import Options
from sensors.sensorthings.schema import Entity, Link
from sensors.sensorthings.statement import Statement
from sensors.sensorthings.terms import bind_key, sortable
from sensors.sensorthings.translation import Scope, Translator


@dataclasses.dataclass(slots=True)
class Row:
    """One entity: its id, the values of its properties, and its place in the order.

    `key` is what expands go by: the id, of an observation its datastream. `linked` holds what was
    expanded, by the navigation property's name.
    """

    id: int | str
    key: int
    values: dict[str, Any]
    place: tuple[str | None, ...]
    linked: dict[str, "Page"] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(slots=True)
class Page:
    """Rows in order; whether there are more; how many there are in all, where that was asked."""

    rows: list[Row] = dataclasses.field(default_factory=list)
    more: bool = False
    count: int | None = None

    def add(self, row: Row, most: int) -> None:
        """Take a row in, up to `most`; one beyond them says that there are more."""
        self.more = len(self.rows) >= most
        if not self.more:
            self.rows.append(row)


Pages = dict[int, Page]  # by the parent's key; 0 where there is no parent


@dataclasses.dataclass(frozen=True, slots=True)
class Parents:
    """The entities whose linked ones are wanted."""

    entity: Entity
    link: Link
    keys: Sequence[int]

    def source(self, statement: Statement) -> str:
        """Return a table `p` of the parents with their keys as `pk`."""
        keys = statement.bind(list(self.keys), "bigint[]")
        if self.entity.name == "Observation":
            return f"(SELECT k AS pk, k AS datastream_id FROM unnest({keys}) k) p"
        return f"(SELECT t.*, t.id AS pk FROM {self.entity.table} t WHERE t.id = ANY({keys})) p"


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """One expression that rows are ordered by; nulls come last either way."""

    sql: str
    kind: Kind
    descending: bool = False
    cast: str = ""
    nullable: bool = True

    def order(self, sql: str = "") -> str:
        """Return its part of ORDER BY, of this SQL or of another name for it."""
        nulls = " NULLS LAST" if self.nullable else ""
        return f"{sql or self.sql} {'DESC' if self.descending else 'ASC'}{nulls}"

    def behind(self, place: str) -> str:
        """Return the condition that a row comes behind a place by this key."""
        comes = f"{self.sql} {'<' if self.descending else '>'} {place}"
        return f"({comes} OR {self.sql} IS NULL)" if self.nullable else comes


def paged(
    rows: Iterable[tuple[int, Row]],
    counts: Mapping[int, int],
    options: Options,
    parents: Parents | None,
) -> Pages:
    """Put rows, each with its parent's key, on their pages."""
    pages = {key: Page() for key in (parents.keys if parents else (0,))}
    for parent, row in rows:
        pages[parent].add(row, options.top)
    for key, page in pages.items():
        page.count = counts.get(key, 0) if options.count else None
    return pages


def keys_of(options: Options, translator: Translator, scope: Scope) -> list[Key]:
    """Return the keys of $orderby."""
    found = []
    for each in options.orderby:
        term = sortable(translator.value(each.node, scope))
        found.append(Key(term.sql, term.kind, each.descending, nullable=term.nullable))
    return found


def places(statement: Statement, keys: Sequence[Key], options: Options) -> list[str | None]:
    """Bind the values of the $skiptoken, one a key; raises Invalid if they do not fit."""
    after = options.after or ()
    if len(after) != len(keys):
        raise Invalid(
            "$skiptoken does not fit $orderby",
            zh="$skiptoken 与 $orderby 不符",
            field="$skiptoken",
            remedy="follow @iot.nextLink as it was given",
        )
    return [
        None if value is None else bind_key(statement, value, key.kind, key.cast)
        for key, value in zip(keys, after, strict=True)
    ]


def beyond(keys: Sequence[Key], bound: Sequence[str | None]) -> str:
    """Return the condition that a row comes behind the bound place, key by key."""
    ways: list[str] = []
    same: list[str] = []
    for key, place in zip(keys, bound, strict=True):
        if place is not None:
            ways.append(" AND ".join([*same, key.behind(place)]))
        equal = "IS NOT DISTINCT FROM" if key.nullable else "="
        same.append(f"{key.sql} {equal} {place or 'NULL'}")
    return "(" + " OR ".join(f"({way})" for way in ways) + ")" if ways else "FALSE"
