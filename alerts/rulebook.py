"""The only writer of rules and fences: the shelf's files and people's edits become versions."""

import re
from typing import Any, Literal

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.db import connection, transaction
from django.utils.text import slugify

from alerts.models import Fence, RuleVersion
from alerts.rule import Rule, on_shelf
from alerts.wrong import Wrong
from core.errors import Conflict, Invalid, Unknown
from feed.log import Happening, ewkb, record
from people import may
from people.models import Role

_FENCES = 7203016  # an advisory lock of our own

FIELDS = frozenset(
    {
        "kind",
        "title_zh",
        "title_en",
        "when",
        "property",
        "things",
        "scope",
        "standard_zh",
        "standard_en",
    }
)


def public(row: RuleVersion) -> dict[str, Any]:
    """Return a rule version as the log and the screens have it."""
    return {
        "key": row.key,
        "version": row.version,
        "enabled": row.enabled,
        "origin": row.origin,
        **{name: row.definition.get(name) for name in sorted(FIELDS)},
    }


def checked(key: str, given: dict[str, Any]) -> Rule:
    """Make a rule of what somebody typed; raises Invalid naming the field and the remedy."""
    if slugify(key) != key.replace("_", "") and not key.replace("_", "").isalnum():
        raise Invalid(
            "a key has small letters, digits and _ only",
            zh="标识仅限小写字母、数字与下划线",
            field="key",
        )
    unknown = sorted(set(given) - FIELDS)
    if unknown:
        raise Invalid(
            f"unknown field {unknown[0]!r}",
            zh=f"未知字段 {unknown[0]!r}",
            field=unknown[0],
            remedy=f"known are {', '.join(sorted(FIELDS))}",
        )
    try:
        return Rule(code=key, **given)
    except Wrong as error:
        raise Invalid(error.detail, zh=error.zh, field=error.field) from error
    except TypeError as error:
        raise Invalid(str(error), zh="规则不完整", field="when") from error


def _add(
    rule: Rule,
    before: RuleVersion | None,
    *,
    enabled: bool,
    origin: str,
    rights: may.Rights | None,
) -> RuleVersion:
    if before is not None:
        RuleVersion.objects.filter(pk=before.pk).update(newest=False)
    row = RuleVersion.objects.create(
        key=rule.code,
        version=before.version + 1 if before else 1,
        definition=rule.definition(),
        enabled=enabled,
        origin=origin,
        author_id=rights.user_id if rights else None,
    )
    record(
        Happening(
            topic="rule",
            kind="made" if before is None else "changed",
            entity="rule",
            entity_id=row.key,
            actor=rights.actor if rights else "shelf",
            scope=rule.scope,
            body={"now": public(row)},
        )
    )
    return row


def sync_shelf() -> list[str]:
    """Bring the shelf's rules into the table; one that people have edited stays theirs.

    Returns the keys that got a new version.
    """
    changed = []
    with transaction.atomic():
        newest = {
            row.key: row for row in RuleVersion.objects.select_for_update().filter(newest=True)
        }
        for key, rule in on_shelf().items():
            before = newest.get(key)
            if before and (before.origin == "people" or before.definition == rule.definition()):
                continue
            _add(
                rule,
                before,
                enabled=before.enabled if before else True,
                origin="shelf",
                rights=None,
            )
            changed.append(key)
    return changed


def _newest(key: str, rights: may.Rights) -> RuleVersion:
    row = RuleVersion.objects.select_for_update().filter(key=key, newest=True).first()
    if row is None:
        raise Unknown(f"there is no rule {key!r}", zh=f"没有规则 {key!r}")
    may.require(rights, "rule.edit", row.definition.get("scope", ""))
    return row


def make(key: str, given: dict[str, Any], rights: may.Rights) -> RuleVersion:
    """Add a rule of one's own."""
    rule = checked(key, given)
    may.require(rights, "rule.edit", rule.scope)
    with transaction.atomic():
        if RuleVersion.objects.filter(key=key).exists():
            raise Conflict(f"rule {key!r} exists", zh=f"规则 {key!r} 已存在", field="key")
        return _add(rule, None, enabled=True, origin="people", rights=rights)


def edit(key: str, given: dict[str, Any], rights: may.Rights) -> RuleVersion:
    """Replace a rule's definition by a new version."""
    rule = checked(key, given)
    with transaction.atomic():
        before = _newest(key, rights)
        may.require(rights, "rule.edit", rule.scope)
        return _add(rule, before, enabled=before.enabled, origin="people", rights=rights)


def switch(key: str, enabled: bool, rights: may.Rights) -> RuleVersion:
    """Turn a rule on or off; that is a version too."""
    with transaction.atomic():
        before = _newest(key, rights)
        if before.enabled == enabled:
            return before
        rule = Rule(**before.definition)
        return _add(rule, before, enabled=enabled, origin=before.origin, rights=rights)


def fence_public(fence: Fence) -> dict[str, Any]:
    """Return a fence as the log and the screens have it (its area is the event's geometry)."""
    return {
        "id": fence.pk,
        "code": fence.code,
        "name_zh": fence.name_zh,
        "name_en": fence.name_en,
        "scope": fence.scope,
        "active": fence.active,
        "simulated": fence.simulated,
        "version": fence.version,
    }


def draw_fence(
    code: str,
    name_zh: str,
    name_en: str,
    area: GEOSGeometry,
    scope: str,
    rights: may.Rights,
    *,
    simulated: bool | None = None,
    expect: Literal["new", "known", "any"] = "any",
) -> Fence:
    """Draw a fence, or redraw the one of this code; EPSG:4326, polygons only.

    `expect` says whether the code must be free or in use; `simulated` None leaves it as it was.
    Raises Invalid for an area that is empty, crosses itself or is no polygon, and for wrong words.
    """
    may.require(rights, "fence.edit", scope)
    _check_words(code, name_zh, name_en, scope)
    shape = _checked_area(area)
    with transaction.atomic():
        _fences_one_at_a_time()
        fence = Fence.objects.select_for_update().filter(code=code).first() or Fence(code=code)
        _check_expected(fence, expect)
        if fence.pk:
            may.require(rights, "fence.edit", fence.scope)
        fence.name_zh, fence.name_en, fence.geom, fence.scope = name_zh, name_en, shape, scope
        fence.active = True
        fence.simulated = fence.simulated if simulated is None else simulated
        fence.version = _next_fence_version()
        fence.save()
        return _tell_fence(fence, "drawn", rights)


def _check_words(code: str, name_zh: str, name_en: str, scope: str) -> None:
    """Raise Invalid naming the first field that could not be kept as it was typed."""
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,60}", code):
        raise Invalid(
            "a code has 1 to 60 letters, digits, - and _",
            zh="代码限 1 至 60 个字母、数字、- 与 _",
            field="code",
        )
    if not name_zh.strip() or len(name_zh) > 80:
        raise Invalid(
            "a Chinese name of 1 to 80 characters is needed",
            zh="须填写中文名称，不超过 80 字",
            field="name_zh",
        )
    if len(name_en) > 80:
        raise Invalid("at most 80 characters", zh="不超过 80 个字符", field="name_en")
    if not re.fullmatch(r"[0-9]{0,15}", scope):
        raise Invalid(
            "a scope is the beginning of a division code",
            zh="范围应为行政区划代码或其前几位",
            field="scope",
        )


def _checked_area(area: GEOSGeometry) -> MultiPolygon:
    shape = MultiPolygon(area, srid=4326) if isinstance(area, Polygon) else area
    if not isinstance(shape, MultiPolygon) or shape.empty or not shape.valid:
        raise Invalid(
            f"the area is not a valid polygon: {area.valid_reason}",
            zh="区域不是有效的多边形",
            field="geometry",
            remedy="draw a closed area that does not cross itself",
        )
    return shape


def _check_expected(fence: Fence, expect: Literal["new", "known", "any"]) -> None:
    in_use = fence.pk is not None and fence.active
    if expect == "new" and in_use:
        raise Conflict(f"fence {fence.code!r} exists", zh=f"围栏 {fence.code} 已存在", field="code")
    if expect == "known" and not in_use:
        raise Unknown(f"there is no fence {fence.code!r}", zh=f"没有围栏 {fence.code}")


def remove_fence(code: str, rights: may.Rights) -> None:
    """Take a fence out of use; what it raised stays."""
    with transaction.atomic():
        _fences_one_at_a_time()
        fence = Fence.objects.select_for_update().filter(code=code, active=True).first()
        if fence is None:
            raise Unknown(f"there is no fence {code!r}", zh=f"没有围栏 {code!r}")
        may.require(rights, "fence.edit", fence.scope)
        fence.active, fence.version = False, _next_fence_version()
        fence.save()
        _tell_fence(fence, "removed", rights)


def remove_simulated_fences(name: str) -> int:
    """Take all simulated fences out of use; returns how many."""
    by = may.Rights(role=Role.ADMIN.value, name=name)
    found = Fence.objects.filter(simulated=True, active=True).values_list("code", flat=True)
    for code in list(found):
        remove_fence(code, by)
    return len(found)


def _fences_one_at_a_time() -> None:
    """Let whoever changes fences wait for the one before: a new code has no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FENCES])


def _next_fence_version() -> int:
    """One count over all fences, so that its maximum changes with every change."""
    newest = Fence.objects.order_by("-version").values_list("version", flat=True).first()
    return (newest or 0) + 1


def _tell_fence(fence: Fence, kind: str, rights: may.Rights) -> Fence:
    record(
        Happening(
            topic="fence",
            kind=kind,
            entity="fence",
            entity_id=fence.code,
            actor=rights.actor,
            scope=fence.scope,
            geom=ewkb(fence.geom),
            body={"now": fence_public(fence), "gone": not fence.active},
        )
    )
    return fence
