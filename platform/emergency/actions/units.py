"""Units: founded, manned, their status by whoever may speak for them, slips withdrawn."""

import dataclasses
import datetime
import uuid
from collections.abc import Mapping, Sequence

from django.contrib.gis.geos import Point
from django.db import transaction

from core import clock
from core.errors import Conflict, Forbidden, Invalid, Unknown
from emergency import public, whereabouts
from emergency.actions import incidents, timers
from emergency.actions.log import keep, keep_unit, lock_incidents, lock_units
from emergency.force import forces
from emergency.models import Assignment, Incident, Stamp, Status, Unit
from people import may
from people.models import Department, User
from places import divisions
from places.codes import prefix
from places.label import label

MAX_AHEAD = datetime.timedelta(minutes=2)
OLDEST = datetime.timedelta(hours=24)
REGRET = datetime.timedelta(seconds=60)  # so long may a status be taken back
NEEDS_ORDER = (Status.EN_ROUTE, Status.ON_SCENE)


@dataclasses.dataclass(frozen=True, slots=True)
class UnitSpec:
    """A unit to be founded; home in degrees (EPSG:4326)."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    lon: float
    lat: float
    department: str = ""
    thing_id: int | None = None
    crew: Sequence[str] = ()
    simulated: bool = False


def found(specs: Sequence[UnitSpec], actor: str = "system") -> list[Unit]:
    """Found units; one that is known by its code is left as it is. Raises Invalid."""
    with transaction.atomic():
        known = Unit.objects.in_bulk([spec.code for spec in specs], field_name="code")
        return [known.get(spec.code) or _found(spec, actor) for spec in specs]


def _found(spec: UnitSpec, actor: str) -> Unit:
    if spec.kind not in forces():
        raise Invalid(f"no kind of unit {spec.kind!r}", zh="单位类别有误", field="kind")
    code = divisions.at(spec.lon, spec.lat)
    scope = prefix(code) if code else ""
    zh, en = label(scope)
    unit = Unit(
        code=spec.code,
        name_zh=spec.name_zh,
        name_en=spec.name_en,
        kind=spec.kind,
        department=Department.objects.filter(code=spec.department).first(),
        home=Point(spec.lon, spec.lat, srid=4326),
        scope=scope,
        place_zh=zh,
        place_en=en,
        thing_id=spec.thing_id,
        since=clock.now(),
        simulated=spec.simulated,
    )
    unit.save()
    unit.crew.set(User.objects.filter(username__in=spec.crew))
    return keep_unit(unit, None, "founded", actor)


def ride(unit_id: int, crew: Sequence[int], rights: may.Rights) -> Unit:
    """Say who rides on a unit."""
    with transaction.atomic():
        unit = seen(lock_units([unit_id]).get(unit_id), unit_id, rights)
        may.require(rights, "unit.edit", unit.scope)
        before = public.unit(unit)
        people = list(User.objects.filter(pk__in=crew, is_active=True))
        if len(people) != len(set(crew)):
            raise Invalid("crew names somebody unknown", zh="人员不存在", field="crew")
        unit.crew.set(people)
        return keep_unit(unit, before, "manned", rights.actor)


# --- status --------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """A status as a dispatcher or a crew says it; `at` is the phone's own time."""

    status: str
    at: datetime.datetime | None = None
    key: uuid.UUID | None = None
    version: int | None = None


def status(unit_id: int, said: Said, rights: may.Rights) -> Unit:
    """Set what a unit is doing and stamp its order; the same key is taken once.

    A status that comes late (older than the present one) fills its stamp and changes no more.
    """
    new, at = checked(said), said.at or clock.now()
    with transaction.atomic():
        unit, held = _held(unit_id, at, rights)
        if said.key and Stamp.objects.filter(key=said.key).exists():
            return unit
        _check_version(unit, said.version)
        if at < unit.since:
            return _late(unit, held, new, at, said, rights)
        if new == unit.status:
            return unit
        _check_order(unit, new)
        return _change(
            unit, held.get(unit.order.incident_id) if unit.order else None, new, at, said, rights
        )


def checked(said: Said) -> Status:
    """Return the status; raises Invalid for none, or a time that cannot be."""
    if said.status not in Status.values or said.status == Status.DISPATCHED:
        allowed = ", ".join(s for s in Status.values if s != Status.DISPATCHED)
        raise Invalid(
            f"status is one of {allowed}; an order makes a unit dispatched",
            zh="状态有误；“已派”由派遣产生",
            field="status",
        )
    now = clock.now()
    if said.at is not None and said.at.tzinfo is None:
        raise Invalid("at needs an offset", zh="时间缺少时区", field="at")
    if said.at is not None and said.at > now + MAX_AHEAD:
        raise Invalid(
            "at lies in the future",
            zh="时间晚于当前时间",
            field="at",
            remedy="set the phone's clock by the network",
        )
    if said.at is not None and said.at < now - OLDEST:
        raise Invalid("at lies more than a day back", zh="时间早于 24 小时前", field="at")
    return Status(said.status)


def _held(
    unit_id: int, at: datetime.datetime, rights: may.Rights
) -> tuple[Unit, dict[int, Incident]]:
    """Lock the incidents that a status may touch, then the unit; check who may speak for it."""
    orders = Assignment.objects.filter(unit_id=unit_id)
    running = orders.filter(available_at=None).values_list("incident_id", flat=True)
    past = orders.filter(dispatched_at__lte=at).order_by("-dispatched_at")[:1]
    held = lock_incidents({*running, *past.values_list("incident_id", flat=True)})
    unit = seen(lock_units([unit_id]).get(unit_id), unit_id, rights)
    may_speak(unit, rights)
    if unit.order is not None and unit.order.incident_id not in held:
        raise Conflict(
            f"unit {unit.code} has just been sent elsewhere",
            zh=f"单位 {unit.code} 刚刚被改派",
            current=public.unit(unit),
        )
    return unit, held


def seen(unit: Unit | None, unit_id: int, rights: may.Rights) -> Unit:
    """Return the unit if it may be seen; raises Unknown."""
    if unit is None or not may.may(rights, "unit.see", unit.scope):
        raise Unknown(f"there is no unit {unit_id}", zh=f"没有编号为 {unit_id} 的单位")
    return unit


def may_speak(unit: Unit, rights: may.Rights) -> None:
    """Raise Forbidden for whoever neither dispatches the unit nor rides on it."""
    may.require(rights, "unit.status", unit.scope)
    commands = may.may(rights, "unit.dispatch", unit.scope)
    if not commands and not unit.crew.filter(pk=rights.user_id).exists():
        raise Forbidden(
            f"you do not ride on unit {unit.code}",
            zh=f"您不是单位 {unit.code} 的成员",
            remedy="ask the supervisor to put you on the unit's crew",
        )


def _check_version(unit: Unit, version: int | None) -> None:
    if version is not None and version != unit.version:
        raise Conflict(
            f"unit {unit.code} has changed since you looked",
            zh=f"单位 {unit.code} 的状态已更新",
            remedy="look at the present state and decide again",
            current=public.unit(unit),
        )


def _check_order(unit: Unit, new: Status) -> None:
    if new in NEEDS_ORDER and unit.order is None:
        raise Conflict(
            f"unit {unit.code} has no order: dispatch it first",
            zh=f"单位 {unit.code} 尚未受派，请先派遣",
            reason="no_order",
            current=public.unit(unit),
        )


def _late(
    unit: Unit,
    held: Mapping[int, Incident],
    new: Status,
    at: datetime.datetime,
    said: Said,
    rights: may.Rights,
) -> Unit:
    """Fill the stamp of a status that was passed on late; the present status stands."""
    orders = Assignment.objects.filter(unit=unit, dispatched_at__lte=at)
    order = orders.order_by("-dispatched_at").first()
    field = Assignment.STAMPS[new]
    incident = held.get(order.incident_id) if order else None
    fills = order is not None and field != "available_at" and getattr(order, field) is None
    _stamp(unit, order if fills else None, new, field if fills else "", at, said, rights)
    if order is None or incident is None or not fills:
        return unit
    before = public.incident(incident)
    setattr(order, field, at)
    order.save()
    _first(incident, field, at)
    did = {"unit": unit.code, "to": str(new)}
    keep(incident, before, "stamped_late", rights.actor, at, did=did)
    return unit


def _stamp(
    unit: Unit,
    order: Assignment | None,
    new: Status,
    field: str,
    at: datetime.datetime,
    said: Said,
    rights: may.Rights,
) -> None:
    where = whereabouts.of_unit(unit)
    Stamp.objects.create(
        unit=unit,
        assignment=order,
        status=new,
        before=unit.status,
        before_since=unit.since,
        field=field,
        at=at,
        known_at=clock.now(),
        point=None if where.stale else Point(where.lon, where.lat, srid=4326),
        by_id=rights.user_id or None,
        key=said.key,
    )


def _first(incident: Incident, field: str, at: datetime.datetime) -> None:
    """Stamp an incident's own moment by the first unit that reaches it."""
    if field in ("en_route_at", "on_scene_at") and getattr(incident, field) is None:
        setattr(incident, field, at)


def _change(
    unit: Unit,
    incident: Incident | None,
    new: Status,
    at: datetime.datetime,
    said: Said,
    rights: may.Rights,
) -> Unit:
    before, order = public.unit(unit), unit.order
    was = public.incident(incident) if incident else None
    field = _fill(order, new, at)
    _stamp(unit, order, new, field, at, said, rights)
    did = {"from": str(unit.status), "to": str(new)}
    unit.status, unit.since, unit.status_by_id = new, at, rights.user_id or None
    if order is not None and order.available_at is not None:
        unit.order = None
    keep_unit(unit, before, "status", rights.actor, at, did)
    if order is not None and incident is not None:
        _first(incident, field, at)
        incidents.settle(incident)
        keep(incident, was, "unit_status", rights.actor, at, did=did | {"unit": unit.code})
        order.incident, order.unit = incident, unit
        timers.answered(order, new, rights.actor)
    return unit


def _fill(order: Assignment | None, new: Status, at: datetime.datetime) -> str:
    """Stamp the order and return the stamp's name; one that is there stays as it is."""
    if order is None:
        return ""
    field = Assignment.STAMPS[new]
    filled = field if getattr(order, field) is None else ""
    if filled:
        setattr(order, field, at)
        order.save()
    return filled


def withdraw(unit_id: int, rights: may.Rights, version: int | None = None) -> Unit:
    """Take the last status back within a minute: a slip; that it was said stays on record."""
    with transaction.atomic():
        last = Stamp.objects.filter(unit_id=unit_id, withdrawn_at=None).order_by("-pk").first()
        order = last.assignment if last else None
        held = lock_incidents([order.incident_id] if order else [])
        unit = seen(lock_units([unit_id]).get(unit_id), unit_id, rights)
        may_speak(unit, rights)
        _check_version(unit, version)
        if last is None or not _regrettable(last, unit):
            raise Conflict(
                f"the last status of {unit.code} can no longer be taken back",
                zh=f"单位 {unit.code} 的上一状态已不能撤回",
                remedy="set the right status instead",
                current=public.unit(unit),
            )
        return _undo(unit, last, held.get(order.incident_id) if order else None, rights)


def _regrettable(last: Stamp, unit: Unit) -> bool:
    fresh = clock.now() - last.known_at <= REGRET
    return fresh and last.status != Status.DISPATCHED and last.status == unit.status


def _undo(unit: Unit, last: Stamp, incident: Incident | None, rights: may.Rights) -> Unit:
    before, order = public.unit(unit), last.assignment
    was = public.incident(incident) if incident else None
    last.withdrawn_at = clock.now()
    last.save()
    if order is not None and last.field:
        setattr(order, last.field, None)
        order.save()
        unit.order = order if order.available_at is None else None
    unit.status, unit.since, unit.status_by_id = last.before, last.before_since, rights.user_id
    keep_unit(unit, before, "withdrawn", rights.actor, did={"from": last.status, "to": last.before})
    if incident is not None and order is not None:
        if last.field and getattr(incident, last.field, None) == last.at:
            setattr(incident, last.field, None)
        incidents.settle(incident)
        keep(incident, was, "withdrawn", rights.actor, did={"unit": unit.code, "from": last.status})
        order.incident, order.unit = incident, unit
        timers.again(order, rights.actor)
    return unit
