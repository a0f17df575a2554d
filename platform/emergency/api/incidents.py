"""Incidents over HTTP."""

import datetime
import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from emergency import history, public, recommendation
from emergency.actions import incidents as actions
from emergency.actions import orders
from emergency.models import Incident, Remark
from emergency.nature import CATEGORIES, natures, propose
from emergency.reading import seen_incident
from people import may
from people.signin import rights

router = Router()
MOST = 500


class Filters(Schema):
    """What to list; states are comma-separated."""

    state: str = ""
    closed_since: datetime.datetime | None = None
    limit: int = 100
    cursor: int | None = None


class CallIn(Schema):
    """An incident as it is reported; without `nature` the words propose it."""

    words: str = ""
    nature: str = ""
    severity: int | None = None
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    source: str = "call"
    caller_name: str = ""
    caller_phone: str = ""
    reported_at: datetime.datetime | None = None
    alert: int | None = None
    case: int | None = None
    key: uuid.UUID | None = None


class Version(Schema):
    """The version one looked at, so that nobody acts on a picture that has changed."""

    version: int | None = None


class Correction(Version):
    """What is to be corrected; fields that are left out stay."""

    nature: str | None = None
    severity: int | None = None
    response_level: int | None = None
    warning_colour: int | None = None
    address: str | None = None
    lon: float | None = None
    lat: float | None = None
    deaths: int | None = None
    serious_injuries: int | None = None
    missing: int | None = None
    loss_10k_yuan: float | None = None
    under_control: bool = False


class Words(Schema):
    """A note, with the sender's own key against repeats."""

    words: str
    key: uuid.UUID | None = None


class OrderIn(Schema):
    """A unit to be sent."""

    unit: int
    divert: bool = False


class Orders(Version):
    """Units to be sent, all or none: by id, or by id with `divert`."""

    units: list[OrderIn | int]
    reason: str = ""


class Ending(Version):
    """How it ended."""

    outcome: str
    words: str = ""


class LinkIn(Schema):
    """What to join: kind is alert, case or incident."""

    kind: str
    id: int


class Said(Schema):
    """Words of a caller."""

    words: str


@router.get("/incidents/natures")
def kinds(request: HttpRequest) -> dict[str, Any]:
    """List the incident types with their run cards."""
    may.require(rights(request), "incident.see")
    items = [
        {
            "code": each.code,
            "title_zh": each.title_zh,
            "title_en": each.title_en,
            "category": each.category,
            "category_zh": CATEGORIES[each.category][0],
            "category_en": CATEGORIES[each.category][1],
            "event_code": each.event_code,
            "severity": each.severity,
            "plan": each.plan or None,
            "card": [{"force": need.force, "count": need.count} for need in each.card],
        }
        for each in natures().values()
    ]
    return {"items": items}


@router.post("/incidents/proposal")
def proposal(request: HttpRequest, given: Said) -> dict[str, Any]:
    """Propose types for a caller's words, best first, each with the words that led to it."""
    may.require(rights(request), "incident.report")
    items = [
        {
            "nature": each.nature.code,
            "title_zh": each.nature.title_zh,
            "title_en": each.nature.title_en,
            "severity": int(each.severity),
            "score": each.score,
            "matched": list(each.matched),
        }
        for each in propose(given.words[: actions.LONGEST_NARRATIVE])[:5]
    ]
    return {"items": items}


@router.get("/incidents")
def listed(request: HttpRequest, wanted: Query[Filters]) -> dict[str, Any]:
    """List incidents that one may see, newest first; `next` is the cursor of the next page."""
    rows = Incident.objects.filter(may.visible(rights(request), "incident.see"))
    if wanted.state:
        rows = rows.filter(state__in=wanted.state.split(","))
    if wanted.closed_since is not None:
        rows = rows.filter(closed_at__gte=wanted.closed_since)
    if wanted.cursor is not None:
        rows = rows.filter(pk__lt=wanted.cursor)
    limit = max(1, min(wanted.limit, MOST))
    page = list(rows.order_by("-pk")[: limit + 1])
    following = page[limit - 1].pk if len(page) > limit else None
    return {"items": [public.incident(row) for row in page[:limit]], "next": following}


@router.post("/incidents", response={200: dict[str, Any], 201: dict[str, Any]})
def report(request: HttpRequest, given: CallIn) -> Status[dict[str, Any]]:
    """Open an incident: 201, or 200 with the same one when its `key` is sent again."""
    row, new = actions.report(actions.Call(**given.dict()), rights(request))
    return Status(201 if new else 200, _whole(request, row))


@router.get("/incidents/{int:incident_id}")
def one(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    """Return one incident with its words, tasks and whole history."""
    row = seen_incident(incident_id, rights(request))
    return _whole(request, row) | {"history": history.of_incident(row)}


def _whole(request: HttpRequest, row: Incident) -> dict[str, Any]:
    remarks = list(row.remarks.order_by("pk"))
    told = next((each for each in remarks if each.kind == Remark.Kind.NARRATIVE), None)
    tasks = row.tasks.select_related("unit", "department").order_by("due", "pk")
    return {
        **public.incident(row),
        "narrative": history.said(told)["words"] if told else None,
        "caller": _caller(row) if may.may(rights(request), "incident.command", row.scope) else None,
        "remarks": [history.said(each) for each in remarks],
        "tasks": [{**public.task(each), "words": each.words} for each in tasks],
    }


def _caller(row: Incident) -> dict[str, str] | None:
    caller = getattr(row, "caller", None)
    if caller is None or caller.erased_at is not None:
        return None
    return {"name": caller.name, "phone": caller.phone}


@router.patch("/incidents/{int:incident_id}")
def edit(request: HttpRequest, incident_id: int, given: Correction) -> dict[str, Any]:
    """Correct what is known of an incident."""
    changes = given.dict(exclude_unset=True, exclude={"version"})
    return public.incident(actions.edit(incident_id, changes, rights(request), given.version))


@router.post("/incidents/{int:incident_id}/take")
def take(request: HttpRequest, incident_id: int, given: Version | None = None) -> dict[str, Any]:
    """Take an incident on oneself."""
    version = given.version if given else None
    return public.incident(actions.take(incident_id, rights(request), version))


@router.post("/incidents/{int:incident_id}/notes")
def note(request: HttpRequest, incident_id: int, given: Words) -> dict[str, Any]:
    """Add a note."""
    return public.incident(actions.note(incident_id, given.words, rights(request), given.key))


@router.post("/incidents/{int:incident_id}/dispatch")
def dispatch(request: HttpRequest, incident_id: int, given: Orders) -> dict[str, Any]:
    """Send units: assigns, sets their status, starts timers, stamps; a busy one answers 409."""
    wanted = [
        orders.Order(each) if isinstance(each, int) else orders.Order(each.unit, each.divert)
        for each in given.units
    ]
    row = orders.dispatch(incident_id, wanted, rights(request), given.version, given.reason)
    return public.incident(row)


@router.get("/incidents/{int:incident_id}/recommendation")
def recommend(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    """Say whom to send and why, and why not the others."""
    row = seen_incident(incident_id, rights(request))
    may.require(rights(request), "unit.dispatch", row.scope)
    return recommendation.for_incident(row, rights(request))


@router.post("/incidents/{int:incident_id}/link")
def link(request: HttpRequest, incident_id: int, given: LinkIn) -> dict[str, Any]:
    """Join an alert, a case or another incident to it."""
    return public.incident(actions.link(incident_id, given.kind, given.id, rights(request)))


@router.post("/incidents/{int:incident_id}/close")
def close(request: HttpRequest, incident_id: int, given: Ending) -> dict[str, Any]:
    """Say how it ended; refused while units are on it."""
    row = actions.close(incident_id, given.outcome, rights(request), given.words, given.version)
    return public.incident(row)


@router.post("/incidents/{int:incident_id}/reopen")
def reopen(request: HttpRequest, incident_id: int, given: Version | None = None) -> dict[str, Any]:
    """Open a closed incident again."""
    version = given.version if given else None
    return public.incident(actions.reopen(incident_id, rights(request), version))
