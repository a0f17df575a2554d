"""What stands of alerts, warnings, rules and fences: for snapshots, and to prove the replay."""

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar

from alerts import actions, rulebook
from alerts.models import Alert, Fence, PublicWarning, RuleVersion
from alerts.warning.public import public
from core.severity import Severity
from feed.projection import Item, Projection
from feed.timeline import Limit, Timeline

# how long an alert may wait until somebody acknowledges it; the queue counts by the same minutes
ACKNOWLEDGE_MIN = {Severity.RED: 1, Severity.ORANGE: 3, Severity.YELLOW: 10, Severity.BLUE: 30}


class Alerts(Projection):
    """Every alert that is not closed."""

    topic = "alert"

    def items(self) -> Iterable[Item]:
        """Return them, oldest first."""
        for alert in Alert.objects.filter(closed=False).select_related("thing").order_by("id"):
            yield Item(
                "alert",
                str(alert.pk),
                alert.changed_at,
                alert.scope,
                alert.geom.geojson if alert.geom else None,
                actions.public(alert),
            )


class Warnings(Projection):
    """Every warning that is not over: drafts, those that wait for approval, and the live ones."""

    topic = "warning"

    def items(self) -> Iterable[Item]:
        """Return them, oldest first."""
        for row in PublicWarning.objects.filter(closed=False).order_by("id"):
            area = row.geom.geojson if row.geom else None
            yield Item("warning", str(row.pk), row.changed_at, row.scope, area, public(row))


class Rules(Projection):
    """The newest version of every rule."""

    topic = "rule"

    def items(self) -> Iterable[Item]:
        """Return them by key."""
        for row in RuleVersion.objects.filter(newest=True).order_by("key"):
            scope = row.definition.get("scope", "")
            yield Item("rule", row.key, row.made_at, scope, None, rulebook.public(row))


class Fences(Projection):
    """Every fence in use."""

    topic = "fence"

    def items(self) -> Iterable[Item]:
        """Return them by code."""
        for fence in Fence.objects.filter(active=True).order_by("code"):
            yield Item(
                "fence",
                fence.code,
                fence.made_at,
                fence.scope,
                fence.geom.geojson,
                rulebook.fence_public(fence),
            )


class AlertSteps(Timeline):
    """An alert's steps, and how long it may wait for somebody to take it."""

    topic = "alert"
    title = "告警", "alert"
    words: ClassVar = {
        "raised": ("产生", "raised"),
        "raised_again": ("再次产生", "raised again"),
        "escalated": ("升级", "escalated"),
        "eased": ("降级", "eased"),
        "cleared": ("恢复", "cleared"),
        "acknowledged": ("受理", "acknowledged"),
        "assigned": ("指派", "assigned"),
        "commented": ("备注", "commented"),
        "resolved": ("处置完毕", "resolved"),
    }

    def limits(
        self, known: datetime.datetime, first: dict[str, Any], last: dict[str, Any]
    ) -> Iterable[Limit]:
        """Return when it had to be acknowledged, by the severity that it began with."""
        grade = Severity(first.get("severity", Severity.BLUE))
        minutes = ACKNOWLEDGE_MIN[grade]
        yield Limit(
            "acknowledged",
            known + datetime.timedelta(minutes=minutes),
            f"产生时为{grade.zh}，须在 {minutes} 分钟内受理",
            f"began {grade.en}: to be acknowledged within {minutes} min",
            also=("assigned", "resolved"),
        )


class WarningSteps(Timeline):
    """A warning's steps, from its draft to the last delivery."""

    topic = "warning"
    title = "预警", "warning"
    words: ClassVar = {
        "drafted": ("拟稿", "drafted"),
        "edited": ("修改", "edited"),
        "submitted": ("送审", "submitted"),
        "withdrawn": ("撤回", "withdrawn"),
        "refused": ("退回", "refused"),
        "issued": ("发布", "issued"),
        "updated": ("更新", "updated"),
        "ended": ("解除", "ended"),
        "expired": ("到期", "expired"),
        "delivery": ("送达有变", "delivery told"),
        "received": ("收到", "received"),
    }


class RuleSteps(Timeline):
    """A rule's versions."""

    topic = "rule"
    title = "规则", "rule"
    words: ClassVar = {"made": ("制定", "made")}


class FenceSteps(Timeline):
    """What became of a fence."""

    topic = "fence"
    title = "围栏", "fence"
    words: ClassVar = {"drawn": ("划定", "drawn")}
