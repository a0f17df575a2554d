"""An incident's whole history: its events in the log, with the words that lie beside the log."""

import json
from typing import Any

from django.db import connection

from emergency import narration
from emergency.models import Incident, Remark
from people.models import User

# a task's beginning is told by what began it: the report, the order, the plan
_EVENTS = """
SELECT f.seq, e.at, e.known_at, e.topic, e.entity_id, e.kind, e.actor, e.body->'did',
       e.body->'changed', e.body->'now'
FROM feed_event e JOIN feed_entry f ON f.event_id = e.id AND f.known_at = e.known_at
WHERE e.entity = %s AND e.entity_id = ANY(%s) AND (e.entity <> 'task' OR e.kind <> 'begun')
ORDER BY f.seq
"""


def of_incident(incident: Incident) -> list[dict[str, Any]]:
    """Return the steps of the incident and of its tasks, in the log's order."""
    tasks = [str(pk) for pk in incident.tasks.values_list("pk", flat=True)]
    rows = _rows("incident", [str(incident.pk)]) + _rows("task", tasks)
    rows.sort(key=lambda row: row[0])
    remarks = {remark.pk: remark for remark in incident.remarks.all()}
    people = names({_user(row[6]) for row in rows})
    return [_with_line(_step(row, remarks, people)) for row in rows]


def _with_line(step: dict[str, Any]) -> dict[str, Any]:
    zh, en = narration.line(step)
    return {**step, "line_zh": zh, "line_en": en}


def _rows(entity: str, ids: list[str]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [entity, ids])
        return list(cursor.fetchall())


def names(ids: set[int]) -> dict[int, User]:
    """Return people by id."""
    return User.objects.in_bulk([pk for pk in ids if pk])


def _user(actor: str) -> int:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "user" and number.isdigit() else 0


def _step(
    row: tuple[Any, ...], remarks: dict[int, Remark], people: dict[int, User]
) -> dict[str, Any]:
    seq, at, known_at, topic, entity_id, kind, actor, did, changed, now = row
    did, now = _loaded(did) or {}, _loaded(now) or {}
    person = people.get(_user(actor))
    remark = remarks.get(did.get("remark", 0))
    return {
        "seq": seq,
        "at": at.isoformat(),
        "known_at": known_at.isoformat(),
        "topic": topic,
        "id": int(entity_id),
        "kind": kind,
        "actor": actor,
        "actor_zh": (person.name_zh or person.username) if person else None,
        "actor_en": (person.name_en or person.username) if person else None,
        "did": did,
        "changed": {name: now.get(name) for name in _loaded(changed) or [] if name not in _NOISE},
        "task": now.get("kind") if topic == "task" else None,
        "title_zh": now.get("title_zh"),
        "title_en": now.get("title_en"),
        "remark": said(remark) if remark else None,
    }


_NOISE = frozenset({"assignments", "changed_at", "version", "links", "notes", "reports", "hazards"})


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def said(remark: Remark) -> dict[str, Any]:
    """Return words as the right people read them; erased ones show that there were some."""
    return {
        "id": remark.pk,
        "kind": str(remark.kind),
        "words": None if remark.erased_at else remark.words,
        "author": remark.author_id,
        "made_at": remark.made_at.isoformat(),
        "erased": remark.erased_at is not None,
    }
