"""Working time, pure: which minutes count, when a limit runs out, how much of it is spent.

A work day is as many working minutes as one full day has: a limit of one work day that begins at
15:00 ends at 15:00 of the next working day. Continuous units count nights and holidays too.
"""

import dataclasses
import datetime
import enum
from collections.abc import Iterator
from zoneinfo import ZoneInfo

Segment = tuple[datetime.time, datetime.time]
LONGEST = datetime.timedelta(days=3660)  # a limit that ends later than this is a mistake


class Unit(enum.StrEnum):
    """What a limit is counted in."""

    WORK_HOURS = "work_hours"  # 工作时
    WORK_DAYS = "work_days"  # 工作日
    CONTINUOUS_HOURS = "continuous_hours"  # 紧急工作时: nights and holidays count
    CALENDAR_DAYS = "calendar_days"  # 自然日

    @property
    def continuous(self) -> bool:
        """Say whether nights and holidays count."""
        return self in (Unit.CONTINUOUS_HOURS, Unit.CALENDAR_DAYS)


class Light(enum.StrEnum):
    """How a clock stands: up to 80 % of the limit, up to all of it, past it."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """So much time of one unit."""

    amount: float
    unit: Unit

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", Unit(self.unit))
        if not 0 < self.amount < 10_000:
            raise ValueError(f"a limit of {self.amount} {self.unit} is none")


@dataclasses.dataclass(frozen=True, slots=True)
class Calendar:
    """Working segments of a day, holidays, and make-up days (调休); times are local to `zone`."""

    segments: tuple[Segment, ...]
    holidays: frozenset[datetime.date]
    extra: frozenset[datetime.date]
    zone: ZoneInfo

    @property
    def day(self) -> datetime.timedelta:
        """Return the working time of one day."""
        none = datetime.date(2000, 1, 1)
        spans = (_on(none, end) - _on(none, begin) for begin, end in self.segments)
        return sum(spans, datetime.timedelta())

    def works_on(self, day: datetime.date) -> bool:
        """Say whether a day is a working day."""
        return day in self.extra or (day.weekday() < 5 and day not in self.holidays)

    def _spans(self, start: datetime.datetime) -> Iterator[tuple[datetime.datetime, ...]]:
        """Yield the working spans that end after `start`, first one cut to begin there."""
        here = start.astimezone(self.zone)
        day = here.date()
        while day - here.date() < LONGEST:
            if self.works_on(day):
                for begin, end in self.segments:
                    opens, closes = _on(day, begin, self.zone), _on(day, end, self.zone)
                    if closes > here:
                        yield max(opens, here), closes
            day += datetime.timedelta(days=1)

    def after(self, start: datetime.datetime, span: datetime.timedelta) -> datetime.datetime:
        """Return when `span` of working time has passed since `start`."""
        if span <= datetime.timedelta():
            return start
        for opens, closes in self._spans(start):
            if opens + span <= closes:
                return opens + span
            span -= closes - opens
        raise ValueError("the calendar has no such working time")

    def between(self, start: datetime.datetime, end: datetime.datetime) -> datetime.timedelta:
        """Return the working time between two moments."""
        total = datetime.timedelta()
        for opens, closes in self._spans(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total


def _on(day: datetime.date, time: datetime.time, zone: ZoneInfo | None = None) -> datetime.datetime:
    return datetime.datetime.combine(day, time, zone)


def span(limit: Limit, calendar: Calendar) -> datetime.timedelta:
    """Return a limit as an amount of the time that it counts."""
    if limit.unit is Unit.WORK_DAYS:
        return calendar.day * limit.amount
    if limit.unit is Unit.CALENDAR_DAYS:
        return datetime.timedelta(days=limit.amount)
    return datetime.timedelta(hours=limit.amount)


def after(
    start: datetime.datetime, counted: datetime.timedelta, unit: Unit, calendar: Calendar
) -> datetime.datetime:
    """Return when so much of a unit's time has passed since `start`."""
    return start + counted if unit.continuous else calendar.after(start, counted)


def spent(
    start: datetime.datetime, end: datetime.datetime, unit: Unit, calendar: Calendar
) -> datetime.timedelta:
    """Return how much of a unit's time lies between two moments."""
    if end <= start:
        return datetime.timedelta()
    return end - start if unit.continuous else calendar.between(start, end)


def due(start: datetime.datetime, limit: Limit, calendar: Calendar) -> datetime.datetime:
    """Return when a limit that begins at `start` runs out."""
    return after(start, span(limit, calendar), limit.unit, calendar)


def light(percent: float, yellow_from: float = 80.0) -> Light:
    """Return the light of a clock of whose limit so many percent are spent."""
    if percent > 100.0:
        return Light.RED
    return Light.YELLOW if percent >= yellow_from else Light.GREEN
