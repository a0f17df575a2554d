"""Closures as they stand: for snapshots, and to prove that replay equals them."""

from collections.abc import Iterable
from typing import ClassVar

from feed.projection import Item, Projection
from feed.timeline import Timeline
from traffic import actions
from traffic.models import Closure


class Closures(Projection):
    """Every closure that has not ended, planned and proposed ones too."""

    topic = "closure"

    def items(self) -> Iterable[Item]:
        """Return them, oldest first."""
        for closure in Closure.objects.exclude(state=Closure.State.ENDED).order_by("id"):
            yield Item(
                "closure",
                str(closure.pk),
                closure.changed_at,
                closure.scope,
                closure.geom.geojson,
                actions.public(closure),
            )


class ClosureSteps(Timeline):
    """A closure's steps, proposed by a rule or drawn by a person."""

    topic = "closure"
    title = "封路", "closure"
    words: ClassVar = {
        "proposed": ("系统提出", "proposed"),
        "opened": ("开始封路", "closed to traffic"),
        "confirmed": ("确认封路", "confirmed"),
        "ended": ("恢复通行", "open again"),
    }
