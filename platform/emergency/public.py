"""Incidents, units and tasks as the log and every screen have them; nothing personal is in them."""

import datetime
from typing import Any

from core import clock
from emergency.force import Force, forces
from emergency.models import Assignment, Incident, Link, Status, Task, Unit
from emergency.nature import Nature, natures
from places.label import label

DISTRICT = 6  # digits of a district's code

INCIDENT_STAMPS = (
    "reported_at",
    "known_at",
    "taken_at",
    "dispatched_at",
    "en_route_at",
    "on_scene_at",
    "under_control_at",
    "closed_at",
    "changed_at",
)
ORDER_STAMPS = ("dispatched_at", "en_route_at", "on_scene_at", "left_at", "available_at")


def iso(moment: datetime.datetime | None) -> str | None:
    """Return a moment as every body carries it: UTC."""
    return None if moment is None else moment.astimezone(clock.UTC).isoformat()


def nature_of(code: str) -> Nature:
    """Return a type; one whose file is gone keeps its code for a name."""
    return natures().get(code) or Nature(code, code, code, "accident", 4, {})


def force_of(code: str) -> Force:
    """Return a kind of unit; one whose file is gone keeps its code for a name."""
    return forces().get(code) or Force(code, code, code, "U", 999)


def incident(row: Incident) -> dict[str, Any]:
    """Return the whole incident with its orders and links."""
    nature = nature_of(row.nature)
    return {
        "id": row.pk,
        "number": row.pk,
        "nature": row.nature,
        "type_zh": nature.title_zh,
        "type_en": nature.title_en,
        "category": nature.category,
        "event_code": nature.event_code,
        "severity": row.severity,
        "response_level": row.response_level,
        "warning_colour": row.warning_colour,
        "state": str(row.state),
        "outcome": str(row.outcome) or None,
        "source": str(row.source),
        "address": row.address,
        "lon": row.point.x if row.point else None,
        "lat": row.point.y if row.point else None,
        "scope": row.scope,
        "place_zh": row.place_zh,
        "place_en": row.place_en,
        "deaths": row.deaths,
        "serious_injuries": row.serious_injuries,
        "missing": row.missing,
        "loss_10k_yuan": row.loss_10k_yuan,
        "taken_by": row.taken_by_id,
        **{name: iso(getattr(row, name)) for name in INCIDENT_STAMPS},
        "assignments": [order(each) for each in _orders(row)],
        **_attached(row),
        "notes": row.notes,
        "similar": row.similar,
        "simulated": row.simulated,
        "version": row.version,
    }


def _orders(row: Incident) -> list[Assignment]:
    return sorted(row.assignments.select_related("unit").all(), key=lambda each: each.pk)


def _attached(row: Incident) -> dict[str, Any]:
    links: dict[str, list[int]] = {f"{kind}s": [] for kind in Link.Kind.values}
    for link in row.links.order_by("pk"):
        links[f"{link.kind}s"].append(link.ref)
    return {
        "links": links,
        "plans": sorted(row.plan_runs.values_list("plan", flat=True)),
        "hazards": list(row.hazard_runs.order_by("pk").values_list("pk", flat=True)),
        "reports": row.reports.count(),
    }


def order(row: Assignment) -> dict[str, Any]:
    """Return one unit's order with its stamps and the status that they amount to."""
    return {
        "id": row.pk,
        "unit": row.unit_id,
        "code": row.unit.code,
        "status": status_of(row),
        **{name: iso(getattr(row, name)) for name in ORDER_STAMPS},
        "diverted": row.diverted,
        "eta_s": row.eta_s,
        "eta_basis": row.eta_basis or None,
    }


def status_of(row: Assignment) -> str:
    """Return how far a unit has come with its order."""
    if row.available_at is not None:
        return "ended"
    reached = Status.DISPATCHED
    for status in (Status.EN_ROUTE, Status.ON_SCENE, Status.COMMITTED):
        if getattr(row, Assignment.STAMPS[status]) is not None:
            reached = status
    return str(reached)


def unit(row: Unit) -> dict[str, Any]:
    """Return the whole unit; where its vehicle is, is the position of its thing."""
    kind = force_of(row.kind)
    district = label(row.scope[:DISTRICT])
    return {
        "id": row.pk,
        "code": row.code,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "kind": row.kind,
        "kind_zh": kind.title_zh,
        "kind_en": kind.title_en,
        "department": row.department.code if row.department else None,
        "lon": row.home.x,
        "lat": row.home.y,
        "scope": row.scope,
        "place_zh": row.place_zh,
        "place_en": row.place_en,
        "district_zh": district[0],
        "district_en": district[1],
        "thing_id": row.thing_id,
        "crew": sorted(row.crew.values_list("pk", flat=True)),
        "status": str(row.status),
        "since": iso(row.since),
        "status_by": row.status_by_id,
        "assignment": row.order_id,
        "incident": row.order.incident_id if row.order else None,
        "active": row.active,
        "simulated": row.simulated,
        "version": row.version,
    }


def task(row: Task) -> dict[str, Any]:
    """Return the whole task; `worded` says that an operator's own words stand beside the log."""
    return {
        "id": row.pk,
        "kind": str(row.kind),
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "worded": bool(row.words),
        "incident": row.incident_id,
        "unit": row.unit_id,
        "unit_code": row.unit.code if row.unit else None,
        "plan": row.plan or None,
        "step": row.step or None,
        "department": row.department.code if row.department else None,
        "department_zh": row.department.name_zh if row.department else None,
        "department_en": row.department.name_en if row.department else None,
        "scope": row.scope,
        "start": iso(row.start),
        "amber_at": iso(row.amber_at),
        "due": iso(row.due),
        "stage": int(row.stage),
        "state": str(row.state),
        "ended_at": iso(row.ended_at),
        "ended_by": row.ended_by_id,
        "version": row.version,
    }
