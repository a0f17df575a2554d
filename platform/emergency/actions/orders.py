"""Orders to units: one request assigns, sets the status, starts the timers and stamps it all."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from core import clock
from core.errors import Conflict, Invalid, Unknown
from emergency import public, reach, whereabouts
from emergency.actions import incidents, timers
from emergency.actions.log import (
    check,
    check_running,
    keep,
    keep_unit,
    lock_incidents,
    lock_units,
    locked_incident,
    write,
)
from emergency.models import Assignment, Incident, Remark, Stamp, Status, Task, Unit
from emergency.whereabouts import Where
from people import may

MOST = 50


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """Which unit is to go; `divert` takes it from another incident."""

    unit: int
    divert: bool = False


def dispatch(
    incident_id: int,
    orders: Sequence[Order],
    rights: may.Rights,
    version: int | None = None,
    reason: str = "",
) -> Incident:
    """Send units, all or none; a unit that is ordered there already stays so.

    Raises Conflict for a busy unit unless its order diverts it, which needs a reason.
    """
    _check_orders(orders, reason)
    wanted = {order.unit: order for order in orders}
    estimates = _estimates(incident_id, wanted, rights)
    with transaction.atomic():
        busy_with = Unit.objects.filter(pk__in=wanted, order__isnull=False)
        others = set(busy_with.values_list("order__incident_id", flat=True))
        held = lock_incidents({incident_id, *others})
        incident = held.get(incident_id) or locked_incident(incident_id, rights, "unit.dispatch")
        may.require(rights, "unit.dispatch", incident.scope)
        check_running(incident)
        check(incident, version)
        units = lock_units(wanted)
        fresh = [
            _ready(wanted[pk], units.get(pk), incident, held, rights)
            for pk in sorted(wanted)
            if not _there(units.get(pk), incident)
        ]
        _send(incident, fresh, held, estimates, rights, reason)
        return incident


def _check_orders(orders: Sequence[Order], reason: str) -> None:
    if not orders or len(orders) > MOST:
        raise Invalid(f"name 1 to {MOST} units", zh=f"须指定 1 至 {MOST} 个单位", field="units")
    if any(order.divert for order in orders) and not reason.strip():
        raise Invalid(
            "diverting a unit needs a reason",
            zh="改派已受派单位须说明理由",
            field="reason",
        )


def _estimates(
    incident_id: int, wanted: Mapping[int, Order], rights: may.Rights
) -> dict[int, tuple[Where, reach.Way | None]]:
    """Return where each unit is and how far, before anything is locked."""
    seen = may.visible(rights, "incident.see")
    incident = Incident.objects.filter(seen, pk=incident_id).first()
    if incident is None:
        raise Unknown(f"there is no incident {incident_id}", zh=f"没有编号为 {incident_id} 的事件")
    spots = whereabouts.of_units(Unit.objects.filter(pk__in=wanted))
    if incident.point is None:
        return {pk: (where, None) for pk, where in spots.items()}
    origins = {pk: (where.lon, where.lat) for pk, where in spots.items()}
    ways = reach.arrivals((incident.point.x, incident.point.y), origins)
    return {pk: (where, ways.get(pk)) for pk, where in spots.items()}


def _there(unit: Unit | None, incident: Incident) -> bool:
    return unit is not None and unit.order is not None and unit.order.incident_id == incident.pk


def _ready(
    order: Order,
    unit: Unit | None,
    incident: Incident,
    held: Mapping[int, Incident],
    rights: may.Rights,
) -> Unit:
    """Return the unit if it may be sent now; raises the sentence why not."""
    if unit is None or not may.may(rights, "unit.see", unit.scope):
        raise Unknown(f"there is no unit {order.unit}", zh=f"没有编号为 {order.unit} 的单位")
    may.require(rights, "unit.dispatch", unit.scope)
    if not unit.active or unit.status == Status.OUT_OF_SERVICE:
        raise _refused(unit, "out of service", "已停用")
    if unit.order is None:
        if unit.status == Status.AVAILABLE or order.divert:
            return unit
        raise _refused(unit, "committed elsewhere", "正在执行其他任务")
    other = unit.order.incident_id
    if not order.divert or other not in held:  # in between it was sent elsewhere
        en, zh = f"busy with incident {other}", f"正在处置事件 {other}"
        raise _refused(unit, en, zh, incident=other)
    may.require(rights, "unit.dispatch", held[other].scope)
    return unit


def _refused(unit: Unit, why_en: str, why_zh: str, **more: Any) -> Conflict:
    return Conflict(
        f"unit {unit.code} is {why_en}",
        zh=f"单位 {unit.code} {why_zh}",
        remedy="choose another unit, or divert this one with a reason",
        field="units",
        reason="unit_busy" if unit.status != Status.OUT_OF_SERVICE else "unit_out_of_service",
        current=public.unit(unit),
        **more,
    )


def _send(
    incident: Incident,
    units: Sequence[Unit],
    held: Mapping[int, Incident],
    estimates: Mapping[int, tuple[Where, reach.Way | None]],
    rights: may.Rights,
    reason: str,
) -> None:
    if not units:
        return
    for unit in units:
        if unit.order is not None:
            _take_away(unit, held[unit.order.incident_id], incident, rights)
    before = public.incident(incident)
    did: dict[str, Any] = {"units": [unit.code for unit in units]}
    if reason.strip():
        did |= write(incident, Remark.Kind.REASON, reason, rights)
    for unit in units:
        _assign(incident, unit, *estimates[unit.pk], rights)
    incident.dispatched_at = incident.dispatched_at or clock.now()
    incidents.settle(incident)
    keep(incident, before, "dispatched", rights.actor, did=did, decision=True)
    timers.assigned(incident, rights.actor)


def _take_away(unit: Unit, other: Incident, incident: Incident, rights: may.Rights) -> None:
    """End a unit's order because it is needed elsewhere."""
    order = unit.order
    assert order is not None
    before = public.incident(other)
    order.available_at, order.diverted = clock.now(), True
    order.save()
    unit.order = None
    timers.end_of_order(order, Task.State.CANCELLED, rights.actor)
    incidents.settle(other)
    did = {"unit": unit.code, "to": incident.pk}
    keep(other, before, "diverted", rights.actor, did=did, decision=True)
    if other.state == Incident.State.OPEN:
        timers.unassigned(other, rights.actor)


def _assign(
    incident: Incident, unit: Unit, where: Where, way: reach.Way | None, rights: may.Rights
) -> None:
    before, now = public.unit(unit), clock.now()
    order = Assignment.objects.create(
        incident=incident,
        unit=unit,
        by_id=rights.user_id or None,
        dispatched_at=now,
        eta_s=round(way.seconds) if way else None,
        eta_basis=way.basis if way else "",
    )
    Stamp.objects.create(
        unit=unit,
        assignment=order,
        status=Status.DISPATCHED,
        before=unit.status,
        before_since=unit.since,
        field="dispatched_at",
        at=now,
        known_at=now,
        point=Point(where.lon, where.lat, srid=4326),
        by_id=rights.user_id or None,
    )
    unit.order, unit.status, unit.since = order, Status.DISPATCHED, now
    unit.status_by_id = rights.user_id or None
    keep_unit(unit, before, "dispatched", rights.actor, did={"incident": incident.pk})
    timers.ordered(order, rights.actor)
