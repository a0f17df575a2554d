"""Incidents, units and tasks as they stand: for snapshots, and to prove that replay equals them."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from core.severity import Severity
from emergency import narration, public, watch
from emergency.models import Incident, Task, Unit
from feed.projection import Item, Projection
from feed.timeline import Limit, Timeline


class Incidents(Projection):
    """Every incident that is not closed."""

    topic = "incident"

    def items(self) -> Iterable[Item]:
        """Return them, oldest first."""
        for row in Incident.objects.exclude(state=Incident.State.CLOSED).order_by("pk"):
            shape = row.point.geojson if row.point else None
            yield Item(
                "incident", str(row.pk), row.changed_at, row.scope, shape, public.incident(row)
            )


class Units(Projection):
    """Every unit in use."""

    topic = "unit"

    def items(self) -> Iterable[Item]:
        """Return them by code."""
        rows = Unit.objects.filter(active=True).select_related("department", "order")
        for row in rows.order_by("code"):
            yield Item(
                "unit", str(row.pk), row.since, row.scope, row.home.geojson, public.unit(row)
            )


class Tasks(Projection):
    """Every task that is running."""

    topic = "task"

    def items(self) -> Iterable[Item]:
        """Return them, the first due first."""
        rows = Task.objects.filter(state=Task.State.RUNNING).select_related("unit", "department")
        for row in rows.order_by("due", "pk"):
            yield Item("task", str(row.pk), row.start, row.scope, None, public.task(row))


_STATUS = {
    "dispatched": ("派出", "dispatched"),
    "en_route": ("出动", "en route"),
    "on_scene": ("到场", "on scene"),
    "committed": ("作业", "committed"),
    "available": ("归队", "available"),
    "out_of_service": ("停用", "out of service"),
}


class IncidentSteps(Timeline):
    """An incident's steps: the first unit to move or to arrive is the incident's own step."""

    topic = "incident"
    title = "事件", "incident"
    words: ClassVar = {
        **narration.PLAIN,
        **_STATUS,
        "diverted": ("改派", "diverted"),
        "plan_started": ("启动预案", "plan started"),
        "reported_up": ("信息报送", "reported up"),
        "closed": ("结束", "closed"),
    }

    def step(self, kind: str, did: dict[str, Any]) -> str | None:
        """Name a unit's status by what it is; what was merely written down is no step."""
        if kind in ("unit_status", "stamped_late"):
            return str(did.get("to", kind))
        return None if kind in ("edited", "linked", "noted", "withdrawn") else kind

    def limits(
        self, known: datetime.datetime, first: dict[str, Any], last: dict[str, Any]
    ) -> Iterator[Limit]:
        """Return when the first unit had to be sent, to move, to be there."""
        wait = watch.unassigned(first.get("severity", Severity.BLUE))
        yield _limit(
            "dispatched", known, wait, "首个单位须在{n}内派出", "the first unit goes within"
        )
        for order in (last.get("assignments") or [])[:1]:
            sent = datetime.datetime.fromisoformat(order["dispatched_at"])
            way = watch.arrival(order["eta_s"])
            yield _limit("en_route", sent, watch.turnout(), "须在{n}内出动", "turnout within")
            yield _limit(
                "on_scene", sent, way, "按预计行程须在{n}内到场", "by its estimate there within"
            )


def _limit(
    step: str, since: datetime.datetime, wait: datetime.timedelta, zh: str, en: str
) -> Limit:
    minutes = round(wait.total_seconds() / 60)
    return Limit(step, since + wait, zh.format(n=f" {minutes} 分钟"), f"{en} {minutes} min")


class UnitSteps(Timeline):
    """A unit's steps are its statuses."""

    topic = "unit"
    title = "单位", "unit"
    words: ClassVar = {
        **_STATUS,
        "founded": ("设立", "founded"),
        "manned": ("人员变更", "crew changed"),
        "withdrawn": ("撤回状态", "status taken back"),
        "freed": ("解除占用", "freed"),
    }

    def step(self, kind: str, did: dict[str, Any]) -> str | None:
        """Name a status by what it is."""
        return str(did.get("to", kind)) if kind == "status" else kind


class TaskSteps(Timeline):
    """A timed task's steps."""

    topic = "task"
    title = "任务", "task"
    words: ClassVar = narration.TASK
