"""A road-flooding alert opens a case of the flooding kind: once for each alert."""

from typing import Any

from feed.follower import Follower, Told
from urban import actions, intake, kind
from urban.intake import Filing
from urban.models import Source

RULE = "road_flooding"
KIND = ("matter", "10999")
DEEP_CM = 15.0


class FloodedRoadCase(Follower):
    """Files the case where the gauge stands, and names the alert as its cause."""

    name = "flooded_road_case"
    topics = frozenset({"alert"})

    def take(self, event: Told) -> None:
        """File a case when the alert is raised."""
        alert = event.body.get("now") or {}
        if event.kind != "raised" or alert.get("rule") != RULE or event.geometry is None:
            return
        actions.report(_filing(event, alert, *event.geometry["coordinates"][:2]))


def _filing(event: Told, alert: dict[str, Any], lon: float, lat: float) -> Filing:
    depth = alert.get("value") or 0.0
    return Filing(
        kind=kind.find(*KIND),
        spot=intake.spot(lon, lat),
        source=Source.SENSOR,
        at=event.at,
        condition="deep" if depth >= DEEP_CM else "shallow",
        words=f"{alert['thing_zh']} 积水 {depth:g} {alert['unit']}（告警 {event.entity_id}）",
        address=alert["thing_zh"],
        cause=f"alert:{event.entity_id}",
        simulated=bool(alert.get("simulated")),
    )
