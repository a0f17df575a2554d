"""A case as the log and every screen have it: whole, and with nothing personal in it."""

import datetime
from typing import Any

from core import clock
from urban.models import Case
from urban.move import STANDINGS, State


def iso(moment: datetime.datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC."""
    return None if moment is None else moment.astimezone(clock.UTC).isoformat()


def public(case: Case) -> dict[str, Any]:
    """Return the whole case."""
    standing = STANDINGS[State(case.state)]
    return {
        "id": case.pk,
        "number": case.number,
        "kind": case.kind,
        "code": case.code,
        "name_zh": case.name_zh,
        "name_en": case.name_en,
        "condition": case.condition,
        "part_code": case.part_code,
        "state": str(case.state),
        "state_zh": standing.zh,
        "state_en": standing.en,
        "stage": standing.step,
        "source": str(case.source),
        "verified": case.verified,
        "department": case.department.code if case.department else None,
        "department_zh": case.department_zh,
        "department_en": case.department_en,
        "lon": round(case.geom.x, 7),
        "lat": round(case.geom.y, 7),
        "scope": case.scope,
        "cell": case.cell,
        "place_zh": case.place_zh,
        "place_en": case.place_en,
        **_times(case),
        "reworks": case.reworks,
        "extensions": case.extensions,
        "photo_count": case.photo_count,
        "alike": case.alike,
        "merged_into": case.merged_into_id,
        "cause": case.cause,
        "simulated": case.simulated,
        "version": case.version,
    }


def _times(case: Case) -> dict[str, Any]:
    running = case.due_at is not None
    return {
        "reported_at": iso(case.reported_at),
        "changed_at": iso(case.changed_at),
        "registered_at": iso(case.registered_at),
        "dispatched_at": iso(case.dispatched_at),
        "started_at": iso(case.started_at),
        "answered_at": iso(case.answered_at),
        "closed_at": iso(case.closed_at),
        "answered_in_time": case.answered_in_time,
        # green until yellow_at, yellow until due_at, red after; stopped on hold
        "clock": {
            "from": iso(case.clock_from),
            "yellow_at": iso(case.yellow_at),
            "due_at": iso(case.due_at),
        }
        if running
        else None,
        "due_at": iso(case.handle_due_at),
        "limit_s": case.limit_s,
        "left_s": case.left_s,
        "asked_until": iso(case.asked_until),
    }
