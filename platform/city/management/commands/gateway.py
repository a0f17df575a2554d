"""`manage.py gateway`: the doors for devices that do not speak HTTP."""

import asyncio
import logging
import signal

from django.conf import settings

from alerts import ingest, tracking
from city import env
from core import heartbeat
from core.asking import asked
from core.command import Job
from core.errors import Problem
from gateway.line import Stores
from gateway.mqtt import MqttDoor
from gateway.tcp import TcpDoor, protocols
from sensors.dialogs import book

log = logging.getLogger(__name__)


class Command(Job):
    """Hold the device doors open until told to stop."""

    help = "MQTT (SensorThings topics) and the TCP protocols of the shelf."

    def handle(self, *args: object, **options: object) -> None:
        """Run until SIGTERM or SIGINT."""
        asyncio.run(_serve())


async def _serve() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    stores = Stores(ingest.collector(), tracking.collector())
    doors: list[MqttDoor | TcpDoor] = [MqttDoor(stores.readings), *_tcp(stores)]
    tasks = [
        loop.create_task(_beat()),
        loop.create_task(_keep_dialogs()),
        *(loop.create_task(door.serve()) for door in doors),
    ]
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(stores.readings.close(), stores.spots.close())
    await _write_dialogs()


def _tcp(stores: Stores) -> list[TcpDoor]:
    """Return the doors of the shelf, each with the port that ZHIHUI_<NAME>_PORT or it names."""
    return [
        TcpDoor(name, kind, settings.BIND, _port(name, kind.port), stores)
        for name, kind in protocols()
    ]


def _port(name: str, usual: int) -> int:
    return env.number(f"ZHIHUI_{name.upper()}_PORT", usual, high=65535)


async def _beat() -> None:
    while True:
        heartbeat.beat("gateway")
        await asyncio.sleep(2)


async def _keep_dialogs() -> None:
    while True:
        await asyncio.sleep(2)
        await _write_dialogs()


async def _write_dialogs() -> None:
    try:
        await asked(book.write)
    except Problem as problem:  # the database is away: they are kept for the next time
        log.debug("gateway: dialogs are not written down: %s", problem)
