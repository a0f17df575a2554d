"""`manage.py gateway`: the doors for devices that do not speak HTTP."""

import asyncio
import logging
import signal

from django.core.management.base import BaseCommand

from core import heartbeat
from gateway.mqtt import MqttDoor

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """Hold the device doors open until told to stop."""

    help = "MQTT (SensorThings topics) and, as they come, the TCP protocols of the shelf."

    def handle(self, *args: object, **options: object) -> None:
        """Run until SIGTERM or SIGINT."""
        asyncio.run(_serve())


async def _serve() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    door = MqttDoor()
    tasks = [loop.create_task(_beat()), loop.create_task(door.serve())]
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _beat() -> None:
    while True:
        heartbeat.beat("gateway")
        await asyncio.sleep(2)
