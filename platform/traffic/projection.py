"""Closures as they stand: for snapshots, and to prove that replay equals them."""

from collections.abc import Iterable

from feed.projection import Item, Projection
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
