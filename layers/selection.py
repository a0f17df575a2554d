"""A selection of a layer's features: by box, by CQL2 text, in pages that neither drop nor double.

Pages follow the features' numbers, so that what is added or removed meanwhile shifts nothing.
"""

import dataclasses
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import DatabaseError, connection, transaction

from core.errors import Invalid, Problem, TooLarge, Unknown
from layers import asof, box, filtering
from layers.filtering import Clause
from layers.layer import Layer
from layers.models import State

SLOWEST = 8000  # ms that the database may take
LARGEST = 1000  # features of a page
EXPORTED = 1_000_000  # features of one export
BATCH = 50_000  # of them that are held at a time
Box = tuple[float, float, float, float]

_PAGE = """
SELECT fid, ST_AsGeoJSON(original, 7), properties, simulated, valid_from, valid_to
FROM {store} WHERE layer = %s AND {where} ORDER BY fid LIMIT %s
"""
# the living and those past each by their own key: together they would be sorted as a whole
_PAGE_THEN = """
SELECT fid, ST_AsGeoJSON(original, 7), properties, simulated, valid_from, valid_to FROM (
    (SELECT * FROM layers_feature WHERE layer = %s AND {where} ORDER BY fid LIMIT %s)
    UNION ALL
    (SELECT * FROM layers_past WHERE layer = %s AND {where} ORDER BY fid LIMIT %s)
) page ORDER BY fid LIMIT %s
"""
_SORTED = """
SELECT fid, ST_AsGeoJSON(original, 7), properties, simulated, valid_from, valid_to FROM (
    SELECT * FROM {store} WHERE layer = %s AND {where} ORDER BY {order} LIMIT %s
) page
"""
_COUNT = "SELECT count(*) FROM {store} WHERE layer = %s AND {where}"
_EVER = asof.store("..", "ever")
# of a feature that had several forms in an interval the last one counts
_PAGE_DURING = """
SELECT DISTINCT ON (fid)
       fid, ST_AsGeoJSON(original, 7), properties, simulated, valid_from, valid_to
FROM {store} WHERE layer = %s AND {where} ORDER BY fid, valid_from DESC LIMIT %s
"""
_VERSIONS = f"""
SELECT fid, ST_AsGeoJSON(original, 7), properties, simulated, valid_from, valid_to
FROM {_EVER} WHERE layer = %s AND fid = %s::bigint ORDER BY valid_from DESC LIMIT 1000
"""
_COUNT_EVER = "SELECT count(DISTINCT fid) FROM {store} WHERE layer = %s AND {where}"
_BOUNDS = """
SELECT ST_XMin(around), ST_YMin(around), ST_XMax(around), ST_YMax(around) FROM (
    SELECT ST_Transform(ST_SetSRID(ST_Extent(geom)::geometry, 3857), 4326) AS around
    FROM {store} WHERE layer = %s AND {where}
) held
"""
_IN_BOX = Clause(
    "geom && ST_Transform(ST_MakeEnvelope(%s, %s, %s, %s, 4326), 3857)"
    " AND ST_Intersects(original, ST_MakeEnvelope(%s, %s, %s, %s, 4326))"
)


class TooHard(Problem):
    """The database gave the question up."""

    status, code, title = 422, "too_hard", "The question takes too long"


@dataclasses.dataclass(frozen=True, slots=True)
class Selection:
    """Which features of a layer are meant; `when`: also among those that it once held.

    At a moment a feature has one form at most; of several in an interval the last one is meant.
    """

    layer: Layer
    clause: Clause
    when: str = ""

    @property
    def store(self) -> str:
        """Return what the features are read from: what holds now, or ever held."""
        return asof.store(self.when)

    @property
    def validity(self) -> Clause:
        """Return the condition of holding then, which is a part of `clause`."""
        return during(self.when)

    def bounds(self) -> list[float] | None:
        """Return west, south, east, north in degrees of all that the layer holds, or held then."""
        if not self.when:
            state = State.objects.filter(pk=self.layer.code).first()
            return state.bounds if state else None
        valid = self.validity
        query = _BOUNDS.format(store=self.store, where=valid.sql)
        (edges,) = fetch(query, [self.layer.code, *valid.values])
        return None if edges[0] is None else list(edges)

    def page(self, after: int | None, limit: int) -> tuple[list[dict[str, Any]], int | None]:
        """Return up to `limit` GeoJSON features after a number, and the number to go on from."""
        clause = self.clause
        if after is not None:
            clause = Clause("fid > %s::bigint", (after,)) & clause
        values = [self.layer.code, *clause.values, limit + 1]
        if self.when and "/" not in self.when:
            rows = fetch(_PAGE_THEN.format(where=clause.sql), [*values, *values, limit + 1])
        else:
            query = _PAGE_DURING if self.when else _PAGE
            rows = fetch(query.format(store=self.store, where=clause.sql), values)
        more = rows[limit - 1][0] if len(rows) > limit else None
        return [_feature(row) for row in rows[:limit]], more

    def count(self) -> int:
        """Return how many features are meant."""
        query = _COUNT_EVER if "/" in self.when else _COUNT
        values = [self.layer.code, *self.clause.values]
        rows = fetch(query.format(store=self.store, where=self.clause.sql), values)
        return int(rows[0][0])

    def batches(self) -> Iterator[list[dict[str, Any]]]:
        """Yield all features in batches; raises TooLarge over EXPORTED, before the first if known.

        In one transaction of the caller it is one state of the layer: who replaces it waits.
        """
        held = State.objects.filter(pk=self.layer.code).values_list("count", flat=True).first()
        if ((held or 0) > EXPORTED or self.when) and self.count() > EXPORTED:
            raise _too_many()
        more, after = True, None
        while more:
            found, after = self.page(after, BATCH)
            yield found
            more = after is not None

    def all(self) -> list[dict[str, Any]]:
        """Return all features; raises TooLarge beyond EXPORTED."""
        return [one for batch in self.batches() for one in batch]


def _too_many() -> TooLarge:
    return TooLarge(
        f"the selection holds more than {EXPORTED:,} features",
        zh=f"选择超过 {EXPORTED} 个要素",
        remedy="narrow it by a box or a filter",
    )


def select(layer: Layer, bbox: str = "", text: str = "", when: str = "") -> Selection:
    """Return a selection by box (west,south,east,north in degrees), CQL2 text, and moment.

    Without a moment, or interval, the layer is meant as it is now.
    """
    clause = boxed(bbox) & filtering.clause(layer, text, past=bool(when))
    return Selection(layer, clause & during(when), when)


def sorted_page(store: str, where: str, order: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    """Return one page of what `store` holds in an order (`layers.sorting`)."""
    query = _SORTED.format(store=store, where=where, order=order)
    return [_feature(row) for row in fetch(query, values)]


def versions(layer: Layer, fid: int) -> list[dict[str, Any]]:
    """Return what a feature is and was, newest first; raises Unknown if it never was."""
    found = [_feature(row) for row in fetch(_VERSIONS, [layer.code, fid])]
    if not found:
        raise Unknown(
            f"layer {layer.code} never had a feature {fid}",
            zh=f"图层 {layer.code} 从未有要素 {fid}",
        )
    return found


def one(layer: Layer, fid: int, when: str) -> dict[str, Any]:
    """Return one feature as it was at a moment; raises Unknown if it was not there."""
    valid = Clause("fid = %s::bigint", (fid,)) & during(when)
    found, _ = Selection(layer, valid, when).page(None, 1)
    if not found:
        raise Unknown(
            f"layer {layer.code} had no feature {fid} then",
            zh=f"图层 {layer.code} 当时没有要素 {fid}",
        )
    return found[0]


def boxed(bbox: str) -> Clause:
    """Return the condition of a box, also across the antimeridian; raises Invalid."""
    if not bbox:
        return Clause()
    west, south, east, north = box.degrees(bbox)
    # the web map ends at 85 degrees: beyond it nothing can be drawn or stored
    south, north = max(south, -85.05), min(north, 85.05)
    halves: Sequence[Box] = [(west, south, east, north)]
    if west > east:
        halves = [(west, south, 180.0, north), (-180.0, south, east, north)]
    found = " OR ".join(f"({_IN_BOX.sql})" for _ in halves)
    return Clause(f"({found})", tuple(edge for half in halves for edge in (*half, *half)))


def during(text: str) -> Clause:
    """Return the condition of a moment or interval (RFC 3339, .. for open ends) on validity.

    A bare day means its end in the city: the state after all that was changed on it. An interval's
    first day is meant from its beginning, its last to its end.
    """
    first, last = span(text)
    found = Clause()
    if last is not None:
        found = found & Clause("valid_from <= %s", (last,))
    if first is not None:
        found = found & Clause("coalesce(valid_to, 'infinity') > %s", (first,))
    return found


def span(text: str) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """Return first and last moment of an RFC 3339 moment or interval; None where it is open."""
    if not text:
        return None, None
    start, _, end = text.partition("/")
    if "/" not in text:
        start = end = text
    last = _moment(end)
    first = _moment(start, begins=True) if "/" in text else last
    if first is None and last is None and text not in ("../..", "/", "../", "/.."):
        raise _bad_moment()
    if first and last and first > last:
        raise _bad_moment()
    return first, last


def _moment(text: str, *, begins: bool = False) -> datetime.datetime | None:
    """Return an end of an interval, None for an open one; of a day its last moment or its first."""
    if text in ("", ".."):
        return None
    try:
        found = asof.moment(text)
    except Invalid:
        raise _bad_moment() from None
    if begins and asof.is_day(text):
        return datetime.datetime.combine(found, datetime.time.min, found.tzinfo)
    return found


def _bad_moment() -> Invalid:
    return Invalid(
        "datetime is a moment or an interval such as 2026-01-01T00:00:00Z/..",
        zh="datetime 为时刻或区间，如 2026-01-01T00:00:00Z/..",
        field="datetime",
    )


def fetch(query: str, values: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """Return the rows of a question; raises a Problem for one that is too hard or senseless."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # compiled for each question, thirty layers take seconds to plan
            cursor.execute(f"SET LOCAL statement_timeout = {SLOWEST}; SET LOCAL jit = off")
            cursor.execute(query, values)
            return list(cursor.fetchall())
    except DatabaseError as error:
        problem = refusal(getattr(error.__cause__, "sqlstate", None))
        if problem is None:
            raise
        raise problem from error


def refusal(sqlstate: str | None) -> Problem | None:
    """Return what a question's asker is told of a database error; None: it is not theirs."""
    if sqlstate == "57014":
        return TooHard(
            "the question takes too long", zh="查询耗时过长", remedy="narrow it by a box"
        )
    # a value beyond its type; XX000 is how PostGIS says that a geometry cannot be computed with
    if sqlstate is not None and (sqlstate.startswith("22") or sqlstate == "XX000"):
        return Invalid(
            "the question's values cannot be computed with",
            zh="查询中的数值无法计算",
            field="filter",
            remedy="look at divisions, powers and very large numbers",
        )
    return None


def _feature(row: tuple[Any, ...]) -> dict[str, Any]:
    fid, geometry, properties, simulated, valid_from, valid_to = row
    held = json.loads(properties) if isinstance(properties, str) else properties
    return {
        "type": "Feature",
        "id": fid,
        "geometry": json.loads(geometry),
        "properties": held,
        "simulated": simulated,
        "valid_from": valid_from.isoformat(),
        **({"valid_to": valid_to.isoformat()} if valid_to else {}),
    }
