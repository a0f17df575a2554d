"""After the action: how long each step took, by incident and unit; what was late; who knew when."""

import datetime
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from emergency import history, public
from emergency.models import Assignment, Incident, Task
from people.models import User

STEPS = ("reported_at", "dispatched_at", "en_route_at", "on_scene_at", "under_control_at",
         "closed_at")  # fmt: skip
UNIT_STEPS = ("dispatched_at", "en_route_at", "on_scene_at", "left_at", "available_at")


def of_incident(incident: Incident) -> dict[str, Any]:
    """Return the times of every step and their intervals (s), per unit too, and the late tasks."""
    orders = list(incident.assignments.select_related("unit", "by").order_by("pk"))
    tasks = incident.tasks.select_related("unit", "department", "ended_by").order_by("due", "pk")
    steps = history.of_incident(incident)
    return {
        "incident": public.incident(incident),
        "steps": _stamps(incident, STEPS),
        "intervals": _intervals(incident, STEPS),
        "units": [_unit(order) for order in orders],
        "tasks": [_task(task) for task in tasks],
        "late": sum(1 for task in tasks if task.stage == Task.Stage.RED),
        "known": [_known(step) for step in steps],
        "slowest": _slowest(steps),
    }


def _stamps(row: Incident | Assignment, names: Sequence[str]) -> dict[str, str | None]:
    return {name: public.iso(getattr(row, name)) for name in names}


def _intervals(row: Incident | Assignment, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the seconds from each step that was made to the next one that was."""
    made = [(name, getattr(row, name)) for name in names if getattr(row, name) is not None]
    return [
        {"from": a, "to": b, "seconds": _seconds(start, end)}
        for (a, start), (b, end) in pairwise(made)
    ]


def _seconds(start: datetime.datetime, end: datetime.datetime) -> float:
    return round((end - start).total_seconds(), 1)


def _unit(order: Assignment) -> dict[str, Any]:
    arrived = order.on_scene_at
    took = _seconds(order.dispatched_at, arrived) if arrived else None
    return {
        "code": order.unit.code,
        "name_zh": order.unit.name_zh,
        "name_en": order.unit.name_en,
        "steps": _stamps(order, UNIT_STEPS),
        "intervals": _intervals(order, UNIT_STEPS),
        "eta_s": order.eta_s,
        "took_s": took,
        "diverted": order.diverted,
        "by_zh": _name(order.by, "zh"),
        "by_en": _name(order.by, "en"),
    }


def _task(task: Task) -> dict[str, Any]:
    over = None
    if task.ended_at is not None and task.ended_at > task.due:
        over = _seconds(task.due, task.ended_at)
    return {
        **public.task(task),
        "late_s": over if task.state == Task.State.DONE else None,
        "ended_by_zh": _name(task.ended_by, "zh"),
        "ended_by_en": _name(task.ended_by, "en"),
    }


def _name(person: User | None, language: str) -> str | None:
    if person is None:
        return None
    return getattr(person, f"name_{language}") or person.username


def _known(step: dict[str, Any]) -> dict[str, Any]:
    """Return a step with the seconds that passed until the desk knew of it."""
    at = datetime.datetime.fromisoformat(step["at"])
    known = datetime.datetime.fromisoformat(step["known_at"])
    names = ("seq", "at", "known_at", "topic", "kind", "actor", "actor_zh", "actor_en",
             "line_zh", "line_en", "remark")  # fmt: skip
    return {name: step[name] for name in names} | {"lag_s": max(0.0, _seconds(at, known))}


def _slowest(steps: Sequence[dict[str, Any]]) -> float:
    return max((_known(step)["lag_s"] for step in steps), default=0.0)
