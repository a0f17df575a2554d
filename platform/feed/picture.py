"""The present picture in memory: every entity that is not gone, and the newest of every state.

Each event carries its entity whole, so applying the log in order keeps the picture exact: a
snapshot is taken from it without the database and belongs to the very number the log stands at.
"""

import dataclasses
import json
from typing import Any

from django.db import connection, transaction

from feed import branch
from feed.projection import Box, Item, projections
from people.may import Rights, may

NEW = "new"  # the name of a log without any entry

# The log's end, and a name for this very log. A restore to an earlier moment keeps the first entry,
# so the database's branch is part of the name: a number may soon stand for another event.
END = f"""
SELECT coalesce(max(seq), 0) AS seq,
       coalesce((SELECT left(encode(hash, 'hex'), 12) FROM feed_entry WHERE seq = 1)
                || {branch.NAME}, 'new') AS origin
FROM feed_entry
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """One entity, ready to send: `tail` is its JSON members after type and cursor."""

    topic: str
    id: str
    scope: str
    thing_id: int | None
    point: tuple[float, float] | None
    tail: str

    def seen_by(self, rights: Rights) -> bool:
        """Say whether it may be shown."""
        return may(rights, f"{self.topic}.see", self.scope, self.thing_id)

    def within(self, box: Box | None) -> bool:
        """Say whether it lies in a view (degrees); without a place, or a view, it does."""
        if box is None or self.point is None:
            return True
        return box[0] <= self.point[0] <= box[2] and box[1] <= self.point[1] <= box[3]


def of_item(item: Item, kind: str) -> Shown:
    """Make an entity ready to send from the live tables' form."""
    head = json.dumps({"topic": item.topic, "kind": kind, "id": item.id, "at": item.at.isoformat()})
    rest = json.dumps({"scope": item.scope, "data": item.data}, ensure_ascii=False, default=str)
    tail = f'{head[1:-1]},"geometry":{item.geometry or "null"},{rest[1:]}'
    return Shown(item.topic, item.id, item.scope, item.thing_id, item.point, tail)


@dataclasses.dataclass(frozen=True, slots=True)
class Logged:
    """One row of the log as the tail query gives it."""

    seq: int
    topic: str
    kind: str
    entity_id: str
    scope: str
    gone: bool
    shown: Shown


def of_row(row: dict[str, Any]) -> Logged:
    """Make an event ready to send; its entity's whole state is the data, the step is `did`."""
    body = json.loads(row["body"])
    data = {**(body.get("now") or {}), "did": body.get("did") or {}}
    head = json.dumps(
        {
            "topic": row["topic"],
            "kind": row["kind"],
            "id": row["entity_id"],
            "at": row["at"].isoformat(),
            "known_at": row["known_at"].isoformat(),
            "seq": row["seq"],
            "actor": row["actor"],
            "scope": row["scope"],
        }
    )
    rest = json.dumps({"data": data}, ensure_ascii=False)
    tail = f'{head[1:-1]},"geometry":{row["geometry"] or "null"},{rest[1:]}'
    thing_id = int(row["entity_id"]) if row["topic"] == "thing" else None
    shown = Shown(row["topic"], row["entity_id"], row["scope"], thing_id, None, tail)
    gone = bool(body.get("gone"))
    return Logged(
        row["seq"], row["topic"], row["kind"], row["entity_id"], row["scope"], gone, shown
    )


class Picture:
    """What is so at number `seq`, by topic and id."""

    def __init__(self, origin: str, seq: int, items: list[Item]) -> None:
        self.origin, self.seq = origin, seq
        self.topics: dict[str, dict[str, Shown]] = {}
        for item in items:
            self.topics.setdefault(item.topic, {})[item.id] = of_item(item, "state")

    @classmethod
    def load(cls) -> "Picture":
        """Read the live tables and the log's end in one snapshot of the database."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(END)
            seq, origin = cursor.fetchone()
            items = [item for each in projections().values() for item in each.items()]
        return cls(origin, seq, items)

    def apply(self, event: Logged) -> Shown | None:
        """Take one event in; returns what the entity was before."""
        topic = self.topics.setdefault(event.topic, {})
        before = topic.pop(event.entity_id, None)
        if not event.gone:
            topic[event.entity_id] = event.shown
        self.seq = event.seq
        return before

    def visible(self, rights: Rights, topics: frozenset[str]) -> list[Shown]:
        """Return what somebody may see of some topics."""
        return [
            shown
            for topic in sorted(topics & self.topics.keys())
            for shown in self.topics[topic].values()
            if shown.seen_by(rights)
        ]
