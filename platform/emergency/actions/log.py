"""What every emergency action shares: locking by right, telling the log, sealing words."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from core import clock
from core.errors import Conflict, Invalid, Unknown
from emergency import public
from emergency.models import Incident, Remark, Task, Unit
from feed.log import Happening, changes, ewkb, record, seal
from people import may

LONGEST = 4000
_CLOCK = "clock"


def locked_incident(incident_id: int, rights: may.Rights, verb: str) -> Incident:
    """Return the incident, locked, if it may be seen; raises Unknown or Forbidden otherwise."""
    row = Incident.objects.select_for_update(no_key=True).filter(pk=incident_id).first()
    if row is None or not may.may(rights, "incident.see", row.scope):
        raise Unknown(f"there is no incident {incident_id}", zh=f"没有编号为 {incident_id} 的事件")
    may.require(rights, verb, row.scope)
    return row


def lock_incidents(ids: Iterable[int]) -> dict[int, Incident]:
    """Lock incidents in the order of their ids, as everybody does: so nobody waits in a ring."""
    rows = Incident.objects.select_for_update(no_key=True).filter(pk__in=set(ids)).order_by("pk")
    return {row.pk: row for row in rows}


def lock_units(ids: Iterable[int]) -> dict[int, Unit]:
    """Lock units in the order of their ids; incidents are locked before them."""
    rows = (
        Unit.objects.select_for_update(no_key=True, of=("self",))
        .select_related("department", "order")
        .filter(pk__in=set(ids))
        .order_by("pk")
    )
    return {row.pk: row for row in rows}


def check(incident: Incident, version: int | None) -> None:
    """Refuse a decision on a picture that others have decided on since; stamps do not count."""
    if version is not None and version < incident.decided:
        raise Conflict(
            f"incident {incident.pk} has changed since you looked",
            zh=f"事件 {incident.pk} 已被他人更新",
            remedy="look at the present state and decide again",
            current=public.incident(incident),
        )


def check_running(incident: Incident) -> None:
    """Refuse what makes no sense on a closed incident."""
    if incident.state == Incident.State.CLOSED:
        raise Conflict(
            f"incident {incident.pk} is closed",
            zh=f"事件 {incident.pk} 已结束",
            remedy="reopen it first, or report a new one",
            current=public.incident(incident),
        )


def keep(
    incident: Incident,
    before: dict[str, Any] | None,
    kind: str,
    actor: str,
    at: datetime.datetime | None = None,
    *,
    did: dict[str, Any] | None = None,
    decision: bool = False,
) -> Incident:
    """Save a change of an incident and tell it; a decision outdates what others looked at."""
    incident.changed_at = clock.now()
    if before is not None:
        incident.version += 1
    if decision:
        incident.decided = incident.version
    incident.save()
    now = public.incident(incident)
    _tell(
        "incident", incident.pk, kind, actor, at or incident.changed_at, before, now, did,
        gone=incident.state == Incident.State.CLOSED,
        scope=incident.scope, geom=ewkb(incident.point),
    )  # fmt: skip
    return incident


def keep_unit(
    unit: Unit,
    before: dict[str, Any] | None,
    kind: str,
    actor: str,
    at: datetime.datetime | None = None,
    did: dict[str, Any] | None = None,
) -> Unit:
    """Save a change of a unit and tell it."""
    if before is not None:
        unit.version += 1
    unit.save()
    _tell(
        "unit", unit.pk, kind, actor, at or clock.now(), before, public.unit(unit), did,
        gone=not unit.active, scope=unit.scope, geom=ewkb(unit.home),
    )  # fmt: skip
    return unit


def keep_task(
    task: Task,
    before: dict[str, Any] | None,
    kind: str,
    actor: str = _CLOCK,
    did: dict[str, Any] | None = None,
) -> Task:
    """Save a change of a task and tell it."""
    if before is not None:
        task.version += 1
    task.save()
    _tell(
        "task", task.pk, kind, actor, clock.now(), before, public.task(task), did,
        gone=task.state != Task.State.RUNNING, scope=task.scope, geom=None,
    )  # fmt: skip
    return task


def _tell(
    topic: str,
    pk: int,
    kind: str,
    actor: str,
    at: datetime.datetime,
    before: dict[str, Any] | None,
    now: dict[str, Any],
    did: dict[str, Any] | None,
    *,
    gone: bool,
    scope: str,
    geom: str | None,
) -> None:
    body: dict[str, Any] = {"now": now, "did": did or {}, "gone": gone}
    if before is not None:
        body["changed"] = sorted(changes(before, now))
    record(
        Happening(
            topic=topic,
            kind=kind,
            entity=topic,
            entity_id=str(pk),
            actor=actor,
            at=at,
            scope=scope,
            geom=geom,
            body=body,
        )
    )


def tell_end(topic: str, pk: int, actor: str, now: dict[str, Any], scope: str) -> None:
    """Tell that an entity is taken away altogether (what was only shown)."""
    _tell(topic, pk, "removed", actor, clock.now(), None, now, None,
          gone=True, scope=scope, geom=None)  # fmt: skip


def write(
    incident: Incident,
    kind: Remark.Kind,
    words: str,
    rights: may.Rights,
    key: uuid.UUID | None = None,
) -> dict[str, Any]:
    """Keep words beside the log and return what the log says of them: their number and digest."""
    words = checked_words(words)
    salt, digest = seal(words)
    remark = Remark.objects.create(
        incident=incident,
        kind=kind,
        author_id=rights.user_id or None,
        words=words,
        salt=salt,
        key=key,
        made_at=clock.now(),
    )
    if kind is Remark.Kind.NOTE:
        incident.notes += 1
    return {"remark": remark.pk, "digest": digest}


def checked_words(words: str) -> str:
    """Return words without the blanks around them; raises Invalid for none, or too many."""
    words = words.strip()
    if not words or len(words) > LONGEST or "\x00" in words:
        raise Invalid(
            f"words have 1 to {LONGEST} characters",
            zh=f"文字须为 1 至 {LONGEST} 个字符",
            field="words",
        )
    return words
