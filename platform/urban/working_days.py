"""The city's working calendar: one file a year in `calendars/`, with where it was laid down.

A year without a file counts Monday to Friday; `known` says whether a year has one.
"""

import dataclasses
import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from core.shelf import tables
from urban.worktime import Calendar

SHELF = Path(__file__).with_name("calendars")


@dataclasses.dataclass(frozen=True, slots=True)
class Year:
    """One year: working segments as local times, holidays on weekdays or not, make-up days."""

    code: str
    source_zh: str
    source_en: str
    segments: tuple[tuple[datetime.time, ...], ...]
    holidays: tuple[datetime.date, ...]
    extra: tuple[datetime.date, ...]

    def __post_init__(self) -> None:
        wrong = [day for day in (*self.holidays, *self.extra) if str(day.year) != self.code]
        if wrong:
            raise ValueError(f"{wrong[0]} is not in {self.code}")


@cache
def years() -> dict[str, Year]:
    """Return the years that have a file."""
    return tables(SHELF, Year)


def known(year: int) -> bool:
    """Say whether a year's holidays are laid down here."""
    return str(year) in years()


@cache
def current() -> Calendar:
    """Return the calendar of all years together; segments are those of the newest year."""
    found = [years()[code] for code in sorted(years())]
    return Calendar(
        segments=tuple((begin, end) for begin, end in found[-1].segments),
        holidays=frozenset(day for year in found for day in year.holidays),
        extra=frozenset(day for year in found for day in year.extra),
        zone=ZoneInfo(settings.TIME_ZONE),
    )
