"""Cases as they stand: for snapshots, and to prove that replay equals them."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from feed.projection import Item, Projection
from feed.timeline import Limit, Timeline
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


class CaseSteps(Timeline):
    """A case's steps, and the moment by which it had to be answered."""

    topic = "case"

    def limits(
        self, known: datetime.datetime, first: dict[str, Any], last: dict[str, Any]
    ) -> Iterator[Limit]:
        """Return the limit of handling, in working time, extensions and holds counted."""
        if last.get("due_at"):
            due = datetime.datetime.fromisoformat(last["due_at"])
            yield Limit("answer", due, "处置时限（工作时间）", "limit of handling, in working time")
