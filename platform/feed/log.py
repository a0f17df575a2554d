"""Writing to the feed: one event in the same transaction as the change that it tells of."""

import dataclasses
import datetime
import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction

from core import clock
from feed import sql
from feed.topics import EVENT_TOPICS


@dataclasses.dataclass(frozen=True, slots=True)
class Happening:
    """An event before it is known to the log.

    `body["set"]` holds the public fields that changed, so that folding the log gives the state;
    `body["gone"]` ends the entity. `geom` is hex EWKB in EPSG:4326. Personal data never goes in.
    """

    topic: str
    kind: str
    entity: str
    entity_id: str
    actor: str
    body: dict[str, Any]
    at: datetime.datetime = dataclasses.field(default_factory=clock.now)
    scope: str = ""
    geom: str | None = None
    cause: int | None = None

    def __post_init__(self) -> None:
        if self.topic not in EVENT_TOPICS:
            raise ValueError(f"unknown topic {self.topic!r}: name it in feed/topics.py")


def encode(happenings: Iterable[Happening]) -> str:
    """Return the one JSON parameter of `sql.INSERT`."""
    rows = [
        {name: getattr(h, name) for name in h.__dataclass_fields__} | {"at": h.at.isoformat()}
        for h in happenings
    ]
    return json.dumps(rows, ensure_ascii=False, default=str)


def record(*happenings: Happening) -> None:
    """Append the events; they are numbered when the caller's transaction commits.

    Raises RuntimeError outside a transaction: an event without its change would be a lie.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of the change it tells of")
    with connection.cursor() as cursor:
        cursor.execute(sql.INSERT, [encode(happenings)])


def atomic() -> transaction.Atomic:
    """Return the transaction that every action on feed-backed tables runs in."""
    return transaction.atomic(durable=False)


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `after` that differ from `before`."""
    return {key: value for key, value in after.items() if key not in before or before[key] != value}


def ewkb(geometry: GEOSGeometry | None) -> str | None:
    """Return hex EWKB (EPSG:4326) for an event."""
    return None if geometry is None else geometry.hexewkb.decode()


def seal(words: str) -> tuple[str, str]:
    """Return (salt, digest) for words that stay outside the log, so that altering them shows."""
    salt = secrets.token_hex(16)
    return salt, digest(salt, words)


def digest(salt: str, words: str) -> str:
    """Return the salted SHA-256 of words kept in a side row."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()
