"""After the action over HTTP: as JSON for the page, as a table for spreadsheets."""

import dataclasses
import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from core import clock
from core.errors import Invalid, Unknown
from feed import review, sheet, timeline
from feed.api.asked import offset, router, topics
from feed.topics import EVENT_TOPICS
from people import may
from people.models import User
from people.signin import rights


class Reviewed(Schema):
    """What is to be reviewed: a span, or one entity ("incident:17") with what belongs to it."""

    since: datetime.datetime | None = Field(default=None, alias="from")
    until: datetime.datetime | None = Field(default=None, alias="to")
    topics: str = ""
    entity: str = ""
    language: Literal["zh", "en"] = "zh"


@router.get("/review")
def reviewed(request: HttpRequest, wanted: Query[Reviewed]) -> dict[str, Any]:
    """Return what began in a span: every step with both clocks, what was late, the figures."""
    files = _files(request, wanted)
    names = _names(files)
    return {
        "from": wanted.since,
        "to": wanted.until,
        "entity": wanted.entity or None,
        "made_at": clock.now(),
        "whole": len(files) < review.MOST,
        "figures": review.figures(files),
        "items": [_file(file, names) for file in files],
    }


@router.get("/review.csv")
def review_sheet(request: HttpRequest, wanted: Query[Reviewed]) -> HttpResponse:
    """Return the same as a table, one line a step (UTF-8 with its mark)."""
    files = _files(request, wanted)
    answer = HttpResponse(
        sheet.text(files, _names(files), wanted.language), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="review.csv"'
    return answer


def _files(request: HttpRequest, wanted: Reviewed) -> list[review.File]:
    who = rights(request)
    may.require(who, "review.see")
    if wanted.entity:
        topic, _, entity_id = wanted.entity.partition(":")
        found = review.of_entity(who, topic, entity_id) if topic in EVENT_TOPICS else []
        if not found:
            raise Unknown(f"no {wanted.entity}", zh="没有这一条", field="entity")
        return found
    if wanted.since is None or wanted.until is None:
        raise Invalid("from and to, or entity", zh="请给出起止时间或对象", field="from")
    offset("from", wanted.since)
    offset("to", wanted.until)
    if not datetime.timedelta(0) < wanted.until - wanted.since <= review.LONGEST:
        raise Invalid(
            f"to is after from, at most {review.LONGEST.days} days",
            zh=f"结束须晚于开始，且不超过 {review.LONGEST.days} 天",
            field="to",
        )
    names = topics(wanted.topics, EVENT_TOPICS) if wanted.topics else review.TOPICS
    return review.of_span(who, wanted.since, wanted.until, names)


def _names(files: list[review.File]) -> dict[str, dict[str, str]]:
    actors = {step.actor for file in files for step in file.steps}
    ids = {actor: actor.partition(":")[2] for actor in actors if actor.startswith("user:")}
    people = User.objects.in_bulk([int(one) for one in ids.values() if one.isdigit()])
    return {
        actor: {"zh": person.name_zh or person.username, "en": person.name_en or person.username}
        for actor, one in ids.items()
        if one.isdigit() and (person := people.get(int(one)))
    }


def _file(file: review.File, names: dict[str, dict[str, str]]) -> dict[str, Any]:
    last = file.last
    kept = ("thing_zh", "thing_en", "place_zh", "place_en", "address", "simulated", "assignments")
    return {
        "topic": file.topic,
        "id": file.id,
        "number": last.get("number") or file.id,
        "severity": last.get("peak", last.get("severity")),
        "title_zh": sheet.titled(last, "zh"),
        "title_en": sheet.titled(last, "en"),
        **{name: last[name] for name in kept if name in last},
        "scope": file.scope,
        "ended": file.ended,
        "steps": [_called(file, step.step) | _reviewed_step(step, names) for step in file.steps],
        "late": [_called(file, late.step) | dataclasses.asdict(late) for late in file.late],
    }


def _called(file: review.File, step: str) -> dict[str, str]:
    zh, en = timeline.of(file.topic).called(step)
    return {"step_zh": zh, "step_en": en}


def _reviewed_step(step: review.Step, names: dict[str, dict[str, str]]) -> dict[str, Any]:
    known = names.get(step.actor)
    return {
        **dataclasses.asdict(step),
        "delay_s": step.delay_s,
        "actor_zh": known["zh"] if known else None,
        "actor_en": known["en"] if known else None,
    }
