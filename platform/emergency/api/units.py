"""Units over HTTP: the board, a crew's own unit, statuses and positions."""

import datetime
import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from emergency import history, public, whereabouts
from emergency.actions import positions
from emergency.actions import units as actions
from emergency.force import forces
from emergency.models import Assignment, Remark, Task, Unit
from emergency.reading import seen_unit
from people import may
from people.signin import rights

router = Router()


class StatusIn(Schema):
    """A status; `at` is the phone's own time, `key` its own against repeats."""

    status: str
    at: datetime.datetime | None = None
    key: uuid.UUID | None = None
    version: int | None = None


class Version(Schema):
    """The version one looked at."""

    version: int | None = None


class FixIn(Schema):
    """A crew phone's position; the datum is a required answer."""

    lon: float
    lat: float
    datum: str
    at: datetime.datetime | None = None
    speed: float | None = None
    course: float | None = None
    accuracy: float | None = None


class Crew(Schema):
    """Who rides: ids of people."""

    crew: list[int]


@router.get("/units")
def board(request: HttpRequest) -> dict[str, Any]:
    """List the units that one may see, each with its place and how old that is."""
    rows = list(
        Unit.objects.filter(may.visible(rights(request), "unit.see"), active=True)
        .select_related("department", "order")
        .order_by("code")
    )
    where = whereabouts.of_units(rows)
    return {"items": [{**public.unit(row), "where": _where(where[row.pk])} for row in rows]}


def _where(where: whereabouts.Where) -> dict[str, Any]:
    age = None if where.age_s is None else round(where.age_s)
    return {"lon": where.lon, "lat": where.lat, "age_s": age, "stale": where.stale}


@router.get("/units/forces")
def kinds(request: HttpRequest) -> dict[str, Any]:
    """List the kinds of units."""
    may.require(rights(request), "unit.see")
    items = [
        {
            "code": each.code,
            "title_zh": each.title_zh,
            "title_en": each.title_en,
            "letter": each.letter,
        }
        for each in forces().values()
    ]
    return {"items": items}


@router.get("/units/mine")
def mine(request: HttpRequest) -> dict[str, Any]:
    """Return the unit that one rides on, its order, and what is to be done."""
    asker = rights(request)
    may.require(asker, "unit.see")
    rows = Unit.objects.select_related("department", "order__incident", "order__unit")
    row = rows.filter(crew=asker.user_id, active=True).order_by("code").first()
    if row is None:
        return {"unit": None, "assignment": None, "tasks": []}
    return _card(row)


def _card(row: Unit) -> dict[str, Any]:
    tasks = Task.objects.filter(unit=row, state=Task.State.RUNNING)
    if row.order is not None and row.department is not None:
        tasks |= Task.objects.filter(
            incident=row.order.incident, department=row.department, state=Task.State.RUNNING
        )
    tasks = tasks.select_related("unit", "department").order_by("due", "pk")
    return {
        "unit": {**public.unit(row), "where": _where(whereabouts.of_unit(row))},
        "assignment": _assignment(row.order) if row.order else None,
        "tasks": [{**public.task(each), "words": each.words} for each in tasks],
    }


def _assignment(order: Assignment) -> dict[str, Any]:
    incident = order.incident
    told = incident.remarks.filter(kind=Remark.Kind.NARRATIVE, erased_at=None).first()
    notes = incident.remarks.filter(kind=Remark.Kind.NOTE).order_by("-pk")[:20]
    return {
        **public.order(order),
        "incident": {
            **public.incident(incident),
            "words": told.words if told else None,
            "remarks": [history.said(each) for each in notes],
        },
    }


@router.get("/units/{int:unit_id}")
def one(request: HttpRequest, unit_id: int) -> dict[str, Any]:
    """Return one unit with its order, tasks and its last statuses."""
    row = seen_unit(unit_id, rights(request))
    stamps = row.stamps.order_by("-pk")[:50]
    return _card(row) | {
        "stamps": [
            {
                "status": str(each.status),
                "at": public.iso(each.at),
                "known_at": public.iso(each.known_at),
                "by": each.by_id,
                "lon": each.point.x if each.point else None,
                "lat": each.point.y if each.point else None,
                "incident": each.assignment.incident_id if each.assignment else None,
                "withdrawn_at": public.iso(each.withdrawn_at),
            }
            for each in stamps.select_related("assignment")
        ]
    }


@router.post("/units/{int:unit_id}/status")
def status(request: HttpRequest, unit_id: int, given: StatusIn) -> dict[str, Any]:
    """Say what a unit is doing; `key` makes repeats harmless."""
    return public.unit(actions.status(unit_id, actions.Said(**given.dict()), rights(request)))


@router.post("/units/{int:unit_id}/withdraw")
def withdraw(request: HttpRequest, unit_id: int, given: Version | None = None) -> dict[str, Any]:
    """Take the last status back within a minute."""
    version = given.version if given else None
    return public.unit(actions.withdraw(unit_id, rights(request), version))


@router.post("/units/{int:unit_id}/position")
def position(request: HttpRequest, unit_id: int, given: FixIn) -> dict[str, Any]:
    """Store a crew phone's position."""
    positions.report(unit_id, positions.Fix(**given.dict()), rights(request))
    return {"accepted": 1}


@router.put("/units/{int:unit_id}/crew")
def crew(request: HttpRequest, unit_id: int, given: Crew) -> dict[str, Any]:
    """Say who rides on a unit."""
    return public.unit(actions.ride(unit_id, given.crew, rights(request)))
