"""The state at a moment, from the log: as it was known then, or as it was by all that we know now.

As known: everything numbered up to the moment, in the log's order; each event leaves its entity
whole, so the last one of each entity is its state, on top of the last keyframe. As it was: by each
event's own time, whenever we came to know of it; there only the fields that an event changed count.
"""

import dataclasses
import datetime
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection, transaction

from feed.models import Keyframe
from feed.topics import EVENT_TOPICS

_SEQ_AT = """
SELECT coalesce(max(seq), 0) FROM feed_entry WHERE numbered_at <= %s::timestamptz
"""
COLUMNS = """
e.topic, e.entity_id, e.kind, e.at, e.scope, ST_AsGeoJSON(e.geom, 7), e.body::text
"""
_KNOWN = f"""
SELECT DISTINCT ON (e.topic, e.entity_id) {COLUMNS}
FROM feed_entry f JOIN feed_event e ON e.id = f.event_id AND e.known_at = f.known_at
WHERE f.seq > %s AND f.seq <= %s AND e.topic = ANY(%s)
ORDER BY e.topic, e.entity_id, f.seq DESC
"""
_WAS = f"""
SELECT {COLUMNS}
FROM feed_event e JOIN feed_entry f ON f.event_id = e.id AND f.known_at = e.known_at
WHERE e.at <= %s::timestamptz AND e.topic = ANY(%s) {{only}} ORDER BY e.at, f.seq
"""
_ONLY = "AND e.entity = ANY(%s) AND e.entity_id = ANY(%s)"


@dataclasses.dataclass(frozen=True, slots=True)
class Entity:
    """One entity at the moment asked for; `geometry` is GeoJSON or None."""

    topic: str
    id: str
    kind: str
    at: str
    scope: str
    geometry: Any
    data: dict[str, Any]


Fold = dict[tuple[str, str], Entity]


def seq_at(moment: datetime.datetime) -> int:
    """Return the last number that was in the log at a moment."""
    with connection.cursor() as cursor:
        cursor.execute(_SEQ_AT, [moment])
        return int(cursor.fetchone()[0])


def known_at(moment: datetime.datetime, topics: Iterable[str] = EVENT_TOPICS) -> tuple[int, Fold]:
    """Return the number and the entities that were known at a moment."""
    seq = seq_at(moment)
    return seq, at_seq(seq, topics)


def at_seq(seq: int, topics: Iterable[str] = EVENT_TOPICS) -> Fold:
    """Return the entities after entry `seq`."""
    wanted = sorted(topics)
    frame = Keyframe.objects.filter(seq__lte=seq).order_by("-seq").first()
    state: Fold = {}
    if frame is not None:
        for row in frame.state:
            if row["topic"] in wanted:
                state[(row["topic"], row["id"])] = Entity(**row)
    for row in _rows(_KNOWN, [frame.seq if frame else 0, seq, wanted]):
        then = step(state, row, merged=False)
        if then.gone:
            state.pop((row[0], row[1]), None)
        else:
            state[(row[0], row[1])] = then.entity
    return state


def was_at(
    moment: datetime.datetime,
    topics: Iterable[str] = EVENT_TOPICS,
    only: tuple[list[str], list[str]] | None = None,
) -> Fold:
    """Return the entities as they were at a moment, by everything known since.

    `only` names the entities that are wanted: their kinds and their ids.
    """
    state: Fold = {}
    statement = _WAS.format(only=_ONLY if only else "")
    for row in _rows(statement, [moment, sorted(topics), *(only or ())]):
        then = step(state, row, merged=True)
        if then.gone:
            state.pop((row[0], row[1]), None)
        else:
            state[(row[0], row[1])] = then.entity
    return state


class Then(NamedTuple):
    """What an event left of its entity."""

    entity: Entity
    gone: bool


def step(state: Fold, row: tuple[Any, ...], merged: bool) -> Then:
    """Return what an event leaves of its entity; `merged`: only what it changed counts.

    The row's columns are `COLUMNS`.
    """
    topic, entity_id, kind, at, scope, geometry, body = row
    content = json.loads(body)
    now = content.get("now") or {}
    before = state.get((topic, entity_id))
    if merged and before is not None and "changed" in content:
        now = before.data | {name: now[name] for name in content["changed"]}
    entity = _entity(topic, entity_id, kind, at, scope, geometry, now)
    return Then(entity, bool(content.get("gone")))


def _rows(statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


def _entity(
    topic: str,
    entity_id: str,
    kind: str,
    at: datetime.datetime,
    scope: str,
    geometry: str | None,
    data: dict[str, Any],
) -> Entity:
    shape = None if geometry is None else json.loads(geometry)
    return Entity(topic, entity_id, kind, at.isoformat(), scope, shape, data)


def keep_keyframe(every: int = 10_000) -> Keyframe | None:
    """Store a keyframe if the log has grown by `every` since the last one."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT seq, numbered_at FROM feed_entry ORDER BY seq DESC LIMIT 1")
        newest = cursor.fetchone()
        last = Keyframe.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        if newest is None or newest[0] - last < every:
            return None
        entities = [dataclasses.asdict(each) for each in at_seq(newest[0]).values()]
        return Keyframe.objects.create(seq=newest[0], numbered_at=newest[1], state=entities)
