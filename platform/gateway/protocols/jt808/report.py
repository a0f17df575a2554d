"""What a location tells, in the contract's terms: a position, and values by series."""

import datetime
from typing import Any

from core import clock
from core.errors import Invalid
from gateway.protocol import Position, Value
from gateway.protocols.jt808 import names
from gateway.protocols.jt808.location import Location

# a series each; the other items tell about the terminal and stand beside `fixed`
MEASURED = ("mileage_km", "fuel_l", "analog_0", "analog_1")
_UTC_OFF = datetime.timedelta(hours=8)
_LATE = datetime.timedelta(minutes=5)  # how late a live report may be


def check(location: Location, now: datetime.datetime) -> None:
    """Raise Invalid for a time that lies ahead: it would hold every later position back."""
    if location.time and location.time > now + clock.MAX_AHEAD:
        raise Invalid(
            f"{location.time.isoformat()} lies more than 10 minutes in the future",
            zh=f"时间 {location.time.isoformat()} 超前当前时间 10 分钟以上",
            field="time",
            remedy="set the terminal's clock to GMT+8",
        )


def sorted_out(
    batch: list[Location | Invalid], now: datetime.datetime
) -> tuple[list[Location], list[Invalid]]:
    """Part the reports that can be taken from the problems with the others."""
    good, bad = [], []
    for each in batch:
        try:
            if isinstance(each, Invalid):
                raise each
            check(each, now)
            good.append(each)
        except Invalid as problem:
            bad.append(problem)
    return good, bad


def seems_utc(location: Location, now: datetime.datetime) -> bool:
    """Say whether a live report lies as far back as a clock that shows UTC."""
    return location.time is not None and abs(now - location.time - _UTC_OFF) < _LATE


def position(location: Location) -> Position | None:
    """Return where the terminal is; None if it only tells where it was last."""
    if not location.fixed or location.time is None or location.lon is None or location.lat is None:
        return None
    course = None if location.course is None else float(location.course)
    return Position(location.time, location.lon, location.lat, location.speed_kmh, course)


def values(location: Location, now: datetime.datetime) -> list[Value]:
    """Return alarms, status and measurements; a report without a time of its own is of now."""
    at = location.time or now
    alarm = float(names.gravity(location.alarms))
    found = [
        Value("alarm", "", at, alarm, told={"alarms": list(location.alarms)}),
        Value("fixed", "", at, float(location.fixed), told=_status(location)),
    ]
    measured = ((name, location.values.get(name)) for name in MEASURED)
    return found + [Value(name, "", at, number) for name, number in measured if number is not None]


def _status(location: Location) -> dict[str, Any]:
    """Return what is kept beside whether the position is fixed, as plain JSON."""
    told: dict[str, Any] = {"status": list(location.status), "load": location.load}
    told |= {name: it for name, it in location.values.items() if name not in MEASURED}
    if location.others:
        told["others"] = location.others
    if not location.fixed and location.lon is not None:
        told["last_known"] = [location.lon, location.lat]
    return told
