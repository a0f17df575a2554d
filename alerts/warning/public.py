"""A warning as the log and every screen have it: nothing personal is in it, people are ids."""

import datetime
from typing import Any

from alerts.warning.models import PublicWarning
from core import clock

_PLAIN = (
    "state", "origin", "msg_type", "status", "source", "event", "event_code", "event_zh",
    "event_en", "category", "colour", "urgency", "severity", "certainty", "responses",
    "headline_zh", "headline_en", "description_zh", "description_en", "instruction_zh",
    "instruction_en", "area_zh", "area_en", "divisions", "scope", "inside", "sender", "sender_zh",
    "sender_en", "identifier", "refusals", "undelivered", "simulated", "version", "closed",
)  # fmt: skip
_MOMENTS = ("onset", "expires", "made_at", "changed_at", "submitted_at", "issued_at", "ended_at")


def public(row: PublicWarning) -> dict[str, Any]:
    """Return the whole warning without its geometry, which an event carries beside."""
    return {
        "id": row.pk,
        "number": row.pk,
        "follows": row.follows_id,
        "composed_by": row.composed_by_id,
        "edited_by": row.edited_by_id,
        "approved_by": row.approved_by_id,
        **{name: _value(getattr(row, name)) for name in _PLAIN},
        **{name: _iso(getattr(row, name)) for name in _MOMENTS},
    }


def _value(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _iso(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(clock.UTC).isoformat()
