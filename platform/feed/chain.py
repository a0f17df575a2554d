"""Proof that the log is whole: the chain walked from its beginning, its head published outside."""

import dataclasses
import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from core import clock
from core.errors import Conflict
from feed.models import Checkpoint

GENESIS = hashlib.sha256(b"zhihui feed").digest()
_PAGE = 5000

_WALK = """
SELECT f.seq, f.event_id, f.prev, f.hash, e.id IS NOT NULL,
       CASE WHEN e.id IS NOT NULL THEN feed_digest(f.prev, e) END
FROM feed_entry f LEFT JOIN feed_event e ON e.id = f.event_id AND e.known_at = f.known_at
WHERE f.seq > %s ORDER BY f.seq LIMIT %s
"""
_UNNUMBERED = """
SELECT count(*), min(e.id) FROM feed_event e
LEFT JOIN feed_entry f ON f.event_id = e.id WHERE f.seq IS NULL
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and at which entry first."""

    seq: int
    event_id: int
    what: str


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """Outcome of a walk: entries checked, the head, and the first fault if there is one."""

    checked: int
    head: str
    fault: Finding | None


def verify(head: str | None = None) -> Report:
    """Walk the whole chain; `head` (SEQ:HASH, published earlier) must lie on it."""
    seq, before, checked = 0, GENESIS, 0
    wanted = dict([head.split(":", 1)]) if head else {}
    for number, event_id, prev, link, present, computed in _entries():
        fault = _fault(number, seq, bytes(prev), before, bytes(link), present, computed)
        if fault is None and wanted.get(str(number), bytes(link).hex()) != bytes(link).hex():
            fault = "the entry differs from the head published earlier"
        if fault is not None:
            return Report(checked, f"{seq}:{before.hex()}", Finding(number, event_id, fault))
        seq, before, checked = number, bytes(link), checked + 1
    if wanted and int(next(iter(wanted))) > seq:
        return Report(
            checked, f"{seq}:{before.hex()}", Finding(seq + 1, 0, "entries are missing at the end")
        )
    return Report(checked, f"{seq}:{before.hex()}", _unnumbered(seq))


def _unnumbered(seq: int) -> Finding | None:
    with connection.cursor() as cursor:
        cursor.execute(_UNNUMBERED)
        count, first = cursor.fetchone()
    return Finding(seq + 1, first, f"{count} events stand outside the log") if count else None


def _entries() -> Iterator[tuple[Any, ...]]:
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_WALK, [after, _PAGE])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        after = rows[-1][0]


def _fault(
    number: int,
    seq: int,
    prev: bytes,
    before: bytes,
    link: bytes,
    present: bool,
    computed: Any,
) -> str | None:
    if number != seq + 1:
        return f"entries {seq + 1} to {number - 1} are missing"
    if prev != before:
        return "the entry does not follow from the one before"
    if present and bytes(computed) != link:
        return "the event has been altered"
    if not present and not _dropped(number):
        return "the event is missing"
    return None


def _dropped(seq: int) -> bool:
    """Say whether a checkpoint vouches for an event whose month was dropped."""
    checkpoint = Checkpoint.objects.filter(first_seq__lte=seq, last_seq__gte=seq).first()
    return checkpoint is not None and hmac.compare_digest(
        checkpoint.signature, signature(checkpoint)
    )


def signature(checkpoint: Checkpoint) -> str:
    """Return the HMAC-SHA-256 of a checkpoint under the installation's secret key."""
    content = json.dumps(
        [
            checkpoint.partition,
            checkpoint.first_seq,
            checkpoint.last_seq,
            bytes(checkpoint.prev).hex(),
            bytes(checkpoint.hash).hex(),
        ]
    )
    return hmac.new(settings.SECRET_KEY.encode(), content.encode(), "sha256").hexdigest()


def drop_month(partition: str) -> Checkpoint:
    """Drop one month of events after checking it; the links stay and a signed checkpoint vouches.

    Raises Conflict when the chain is not whole: what is dropped cannot be checked again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        report = verify()
        if report.fault is not None:
            raise Conflict(f"the log is not whole at {report.fault.seq}: {report.fault.what}")
        cursor.execute(
            "SELECT min(f.seq), max(f.seq) FROM feed_entry f JOIN feed_event e "
            "ON e.id = f.event_id AND e.known_at = f.known_at WHERE e.tableoid = %s::regclass",
            [partition],
        )
        first, last = cursor.fetchone()
        if first is None:
            raise Conflict(f"{partition} holds no events")
        cursor.execute(
            "SELECT (SELECT prev FROM feed_entry WHERE seq = %s), "
            "(SELECT hash FROM feed_entry WHERE seq = %s)",
            [first, last],
        )
        prev, link = cursor.fetchone()
        checkpoint = Checkpoint(
            partition=partition, first_seq=first, last_seq=last, prev=prev, hash=link
        )
        checkpoint.signature = signature(checkpoint)
        checkpoint.save()
        cursor.execute(f"DROP TABLE {connection.ops.quote_name(partition)}")
        return checkpoint


def publish_head(folder: Path | None = None) -> str:
    """Write the head beside the database, so that a rewritten log shows; returns SEQ:HASH."""
    folder = folder or settings.DATA / "heads"
    folder.mkdir(parents=True, exist_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, hash FROM feed_entry ORDER BY seq DESC LIMIT 1")
        row = cursor.fetchone()
    head = f"{row[0]}:{bytes(row[1]).hex()}" if row else f"0:{GENESIS.hex()}"
    now = clock.now()
    with (folder / f"{now:%Y-%m}.log").open("a", encoding="utf-8") as file:
        file.write(f"{now.isoformat()} {head}\n")
    return head
