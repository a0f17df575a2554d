"""Stations with their indices over HTTP: parse, ask for the right, answer."""

import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from core import clock
from core.errors import Invalid, Unknown
from environment import public, stations
from environment.actions import KINDS
from people import may
from people.signin import EITHER, rights
from sensors.models import Refusal, Thing

router = Router(tags=["environment"], auth=EITHER)

_MOST_HOURS = 24 * 14


class Asked(Schema):
    """How many hours of a station are wanted, and until when."""

    hours: int = 24
    until: datetime.datetime | None = None


class Page(Schema):
    """Which refusals are wanted; `after` is the id of the last one of the page before."""

    door: str = ""
    code: str = ""
    thing: int | None = None
    after: int | None = None
    limit: int = 50


@router.get("/environment/stations")
def listed(request: HttpRequest, kind: str = "") -> dict[str, Any]:
    """List the air and water stations that one may see, with their newest index."""
    if kind and kind not in KINDS:
        raise Invalid(
            f"kind is air or water, not {kind!r}", zh="种类应为 air 或 water", field="kind"
        )
    kinds = [kind] if kind else KINDS
    seen = may.visible(rights(request), "index.see")
    things = Thing.objects.filter(seen, kind__in=kinds).order_by("code")
    return {
        "items": stations.listed(list(things)),
        "classes": {"air": public.classes("air"), "water": public.classes("water")},
    }


@router.get("/environment/stations/{int:thing_id}")
def station(request: HttpRequest, thing_id: int, asked: Query[Asked]) -> dict[str, Any]:
    """Return a station with its hours, its days, and how the talk with its devices stands."""
    thing = _station(request, thing_id)
    if not 1 <= asked.hours <= _MOST_HOURS:
        raise Invalid(
            f"hours is 1 to {_MOST_HOURS}", zh=f"时长应为 1 至 {_MOST_HOURS} 小时", field="hours"
        )
    until = asked.until or clock.now()
    if until.tzinfo is None:
        raise Invalid("until needs an offset", zh="时间须带时区", field="until")
    since = until - datetime.timedelta(hours=asked.hours)
    return {
        **stations.listed([thing], asked.until)[0],
        "hours": stations.hours(thing, since, until),
        "days": stations.days(thing) if thing.kind == "air" else [],
        "links": stations.talk(thing),
        "refusals": stations.refused(thing),
        "classes": public.classes("water" if thing.kind == "water" else "air"),
    }


def _station(request: HttpRequest, thing_id: int) -> Thing:
    seen = may.visible(rights(request), "index.see")
    thing = Thing.objects.filter(seen, pk=thing_id, kind__in=KINDS).first()
    if thing is None:
        raise Unknown(f"there is no air or water station {thing_id}", zh="没有此空气或水质站")
    return thing


@router.get("/environment/refusals")
def refused(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """List what doors did not take, newest first, with the reason in both languages."""
    own = rights(request)
    may.require(own, "log.see")
    rows = Refusal.objects.order_by("-id")
    for field, wanted in (("door", page.door), ("code", page.code), ("thing_id", page.thing)):
        if wanted:
            rows = rows.filter(**{field: wanted})
    if page.after is not None:
        rows = rows.filter(pk__lt=page.after)
    limit = max(1, min(page.limit, 500))
    hidden = Thing.objects.exclude(may.visible(own, "thing.see")).values("pk")
    found = list(rows.exclude(thing_id__in=hidden)[: limit + 1])
    things = Thing.objects.in_bulk([row.thing_id for row in found if row.thing_id])
    return {
        "items": [stations.refusal(row, things) for row in found[:limit]],
        "next": found[limit - 1].pk if len(found) > limit else None,
    }
