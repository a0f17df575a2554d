"""Daily reports from hours: means of at least 20 h, ozone by its highest running mean of 8 h.

GB 3095: a day is valid with 20 hourly values, eight hours with six. Pure.
"""

import datetime
from collections.abc import Mapping
from fractions import Fraction
from zoneinfo import ZoneInfo

from core.standard import Standard
from environment import aqi
from environment.exact import Number, exact

ENOUGH_HOURS, ENOUGH_OF_EIGHT = 20, 6
Hourly = Mapping[datetime.datetime, Number]  # by the hour's end


def air(
    edition: Standard,
    day: datetime.date,
    zone: ZoneInfo,
    hours: Mapping[str, Hourly],
    excused: tuple[str, ...] = (),
) -> tuple[aqi.Air, dict[str, Fraction]]:
    """Return the index of a day of the city, and the concentrations that it is of."""
    ends = _ends(day, zone)
    values: dict[str, Fraction] = {}
    for item, of in hours.items():
        found = [exact(of[end]) for end in ends if end in of]
        if item == "o3":
            values |= _ozone(ends, of, found)
        elif len(found) >= ENOUGH_HOURS:
            values[item] = sum(found, Fraction(0)) / len(found)
    if "o3" in excused:
        excused = (*excused, "o3_8h")
    return aqi.report(edition, "daily", values, excused), values


def _ends(day: datetime.date, zone: ZoneInfo) -> list[datetime.datetime]:
    begin = datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)
    return [begin + datetime.timedelta(hours=hour) for hour in range(1, 25)]


def _ozone(ends: list[datetime.datetime], of: Hourly, found: list[Fraction]) -> dict[str, Fraction]:
    """Return the day's highest hour, and the highest mean of eight of its hours."""
    if len(found) < ENOUGH_HOURS:
        return {}
    means = []
    for last in range(7, len(ends)):
        eight = [exact(of[end]) for end in ends[last - 7 : last + 1] if end in of]
        if len(eight) >= ENOUGH_OF_EIGHT:
            means.append(sum(eight, Fraction(0)) / len(eight))
    return {"o3": max(found)} | ({"o3_8h": max(means)} if means else {})
