"""Playing the past: what changed between two moments, and marks for the slider."""

import datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from core.errors import Invalid
from feed import replay
from feed.api.asked import known, offset, router, topics
from feed.api.state import entity_item
from feed.projection import Change
from feed.topics import TOPICS
from people import may
from people.signin import rights

LONGEST_MARKED = datetime.timedelta(days=31)
MOST_MARKS = 1000


class Span(Schema):
    """A window of the past: (from, to] by one clock; `every` thins states, in seconds."""

    since: datetime.datetime = Field(alias="from")
    until: datetime.datetime = Field(alias="to")
    clock: str = "known"
    topics: str = ""
    every: float = Field(default=1, ge=0.1, le=3600)

    def window(self, usual: frozenset[str], longest: datetime.timedelta) -> replay.Window:
        """Return the window asked for; raises Invalid for one that is none, or too long."""
        offset("from", self.since)
        offset("to", self.until)
        if not datetime.timedelta(0) < self.until - self.since <= longest:
            minutes = longest // datetime.timedelta(minutes=1)
            raise Invalid(
                f"to is after from, at most {minutes} minutes",
                zh=f"to 须晚于 from，且相差不超过 {minutes} 分钟",
                field="to",
            )
        every = datetime.timedelta(seconds=self.every)
        return replay.Window(
            self.since, self.until, known(self.clock), topics(self.topics, usual), every
        )


@router.get("/replay")
def replayed(request: HttpRequest, wanted: Query[Span]) -> HttpResponse:
    """Return what changed between two moments, in order; `next` is where the rest begins."""
    who = rights(request)
    may.require(who, "state.see")
    window = wanted.window(TOPICS, replay.LONGEST)
    found = replay.page(who, window)
    items = [_told(one) for one in found.told] + [_changed(one) for one in found.changes]
    items.sort(key=lambda item: item["moment"])
    body = {
        "from": window.since,
        "to": window.until,
        "clock": wanted.clock,
        "items": items,
        "next": None if found.through == window.until else found.through,
    }
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


def _told(told: replay.Told) -> dict[str, Any]:
    topic, entity_id = told.key
    base = {"moment": told.moment, "topic": topic, "id": entity_id, "gone": told.gone}
    if told.entity is None:
        return base | {"kind": "gone", "at": told.moment, "geometry": None, "data": {}}
    return base | entity_item(told.entity) | {"actor": told.actor}


def _changed(change: Change) -> dict[str, Any]:
    item = change.item
    return {
        "moment": change.moment,
        "topic": item.topic,
        "kind": "latest",
        "id": item.id,
        "at": item.at,
        "gone": change.gone,
        "scope": item.scope,
        "geometry": msgspec.Raw(item.geometry.encode()) if item.geometry else None,
        "data": item.data,
    }


@router.get("/replay/marks")
def marked(request: HttpRequest, wanted: Query[Span]) -> dict[str, Any]:
    """Return how much began in each interval of `every` seconds, and the ends of the log."""
    who = rights(request)
    may.require(who, "state.see")
    window = wanted.window(frozenset(replay.MARKED), LONGEST_MARKED)
    if (window.until - window.since) / window.every > MOST_MARKS:
        raise Invalid(f"at most {MOST_MARKS} intervals", zh="分段太多", field="every")
    first, last = replay.ends(window.known)
    return {"first": first, "last": last, "every": wanted.every, "items": replay.marks(who, window)}
