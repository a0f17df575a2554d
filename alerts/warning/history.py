"""A warning's whole history: its events in the log, with the words that lie beside the log."""

from typing import Any

from django.db import connection

from alerts.history import loaded, user_of
from alerts.warning.models import PublicWarning
from people.models import User

_EVENTS = """
SELECT f.seq, e.at, e.kind, e.actor, e.body->'did', e.body->'now'->>'state',
       (e.body->'now'->>'version')::int
FROM feed_event e JOIN feed_entry f ON f.event_id = e.id AND f.known_at = e.known_at
WHERE e.entity = 'warning' AND e.entity_id = %s ORDER BY f.seq
"""


def of_warning(row: PublicWarning) -> list[dict[str, Any]]:
    """Return the steps in the log's order; an erased note shows that there was one."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [str(row.pk)])
        rows = cursor.fetchall()
    notes = {note.pk: None if note.erased_at else note.words for note in row.notes.all()}
    people = names(user_of(one[3]) for one in rows)
    steps = []
    for seq, at, kind, actor, did, state, version in rows:
        did = loaded(did)
        steps.append(
            {
                "seq": seq,
                "at": at.isoformat(),
                "kind": kind,
                "actor": actor,
                **people.get(user_of(actor), {"actor_zh": None, "actor_en": None}),
                "did": did,
                "state": state,
                "version": version,
                "words": notes.get(did.get("note", 0)),
            }
        )
    return steps


def names(ids: Any) -> dict[int, dict[str, str | None]]:
    """Return people's names by id."""
    found = User.objects.in_bulk([one for one in set(ids) if one])
    return {
        pk: {"actor_zh": user.name_zh or user.username, "actor_en": user.name_en or user.username}
        for pk, user in found.items()
    }
