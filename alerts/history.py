"""An alert's whole history: its events in the log, with the words that lie beside the log."""

import json
from typing import Any

from django.db import connection

from alerts.models import Alert, Note
from people.models import User

_EVENTS = """
SELECT f.seq, e.at, e.known_at, e.kind, e.actor, e.body->'did', (e.body->'now'->>'severity')::int,
       (e.body->'now'->>'value')::float8, e.body->'now'->>'state'
FROM feed_event e JOIN feed_entry f ON f.event_id = e.id AND f.known_at = e.known_at
WHERE e.entity = 'alert' AND e.entity_id = %s ORDER BY f.seq
"""


def of_alert(alert: Alert) -> list[dict[str, Any]]:
    """Return the steps in the log's order; an erased note shows that there was one."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [str(alert.pk)])
        rows = cursor.fetchall()
    notes = {note.pk: note for note in alert.notes.all()}
    people = User.objects.in_bulk([user_of(row[4]) for row in rows if user_of(row[4])])
    return [_step(row, notes, people) for row in rows]


def user_of(actor: str) -> int:
    """Return the id of the person who acted, 0 for rules, devices and the clock."""
    kind, _, number = actor.partition(":")
    return int(number) if kind == "user" and number.isdigit() else 0


def _step(row: tuple[Any, ...], notes: dict[int, Note], people: dict[int, User]) -> dict[str, Any]:
    seq, at, known_at, kind, actor, did, severity, value, state = row
    did = loaded(did)
    note = notes.get(did.get("note", 0))
    person = people.get(user_of(actor))
    return {
        "seq": seq,
        "at": at.isoformat(),
        "known_at": known_at.isoformat(),
        "kind": kind,
        "actor": actor,
        "actor_zh": (person.name_zh or person.username) if person else None,
        "actor_en": (person.name_en or person.username) if person else None,
        "did": did,
        "severity": severity,
        "value": value,
        "state": state,
        "note": _note(note) if note else None,
    }


def loaded(did: Any) -> dict[str, Any]:
    """Return a step's details, whichever way the database hands jsonb over."""
    return json.loads(did) if isinstance(did, str) else did or {}


def _note(note: Note) -> dict[str, Any]:
    return {
        "id": note.pk,
        "words": None if note.erased_at else note.words,
        "author": note.author_id,
        "erased": note.erased_at is not None,
    }
