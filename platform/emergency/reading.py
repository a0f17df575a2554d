"""Rows that somebody may see, or the sentence that there is none."""

from core.errors import Unknown
from emergency.models import Incident, Unit
from people import may


def seen_incident(incident_id: int, rights: may.Rights) -> Incident:
    """Return the incident if it may be seen; raises Unknown."""
    row = Incident.objects.filter(pk=incident_id).first()
    if row is None or not may.may(rights, "incident.see", row.scope):
        raise Unknown(f"there is no incident {incident_id}", zh=f"没有编号为 {incident_id} 的事件")
    return row


def seen_unit(unit_id: int, rights: may.Rights) -> Unit:
    """Return the unit if it may be seen; raises Unknown."""
    rows = Unit.objects.select_related("department", "order__incident", "order__unit")
    row = rows.filter(pk=unit_id).first()
    if row is None or not may.may(rights, "unit.see", row.scope):
        raise Unknown(f"there is no unit {unit_id}", zh=f"没有编号为 {unit_id} 的单位")
    return row
