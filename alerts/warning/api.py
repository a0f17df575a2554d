"""Warnings over HTTP: parse, ask for the right, call an action, answer."""

import dataclasses
import datetime
import json
import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.responses import Status

from alerts.delivery.models import Delivery
from alerts.delivery.public import of_delivery
from alerts.warning import actions, content, history
from alerts.warning.compose import composed
from alerts.warning.event import GRADES, draft_texts, events
from alerts.warning.models import CapMessage, PublicWarning
from alerts.warning.place import place
from alerts.warning.public import public
from alerts.warning.refusal import unknown
from core.errors import Invalid
from core.severity import Severity
from layers import area as drawn
from layers import questions
from people import may
from people.signin import EITHER, rights
from places.models import Division, Level

router = Router(tags=["warnings"], auth=EITHER)
MOST = 200


class Filters(Schema):
    """What to list; states are comma-separated."""

    state: str = ""
    source: str = ""
    closed: bool | None = None
    limit: int = 50
    cursor: int | None = None


class Version(Schema):
    """The version one looked at, so that nobody acts on a picture that has changed."""

    version: int | None = None


class Refusal(Version):
    """Why not."""

    words: str


class Content(Schema):
    """A warning's content; what is left out comes from the event and its colour.

    `area` is a GeoJSON polygon, {"divisions": [code]} or {"around": {lon, lat, radius_m}}.
    """

    event: str
    colour: int
    area: dict[str, Any]
    expires: datetime.datetime | None = None
    onset: datetime.datetime | None = None
    status: str = "Actual"
    category: str = ""
    urgency: str = ""
    severity: str = ""
    certainty: str = ""
    responses: list[str] = []
    event_zh: str = ""
    event_en: str = ""
    headline_zh: str = ""
    headline_en: str = ""
    description_zh: str = ""
    description_en: str = ""
    instruction_zh: str = ""
    instruction_en: str = ""
    area_zh: str = ""
    area_en: str = ""


class Composition(Content):
    """A new draft: `source` says what it came of; the same `key` (UUID) is the same draft."""

    source: str = ""
    key: uuid.UUID | None = None


class Change(Content, Version):
    """A draft's new content."""


class Update(Version):
    """What supersedes a warning: a copy of it, or the content given."""

    content: Content | None = None
    key: uuid.UUID | None = None


class Ending(Version):
    """How a warning ends: cancel, or all_clear; texts that are left out are made."""

    how: str = "cancel"
    headline_zh: str = ""
    headline_en: str = ""
    description_zh: str = ""
    description_en: str = ""
    instruction_zh: str = ""
    instruction_en: str = ""


class Where(Schema):
    """An area, in one of the three forms."""

    area: dict[str, Any]


class Beginning(Schema):
    """What texts are asked for."""

    event: str
    colour: int
    area_zh: str = ""
    area_en: str = ""
    hours: int | None = None


def _given(content_in: Content) -> content.Given:
    return content.Given(
        **content_in.dict(include={f.name for f in dataclasses.fields(content.Given)})
    )


def _seen(request: HttpRequest, warning_id: int) -> PublicWarning:
    row = PublicWarning.objects.filter(pk=warning_id).first()
    if row is None or not may.may(rights(request), "warning.see", row.scope):
        raise unknown(warning_id)
    return row


@router.get("/warnings")
def warnings(request: HttpRequest, wanted: Query[Filters]) -> dict[str, Any]:
    """List warnings that one may see, newest first; `next` is the cursor of the next page."""
    rows = PublicWarning.objects.filter(may.visible(rights(request), "warning.see"))
    if wanted.state:
        rows = rows.filter(state__in=wanted.state.split(","))
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.closed is not None:
        rows = rows.filter(closed=wanted.closed)
    if wanted.cursor is not None:
        rows = rows.filter(pk__lt=wanted.cursor)
    limit = max(1, min(wanted.limit, MOST))
    page = list(rows.order_by("-pk")[: limit + 1])
    following = page[limit - 1].pk if len(page) > limit else None
    return {"items": [public(row) for row in page[:limit]], "next": following}


@router.post("/warnings", response={200: dict[str, Any], 201: dict[str, Any]})
def compose(request: HttpRequest, given: Composition) -> Status[dict[str, Any]]:
    """Make a draft; 200 for a repeated key."""
    known = given.key is not None and PublicWarning.objects.filter(key=given.key).exists()
    row = actions.compose(_given(given), rights(request), given.source, given.key)
    return Status(200 if known else 201, public(row))


@router.get("/warnings/events")
def event_list(request: HttpRequest) -> dict[str, Any]:
    """List the events that one can warn of, and what each colour begins with."""
    may.require(rights(request), "warning.see")
    return {
        "items": [
            {
                "code": event.code,
                "event_code": event.event_code,
                "title_zh": event.title_zh,
                "title_en": event.title_en,
                "category": event.category,
            }
            for event in events().values()
        ],
        "grades": {int(colour): dataclasses.asdict(grade) for colour, grade in GRADES.items()},
        "choices": {
            "category": content.CATEGORIES,
            "urgency": content.URGENCIES,
            "severity": content.SEVERITIES,
            "certainty": content.CERTAINTIES,
            "responses": content.RESPONSES,
            "status": content.STATUSES,
        },
    }


@router.get("/warnings/divisions")
def divisions(request: HttpRequest) -> dict[str, Any]:
    """List the divisions that one may warn as a whole: the city and its districts."""
    asked = rights(request)
    may.require(asked, "warning.compose")
    rows = Division.objects.filter(level__in=(Level.CITY, Level.DISTRICT)).exclude(boundary=None)
    found = rows.order_by("code").values("code", "name_zh", "name_en", "level", "prefix")
    return {"items": [one for one in found if may.may(asked, "warning.compose", one["prefix"])]}


@router.get("/warnings/template")
def template(request: HttpRequest, asked: Query[Beginning]) -> dict[str, Any]:
    """Return the texts that an event and a colour begin with, in both languages."""
    may.require(rights(request), "warning.see")
    if asked.event not in events() or asked.colour not in tuple(Severity):
        raise Invalid("no such event or colour", zh="没有此事件或颜色", field="event")
    event, colour = events()[asked.event], Severity(asked.colour)
    grade = GRADES[colour]
    return {
        **draft_texts(event, colour, asked.area_zh, asked.area_en, asked.hours),
        **dataclasses.asdict(grade),
        "category": event.category,
        "responses": event.advice(colour).responses,
    }


@router.post("/warnings/count")
def count(request: HttpRequest, where: Where) -> dict[str, Any]:
    """Say what the area is called and who and what is inside it."""
    may.require(rights(request), "warning.compose")
    found = place(where.area)
    inside = questions.inside(found.geom, rights(request))
    return {
        **dataclasses.asdict(inside),
        "area_zh": found.name_zh,
        "area_en": found.name_en,
        "divisions": found.divisions,
        "scope": found.scope,
        "square_km": round(drawn.square_km(found.geom), 3),
        "geometry": json.loads(found.geom.geojson),
    }


@router.get("/warnings/{int:warning_id}")
def warning(request: HttpRequest, warning_id: int) -> dict[str, Any]:
    """Return one warning with its area, history, messages and deliveries (names, no addresses)."""
    row = _seen(request, warning_id)
    people = history.names((row.composed_by_id, row.edited_by_id, row.approved_by_id))
    sent = Delivery.objects.select_related("recipient").filter(subject=f"warning:{row.pk}")
    return {
        **public(row),
        "geometry": json.loads(row.geom.geojson) if row.geom else None,
        "people": people,
        "history": history.of_warning(row),
        "messages": [_message(one) for one in row.messages.order_by("pk")],
        "deliveries": [of_delivery(one) for one in sent.order_by("pk")[:MOST]],
    }


def _message(row: CapMessage) -> dict[str, Any]:
    return {
        "identifier": row.identifier,
        "sender": row.sender,
        "sent": row.sent.isoformat(),
        "msg_type": row.msg_type,
        "status": row.status,
        "incoming": row.incoming,
        "public": row.public,
        "sha256": row.sha256,
        "translated": row.translated,
        "bytes": len(row.raw),
    }


@router.get("/warnings/{int:warning_id}/cap")
def cap(request: HttpRequest, warning_id: int) -> dict[str, Any]:
    """Return the message: the stored one, or for a draft what would be issued, with findings."""
    row = _seen(request, warning_id)
    stored = row.messages.order_by("pk").first()
    if stored is not None:
        text = bytes(stored.raw).decode("utf-8", "replace")
        return {"stored": True, "xml": text, "findings": [], "translated": stored.translated}
    made = composed(row)
    found = [dataclasses.asdict(one) for one in made.findings]
    return {"stored": False, "xml": made.raw.decode(), "findings": found, "translated": []}


@router.put("/warnings/{int:warning_id}")
def edit(request: HttpRequest, warning_id: int, given: Change) -> dict[str, Any]:
    """Replace a draft's content."""
    return public(actions.edit(warning_id, _given(given), rights(request), given.version))


def _version(given: Version | None) -> int | None:
    return given.version if given is not None else None


@router.post("/warnings/{int:warning_id}/submit")
def submit(request: HttpRequest, warning_id: int, given: Version | None = None) -> dict[str, Any]:
    """Ask a second person for approval."""
    return public(actions.submit(warning_id, rights(request), _version(given)))


@router.post("/warnings/{int:warning_id}/approve")
def approve(request: HttpRequest, warning_id: int, given: Version | None = None) -> dict[str, Any]:
    """Approve and issue it, as the second person."""
    return public(actions.approve(warning_id, rights(request), _version(given)))


@router.post("/warnings/{int:warning_id}/refuse")
def refuse(request: HttpRequest, warning_id: int, given: Refusal) -> dict[str, Any]:
    """Send it back to its composer."""
    return public(actions.refuse(warning_id, given.words, rights(request), given.version))


@router.post("/warnings/{int:warning_id}/withdraw")
def withdraw(request: HttpRequest, warning_id: int, given: Version | None = None) -> dict[str, Any]:
    """Give up a warning that was never issued."""
    return public(actions.withdraw(warning_id, rights(request), _version(given)))


@router.post("/warnings/{int:warning_id}/update")
def update(request: HttpRequest, warning_id: int, given: Update | None = None) -> dict[str, Any]:
    """Draft what supersedes an issued warning."""
    given = given or Update()
    text = _given(given.content) if given.content is not None else None
    row = actions.update(warning_id, text, rights(request), given.version, given.key)
    return public(row)


@router.post("/warnings/{int:warning_id}/end")
def end(request: HttpRequest, warning_id: int, given: Ending | None = None) -> dict[str, Any]:
    """Ask for the end of an issued warning; the answer is the message that awaits approval."""
    given = given or Ending()
    texts = given.dict(exclude={"how", "version"})
    return public(actions.end(warning_id, given.how, rights(request), given.version, texts))
