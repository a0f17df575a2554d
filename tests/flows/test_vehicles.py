"""Simulated vehicles at the real door: they register, keep to the streets, lose no report."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from asgiref.sync import sync_to_async
from django.db import connection

from city.performance import Wishes, performances
from city.scenario import Unplayable
from places import divisions
from places.actions import DivisionRow, register_divisions
from places.models import Level
from sensors.models import Address, Thing
from tests.flows.test_hj212 import free_port, listening, start
from tests.traffic.conftest import lattice, place
from traffic import roads
from traffic.graph import Plane


def _found_city() -> None:
    box = shapely.MultiPolygon([shapely.box(*place(-2, -2), *place(8, 8))])
    register_divisions([DivisionRow("410100", "郑州市", Level.CITY, None, shapely.to_wkb(box))])
    divisions.forget()


@pytest.fixture
def door(real: None, fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The gateway's process over a town with streets; its port."""
    _found_city()
    fill("streets", lattice())
    roads.forget()
    number = free_port()
    monkeypatch.setenv("ZHIHUI_JT808_PORT", str(number))
    monkeypatch.setenv("ZHIHUI_BIND", "127.0.0.1")
    process = start(tmp_path, ZHIHUI_JT808_PORT=str(number), ZHIHUI_HJ212_PORT="0")
    while not listening(number):
        assert process.poll() is None, (tmp_path / "log").read_text()
    yield number
    process.terminate()
    assert process.wait(60) == 0
    roads.forget()


def _positions() -> list[tuple[int, float, float, float]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT thing_id, ST_X(geom), ST_Y(geom), speed FROM sensors_position")
        return cursor.fetchall()


async def _play(count: int, seconds: float) -> list[str]:
    said: list[str] = []
    vehicles = performances()["vehicles"]()
    account = await vehicles.play(
        Wishes(count, 1.0, seconds / 60), lambda zh, en: said.append(zh), asyncio.Event()
    )
    assert account.lost == 0
    return list(account.lines)


async def test_vehicles_drive_along_the_streets_and_all_is_stored(door: int) -> None:
    lines = await _play(6, 8.0)
    stored = await sync_to_async(_positions)()
    told = {line.split()[0]: line.split()[-1] for line in lines}
    assert int(told["已入库"]) == len(stored) > 18
    assert told["已发送"] >= told["已确认"] == told["已入库"] and told["被拒绝"] == "0"
    assert len({row[0] for row in stored}) == 6
    plane = Plane.about(*place(2, 2))
    streets = shapely.union_all([shapely.transform(row[0], plane.metres) for row in lattice()])
    away = [streets.distance(shapely.Point(plane.metres(row[1:3]))) for row in stored]
    assert max(away) < 0.5
    assert max(row[3] for row in stored) == pytest.approx(30, abs=0.5)


async def test_a_second_play_finds_its_vehicles_again(door: int) -> None:
    await _play(2, 3.0)
    await _play(3, 3.0)

    def kept() -> tuple[int, int, bool]:
        things = Thing.objects.filter(kind="vehicle")
        return (
            things.count(),
            Address.objects.filter(protocol="jt808").count(),
            all(thing.simulated for thing in things),
        )

    assert await sync_to_async(kept)() == (3, 3, True)


async def test_without_streets_it_cannot_be_played(real: None) -> None:
    roads.forget()
    with pytest.raises(Unplayable, match="network"):
        await _play(1, 1.0)
