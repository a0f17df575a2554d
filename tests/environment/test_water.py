"""Every shared vector of surface water classes, and detection limits."""

import datetime
import json
from fractions import Fraction
from pathlib import Path

import pytest

from core.standard import in_force
from environment import water

VECTORS = json.loads(Path(__file__).with_name("water.json").read_text(encoding="utf-8"))
TABLE = in_force("surface_water", datetime.date(2026, 11, 21))
NAMES = {
    "pH": "ph", "DO": "dissolved_oxygen", "CODMn": "codmn", "COD": "cod", "BOD5": "bod5",
    "NH3N": "ammonia_n", "TP_river": "total_p", "TP_lake": "total_p", "TN_lake": "total_n",
    "Cu": "copper", "Zn": "zinc", "F": "fluoride", "Se": "selenium", "As": "arsenic",
    "Hg": "mercury", "Cd": "cadmium", "Cr6": "chromium6", "Pb": "lead", "CN": "cyanide",
    "phenol": "phenol", "oil": "oil", "LAS": "surfactant", "S2-": "sulfide",
    "fecal_coliform_per_L": "coliform",
}  # fmt: skip


def body(name: str) -> water.Body:
    return "lake" if name.endswith("_lake") else "river"


def number(name: str) -> int:
    return VECTORS["classes"].index(name) + 1


@pytest.mark.parametrize("name", [n for n, limits in VECTORS["limits_I_to_V"].items() if limits])
def test_the_table_is_the_standard_s(name: str) -> None:
    limits = VECTORS["limits_I_to_V"][name]
    for target, limit in enumerate(limits, 1):
        assert water.limit(TABLE, NAMES[name], body(name), target) == limit
        best = limits.index(limit) + 1  # equal limits: the better class
        assert water.item_class(TABLE, NAMES[name], limit, body(name)) == best
    beyond = limits[-1] * (0.99 if name == "DO" else 1.01)
    assert water.item_class(TABLE, NAMES[name], beyond, body(name)) == water.WORST


@pytest.mark.parametrize("given", VECTORS["examples"], ids=lambda each: each["class"])
def test_reports(given: dict) -> None:
    values = {NAMES[name]: value for name, value in given["values"].items()}
    found = water.report(TABLE, values, given["kind"])
    assert found.items == {NAMES[n]: number(c) for n, c in given["item_class"].items()}
    assert found.number == number(given["class"])
    assert found.grade is not None and found.grade.zh == f"{given['class']}类"
    over = {each.item: each.times and round(float(each.times), 2) for each in found.exceeding}
    assert over == {NAMES[each["item"]]: each["times"] for each in given["exceeds_III"]}
    assert list(found.main) == [NAMES[name] for name in given["main_factors"]]


@pytest.mark.parametrize("given", VECTORS["boundaries"], ids=lambda e: f"{e['item']} {e['v']}")
def test_boundaries(given: dict) -> None:
    found = water.item_class(TABLE, NAMES[given["item"]], given["v"], body(given["item"]))
    assert found == number(given["class"])


@pytest.mark.parametrize("given", VECTORS["hj2_3_index"]["examples"], ids=str)
def test_single_factor_indices(given: dict) -> None:
    if "pH" in given:
        found = water.ph_index(given["pH"])
    else:
        found = water.oxygen_index(given["DO"], given["T"], given["DOs"])
    assert round(float(found), 4) == given["S"]
    assert water.factor_index(2, 4) == Fraction(1, 2)
    assert water.ph_index(6.5) == Fraction(1, 2)


def test_ph_has_two_ends_and_no_factor() -> None:
    assert [water.item_class(TABLE, "ph", each) for each in (5.9, 6, 9, 9.1)] == [6, 1, 1, 6]
    assert water.times_over(TABLE, "ph", 9.5) is None
    assert water.limit(TABLE, "ph") is None


def test_below_detection_counts_where_the_detection_reaches_the_limit() -> None:
    assert water.item_class(TABLE, "phenol", water.Below("0.0003")) == 1
    assert water.item_class(TABLE, "phenol", water.Below("0.004")) == 3
    assert water.report(TABLE, {"phenol": water.Below("0.004")}).exceeding == []
    assert water.item_class(TABLE, "mercury", water.Below("0.00005")) == 1


def test_nothing_measured_gives_no_class() -> None:
    assert water.report(TABLE, {}).number is None
    assert water.report(TABLE, {"total_n": 9, "temperature": 12}, "lake").number is None
    assert water.report(TABLE, {"total_n": 9, "cod": 12}, "river").items == {"cod": 1}


def test_the_target_is_the_station_s() -> None:
    found = water.report(TABLE, {"ammonia_n": 1.26}, target=4)
    assert found.number == 4 and not found.exceeding
    assert water.times_over(TABLE, "ammonia_n", "1.8", target=4) == Fraction(1, 5)
