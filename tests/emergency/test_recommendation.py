"""Whom to send and why; why not the others."""

import pytest
from shapely.geometry import LineString

from emergency import recommendation
from emergency.actions import orders, units
from traffic import roads


def advise(row, rights):
    found = recommendation.for_incident(row, rights)
    chosen = {each["code"]: each["reason_zh"] for each in found["chosen"]}
    passed = {each["code"]: (each["reason_zh"], each["reason_en"]) for each in found["passed"]}
    return found, chosen, passed


def test_the_nearest_of_the_card_and_a_reason_for_everybody(ding, call, unit, drive) -> None:
    near, far, third = unit("D1", east_m=500), unit("D2", east_m=2000), unit("D3", east_m=4000)
    busy, out = unit("D4", east_m=100), unit("D5", east_m=100)
    stale, wrong = unit("D6", east_m=9000), unit("F1", "fire", east_m=50)
    drive(stale, 100.0, age_s=20 * 60)
    other = call("路面积水", lon=113.70)
    orders.dispatch(other.pk, [orders.Order(busy.pk)], ding)
    units.status(out.pk, units.Said("out_of_service"), ding)
    row = call("隧道积水")
    found, chosen, passed = advise(row, ding)
    assert list(chosen) == [near.code, far.code]
    assert "直线估算" in chosen["D1"] and "次近 D3" in chosen["D1"]
    assert found["basis"] == "line"
    assert passed["D4"][0].startswith(f"正在处置 #{other.pk}")
    assert passed["D5"] == ("停用", "out of service")
    assert passed["D6"] == ("位置已过 20 分钟", "position 20 min old")
    assert passed["F1"] == ("类别不符（消防）", "wrong kind (fire engine)")
    assert "later than D2" in passed[third.code][1]
    assert wrong.code in passed
    assert [line["short"] for line in found["card"]] == [0, 1]  # two pumps found, no police


def test_those_who_are_sent_count(ding, call, unit) -> None:
    one, two, three = unit("D1"), unit("D2"), unit("D3")
    row = call("隧道积水")
    orders.dispatch(row.pk, [orders.Order(one.pk), orders.Order(two.pk)], ding)
    found, chosen, passed = advise(row, ding)
    assert chosen == {} and passed[three.code] == ("同类单位已足", "enough of its kind are on it")
    assert found["card"][0]["have"] == 2


def test_a_parked_vehicle_that_fell_silent_stands_at_its_station(ding, call, unit, drive) -> None:
    one = unit("D1", east_m=500)
    drive(one, 500.0, age_s=3600)
    _, chosen, _ = advise(call("积水"), ding)
    assert list(chosen) == ["D1"]


@pytest.fixture
def street(fill):
    """One street that runs through the heart from west to east, and one that meets none."""
    lat = 34.75
    fill("streets", [
        (LineString([(113.60, lat), (113.62, lat), (113.65, lat), (113.70, lat)]),
         {"class": "arterial", "name_zh": "中路", "name_en": "Middle Road"}),
        (LineString([(113.65, 34.90), (113.66, 34.90)]),
         {"class": "arterial", "name_zh": "孤路", "name_en": "Lone Road"}),
    ])  # fmt: skip
    roads.forget()
    yield
    roads.forget()


def test_times_are_those_of_the_roads(street, ding, call, unit, drive) -> None:
    near, lone = unit("D1", east_m=1500), unit("D2", east_m=1600)
    found, chosen, passed = advise(call("积水"), ding)
    assert found["basis"] == "roads" and list(chosen) == [near.code, lone.code]
    assert "直线" not in chosen["D1"] and passed == {}
