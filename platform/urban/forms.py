"""Requests to casework, read by hand: the same fields come as JSON, or as a form with photos."""

import datetime
import json
import uuid
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Schema
from pydantic import ValidationError

from core.errors import Invalid
from urban import photos
from urban.asked import Act
from urban.intake import text
from urban.photos import Picture
from urban.refusals import Refused

Form = TypeVar("Form", bound=Schema)


class ReportIn(Schema):
    """What is seen, where, and when; degrees of the datum, metres."""

    kind: str
    code: str
    lon: float
    lat: float
    key: uuid.UUID | None = None
    condition: str = ""
    words: str = ""
    datum: str = "wgs84"
    accuracy: float | None = None
    taken_at: datetime.datetime | None = None
    address: str = ""
    part_code: str = ""


class StaffReportIn(ReportIn):
    """A report by staff: the desk says which source it writes down, and who called."""

    source: str = ""
    name: str = ""
    phone: str = ""


class PublicReportIn(ReportIn):
    """A citizen's report; how to reach them is theirs to give."""

    name: str = ""
    phone: str = ""


class StepIn(Schema):
    """What a step may bring along; which of it is needed depends on the step."""

    version: int | None = None
    key: uuid.UUID | None = None
    words: str = ""
    found: bool | None = None
    passed: bool | None = None
    department: str = ""
    condition: str = ""
    until: datetime.datetime | None = None
    into: int | None = None


def read(request: HttpRequest, form: type[Form]) -> Form:
    """Return the request's fields, checked; raises Invalid naming the first wrong one."""
    try:
        return form.model_validate(_fields(request))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Invalid(
            f"{field}: {first['msg']}", zh=f"字段 {field} 缺失或有误", field=field
        ) from None


def _fields(request: HttpRequest) -> dict[str, Any]:
    """Return the fields that hold something: an empty one counts as absent."""
    if request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return {key: value for key, value in request.POST.items() if value != ""}
    if not request.body:
        return {}
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise Invalid(
            "the body is not a JSON object",
            zh="请求格式有误",
            remedy="send JSON, or multipart/form-data when photos come along",
        )
    return {key: value for key, value in given.items() if value not in ("", None)}


def pictures(request: HttpRequest) -> tuple[Picture, ...]:
    """Return the photos of a form, checked and ready to be kept; raises Refused."""
    if request.content_type != "multipart/form-data":
        return ()
    given = request.FILES.getlist("photo")
    if len(given) > photos.MOST:
        raise Refused(
            f"at most {photos.MOST} photos at once",
            zh=f"一次最多上传 {photos.MOST} 张照片",
            field="photo",
        )
    return tuple(photos.read(each) for each in given)


_OUTCOMES = {"verify": ("found", "not_found"), "check": ("passed", "failed")}


def act(request: HttpRequest, step: str) -> Act:
    """Return the step that somebody asks for."""
    given = read(request, StepIn)
    return Act(
        step=step,
        version=given.version,
        key=given.key,
        words=text(given.words, "words"),
        outcome=_outcome(given, step),
        department=given.department,
        condition=given.condition,
        until=given.until,
        into=given.into,
        photos=pictures(request),
    )


def _outcome(given: StepIn, step: str) -> str:
    if step not in _OUTCOMES:
        return ""
    yes, no = _OUTCOMES[step]
    answer: bool | None = getattr(given, yes)
    if answer is None:
        raise Invalid(f"`{yes}` must be true or false", zh="请选择结果", field=yes)
    return yes if answer else no
