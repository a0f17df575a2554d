"""The contract of those who act upon the log: what one module does because of another.

A follower is one file in `city/wiring/`. It takes every event of its topics once, in order: its
progress commits with what it did, so that a crash repeats nothing and skips nothing. An event that
it cannot take is tried again a few times, then recorded (`Missed`) and passed by: one poisonous
event must not hold up the night.
"""

import dataclasses
import datetime
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from django.db import InterfaceError, OperationalError, connection, transaction

from feed import sql
from feed.models import Missed, Reader

log = logging.getLogger(__name__)

AT_ONCE = 200
TRIES = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """One event of the log. `geometry` is GeoJSON or None; `body["now"]` is the whole entity."""

    seq: int
    event_id: int
    topic: str
    kind: str
    entity_id: str
    at: datetime.datetime
    known_at: datetime.datetime
    actor: str
    scope: str
    geometry: dict[str, Any] | None
    body: dict[str, Any]


class Follower(ABC):
    """Acts upon events of its topics; what it does names the event as its cause."""

    name: ClassVar[str]
    topics: ClassVar[frozenset[str]]

    @abstractmethod
    def take(self, event: Told) -> None:
        """Act, in a transaction that also keeps the progress; raising undoes both."""


def follow(follower: Follower) -> int:
    """Hand a follower what it has not had, up to a few hundred; return how many were looked at."""
    reader, fresh = Reader.objects.get_or_create(name=follower.name)
    if fresh:  # what was before its time is not its business
        Reader.objects.filter(name=follower.name).update(seq=_newest())
        return 0
    looked = 0
    for event in _after(reader.seq):
        looked += 1
        if event.topic in follower.topics:
            _hand_over(follower, event)
        last = event.seq
    if looked:
        Reader.objects.filter(name=follower.name, seq__lt=last).update(seq=last)
    return looked


def _hand_over(follower: Follower, event: Told) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                follower.take(event)
                Reader.objects.filter(name=follower.name).update(seq=event.seq)
            return
        except (OperationalError, InterfaceError):
            raise  # the database is away, or two waited for each other: the next round takes it
        except Exception as error:
            log.exception("%s could not take event %d, try %d", follower.name, event.seq, attempt)
            reason = f"{type(error).__name__}: {error}"
    Missed.objects.get_or_create(
        reader=follower.name, seq=event.seq, defaults={"reason": reason[:1000]}
    )


def _newest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM feed_entry")
        return int(cursor.fetchone()[0])


def _after(seq: int) -> Iterator[Told]:
    with connection.cursor() as cursor:
        cursor.execute(sql.TAIL, [seq, _newest(), AT_ONCE])
        rows = cursor.fetchall()
    for row in rows:
        shape = json.loads(row[11]) if row[11] else None
        yield Told(
            seq=row[0],
            event_id=row[4],
            topic=row[5],
            kind=row[6],
            entity_id=row[8],
            at=row[2],
            known_at=row[3],
            actor=row[9],
            scope=row[10],
            geometry=shape,
            body=json.loads(row[12]),
        )
