"""Demo stations: what they say is the same for ever, due in time, and below every limit."""

import datetime
from collections import Counter

from city.telemetry import packets
from city.telemetry.factors import AIR, WATER
from core.standard import in_force
from environment import aqi, water

NOON = datetime.datetime(2026, 11, 20, 4, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def test_what_is_due_in_a_day() -> None:
    found = list(packets.due("S", "air", NOON - 24 * HOUR, NOON, all_of_it=True))
    assert Counter(each.cn for each in found) == {"2011": 288, "2051": 144, "2061": 24, "2031": 1}
    hours = list(packets.due("S", "air", NOON - 24 * HOUR, NOON, all_of_it=False))
    assert [each.time for each in hours] == [NOON - n * HOUR for n in range(24, 0, -1)]
    again = list(packets.due("S", "air", NOON - 24 * HOUR, NOON, all_of_it=False))
    assert again == hours
    parts = [
        each
        for n in range(24)
        for each in packets.due("S", "air", NOON - (24 - n) * HOUR, NOON - (23 - n) * HOUR, True)
    ]
    assert sorted(parts, key=str) == sorted(found, key=str)


def test_content_and_series_are_hj_212_s() -> None:
    made = packets.packet("S", "water", packets.HOUR, NOON)
    assert made.content().startswith("DataTime=20261120120000;w01001-Avg=7.")
    assert made.series("w21003") == "w21003-Avg@hour"
    assert packets.packet("S", "water", packets.REALTIME, NOON).series("w21003") == "w21003-Rtd"


def test_an_ordinary_day_alarms_nobody_and_an_episode_does() -> None:
    tables = in_force("aqi", NOON.date()), in_force("surface_water", NOON.date())
    for number in range(12):
        for hour in range(24):
            air, river = (
                packets.packet(f"S{number}", kind, packets.HOUR, NOON + hour * HOUR).values
                for kind in ("air", "water")
            )
            good = aqi.report(tables[0], "hourly", {each.item: air[each.word] for each in AIR})
            assert good.value is not None and good.value <= 100
            clean = water.report(tables[1], {each.item: river[each.word] for each in WATER})
            assert clean.number is not None and clean.number <= 4
    bad = packets.packet("S1", "air", packets.HOUR, NOON, 1.0).values
    report = aqi.report(tables[0], "hourly", {each.item: bad[each.word] for each in AIR})
    assert report.grade is not None and report.grade.number >= 4
    foul = packets.packet("S1", "water", packets.HOUR, NOON, 1.0).values
    assert water.report(tables[1], {each.item: foul[each.word] for each in WATER}).number == 6
