"""From measures to alerts: standings under lock, rules asked, verdicts carried out, faults kept.

Used at ingest, for positions, and by the clock's ticks; always inside the caller's transaction and
always after the subjects' own rows have been locked.
"""

import dataclasses
import datetime
import json
import logging
from collections.abc import Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from psycopg import Cursor

from alerts import actions
from alerts.actions import Subject
from alerts.book import Book
from alerts.kind import Fix, Measure, Reading, Silence
from alerts.models import RuleFault
from alerts.rule import Rule
from alerts.standing import Memory, advance, due_in
from core import clock
from core.severity import Severity

log = logging.getLogger(__name__)

READ = """
SELECT rule, subject, memory::text, alert_id FROM alerts_standing
WHERE subject = ANY(%s::text[]) ORDER BY subject, rule FOR NO KEY UPDATE
"""
WRITE = """
INSERT INTO alerts_standing (rule, subject, memory, alert_id, due_at)
VALUES (%s, %s, %s::jsonb, %s::bigint, %s::timestamptz)
ON CONFLICT (subject, rule) DO UPDATE
SET memory = excluded.memory, alert_id = excluded.alert_id, due_at = excluded.due_at
"""
DELETE = "DELETE FROM alerts_standing WHERE subject = %s AND rule = %s"


@dataclasses.dataclass(slots=True)
class Standing:
    """One row: memory, the alert it speaks through, and whether it is in the table."""

    memory: Memory
    alert_id: int | None = None
    stored: bool = False


@dataclasses.dataclass(slots=True)
class Standings:
    """The standings of a batch's subjects."""

    by_subject: dict[str, dict[str, Standing]]

    def of(self, subject: str, slot: str) -> Standing:
        """Return the standing of a subject with a rule, a fresh one if there is none."""
        slots = self.by_subject.setdefault(subject, {})
        if slot not in slots:
            slots[slot] = Standing(Memory())
        return slots[slot]


def standings(raw: "Cursor[Any]", subjects: Sequence[str]) -> Standings:
    """Read and lock what stands; the subjects' own rows are locked already."""
    read(raw, subjects)
    return loaded(raw)


def read(raw: "Cursor[Any]", subjects: Sequence[str]) -> None:
    """Ask for what stands (in a pipeline, behind the statement that locks the subjects)."""
    raw.execute(READ, [list(subjects)], prepare=True)


def loaded(raw: "Cursor[Any]") -> Standings:
    """Return what `read` asked for."""
    found: dict[str, dict[str, Standing]] = {}
    for rule, subject, memory, alert_id in raw.fetchall():
        found.setdefault(subject, {})[rule] = Standing(_memory(memory), alert_id, True)
    return Standings(found)


def _memory(text: str) -> Memory:
    """Read a memory; one that cannot be read begins anew, or no reading would pass it."""
    try:
        return Memory.load(json.loads(text))
    except (ValueError, TypeError, AttributeError):
        log.exception("a standing's memory cannot be read: %s", text[:200])
        return Memory()


class Heard:
    """One transaction's judgement: feeds measures to the rules and writes what follows."""

    def __init__(self, book: Book, found: Standings, received: datetime.datetime) -> None:
        self._book, self._found, self._received = book, found, received
        self._touched: dict[tuple[str, str], Rule] = {}

    def reading(self, rule: Rule, subject: Subject, seen: Reading) -> None:
        """A value came."""
        self._ask(rule, subject, seen, seen.time)

    def position(self, rule: Rule, subject: Subject, seen: Fix) -> None:
        """A position came."""
        self._ask(rule, subject, seen, seen.time)

    def silence(self, rule: Rule, subject: Subject, seen: Silence) -> None:
        """The clock has looked at how long a thing has been silent."""
        self._ask(rule, subject, seen, seen.time)

    def thing_spoke(self, thing_id: int, at: datetime.datetime) -> None:
        """A thing that counted as silent has been heard."""
        subject = f"t:{thing_id}"
        for rule in self._book.of_kind("silence"):
            if rule.code in self._found.by_subject.get(subject, {}):
                seen = Silence(self._received, 0.0, 0.0)
                self._ask(rule, Subject(subject, thing_id), seen, self._received)

    def again(self, rule: Rule, subject: Subject, time: float, at: datetime.datetime) -> None:
        """The clock has run on without a new value: the last measure still holds."""
        standing = self._found.of(subject.standing, subject.slot(rule.code))
        measure = _thaw(standing.memory.measure)
        self._take(rule, subject, standing, measure, time, at)

    def _ask(self, rule: Rule, subject: Subject, seen: Any, at: datetime.datetime) -> None:
        standing = self._found.of(subject.standing, subject.slot(rule.code))
        before = standing.memory.dump()
        try:
            measure = rule.judge.measure(seen)
            standing.memory.measure = _freeze(measure)
            standing.memory.heard = self._received.timestamp()
            self._take(rule, subject, standing, measure, at.timestamp(), at)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # one rule that throws must never end the line for the others
            standing.memory = Memory.load(before)
            fault(rule, subject.key, error)

    def _take(
        self,
        rule: Rule,
        subject: Subject,
        standing: Standing,
        measure: Measure,
        time: float,
        at: datetime.datetime,
    ) -> None:
        verdict = advance(rule.judge, standing.memory, time, measure)
        self._touched[(subject.standing, subject.slot(rule.code))] = rule
        if verdict is not None:
            with transaction.atomic():
                standing.alert_id = actions.follow(
                    rule, subject, standing.alert_id, verdict, measure, at
                )

    def save(self, raw: "Cursor[Any]") -> None:
        """Write the standings that were touched; one with nothing to remember goes."""
        for (subject, slot), rule in sorted(self._touched.items(), key=lambda item: item[0]):
            standing = self._found.of(subject, slot)
            if standing.memory.idle:
                if standing.stored:
                    raw.execute(DELETE, [subject, slot])
                continue
            wait = due_in(rule.judge, standing.memory)
            due = None if wait is None else self._received + datetime.timedelta(seconds=wait)
            memory = json.dumps(standing.memory.dump())
            raw.execute(WRITE, [slot, subject, memory, standing.alert_id, due])


def _freeze(measure: Measure) -> dict[str, Any]:
    """Return the JSON form of a measure, for the clock to take up again."""
    return {
        "met": sorted(measure.met),
        "kept": sorted(measure.kept),
        "value": measure.value,
        "limits": {str(int(grade)): limit for grade, limit in measure.limits.items()},
        "values": measure.values,
        "standard": measure.standard,
        "inside": measure.inside,
    }


def _thaw(row: dict[str, Any]) -> Measure:
    return Measure(
        frozenset(map(Severity, row.get("met", ()))),
        frozenset(map(Severity, row.get("kept", ()))),
        row.get("value"),
        {Severity(int(grade)): limit for grade, limit in row.get("limits", {}).items()},
        row.get("values", {}),
        tuple(row["standard"]) if row.get("standard") else None,
        row.get("inside"),
    )


def fault(rule: Rule, subject: str, error: Exception) -> None:
    """Record a rule that threw; it is skipped, the others go on."""
    log.exception("rule %s v%s threw on %s", rule.code, rule.version, subject)
    now = clock.now()
    with transaction.atomic():
        row, made = RuleFault.objects.get_or_create(
            rule=rule.code,
            rule_version=rule.version,
            error=f"{type(error).__name__}: {error}"[:500],
            defaults={"subject": subject, "first_at": now, "last_at": now},
        )
        if not made:
            row.times, row.last_at, row.subject = row.times + 1, now, subject
            row.save()
