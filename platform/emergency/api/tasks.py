"""Tasks and timers over HTTP."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from core.errors import Invalid
from emergency import public
from emergency.actions import tasks as actions
from emergency.models import Task
from emergency.reading import seen_incident, seen_unit
from people import may
from people.signin import rights

router = Router()
MOST = 500


class Filters(Schema):
    """What to list; states are comma-separated."""

    state: str = "running"
    incident: int | None = None
    unit: int | None = None


class TimerIn(Schema):
    """A timer on an incident or a unit."""

    minutes: float
    incident: int | None = None
    unit: int | None = None
    words: str = ""
    key: uuid.UUID | None = None


@router.get("/tasks")
def listed(request: HttpRequest, wanted: Query[Filters]) -> dict[str, Any]:
    """List tasks that one may see, the first due first."""
    rows = Task.objects.filter(may.visible(rights(request), "task.see"))
    if wanted.state:
        rows = rows.filter(state__in=wanted.state.split(","))
    if wanted.incident is not None:
        rows = rows.filter(incident_id=wanted.incident)
    if wanted.unit is not None:
        rows = rows.filter(unit_id=wanted.unit)
    rows = rows.select_related("unit", "department").order_by("due", "pk")[:MOST]
    return {"items": [_whole(row) for row in rows]}


def _whole(row: Task) -> dict[str, Any]:
    return {**public.task(row), "words": row.words}


@router.post("/tasks", response={201: dict[str, Any]})
def set_timer(request: HttpRequest, given: TimerIn) -> Status[dict[str, Any]]:
    """Set a timer by hand."""
    asker = rights(request)
    if (given.incident is None) == (given.unit is None):
        raise Invalid("name an incident or a unit", zh="请指定一个事件或一个单位", field="incident")
    row = actions.set_timer(
        asker,
        given.minutes,
        incident=seen_incident(given.incident, asker) if given.incident is not None else None,
        unit=seen_unit(given.unit, asker) if given.unit is not None else None,
        words=given.words,
        key=given.key,
    )
    return Status(201, _whole(row))


@router.post("/tasks/{int:task_id}/done")
def done(request: HttpRequest, task_id: int) -> dict[str, Any]:
    """Tick a task off."""
    return _whole(actions.done(task_id, rights(request)))


@router.post("/tasks/{int:task_id}/cancel")
def cancel(request: HttpRequest, task_id: int) -> dict[str, Any]:
    """Take a task back."""
    return _whole(actions.cancel(task_id, rights(request)))
