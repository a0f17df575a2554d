"""Working time against the worked cases, and the calendar as it is laid down."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urban import working_days, worktime
from urban.worktime import Calendar, Light, Limit, Unit

ZONE = ZoneInfo("Asia/Shanghai")
UNITS = {
    "工作时": Unit.WORK_HOURS,
    "工作日": Unit.WORK_DAYS,
    "紧急工作时": Unit.CONTINUOUS_HOURS,
}


def local(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture(scope="module")
def calendar(vectors: dict[str, Any]) -> Calendar:
    given = vectors["case"]["calendar"]
    time, date = datetime.time.fromisoformat, datetime.date.fromisoformat
    return Calendar(
        tuple((time(begin), time(end)) for begin, end in given["segments"]),
        frozenset(map(date, given["holidays"])),
        frozenset(map(date, given["extra_workdays"])),
        ZONE,
    )


def test_the_worked_limits(vectors: dict[str, Any], calendar: Calendar) -> None:
    minutes = vectors["case"]["calendar"]["minutes_per_work_day"]
    assert calendar.day == datetime.timedelta(minutes=minutes)
    for case in vectors["case"]["sla"]:
        limit = Limit(case["limit"], UNITS[case["unit"]])
        assert worktime.due(local(case["start"]), limit, calendar) == local(case["due"]), case


def test_the_worked_lights(vectors: dict[str, Any]) -> None:
    for case in vectors["case"]["traffic_light"]:
        assert worktime.light(case["elapsed_pct"]) == Light(case["light"])


MOMENTS = st.datetimes(
    datetime.datetime(2026, 9, 20), datetime.datetime(2026, 10, 12), timezones=st.just(ZONE)
)


@given(MOMENTS, st.integers(1, 4000), st.sampled_from(Unit))
def test_what_is_spent_until_the_end_is_the_limit(
    start: datetime.datetime, minutes: int, unit: Unit
) -> None:
    calendar, span = working_days.current(), datetime.timedelta(minutes=minutes)
    end = worktime.after(start, span, unit, calendar)
    assert worktime.spent(start, end, unit, calendar) == span
    half = start + (end - start) / 2
    parts = (worktime.spent(start, half, unit, calendar), worktime.spent(half, end, unit, calendar))
    assert sum(parts, datetime.timedelta()) == span


def test_holidays_and_make_up_days_are_those_of_the_year() -> None:
    calendar, day = working_days.current(), datetime.date
    assert not calendar.works_on(day(2026, 10, 5)) and calendar.works_on(day(2026, 10, 8))
    assert calendar.works_on(day(2026, 10, 10)) and not calendar.works_on(day(2026, 10, 11))
    assert working_days.known(2026) and not working_days.known(2031)
    assert calendar.works_on(day(2031, 1, 6))  # a year without a file: Monday to Friday


def test_a_limit_of_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="none"):
        Limit(0, Unit.WORK_DAYS)
