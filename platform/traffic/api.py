"""Closures, routes, nearest units over HTTP: parse, ask for the right, call an action, answer."""

import dataclasses
import datetime
import json
import math
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from core.errors import Invalid
from people import may
from people.signin import EITHER, rights
from traffic import actions, routing
from traffic.models import Closure
from traffic.nearest import MOST as MOST_NEAR
from traffic.nearest import nearest as nearest_things
from traffic.order import Order

router = Router(tags=["traffic"], auth=EITHER)
MOST = 500
MOST_PLACES = 100


class ClosureIn(Schema):
    """What is closed, as somebody drew it: GeoJSON, EPSG:4326; `until` empty: until ended."""

    geometry: dict[str, Any] | None = None
    reason: str
    severity: str = "closed"
    factor: float | None = None
    words: str = ""
    from_at: datetime.datetime | None = None
    until_at: datetime.datetime | None = None

    def order(self) -> Order:
        """Return it as the actions take it."""
        return Order(**{name: getattr(self, name) for name in Order.__dataclass_fields__})


class NewClosure(ClosureIn):
    """With the sender's key, so that sending twice closes once."""

    key: UUID | None = None


class ChangedClosure(ClosureIn):
    """With the version one looked at, so that nobody acts on a picture that has changed."""

    version: int | None = None


class Step(Schema):
    """A step on a closure: the version one looked at, and words."""

    version: int | None = None
    words: str = ""


class Filters(Schema):
    """What to list: live ones, or those of a state; `cursor` is the `next` of the page before."""

    state: str = "live"
    limit: int = 100
    cursor: int | None = None


def _closure(row: Closure, words: list[dict[str, Any]]) -> dict[str, Any]:
    return {**actions.public(row), "geometry": json.loads(row.geom.geojson), "words": words}


def _one(row: Closure) -> dict[str, Any]:
    return _closure(row, actions.words_of([row]).get(row.pk, []))


@router.get("/closures")
def closures(request: HttpRequest, wanted: Query[Filters]) -> dict[str, Any]:
    """List closures that one may see, newest first."""
    rows = Closure.objects.filter(may.visible(rights(request), "closure.see"))
    if wanted.state == "live":
        rows = rows.exclude(state=Closure.State.ENDED)
    elif wanted.state:
        rows = rows.filter(state__in=wanted.state.split(","))
    if wanted.cursor is not None:
        rows = rows.filter(pk__lt=wanted.cursor)
    limit = max(1, min(wanted.limit, MOST))
    page = list(rows.order_by("-pk")[: limit + 1])
    following = page[limit - 1].pk if len(page) > limit else None
    told = actions.words_of(page[:limit])
    return {"items": [_closure(row, told.get(row.pk, [])) for row in page[:limit]],
            "next": following}  # fmt: skip


@router.post("/closures", response={200: dict, 201: dict})
def open_closure(request: HttpRequest, given: NewClosure) -> Status[dict[str, Any]]:
    """Close or slow streets: 201, or 200 with the closure that this key has opened before."""
    row, fresh = actions.open_road_closure(given.order(), rights(request), given.key)
    return Status(201 if fresh else 200, _one(row))


@router.get("/closures/{int:closure_id}")
def closure(request: HttpRequest, closure_id: int) -> dict[str, Any]:
    """Return one closure with its geometry and what was written about it."""
    row = Closure.objects.filter(pk=closure_id).first()
    if row is None or not may.may(rights(request), "closure.see", row.scope):
        raise actions.unknown(closure_id)
    return _one(row)


@router.put("/closures/{int:closure_id}")
def change_closure(request: HttpRequest, closure_id: int, given: ChangedClosure) -> dict[str, Any]:
    """Draw a closure anew or give it another reason, weight or end."""
    return _one(actions.change(closure_id, given.order(), rights(request), given.version))


@router.post("/closures/{int:closure_id}/confirm")
def confirm_closure(
    request: HttpRequest, closure_id: int, given: Step | None = None
) -> dict[str, Any]:
    """Put a proposed closure in force."""
    version = given.version if given else None
    return _one(actions.confirm(closure_id, rights(request), version))


@router.post("/closures/{int:closure_id}/end")
def end_closure(request: HttpRequest, closure_id: int, given: Step | None = None) -> dict[str, Any]:
    """Open the street again, or decline a proposal."""
    step = given or Step()
    return _one(actions.end(closure_id, rights(request), step.words, step.version))


# --- ways ----------------------------------------------------------------------------------------


def _place(text: str, field: str) -> tuple[float, float]:
    """Read lon,lat; raises Invalid."""
    try:
        lon, lat = (float(word) for word in text.split(","))
    except ValueError:
        lon = lat = math.nan
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Invalid(
            f"{field} is lon,lat in degrees, such as 113.68,34.77",
            zh="位置应为“经度,纬度”",
            field=field,
        )
    return lon, lat


class Ends(Schema):
    """From where to where: lon,lat each (EPSG:4326)."""

    start: str = Field(alias="from")
    to: str


@router.get("/route")
def route(request: HttpRequest, ends: Query[Ends]) -> dict[str, Any]:
    """Return the fastest way by car on today's roads."""
    by = rights(request)
    may.require(by, "route.ask")
    found = routing.route(_place(ends.start, "from"), _place(ends.to, "to"))
    return {**dataclasses.asdict(found), "avoided": _seen(found.avoided, by)}


@router.get("/streets/along")
def along(request: HttpRequest, through: str) -> dict[str, Any]:
    """Return the stretch of street through places that somebody pointed at: lon,lat;lon,lat;…"""
    may.require(rights(request), "route.ask")
    places = [_place(word, "through") for word in through.split(";")]
    if not 2 <= len(places) <= MOST_PLACES:
        raise Invalid(
            f"2 to {MOST_PLACES} places are needed",
            zh=f"需要 2 至 {MOST_PLACES} 个位置",
            field="through",
        )
    return dataclasses.asdict(routing.along(places))


def _seen(numbers: list[int], by: may.Rights) -> list[dict[str, Any]]:
    """Return the closures that were driven round, as far as one may see them."""
    rows = Closure.objects.filter(may.visible(by, "closure.see"), pk__in=numbers)
    return [actions.public(row) for row in rows.order_by("pk")]


@router.get("/nearest")
def nearest(
    request: HttpRequest, to: str, kind: str = "vehicle,unit", limit: int = 10
) -> dict[str, Any]:
    """Return who reaches a place first, by travel time, and who was left out and why."""
    by = rights(request)
    may.require(by, "route.ask")
    may.require(by, "position.see")
    kinds = [word.strip() for word in kind.split(",") if word.strip()]
    return nearest_things(_place(to, "to"), kinds, max(1, min(limit, MOST_NEAR)), by)
