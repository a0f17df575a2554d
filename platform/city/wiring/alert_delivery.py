"""An alert that is raised, or grows worse, goes to the recipients who asked for alerts."""

from typing import ClassVar

from alerts.delivery import actions
from feed.follower import Follower, Told

_KINDS = {"raised": "raised", "raised_again": "raised", "escalated": "escalated"}


class AlertDelivery(Follower):
    """Queues one delivery for each recipient; the worker's outside lane sends it."""

    name = "alert delivery"
    topics: ClassVar[frozenset[str]] = frozenset({"alert"})

    def take(self, event: Told) -> None:
        """Queue it, unless the alert has closed already."""
        kind = _KINDS.get(event.kind)
        if kind is not None and not event.body.get("gone"):
            actions.enqueue_alert(event.body["now"], kind)
