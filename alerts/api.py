"""Alerts, rules and fences over HTTP: parse, ask for the right, call an action, answer."""

import datetime
import json
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.http import HttpRequest
from ninja import Query, Router, Schema

from alerts import actions, book, history, rulebook
from alerts.models import Alert, Fence, RuleVersion
from core import clock
from core.errors import Invalid, Unknown
from people import may
from people.signin import EITHER, rights
from sensors import registry

router = Router(tags=["alerts"], auth=EITHER)
MOST = 500


class Filters(Schema):
    """What to list; states and severities are comma-separated."""

    state: str = ""
    severity: str = ""
    thing: int | None = None
    closed_since: datetime.datetime | None = None
    limit: int = 100
    cursor: int | None = None


class Version(Schema):
    """The version one looked at, so that nobody acts on a picture that has changed."""

    version: int | None = None


class Assignment(Version):
    """To whom."""

    user: int


class Words(Schema):
    """A comment."""

    words: str


class Ending(Version):
    """How it ended."""

    outcome: str
    words: str = ""


class RuleIn(Schema):
    """A rule as somebody typed it; `when` is the kind's own table."""

    key: str = ""
    kind: str
    title_zh: str
    title_en: str
    when: dict[str, Any]
    property: str = ""
    things: list[str] = []
    scope: str = ""
    standard_zh: str = ""
    standard_en: str = ""


class FenceChange(Schema):
    """A fence as somebody wants it: names and a GeoJSON area, EPSG:4326."""

    name_zh: str
    name_en: str
    scope: str
    geometry: dict[str, Any]


class FenceIn(FenceChange):
    """A new fence with the code that rules call it by."""

    code: str


def _numbers(text: str, field: str) -> list[int]:
    try:
        return [int(word) for word in text.split(",") if word]
    except ValueError:
        raise Invalid(f"{field} must be numbers", zh="应为数字", field=field) from None


@router.get("/alerts")
def alerts(request: HttpRequest, wanted: Query[Filters]) -> dict[str, Any]:
    """List alerts that one may see, newest first; `next` is the cursor of the next page."""
    rows = Alert.objects.filter(may.visible(rights(request), "alert.see")).select_related("thing")
    if wanted.state:
        rows = rows.filter(state__in=wanted.state.split(","))
    if wanted.severity:
        rows = rows.filter(severity__in=_numbers(wanted.severity, "severity"))
    if wanted.thing is not None:
        rows = rows.filter(thing_id=wanted.thing)
    if wanted.closed_since is not None:
        rows = rows.filter(closed=True, changed_at__gte=wanted.closed_since)
    if wanted.cursor is not None:
        rows = rows.filter(pk__lt=wanted.cursor)
    limit = max(1, min(wanted.limit, MOST))
    page = list(rows.order_by("-pk")[: limit + 1])
    following = page[limit - 1].pk if len(page) > limit else None
    return {"items": [actions.public(row) for row in page[:limit]], "next": following}


@router.get("/alerts/{int:alert_id}")
def alert(request: HttpRequest, alert_id: int) -> dict[str, Any]:
    """Return one alert with its whole history and the rule version behind it."""
    row = Alert.objects.select_related("thing").filter(pk=alert_id).first()
    if row is None or not may.may(rights(request), "alert.see", row.scope):
        raise Unknown(f"there is no alert {alert_id}", zh=f"没有编号为 {alert_id} 的告警")
    rule = RuleVersion.objects.filter(key=row.rule, version=row.rule_version).first()
    return {
        **actions.public(row),
        "geometry": json.loads(row.geom.geojson) if row.geom else None,
        "history": history.of_alert(row),
        "rule_definition": rulebook.public(rule) if rule else None,
    }


@router.post("/alerts/{int:alert_id}/acknowledge")
def acknowledge(
    request: HttpRequest, alert_id: int, given: Version | None = None
) -> dict[str, Any]:
    """Take note of an alert."""
    version = given.version if given else None
    return actions.public(actions.acknowledge(alert_id, rights(request), version))


@router.post("/alerts/{int:alert_id}/assign")
def assign(request: HttpRequest, alert_id: int, given: Assignment) -> dict[str, Any]:
    """Give an alert to somebody."""
    return actions.public(actions.assign(alert_id, given.user, rights(request), given.version))


@router.post("/alerts/{int:alert_id}/comment")
def comment(request: HttpRequest, alert_id: int, given: Words) -> dict[str, Any]:
    """Add words to an alert."""
    return actions.public(actions.comment(alert_id, given.words, rights(request)))


@router.post("/alerts/{int:alert_id}/resolve")
def resolve(request: HttpRequest, alert_id: int, given: Ending) -> dict[str, Any]:
    """Say how an alert ended."""
    row = actions.resolve(alert_id, given.outcome, rights(request), given.words, given.version)
    return actions.public(row)


@router.get("/datastreams/{int:stream_id}/limits")
def limits(request: HttpRequest, stream_id: int) -> dict[str, Any]:
    """Return the limits that rules in force set for a datastream today."""
    stream = registry.current().streams.get(stream_id)
    if stream is None or not may.may(
        rights(request), "observation.see", stream.scope, stream.thing_id
    ):
        raise Unknown(f"there is no datastream {stream_id}", zh="没有此数据流")
    today = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    items = [
        {
            "value": limit,
            "severity": int(grade),
            "rule": rule.code,
            "title_zh": rule.title_zh,
            "title_en": rule.title_en,
        }
        for rule in book.current().watch(stream).rules
        for grade, limit in rule.judge.limits_on(today).items()
    ]
    return {"items": items}


# --- rules ---------------------------------------------------------------------------------------


def _rule(row: RuleVersion) -> dict[str, Any]:
    author = row.author.username if row.author else None
    return {**rulebook.public(row), "made_at": row.made_at.isoformat(), "author": author}


def _visible(request: HttpRequest, row: RuleVersion) -> bool:
    return may.may(rights(request), "rule.see", row.definition.get("scope", ""))


@router.get("/rules")
def rules(request: HttpRequest) -> dict[str, Any]:
    """List the rules in their newest versions."""
    rows = RuleVersion.objects.filter(newest=True).select_related("author").order_by("key")
    return {"items": [_rule(row) for row in rows if _visible(request, row)]}


@router.get("/rules/{key}")
def rule(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return a rule with all its versions, newest first."""
    rows = RuleVersion.objects.filter(key=key).select_related("author").order_by("-version")
    if not rows or not _visible(request, rows[0]):
        raise Unknown(f"there is no rule {key!r}", zh=f"没有规则 {key!r}")
    return {**_rule(rows[0]), "versions": [_rule(row) for row in rows]}


def _definition(given: RuleIn) -> dict[str, Any]:
    return given.dict(exclude={"key"})


@router.post("/rules")
def make_rule(request: HttpRequest, given: RuleIn) -> dict[str, Any]:
    """Make a rule."""
    return _rule(rulebook.make(given.key, _definition(given), rights(request)))


@router.put("/rules/{key}")
def edit_rule(request: HttpRequest, key: str, given: RuleIn) -> dict[str, Any]:
    """Replace a rule by a new version."""
    return _rule(rulebook.edit(key, _definition(given), rights(request)))


@router.post("/rules/{key}/enable")
def enable_rule(request: HttpRequest, key: str) -> dict[str, Any]:
    """Turn a rule on."""
    return _rule(rulebook.switch(key, True, rights(request)))


@router.post("/rules/{key}/disable")
def disable_rule(request: HttpRequest, key: str) -> dict[str, Any]:
    """Turn a rule off."""
    return _rule(rulebook.switch(key, False, rights(request)))


# --- fences --------------------------------------------------------------------------------------


def _feature(fence: Fence) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": fence.code,
        "geometry": json.loads(fence.geom.geojson),
        "properties": rulebook.fence_public(fence),
    }


@router.get("/fences")
def fences(request: HttpRequest) -> dict[str, Any]:
    """List the fences in use as GeoJSON."""
    rows = Fence.objects.filter(may.visible(rights(request), "fence.see"), active=True)
    return {"type": "FeatureCollection", "features": [_feature(row) for row in rows]}


def _drawn(
    request: HttpRequest, code: str, given: FenceChange, expect: Literal["new", "known"]
) -> dict[str, Any]:
    try:
        area = GEOSGeometry(json.dumps(given.geometry), srid=4326)
    except (ValueError, GEOSException, GDALException) as error:
        raise Invalid(
            "geometry is not GeoJSON", zh="geometry 不是有效的 GeoJSON", field="geometry"
        ) from error
    names = given.name_zh, given.name_en
    fence = rulebook.draw_fence(code, *names, area, given.scope, rights(request), expect=expect)
    return _feature(fence)


@router.post("/fences")
def draw_fence(request: HttpRequest, given: FenceIn) -> dict[str, Any]:
    """Draw a new fence; its code must be free."""
    return _drawn(request, given.code, given, "new")


@router.put("/fences/{code}")
def change_fence(request: HttpRequest, code: str, given: FenceChange) -> dict[str, Any]:
    """Redraw or rename a fence that is in use; what it raised stays."""
    return _drawn(request, code, given, "known")


@router.delete("/fences/{code}")
def remove_fence(request: HttpRequest, code: str) -> dict[str, Any]:
    """Take a fence out of use."""
    rulebook.remove_fence(code, rights(request))
    return {"removed": code}
