"""Standards by date: each record is judged by the edition of its day."""

import datetime

import pytest

from alerts.kind import Reading
from alerts.rule import on_shelf
from alerts.series import Series
from core.severity import Severity
from core.standard import in_force

CHINA = datetime.timezone(datetime.timedelta(hours=8))


def at(year: int, month: int, day: int) -> datetime.datetime:
    return datetime.datetime(year, month, day, 12, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ((2020, 3, 26), "aqi-2012"),
        ((2026, 2, 28), "aqi-2012"),
        ((2026, 3, 1), "aqi-2026"),
        ((1999, 1, 1), "aqi-2012"),
    ],
)
def test_the_edition_in_force_is_chosen_by_the_day(day, code) -> None:
    assert in_force("aqi", datetime.date(*day)).code == code


def test_pm25_of_65_is_light_pollution_only_by_the_table_of_2026() -> None:
    judge = on_shelf()["air_pm25"].judge
    before = judge.measure(Reading(at(2026, 2, 28), 65.0))
    after = judge.measure(Reading(at(2026, 3, 1), 65.0))
    assert not before.met and after.met == {Severity.BLUE}
    assert "HJ 633-2012" in before.standard[0] and "HJ 633-2026" in after.standard[1]


@pytest.mark.parametrize(
    ("hours", "millimetres", "grades"),
    [
        (12, 49.9, set()),
        (12, 50.0, {Severity.BLUE}),
        (6, 50.0, {Severity.BLUE, Severity.YELLOW}),
        (3, 50.0, {Severity.BLUE, Severity.YELLOW, Severity.ORANGE}),
        (3, 100.0, {Severity.BLUE, Severity.YELLOW, Severity.ORANGE, Severity.RED}),
    ],
)
def test_rainstorm_signals_by_the_meteorological_order(hours, millimetres, grades) -> None:
    moment = at(2021, 7, 20)
    steps = hours * 12 - 1  # five-minute values; the oldest lies just inside the window
    each = millimetres / steps
    history = Series((moment.timestamp() - 300 * n, each) for n in range(steps))
    judge = on_shelf()["rainstorm"].judge
    assert judge.measure(Reading(moment, each, history)).met == grades


def test_no_edition_changes_what_is_quiet() -> None:
    low, high = on_shelf()["air_pm25"].judge.quiet()
    assert (low, high) == (float("-inf"), 60)
