"""Proof that the log is whole: the chain walked from its beginning, its head published outside."""

import dataclasses
import datetime
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from core import clock
from core.errors import Conflict, Invalid
from feed.models import Checkpoint

GENESIS = hashlib.sha256(b"zhihui feed").digest()
_PAGE = 5000

_WALK = """
SELECT f.seq, f.event_id, f.known_at, f.prev, f.hash, e.id IS NOT NULL,
       CASE WHEN e.id IS NOT NULL THEN feed_digest(f.prev, f.numbered_at, e) END
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
    """Walk the whole chain; `head` (SEQ:HASH, published earlier) must lie on it.

    Raises Invalid for a head that is none.
    """
    wanted = None if head is None else _head(head)
    walk = _Walk()
    for link in _links():
        fault = walk.fault(link)
        if fault is None and wanted and wanted[0] == link.seq and wanted[1] != link.hash:
            fault = "the entry differs from the head published earlier"
        if fault is not None:
            return walk.report(Finding(link.seq, link.event_id, fault))
        walk.step(link)
    if wanted and wanted[0] > walk.seq:
        return walk.report(Finding(walk.seq + 1, 0, "entries are missing at the end"))
    return walk.report(walk.unvouched() or _unnumbered(walk.seq))


def _head(text: str) -> tuple[int, bytes]:
    number, _, link = text.partition(":")
    try:
        return int(number), bytes.fromhex(link)
    except ValueError:
        raise Invalid(
            f"{text!r} is no head", zh="不是有效的链头", remedy="give it as SEQ:HASH"
        ) from None


def _unnumbered(seq: int) -> Finding | None:
    with connection.cursor() as cursor:
        cursor.execute(_UNNUMBERED)
        count, first = cursor.fetchone()
    return Finding(seq + 1, first, f"{count} events stand outside the log") if count else None


@dataclasses.dataclass(frozen=True, slots=True)
class _Link:
    """One entry, and the hash that its event, if it is there, should have given it."""

    seq: int
    event_id: int
    known_at: datetime.datetime
    prev: bytes
    hash: bytes
    present: bool
    computed: bytes


def _links() -> Iterator[_Link]:
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_WALK, [after, _PAGE])
            rows = cursor.fetchall()
        if not rows:
            return
        for seq, event_id, known_at, prev, link, present, computed in rows:
            yield _Link(
                seq, event_id, known_at, bytes(prev), bytes(link), present, bytes(computed or b"")
            )
        after = rows[-1][0]


class _Walk:
    """How far the chain has been followed, and which dropped events were vouched for."""

    def __init__(self) -> None:
        self.seq, self.before, self.checked = 0, GENESIS, 0
        self._checkpoints = [
            each
            for each in Checkpoint.objects.all()
            if hmac.compare_digest(each.signature, signature(each))
        ]
        self._missing: Counter[str] = Counter()

    def step(self, link: _Link) -> None:
        """Go on to the entry that was found good."""
        self.seq, self.before, self.checked = link.seq, link.hash, self.checked + 1

    def report(self, fault: Finding | None) -> Report:
        """Return what was found so far."""
        return Report(self.checked, f"{self.seq}:{self.before.hex()}", fault)

    def fault(self, link: _Link) -> str | None:
        """Say what is wrong with the next entry, if anything is."""
        if link.seq != self.seq + 1:
            return f"entries {self.seq + 1} to {link.seq - 1} are missing"
        if link.prev != self.before:
            return "the entry does not follow from the one before"
        if link.present and link.computed != link.hash:
            return "the event has been altered"
        if not link.present and not self._vouched(link):
            return "the event is missing"
        return None

    def _vouched(self, link: _Link) -> bool:
        """Say whether the event belonged to a month whose dropping was signed."""
        name = f"feed_event_{link.known_at.astimezone(datetime.UTC):%Y%m}"
        for each in self._checkpoints:
            if each.partition == name and each.first_seq <= link.seq <= each.last_seq:
                self._missing[name] += 1
                return True
        return False

    def unvouched(self) -> Finding | None:
        """Say whether more is missing than was dropped: an entry's own date may be forged."""
        for each in self._checkpoints:
            if self._missing[each.partition] != each.events:
                what = f"{self._missing[each.partition]} events of {each.partition} are missing"
                return Finding(each.last_seq, 0, f"{what}, {each.events} were dropped")
        return None


def signature(checkpoint: Checkpoint) -> str:
    """Return the HMAC-SHA-256 of a checkpoint under the installation's secret key."""
    content = json.dumps(
        [
            checkpoint.partition,
            checkpoint.first_seq,
            checkpoint.last_seq,
            checkpoint.events,
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
            "SELECT min(f.seq), max(f.seq), count(*) FROM feed_entry f JOIN feed_event e "
            "ON e.id = f.event_id AND e.known_at = f.known_at WHERE e.tableoid = %s::regclass",
            [partition],
        )
        first, last, count = cursor.fetchone()
        if first is None:
            raise Conflict(f"{partition} holds no events")
        cursor.execute(
            "SELECT (SELECT prev FROM feed_entry WHERE seq = %s), "
            "(SELECT hash FROM feed_entry WHERE seq = %s)",
            [first, last],
        )
        prev, link = cursor.fetchone()
        checkpoint = Checkpoint(
            partition=partition,
            first_seq=first,
            last_seq=last,
            events=count,
            prev=prev,
            hash=link,
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
