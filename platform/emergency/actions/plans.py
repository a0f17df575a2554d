"""A plan started for an incident: its steps become timed tasks, once."""

import datetime

from django.db import transaction

from core import clock
from core.errors import Invalid, Unknown
from core.severity import Severity
from emergency import public, watch
from emergency.actions.log import check_running, keep, keep_task, locked_incident
from emergency.models import Incident, PlanRun, Task
from emergency.plan import Plan, Step, plans
from people import may
from people.models import Department


def start(
    code: str, incident_id: int, rights: may.Rights, level: int | None = None
) -> tuple[Incident, bool]:
    """Start a plan at a level (else the incident's, else the plan's own); twice changes nothing.

    Returns the incident and whether the plan was started now. The response level is the plan's.
    """
    plan = plans().get(code)
    if plan is None:
        raise Unknown(f"there is no plan {code!r}", zh=f"没有预案 {code!r}")
    if level is not None and level not in list(Severity):
        raise Invalid("level is 1 (I) to 4 (IV)", zh="响应级别应为 1 至 4", field="level")
    with transaction.atomic():
        incident = locked_incident(incident_id, rights, "plan.start")
        check_running(incident)
        if PlanRun.objects.filter(incident=incident, plan=code).exists():
            return incident, False
        before, now = public.incident(incident), clock.now()
        incident.response_level = level or incident.response_level or plan.level
        PlanRun.objects.create(
            incident=incident,
            plan=code,
            level=incident.response_level,
            definition=plan.as_dict(),
            by_id=rights.user_id or None,
            started_at=now,
        )
        steps = plan.at_level(incident.response_level)
        did = {"plan": code, "level": incident.response_level, "tasks": len(steps)}
        keep(incident, before, "plan_started", rights.actor, did=did, decision=True)
        _set(incident, plan, steps, now, rights.actor)
        return incident, True


def _set(
    incident: Incident,
    plan: Plan,
    steps: tuple[Step, ...],
    now: datetime.datetime,
    actor: str,
) -> None:
    departments = Department.objects.in_bulk(
        [group.department for group in plan.groups], field_name="code"
    )
    for step in steps:
        limit = datetime.timedelta(minutes=step.minutes)
        task = Task(
            kind=Task.Kind.PLAN,
            incident=incident,
            plan=plan.code,
            step=step.code,
            title_zh=step.title_zh,
            title_en=step.title_en,
            department=departments.get(plan.group_of(step).department),
            scope=incident.scope,
            start=now,
            amber_at=now + limit * watch.AMBER,
            due=now + limit,
        )
        task.save()
        keep_task(task, None, "begun", actor)
