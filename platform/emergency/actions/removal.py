"""Taking away what was only shown: simulated units and incidents, each ended in the log first."""

from django.db import transaction
from django.db.models import Q

from emergency import public
from emergency.actions.log import keep, keep_unit, lock_incidents, lock_units, tell_end
from emergency.models import Incident, Status, Task, Unit


def remove_simulated(actor: str) -> tuple[int, int]:
    """Remove simulated incidents and units with their tasks; returns how many of each."""
    with transaction.atomic():
        gone = Incident.objects.filter(simulated=True).values_list("pk", flat=True)
        touched = Incident.objects.filter(assignments__unit__simulated=True)
        held = lock_incidents({*gone, *touched.values_list("pk", flat=True)})
        units = lock_units(Unit.objects.filter(simulated=True).values_list("pk", flat=True))
        real = lock_units(
            Unit.objects.filter(order__incident__simulated=True, simulated=False).values_list(
                "pk", flat=True
            )
        )
        _remove_tasks(list(held), list(units), actor)
        _free(real, actor)
        _remove_incidents([row for row in held.values() if row.simulated], actor)
        _remove_units(units, [row for row in held.values() if not row.simulated], actor)
        return len([row for row in held.values() if row.simulated]), len(units)


def _remove_tasks(incidents: list[int], units: list[int], actor: str) -> None:
    of = Q(incident__in=incidents, incident__simulated=True) | Q(unit__in=units)
    for task in Task.objects.filter(of).select_related("unit", "department").order_by("pk"):
        tell_end("task", task.pk, actor, public.task(task), task.scope)
        task.delete()


def _free(units: dict[int, Unit], actor: str) -> None:
    """Let real units go that were sent to what was only shown."""
    for unit in units.values():
        before = public.unit(unit)
        unit.order, unit.status = None, Status.AVAILABLE
        keep_unit(unit, before, "freed", actor)


def _remove_incidents(rows: list[Incident], actor: str) -> None:
    for row in rows:
        tell_end("incident", row.pk, actor, public.incident(row), row.scope)
        Unit.objects.filter(order__incident=row).update(order=None)
        row.delete()


def _remove_units(units: dict[int, Unit], left: list[Incident], actor: str) -> None:
    before = {row.pk: public.incident(row) for row in left}
    for unit in units.values():
        tell_end("unit", unit.pk, actor, public.unit(unit), unit.scope)
        unit.delete()
    for row in left:
        keep(row, before[row.pk], "units_removed", actor)
