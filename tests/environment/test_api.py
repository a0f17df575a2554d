"""Stations, hours, days and refusals over HTTP, in one's own area only."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from core import clock
from core.standard import in_force
from environment import actions, daily
from people.models import Role
from sensors import dialogs
from sensors.connecting import connect
from sensors.models import Refusal
from tests.environment.conftest import CLEAN, WATER

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def told(made, says, hour, enrol, token, live):
    """Two stations with a day behind them, and whoever asks."""
    air, water = made("A1", "air", CLEAN), made("W1", "water", WATER)
    for back in range(48, -1, -1):
        says(air, hour - back * HOUR, {**CLEAN, "pm25": 40.0 if back else 130.0})
        says(water, hour - back * HOUR, {**WATER, "ammonia_n": 1.26})
    actions.whole([air, water], hour - 50 * HOUR)
    user = enrol("sun", Role.SUPERVISOR)
    return air, water, live.client(token(user))


def test_stations_with_their_index(told) -> None:
    air, water, client = told
    with client:
        found = client.get("/api/v1/environment/stations").json()
        only = client.get("/api/v1/environment/stations?kind=water").json()
        assert client.get("/api/v1/environment/stations?kind=noise").status_code == 400
    first, second = found["items"]
    assert [first["id"], second["id"]] == [air.pk, water.pk]
    assert [each["id"] for each in only["items"]] == [water.pk]
    assert (first["value"], first["class"], first["class_zh"]) == (172, 4, "中度污染")
    assert first["colour"] == "#FF0000" and first["age_s"] >= 0
    assert [each["item"] for each in first["limiting"]] == ["pm25"]
    worst = first["items"][0]
    assert (worst["item"], worst["index"], worst["class"], worst["times"]) == ("pm25", 172, 4, 1.17)
    assert (second["class"], second["class_en"]) == (4, "Class IV")
    assert second["items"][0]["name_zh"] == "氨氮" and second["items"][0]["times"] == 0.26
    assert [each["zh"] for each in found["classes"]["water"]][-1] == "劣V类"
    assert len(found["classes"]["air"]) == 6


def test_a_station_s_hours_and_days(told, hour) -> None:
    air, water, client = told
    with client:
        one = client.get(f"/api/v1/environment/stations/{air.pk}").json()
        three = client.get(f"/api/v1/environment/stations/{air.pk}?hours=72").json()
        wet = client.get(f"/api/v1/environment/stations/{water.pk}").json()
        assert client.get(f"/api/v1/environment/stations/{air.pk}?hours=0").status_code == 400
        assert client.get("/api/v1/environment/stations/999999").status_code == 404
    assert len(one["hours"]) in (24, 25) and len(three["hours"]) == 49
    assert [each["value"] for each in one["hours"]][-2:] == [60, 172]
    assert one["hours"][-1]["items"]["pm25"] == 130 and one["hours"][-1]["at"] == hour.isoformat()
    # an hour's mean belongs to the day in which it began: at midnight the last one is yesterday's
    spiked = (hour - HOUR).astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
    calm = next(day for day in one["days"] if day["day"] != spiked)
    assert calm["value"] == 60 and calm["items"]["o3_8h"] == 70
    assert wet["days"] == [] and wet["hours"][-1]["class"] == 4


def test_the_talk_with_a_device(told) -> None:
    air, _, client = told
    connect(air, "hj212", "010000A8900016F000169DC0", "123456")
    book = dialogs.Book()
    name = "010000A8900016F000169DC0"
    for _ in range(3):
        book.heard("hj212", name, air.pk, "2061")
    book.answered("hj212", name, air.pk, "9014")
    assert book.write() == 1
    book.refused("hj212", name, air.pk, "bad_checksum")
    assert book.write() == 1 and book.write() == 0
    Refusal.objects.create(
        received_at=clock.now(), door="hj212", sender="127.0.0.1", thing_id=air.pk,
        code="bad_checksum", reason="CRC 'FFFF' does not fit", sample="##0001",
    )  # fmt: skip
    with client:
        found = client.get(f"/api/v1/environment/stations/{air.pk}").json()
    (link,) = found["links"]
    assert (link["said"], link["answer"], link["has_password"]) == ("2061", "9014", True)
    counts = [link[f"{name}_today"] for name in ("heard", "answered", "refused", "checks")]
    assert counts == [3, 1, 1, 1]
    assert found["refusals"][0]["reason_zh"] == "校验码错误"


def test_refusals_are_paged_and_kept_to_one_s_area(told, enrol, token, live) -> None:
    air, _, client = told
    for code in ("unknown_device", "garbled", "bad_checksum"):
        Refusal.objects.create(
            received_at=clock.now(), door="hj212", sender="X", code=code, reason="why",
            thing_id=air.pk if code == "garbled" else None,
        )  # fmt: skip
    with client:
        page = client.get("/api/v1/environment/refusals?limit=2").json()
        rest = client.get(f"/api/v1/environment/refusals?after={page['next']}").json()
        garbled = client.get("/api/v1/environment/refusals?code=garbled").json()
    assert [each["code"] for each in page["items"]] == ["bad_checksum", "garbled"]
    assert [each["code"] for each in rest["items"]] == ["unknown_device"] and rest["next"] is None
    assert garbled["items"][0]["name_en"] == "Station A1"
    away = enrol("yuan", Role.SUPERVISOR, ("410102",))
    with live.client(token(away)) as other:
        seen = other.get("/api/v1/environment/refusals").json()["items"]
        assert [each["code"] for each in seen] == ["bad_checksum", "unknown_device"]
        assert other.get(f"/api/v1/environment/stations/{air.pk}").status_code == 404
    with live.client(token(enrol("ding", Role.DISPATCHER))) as dispatcher:
        assert dispatcher.get("/api/v1/environment/refusals").status_code == 403


def test_days_need_twenty_hours_and_ozone_eight_means() -> None:
    zone, day = ZoneInfo("Asia/Shanghai"), datetime.date(2026, 11, 20)
    begin = datetime.datetime(2026, 11, 19, 16, tzinfo=datetime.UTC)
    edition = in_force("aqi", day)
    full = {begin + n * HOUR: 60 for n in range(1, 25)}
    ozone = {begin + n * HOUR: 100 if n <= 8 else 20 for n in range(1, 25)}
    made, values = daily.air(edition, day, zone, {"pm25": full, "o3": ozone})
    assert values == {"pm25": 60, "o3": 100, "o3_8h": 100}
    assert made.iaqi == {"pm25": 100, "o3_8h": 50} and made.value is None
    few = dict(list(full.items())[:19])
    assert daily.air(edition, day, zone, {"pm25": few})[1] == {}
