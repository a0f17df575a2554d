"""A station's hour by HJ 212 through the real door becomes its index on the WebSocket."""

import asyncio
import dataclasses
import datetime
import socket
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from city.telemetry import packets, stations
from city.telemetry.factors import AIR
from city.telemetry.line import Line
from core import clock
from people.models import Role
from sensors.actions import register
from sensors.models import Thing
from sensors.thing import ThingSpec

HOUR = datetime.timedelta(hours=1)
FOUL = {"pm25": 160, "pm10": 190, "so2": 9, "no2": 40, "co": 1.1, "o3": 30}


@pytest.fixture
def station(real: None) -> Thing:
    """An air station that is connected as the demo's are."""
    spec = ThingSpec("H1", "空气站", "Air", "air", 113.68, 34.77, "410105", simulated=True)
    (thing,) = register([spec])
    stations.connect([thing])
    return thing


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


async def dial(port: int) -> Line:
    line = Line("127.0.0.1", port)
    for _ in range(900):
        try:
            return await line.__aenter__()
        except OSError:
            await asyncio.sleep(0.1)
    raise AssertionError("the gateway does not listen")


async def test_an_hour_by_tcp_is_an_index_on_the_socket(
    live: Any, station: Thing, enrol: Any, token: Any, spawn: Callable[..., Any]
) -> None:
    port = free_port()
    spawn("gateway", ZHIHUI_HJ212_PORT=str(port), ZHIHUI_SECRET_KEY=settings.SECRET_KEY)
    spawn("worker")
    user = await sync_to_async(enrol)("ding", Role.DISPATCHER)
    own = await sync_to_async(token)(user)
    begin = clock.now().replace(minute=0, second=0, microsecond=0) - HOUR
    values = {each.word: FOUL[each.item] for each in AIR}
    packet = packets.Packet("H1", "air", packets.HOUR, begin, values)
    line = await dial(port)
    async with live.socket(own) as ears:
        await ears.subscribe("index")
        assert await line.send(stations.speaker("H1"), packet)
        (event,) = await ears.hear_until("event", timeout=60)
        spoilt = dataclasses.replace(packet, broken=True)
        assert not await line.send(stations.speaker("H1"), spoilt, patience=0.5)
    await line.__aexit__(None, None, None)
    assert event["topic"] == "index" and event["id"] == str(station.pk)
    told = event["data"]
    assert (told["value"], told["class"], told["class_zh"]) == (210, 5, "重度污染")
    assert told["limiting"][0]["item"] == "pm25" and told["edition"] == "aqi-2026"
    assert datetime.datetime.fromisoformat(told["at"]) == begin + HOUR
    assert event["geometry"]["coordinates"] == [113.68, 34.77]
    await _the_talk_is_told(live, own, station)


async def _the_talk_is_told(live: Any, own: str, station: Thing) -> None:
    path = f"/api/v1/environment/stations/{station.pk}"
    for _ in range(900):
        answer = await asyncio.to_thread(_get, live, own, path)
        (link,) = answer["links"]
        if link["checks_today"]:
            break
        await asyncio.sleep(0.1)
    assert (link["said"], link["answer"], link["answered_today"]) == ("2061", "9014", 1)
    assert link["checks_today"] == 1
    assert answer["refusals"][0]["code"] == "bad_checksum"


def _get(live: Any, own: str, path: str) -> Any:
    with live.client(own) as client:
        return client.get(path).json()
