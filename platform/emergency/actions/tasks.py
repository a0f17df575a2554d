"""Tasks in people's hands: timers set, tasks ticked off or taken back; and what the clock tells."""

import datetime
import uuid

from django.db import transaction
from django.db.models import F, Q

from core import clock
from core.errors import Conflict, Invalid, Unknown
from emergency import public, watch
from emergency.actions.log import keep_task
from emergency.actions.timers import begin, end
from emergency.models import Incident, Task, Unit
from people import may

MOST_MINUTES = 24 * 60
MOST_AT_ONCE = 200
LONGEST_WORDS = 200


# --- what people do ------------------------------------------------------------------------------


def set_timer(
    rights: may.Rights,
    minutes: float,
    *,
    incident: Incident | None = None,
    unit: Unit | None = None,
    words: str = "",
    key: uuid.UUID | None = None,
) -> Task:
    """Set a timer by hand on an incident or a unit; the same key gives the same timer."""
    of = incident or unit
    if of is None:
        raise Invalid(
            "a timer belongs to an incident or a unit",
            zh="计时须关联事件或单位",
            field="incident",
        )
    may.require(rights, "task.do", of.scope)
    if not 0 < minutes <= MOST_MINUTES:
        raise Invalid(
            f"minutes lie above 0 and not above {MOST_MINUTES}",
            zh=f"分钟数须大于 0 且不超过 {MOST_MINUTES}",
            field="minutes",
        )
    if len(words) > LONGEST_WORDS or "\x00" in words:
        raise Invalid(
            f"words have at most {LONGEST_WORDS} characters",
            zh=f"文字不得超过 {LONGEST_WORDS} 个字符",
            field="words",
        )
    with transaction.atomic():
        known = Task.objects.filter(key=key).first() if key else None
        return known or begin(
            Task.Kind.MANUAL,
            datetime.timedelta(minutes=minutes),
            rights.actor,
            incident=incident,
            unit=unit,
            words=words.strip(),
            key=key,
        )


def _own(task_id: int, rights: may.Rights) -> Task:
    task = (
        Task.objects.select_for_update(no_key=True, of=("self",))
        .select_related("unit", "department", "assignment__incident", "assignment__unit")
        .filter(pk=task_id)
        .first()
    )
    if task is None or not may.may(rights, "task.see", task.scope):
        raise Unknown(f"there is no task {task_id}", zh=f"没有编号为 {task_id} 的任务")
    may.require(rights, "task.do", task.scope)
    return task


def done(task_id: int, rights: may.Rights) -> Task:
    """Tick a task off; doing so twice changes nothing. A roll call that was answered begins anew.

    Whoever may do the task in its area may tick it off: in the night it is whoever hears of it.
    """
    with transaction.atomic():
        task = _own(task_id, rights)
        if task.state == Task.State.DONE:
            return task
        _check_running(task)
        end([task], Task.State.DONE, rights.actor, rights.user_id)
        if task.kind == Task.Kind.ROLL_CALL and task.assignment is not None:
            begin(Task.Kind.ROLL_CALL, watch.roll_call(), rights.actor, order=task.assignment)
        return task


def cancel(task_id: int, rights: may.Rights) -> Task:
    """Take a task back; doing so twice changes nothing."""
    with transaction.atomic():
        task = _own(task_id, rights)
        if task.state == Task.State.CANCELLED:
            return task
        _check_running(task)
        end([task], Task.State.CANCELLED, rights.actor, rights.user_id)
        return task


def _check_running(task: Task) -> None:
    if task.state != Task.State.RUNNING:
        raise Conflict(
            f"task {task.pk} is {task.state}",
            zh=f"任务 {task.pk} 已{'完成' if task.state == Task.State.DONE else '取消'}",
            current=public.task(task),
        )


# --- what the clock decides ----------------------------------------------------------------------


def tell_due() -> int:
    """Record which tasks have turned amber or red since the last look; each stage once."""
    now = clock.now()
    turned = Q(due__lte=now) | Q(stage=Task.Stage.GREEN, amber_at__lte=now)
    told = 0
    with transaction.atomic():
        rows = (
            Task.objects.filter(turned, state=Task.State.RUNNING, stage__lt=Task.Stage.RED)
            .select_for_update(no_key=True, of=("self",), skip_locked=True)
            .select_related("unit", "department")
            .order_by(F("due").asc(), "pk")[:MOST_AT_ONCE]
        )
        for task in rows:
            before = public.task(task)
            task.stage = Task.Stage.RED if task.due <= now else Task.Stage.AMBER
            keep_task(task, before, "due" if task.stage == Task.Stage.RED else "soon_due")
            told += 1
    return told
