"""The past over HTTP: state at a moment, and the log itself for those who audit."""

import datetime
import json
from typing import Any

from django.db import connection
from django.http import HttpRequest
from ninja import Query, Schema

from feed import state
from feed.api.asked import known, offset, router, topics
from feed.projection import Item, sources
from feed.topics import EVENT_TOPICS
from people import may
from people.signin import rights

_LOG = """
SELECT f.seq, f.numbered_at, e.at, e.known_at, e.topic, e.kind, e.entity_id, e.actor, e.scope,
       e.body::text, encode(f.hash, 'hex')
FROM feed_entry f JOIN feed_event e ON e.id = f.event_id AND e.known_at = f.known_at
WHERE f.seq > %s ORDER BY f.seq LIMIT %s
"""


class Moment(Schema):
    """Which moment, by which clock, of what."""

    at: datetime.datetime
    clock: str = "known"
    topics: str = ""
    observations: bool = False


@router.get("/state")
def state_at(request: HttpRequest, wanted: Query[Moment]) -> dict[str, Any]:
    """Return what was so at a moment, as known then or as it was by all known since."""
    who = rights(request)
    may.require(who, "state.see")
    offset("at", wanted.at)
    names = topics(wanted.topics, EVENT_TOPICS)
    if known(wanted.clock):
        seq, fold = state.known_at(wanted.at, names)
    else:
        seq, fold = state.seq_at(wanted.at), state.was_at(wanted.at, names)
    items = [entity_item(each) for each in fold.values() if _seen(who, each)]
    if wanted.observations:
        items += _states(who, wanted.at, wanted.clock == "known")
    return {"at": wanted.at.isoformat(), "clock": wanted.clock, "seq": seq, "items": items}


def _seen(who: may.Rights, entity: state.Entity) -> bool:
    thing_id = int(entity.id) if entity.topic == "thing" else None
    return may.may(who, f"{entity.topic}.see", entity.scope, thing_id)


def entity_item(entity: state.Entity) -> dict[str, Any]:
    """Return an entity as a feed item."""
    return {
        "topic": entity.topic,
        "kind": entity.kind,
        "id": entity.id,
        "at": entity.at,
        "scope": entity.scope,
        "geometry": entity.geometry,
        "data": entity.data,
    }


def _states(who: may.Rights, at: datetime.datetime, known: bool) -> list[dict[str, Any]]:
    found = (item for source in sources().values() for item in source.at(at, known))
    return [
        _item(item)
        for item in found
        if may.may(who, f"{item.topic}.see", item.scope, item.thing_id)
    ]


def _item(item: Item) -> dict[str, Any]:
    return {
        "topic": item.topic,
        "kind": "latest",
        "id": item.id,
        "at": item.at.isoformat(),
        "scope": item.scope,
        "geometry": json.loads(item.geometry) if item.geometry else None,
        "data": item.data,
    }


@router.get("/log")
def log(request: HttpRequest, after: int = 0, limit: int = 200) -> dict[str, Any]:
    """Return the log in order, as far as one may see it; `next` goes on."""
    who = rights(request)
    may.require(who, "log.see")
    with connection.cursor() as cursor:
        cursor.execute(_LOG, [after, max(1, min(limit, 1000))])
        rows = cursor.fetchall()
    items = [_logged(row) for row in rows if may.may(who, f"{row[4]}.see", row[8])]
    return {"items": items, "next": rows[-1][0] if rows else None}


def _logged(row: tuple[Any, ...]) -> dict[str, Any]:
    seq, numbered_at, at, known_at, topic, kind, entity_id, actor, scope, body, link = row
    return {
        "seq": seq,
        "numbered_at": numbered_at.isoformat(),
        "at": at.isoformat(),
        "known_at": known_at.isoformat(),
        "topic": topic,
        "kind": kind,
        "id": entity_id,
        "actor": actor,
        "scope": scope,
        "body": json.loads(body),
        "hash": link,
    }
