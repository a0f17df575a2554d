"""Cases as they stand: for snapshots, and to prove that replay equals them."""

from collections.abc import Iterable

from feed.projection import Item, Projection
from urban.card import public
from urban.models import OPEN, Case


class Cases(Projection):
    """Every case that has not ended."""

    topic = "case"

    def items(self) -> Iterable[Item]:
        """Return them, oldest first."""
        for case in Case.objects.filter(OPEN).select_related("department").order_by("pk"):
            yield Item(
                "case", str(case.pk), case.changed_at, case.scope, case.geom.geojson, public(case)
            )
