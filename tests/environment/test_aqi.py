"""Every shared vector of the air quality index, and what the vectors leave open."""

import datetime
import json
from pathlib import Path

import pytest

from core.standard import editions, in_force
from environment import aqi
from environment.exact import exact, half_even

VECTORS = json.loads(Path(__file__).with_name("aqi.json").read_text(encoding="utf-8"))
EDITION = {int(each.code[-4:]): each for each in editions("aqi")}
ITEMS = {"PM25": "pm25", "PM10": "pm10", "SO2": "so2", "NO2": "no2", "CO": "co", "O3": "o3"}


def column(name: str, kind: str = "") -> tuple[aqi.Column, str]:
    """Return where the standard's name of a column stands here: O3_8H is daily o3_8h."""
    item, span = name.split("_")
    found = "o3_8h" if name == "O3_8H" else ITEMS[item]
    if kind:
        return "hourly" if kind == "hourly" else "daily", found
    return ("hourly" if span == "1H" else "daily"), found


@pytest.mark.parametrize("year", [2012, 2026])
def test_the_tables_are_the_standard_s(year: int) -> None:
    edition = EDITION[year]
    assert edition.data["iaqi"] == VECTORS["iaqi_levels"]
    for name, limits in VECTORS[f"breakpoints_{year}"].items():
        where, item = column(name)
        table = edition.data if where == "hourly" else edition.data["daily"]
        assert table[item] == limits, name


CHECKS = [
    (year, each["pollutant"], each["c"], each["iaqi"])
    for year in (2012, 2026)
    for each in VECTORS[f"breakpoint_checks_{year}"]
] + [(each["standard"], each["pollutant"], each["c"], each["iaqi"]) for each in VECTORS["single"]]


@pytest.mark.parametrize(("year", "name", "concentration", "wanted"), CHECKS)
def test_sub_indices(year: int, name: str, concentration: float, wanted: int | None) -> None:
    where, item = column(name)
    assert aqi.iaqi(EDITION[year], where, item, concentration) == wanted


@pytest.mark.parametrize("given", VECTORS["composite"], ids=lambda each: str(each["aqi"]))
def test_reports(given: dict) -> None:
    edition = EDITION[int(given["standard"][-4:])]
    kind = given["kind"]
    values = {column(n, kind)[1]: c for n, c in given["concentrations"].items()}
    found = aqi.report(edition, kind, values, excused=["o3"])
    assert found.iaqi == {column(n, kind)[1]: v for n, v in given["iaqi"].items()}
    assert found.value == given["aqi"] and not found.missing
    assert found.grade is not None
    assert (found.grade.number, found.grade.zh) == (given["level"], given["category"])
    assert found.grade.colour == given["rgb"]
    assert list(found.primary) == [column(name, kind)[1] for name in given["primary"]]
    if "exceeding" in given:
        assert list(found.exceeding) == given["exceeding"]


def test_over_the_top_by_edition() -> None:
    old, new = EDITION[2012], EDITION[2026]
    assert aqi.iaqi(old, "hourly", "so2", 801) is None
    assert aqi.iaqi(new, "hourly", "so2", 801) == 200
    assert aqi.iaqi(new, "daily", "pm10", 9999) == 500
    assert aqi.iaqi(new, "hourly", "pm25", -3) is None


def test_a_tie_names_both_and_clean_air_names_none() -> None:
    even = {"so2": 5, "no2": 10, "co": "0.5", "o3": 20, "pm10": 120, "pm25": 60}
    found = aqi.report(EDITION[2026], "hourly", even)
    assert found.value == 100 and list(found.primary) == ["pm10", "pm25"]
    clean = aqi.report(EDITION[2026], "hourly", {**even, "pm10": 50, "pm25": 35})
    assert clean.value == 50 and not clean.primary


def test_a_missing_pollutant_leaves_only_bad_air_published() -> None:
    lacking = {"so2": 5, "no2": 10, "co": 0.5, "pm10": 60, "pm25": 40}
    found = aqi.report(EDITION[2026], "hourly", lacking)
    assert found.value is None and found.grade is None and list(found.missing) == ["o3"]
    assert found.iaqi["pm25"] == 60
    assert aqi.report(EDITION[2026], "hourly", lacking, excused=["o3"]).value == 60
    bad = aqi.report(EDITION[2026], "hourly", {**lacking, "pm25": 116})
    assert bad.value == 152 and list(bad.missing) == ["o3"]
    assert aqi.report(EDITION[2012], "hourly", lacking).value == 57
    assert aqi.report(EDITION[2026], "hourly", {}).value is None


@pytest.mark.parametrize(
    ("day", "wanted"), [(datetime.date(2026, 2, 28), 88), (datetime.date(2026, 3, 1), 105)]
)
def test_the_day_of_the_record_chooses_the_table(day: datetime.date, wanted: int) -> None:
    assert aqi.iaqi(in_force("aqi", day), "daily", "pm25", 65) == wanted


@pytest.mark.parametrize(
    ("value", "places", "wanted"),
    [(60.5, 0, "60"), (61.5, 0, "62"), (60.6, 0, "61"), (4.05, 1, "4.0"), (4.15, 1, "4.2")],
)
def test_rounding_is_half_to_even(value: float, places: int, wanted: str) -> None:
    assert str(half_even(value, places)) == wanted


def test_digits_are_taken_as_they_were_sent() -> None:
    assert exact(0.1) == exact("0.1") and exact(0.1).denominator == 10
