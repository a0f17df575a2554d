"""The making and ending of tasks, and the timers that watch incidents and orders."""

import datetime
import uuid

from django.db.models import QuerySet

from core import clock
from emergency import public, watch
from emergency.actions.log import keep_task
from emergency.models import Assignment, Incident, Status, Task, Unit

Kind = Task.Kind
TITLES = {
    Kind.UNASSIGNED: ("等待派遣", "Waiting for a unit"),
    Kind.TURNOUT: ("等待出动", "Waiting to move"),
    Kind.ARRIVAL: ("等待到场", "Waiting to arrive"),
    Kind.ROLL_CALL: ("现场人员点名", "Roll call on scene"),
    Kind.MANUAL: ("手动计时", "Manual timer"),
}
OF_ORDER = (Kind.TURNOUT, Kind.ARRIVAL, Kind.ROLL_CALL)


def begin(
    kind: Task.Kind,
    limit: datetime.timedelta,
    actor: str,
    *,
    incident: Incident | None = None,
    unit: Unit | None = None,
    order: Assignment | None = None,
    start: datetime.datetime | None = None,
    words: str = "",
    key: uuid.UUID | None = None,
) -> Task:
    """Begin a timer on an incident, a unit or an order, in the caller's transaction."""
    if order is not None:
        incident, unit = order.incident, order.unit
    start = start or clock.now()
    of = incident or unit
    zh, en = TITLES[kind]
    task = Task(
        kind=kind,
        incident=incident,
        unit=unit,
        assignment=order,
        title_zh=zh,
        title_en=en,
        words=words,
        department=unit.department if unit else None,
        scope=of.scope if of else "",
        start=start,
        amber_at=start + limit * watch.AMBER,
        due=start + limit,
        key=key,
    )
    task.save()
    return keep_task(task, None, "begun", actor)


def locked(found: QuerySet[Task]) -> list[Task]:
    """Lock running tasks in the order of their ids."""
    rows = found.filter(state=Task.State.RUNNING).select_related("unit", "department")
    return list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def end(tasks: list[Task], state: Task.State, actor: str, by: int | None = None) -> None:
    """End locked tasks as done or cancelled."""
    for task in tasks:
        before = public.task(task)
        task.state, task.ended_at, task.ended_by_id = state, clock.now(), by
        keep_task(task, before, str(state), actor)


def end_of_incident(incident: Incident, actor: str) -> None:
    """Cancel all that still runs for an incident."""
    end(locked(Task.objects.filter(incident=incident)), Task.State.CANCELLED, actor)


def end_of_order(order: Assignment, state: Task.State, actor: str, *kinds: Task.Kind) -> None:
    """End what watches an order: of some kinds, or all."""
    found = Task.objects.filter(assignment=order, kind__in=kinds or OF_ORDER)
    end(locked(found), state, actor)


# --- what watches --------------------------------------------------------------------------------


def unassigned(incident: Incident, actor: str) -> None:
    """Begin to wait for the first unit of an incident, unless that is waited for already."""
    waiting = Task.objects.filter(incident=incident, kind=Kind.UNASSIGNED)
    if not waiting.filter(state=Task.State.RUNNING).exists():
        begin(Kind.UNASSIGNED, watch.unassigned(incident.severity), actor, incident=incident)


def assigned(incident: Incident, actor: str) -> None:
    """End the wait for a first unit."""
    waiting = Task.objects.filter(incident=incident, kind=Kind.UNASSIGNED)
    end(locked(waiting), Task.State.DONE, actor)


def ordered(order: Assignment, actor: str) -> None:
    """Begin to wait for an ordered unit to move and to arrive; what is past is not waited for."""
    start = order.dispatched_at
    if order.en_route_at is None and order.on_scene_at is None:
        begin(Kind.TURNOUT, watch.turnout(), actor, order=order, start=start)
    if order.on_scene_at is None:
        begin(Kind.ARRIVAL, watch.arrival(order.eta_s), actor, order=order, start=start)
    elif order.left_at is None:
        begin(Kind.ROLL_CALL, watch.roll_call(), actor, order=order)


def answered(order: Assignment, new: Status, actor: str) -> None:
    """End the timers that a status answers, and begin those that it calls for."""
    done = Task.State.DONE
    end_of_order(order, done, actor, Kind.TURNOUT)
    if new in (Status.ON_SCENE, Status.COMMITTED):
        end_of_order(order, done, actor, Kind.ARRIVAL, Kind.ROLL_CALL)
    if new == Status.ON_SCENE:
        begin(Kind.ROLL_CALL, watch.roll_call(), actor, order=order)
    if order.available_at is not None:
        end_of_order(order, Task.State.CANCELLED, actor)
        if order.incident.state == Incident.State.OPEN:
            unassigned(order.incident, actor)


def again(order: Assignment, actor: str) -> None:
    """Begin the timers anew that an order needs as it stands again, after a slip."""
    end_of_order(order, Task.State.CANCELLED, actor)
    assigned(order.incident, actor)
    ordered(order, actor)
