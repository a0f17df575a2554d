"""Alerts, rules and fences as they stand: for snapshots, and to prove that replay equals them."""

from collections.abc import Iterable

from alerts import actions, rulebook
from alerts.models import Alert, Fence, RuleVersion
from feed.projection import Item, Projection


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
