"""A flooded road becomes a closure: proposed by the alert, put in force by a dispatcher.

A gauge is one instrument at one spot; whether a street is shut is for somebody who is answerable
for it, and who sees the next street as well. But in a storm thirty gauges rise within minutes, and
an ambulance must not be led into an underpass because nobody has pressed a key yet. So the alert
only *proposes*: routes avoid a proposed stretch at once wherever another way is not four times as
long, nothing is barred, and one key confirms or declines it. When the water has fallen (the rule's
own margin and hold time are behind that) what the alert proposed ends by itself; what a person has
drawn anew stays until a person ends it.
"""

import json
import logging

import shapely
from shapely.geometry.base import BaseGeometry

from core.errors import Invalid
from core.severity import Severity
from feed.follower import Follower, Told
from traffic import actions
from traffic.graph import Plane
from traffic.order import Order

log = logging.getLogger(__name__)

RULE = "road_flooding"
AROUND_M = (60.0, 150.0)  # of the gauge: the underpass and its ramps; wider if no street is there
_WORSE = frozenset({"raised", "raised_again", "escalated"})


class FloodedRoads(Follower):
    """Proposes a closure round a gauge at orange or red; withdraws it when the alert clears."""

    name = "flooded_roads"
    topics = frozenset({"alert"})

    def take(self, event: Told) -> None:
        """Propose, or withdraw, by what the alert says now."""
        now = event.body["now"]
        if now["rule"] != RULE:
            return
        if event.body["gone"] or now["condition"] == "cleared":
            actions.withdraw(_source(event), f"rule:{RULE}", cause=event.event_id)
        elif event.kind in _WORSE and now["severity"] <= Severity.ORANGE:
            _propose(event)


def _source(event: Told) -> str:
    return f"alert:{event.entity_id}"


def _propose(event: Told) -> None:
    """Propose a closure round the gauge; without a street or a place there is nothing to close."""
    simulated = bool(event.body["now"]["simulated"])
    for metres in AROUND_M if event.geometry else ():
        order = Order(geometry=_around(shapely.from_geojson(json.dumps(event.geometry)), metres),
                      reason="flood")  # fmt: skip
        try:
            actions.propose(
                order, _source(event), f"rule:{RULE}", simulated=simulated, cause=event.event_id
            )
            return
        except Invalid as problem:
            log.info("no closure within %.0f m for %s: %s", metres, _source(event), problem.detail)


def _around(gauge: BaseGeometry, metres: float) -> dict[str, object]:
    """Return a circle about a place (EPSG:4326) as GeoJSON."""
    plane = Plane.about(gauge.centroid.x, gauge.centroid.y)
    ring = shapely.transform(shapely.Point(0, 0).buffer(metres, quad_segs=6), plane.degrees)
    found: dict[str, object] = json.loads(shapely.to_geojson(ring))
    return found
