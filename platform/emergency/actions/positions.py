"""Where a crew's phone says it is: stored as the unit's own thing, like any other position."""

import dataclasses
import datetime

from alerts import tracking
from core import clock
from core.datums import Datum, to_wgs84
from core.errors import Conflict, Invalid
from emergency.actions.units import Said, checked, may_speak, seen
from emergency.models import Status, Unit
from people import may

_LIMITS = {
    "lon": (-180.0, 180.0),
    "lat": (-90.0, 90.0),
    "speed": (0.0, 1200.0),
    "course": (0.0, 360.0),
    "accuracy": (0.0, 1e6),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Fix:
    """A crew phone's position in its declared datum; km/h, degrees from north, metres."""

    lon: float
    lat: float
    datum: str
    at: datetime.datetime | None = None
    speed: float | None = None
    course: float | None = None
    accuracy: float | None = None


def report(unit_id: int, fix: Fix, rights: may.Rights) -> None:
    """Store a position; fences judge it and the map shows it as the unit's vehicle's own."""
    unit = seen(Unit.objects.filter(pk=unit_id).first(), unit_id, rights)
    may_speak(unit, rights)
    if unit.thing_id is None:
        raise Conflict(
            f"unit {unit.code} has no vehicle registered",
            zh=f"单位 {unit.code} 未登记车辆，无法上报位置",
            remedy="register a thing for it",
        )
    _check(fix)
    lon, lat = to_wgs84(Datum(fix.datum), fix.lon, fix.lat)
    at = fix.at or clock.now()
    spot = tracking.Spot(
        unit.thing_id, at, float(lon), float(lat), fix.speed, fix.course, fix.accuracy
    )
    tracking.commit([spot])


def _check(fix: Fix) -> None:
    if fix.datum not in list(Datum):
        raise Invalid(f"datum is one of {', '.join(Datum)}", zh="请声明坐标基准", field="datum")
    for field, (least, most) in _LIMITS.items():
        value = getattr(fix, field)
        if value is not None and not least <= value <= most:
            raise Invalid(
                f"{field} lies within {least:g} … {most:g}", zh=f"{field} 超出范围", field=field
            )
    checked(Said(Status.AVAILABLE, fix.at))
