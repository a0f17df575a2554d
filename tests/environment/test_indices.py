"""From committed readings to stored indices: changed stations only, again and again the same."""

import datetime

import pytest

from alerts import ingest
from core import clock
from environment import actions, public
from environment.models import Current, Index
from environment.projection import Indices
from sensors.actions import remove
from tests.environment.conftest import CLEAN, WATER

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


def newest(thing) -> Index:
    return Current.objects.get(thing_id=thing.pk).index


def test_an_hour_becomes_an_index_once(made, says, hour) -> None:
    thing = made("A1", "air", CLEAN)
    assert actions.look() == 0
    says(thing, hour, CLEAN)
    assert actions.look() == 1
    row = newest(thing)
    assert (row.at, row.value, row.grade, row.limiting) == (hour, 45, 1, [])
    assert row.edition == "aqi-2026" and row.fresh_until == hour + 2 * HOUR
    assert actions.look() == 0  # nothing has changed
    actions.sweep()
    assert actions.reckon(thing, hour - HOUR, hour) == 0
    assert Index.objects.count() == 1
    (pm25,) = (each for each in row.items if each["item"] == "pm25")
    assert pm25 == {
        "item": "pm25", "value": 20.0, "below": False, "unit": "µg/m3", "index": 29,
        "fault": "", "limit": 60.0, "times": None,
    }  # fmt: skip


def test_a_correction_is_a_further_row(made, says, hour) -> None:
    thing = made("A1", "air", CLEAN)
    says(thing, hour, CLEAN)
    actions.look()
    first = newest(thing)
    says(thing, hour, {"pm25": 160.0})
    assert actions.look() == 1
    second = newest(thing)
    assert (second.value, second.grade, second.limiting) == (210, 5, ["pm25"])
    assert Index.objects.filter(thing_id=thing.pk, at=hour).count() == 2
    known = list(Indices().at(second.known_at - datetime.timedelta(microseconds=1), True))
    assert [item.data["value"] for item in known] == [first.value]
    assert [i.data["value"] for i in Indices().at(clock.now(), False)] == [210]


def test_late_hours_are_found_by_the_sweep(made, says, hour) -> None:
    thing = made("A1", "air", CLEAN)
    says(thing, hour, CLEAN)
    actions.look()
    says(thing, hour - 20 * HOUR, CLEAN)
    assert actions.look() == 0
    assert actions.sweep() == 1
    assert newest(thing).at == hour
    assert Index.objects.filter(at=hour - 20 * HOUR).exists()


def test_a_missing_pollutant_is_said_and_not_published(made, says, hour) -> None:
    lacking = {item: value for item, value in CLEAN.items() if item != "o3"}
    thing = made("A1", "air", lacking)
    says(thing, hour, lacking)
    actions.look()
    row = newest(thing)
    told = public.state(row, False)
    assert row.value is None and row.missing == ["o3"] and told["status"] == "incomplete"
    assert told["missing"][0]["name_en"] == "Ozone, 1 h" and told["class"] is None
    assert {each["index"] for each in row.items} >= {45, 29}


def test_what_the_device_doubts_does_not_count(made, says, hour) -> None:
    thing = made("A1", "air", CLEAN)
    says(thing, hour, {k: v for k, v in CLEAN.items() if k != "pm25"})
    says(thing, hour, {"pm25": 900.0}, resultQuality={"flag": "D", "usable": False})
    actions.look()
    row = newest(thing)
    assert row.missing == ["pm25"] and row.value is None
    assert [each["fault"] for each in row.items if each["item"] == "pm25"] == ["flag"]


def test_units_are_the_datastream_s(made, says, hour) -> None:
    units = {"pm25": "mg/m3", "co": "µg/m3", "no2": "ppb"}
    thing = made("A1", "air", CLEAN, units=units)
    says(thing, hour, {**CLEAN, "pm25": 0.116, "co": 600.0})
    actions.look()
    row = newest(thing)
    items = {each["item"]: each for each in row.items}
    assert row.value == 152 and items["pm25"]["value"] == 116.0
    assert items["co"]["value"] == 0.6 and items["co"]["index"] == 6
    assert items["no2"]["fault"] == "unit" and items["no2"]["unit"] == "ppb"
    assert row.missing == ["no2"]


@pytest.mark.parametrize(("minutes", "counts"), [(45, True), (40, False)])
def test_an_hour_of_minutes_needs_three_quarters(made, says, hour, minutes, counts) -> None:
    thing = made(
        "A1", "air", {"pm25": 1.0}, every=300, not_monitored=["pm10", "so2", "no2", "co", "o3"]
    )
    for minute in range(5, minutes + 1, 5):
        says(thing, hour - HOUR + minute * MINUTE, {"pm25": 30.0 + minute % 2})
    actions.look()
    row = newest(thing)
    assert row.at == hour
    assert (row.value is not None) == counts
    assert row.items[0]["fault"] == ("" if counts else "minutes")


def test_an_hour_that_is_not_over_has_no_index(made, says, hour) -> None:
    thing = made("A1", "air", {"pm25": 1.0}, every=300)
    with clock.fixed(hour - MINUTE):
        for minute in range(5, 56, 5):
            says(thing, hour - HOUR + minute * MINUTE, {"pm25": 30.0})
        assert actions.look() == 0


def test_a_device_s_hour_is_judged_by_its_own_minutes(device, hour) -> None:
    thing = device()
    hours = thing.datastreams.get(properties__series="a34004-Avg@hour")
    minutes = thing.datastreams.get(properties__series="a34004-Avg@minute")
    bad = {"resultQuality": {"flag": "C", "usable": False}}
    begin = hour - HOUR
    ingest.commit([ingest.Row.of(hours.pk, begin, 116.0)])  # converted at the door
    actions.look()
    row = newest(thing)
    assert (row.at, row.value) == (hour, 152)
    ingest.commit(
        [
            ingest.Row.of(minutes.pk, begin + 5 * n * MINUTE, 0.1, None, bad if n < 4 else None)
            for n in range(12)
        ]
    )
    actions.look()
    row = newest(thing)
    assert row.value is None and row.items[0]["fault"] == "minutes"


def test_stale_indices_say_so_and_show_nothing(made, says, hour) -> None:
    thing = made("A1", "air", CLEAN)
    says(thing, hour, CLEAN)
    actions.look()
    since = clock.now()
    assert actions.mark_stale() == 0
    assert [item.data["status"] for item in Indices().latest(None)] == ["published"]
    with clock.fixed(hour + 2 * HOUR + MINUTE):
        assert actions.mark_stale() == 1
        assert actions.mark_stale() == 0
    (item,) = Indices().latest(since)
    assert item.data["status"] == "stale" and item.data["value"] is None
    assert item.data["last_class"] == 1 and item.point == (113.68, 34.77)
    assert [i.data["status"] for i in Indices().at(hour + 3 * HOUR, False)] == ["stale"]


def test_water_by_its_body_target_and_rare_samples(made, says, hour) -> None:
    river = made("W1", "water", WATER, every=4 * 3600)
    lake = made("W2", "water", WATER, every=4 * 3600, water_body="lake", target_class=2)
    for thing in (river, lake):
        says(thing, hour - 2 * HOUR, {**WATER, "total_p": 0.05})
        says(thing, hour, {"ammonia_n": 0.4})
    actions.look()
    row = newest(river)
    assert (row.at, row.kind, row.grade, row.edition) == (hour, "water", 2, "surface_water-2002")
    assert len(row.items) == 5 and row.fresh_until == hour + 5 * HOUR
    row = newest(lake)
    assert row.grade == 3 and row.limiting == ["total_p"]
    (total_p,) = (each for each in row.items if each["item"] == "total_p")
    assert total_p["limit"] == 0.025 and total_p["times"] == 1.0


def test_indices_go_with_their_station(made, says, hour) -> None:
    thing = made("A1", "air", CLEAN)
    says(thing, hour, CLEAN)
    actions.look()
    remove([thing])
    actions.sweep()
    assert not Index.objects.exists() and not Current.objects.exists()
    assert list(Indices().latest(None)) == []


def test_history_is_judged_by_the_table_of_its_day(made, says) -> None:
    thing = made("A1", "air", CLEAN)
    last = datetime.datetime(2026, 2, 28, 16, tzinfo=datetime.UTC)  # midnight in the city
    for at in (last, last + HOUR):
        says(thing, at, {**CLEAN, "pm25": 65.0})
    actions.whole([thing], last - HOUR)
    values = Index.objects.order_by("at").values_list("edition", "value")
    assert list(values) == [("aqi-2012", 88), ("aqi-2026", 105)]
