"""Incidents, units and tasks as they stand: for snapshots, and to prove that replay equals them."""

from collections.abc import Iterable

from emergency import public
from emergency.models import Incident, Task, Unit
from feed.projection import Item, Projection


class Incidents(Projection):
    """Every incident that is not closed."""

    topic = "incident"

    def items(self) -> Iterable[Item]:
        """Return them, oldest first."""
        for row in Incident.objects.exclude(state=Incident.State.CLOSED).order_by("pk"):
            shape = row.point.geojson if row.point else None
            yield Item(
                "incident", str(row.pk), row.changed_at, row.scope, shape, public.incident(row)
            )


class Units(Projection):
    """Every unit in use."""

    topic = "unit"

    def items(self) -> Iterable[Item]:
        """Return them by code."""
        rows = Unit.objects.filter(active=True).select_related("department", "order")
        for row in rows.order_by("code"):
            yield Item(
                "unit", str(row.pk), row.since, row.scope, row.home.geojson, public.unit(row)
            )


class Tasks(Projection):
    """Every task that is running."""

    topic = "task"

    def items(self) -> Iterable[Item]:
        """Return them, the first due first."""
        rows = Task.objects.filter(state=Task.State.RUNNING).select_related("unit", "department")
        for row in rows.order_by("due", "pk"):
            yield Item("task", str(row.pk), row.start, row.scope, None, public.task(row))
