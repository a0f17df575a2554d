"""What only the clock can decide: hold times that run out and things that fall silent.

One worker owns the ticks (an advisory lock); each decision is made under the same locks, by the
same code, as at ingest, and recorded, so that a back-test can repeat it.
"""

import datetime
import logging
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from psycopg import Cursor

from alerts import book, judgement
from alerts.actions import Subject
from alerts.kind import Silence
from alerts.models import Standing, Tick
from alerts.rule import Rule
from core import clock
from sensors import registry

log = logging.getLogger(__name__)

MOST = 500  # decisions in one look; the next look is a second later

_DUE = """
SELECT rule, subject FROM alerts_standing WHERE due_at <= %s ORDER BY due_at LIMIT %s
"""
_SILENT = """
SELECT d.thing_id, max(l.received_at), min(d.interval_s) FILTER (WHERE d.interval_s > 0)
FROM sensors_datastream d JOIN sensors_latest l ON l.datastream_id = d.id
GROUP BY d.thing_id
HAVING max(d.interval_s) > 0 AND max(l.received_at) < %s
"""
_LOCK_READINGS = """
SELECT l.received_at FROM sensors_latest l JOIN sensors_datastream d ON d.id = l.datastream_id
WHERE d.thing_id = %s ORDER BY l.datastream_id FOR NO KEY UPDATE OF l
"""
_LOCK_STREAM = "SELECT 1 FROM sensors_latest WHERE datastream_id = %s FOR NO KEY UPDATE"
_LOCK_THING = "SELECT 1 FROM sensors_whereabouts WHERE thing_id = %s FOR NO KEY UPDATE"


def look() -> int:
    """Decide what is due now; returns how many decisions were made."""
    return _holds() + _silences()


def _holds() -> int:
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now, MOST])
        due = cursor.fetchall()
    rules = book.current()
    for slot, subject in due:
        rule = rules.rules.get(slot.partition("/")[0])
        if rule is None:
            _forget(slot, subject)  # its rule is gone or off
            continue
        try:
            _hold(rules, rule, slot, subject, now)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # one that cannot be decided must not hold up the others
            judgement.fault(rule, subject, error)
            _forget(slot, subject)
    return len(due)


def _forget(slot: str, subject: str) -> None:
    Standing.objects.filter(rule=slot, subject=subject).delete()


@transaction.atomic
def _hold(rules: book.Book, rule: Rule, slot: str, subject: str, now: datetime.datetime) -> None:
    number = int(subject[2:])
    raw: Cursor[Any] = Cursor(connection.connection)
    raw.execute(_LOCK_STREAM if subject.startswith("d:") else _LOCK_THING, [number])
    found = judgement.standings(raw, [subject])
    standing = found.by_subject.get(subject, {}).get(slot)
    about = _subject(slot, subject)
    if standing is None:
        return
    if about is None:
        _forget(slot, subject)  # what it was about is gone
        return
    elapsed = max(0.0, now.timestamp() - standing.memory.heard)
    time = standing.memory.last + elapsed
    heard = judgement.Heard(rules, found, now)
    heard.again(rule, about, time, datetime.datetime.fromtimestamp(time, clock.UTC))
    heard.save(raw)
    Tick.objects.create(at=now, rule=slot, subject=subject)


def _subject(slot: str, subject: str) -> Subject | None:
    number = int(subject[2:])
    known = registry.current()
    if subject.startswith("d:"):
        stream = known.streams.get(number)
        if stream is None:
            return None
        return Subject(subject, stream.thing_id, stream.id, unit=stream.unit)
    fence = slot.partition("/")[2]
    if number not in known.things:
        return None
    if not fence:
        return Subject(subject, number)
    return Subject(f"{subject}:f:{fence}", number, fence_id=int(fence))


_began: datetime.datetime | None = None  # when this worker first looked


def _silences() -> int:
    """Find things that are silent; while nobody listened, nobody could be heard."""
    global _began
    _began = _began or clock.now()
    rules = book.current()
    silence = rules.of_kind("silence")
    if not silence:
        return 0
    now = clock.now()
    shortest = min(float(getattr(rule.judge, "at_least_s", 0)) for rule in silence)
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, [now - datetime.timedelta(seconds=shortest)])
        quiet = cursor.fetchall()
        cursor.execute("SELECT subject, rule FROM alerts_standing WHERE subject LIKE 't:%%'")
        standing = set(cursor.fetchall())
    made = 0
    for thing_id, heard_at, interval_s in quiet:
        for rule in silence:
            patience = rule.judge.patience(interval_s)  # type: ignore[attr-defined]
            too_long = (now - max(heard_at, _began)).total_seconds() > patience
            if too_long and (f"t:{thing_id}", rule.code) not in standing:
                made += _silent(rules, rule, thing_id, float(interval_s), now)
    return made


def _silent(
    rules: book.Book, rule: Rule, thing_id: int, interval_s: float, now: datetime.datetime
) -> int:
    thing = registry.current().things.get(thing_id)
    if thing is None or not rule.covers("", thing.kind, thing.scope):
        return 0
    with transaction.atomic():
        raw: Cursor[Any] = Cursor(connection.connection)
        raw.execute(_LOCK_READINGS, [thing_id])
        last = max((row[0] for row in raw.fetchall()), default=now)
        silent_s = (now - last).total_seconds()
        found = judgement.standings(raw, [f"t:{thing_id}"])
        heard = judgement.Heard(rules, found, now)
        heard.silence(rule, Subject(f"t:{thing_id}", thing_id), Silence(now, silent_s, interval_s))
        heard.save(raw)
        Tick.objects.create(at=now, rule=rule.code, subject=f"t:{thing_id}")
    return 1
