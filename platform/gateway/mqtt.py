"""SensorThings over MQTT (OGC 18-088 clause 14): observations published to a datastream's topic.

A message is acknowledged to the broker (QoS 1) after its reading is on disk: the client is told to
acknowledge by hand, and the broker sends again what was not.
"""

import asyncio
import logging
import re
import urllib.parse

import aiomqtt
from django.conf import settings

from alerts import ingest
from core.asking import asked
from core.errors import Problem
from gateway import message
from people import may
from sensors import refusals, registry

log = logging.getLogger(__name__)

TOPIC = "v1.1/Datastreams(+)/Observations"
SUBSCRIPTION = "v1.1/+/Observations"  # a wildcard stands for a whole level only
OF_STREAM = re.compile(r"v1\.1/Datastreams\((\d{1,18})\)/Observations")
AT_ONCE = 200  # messages in work; more wait at the broker

# who may publish to the broker is the broker's business: its accounts are the city's own devices
BROKER = may.Rights(role="admin", name="mqtt")


class MqttDoor:
    """Takes observations from the broker of ZHIHUI_MQTT_URL; without one it just waits."""

    def __init__(self, url: str = "") -> None:
        self._url = url or settings.MQTT_URL
        self._readings = ingest.collector()

    async def serve(self) -> None:
        """Serve for ever; a broker that goes away is tried again."""
        if not self._url:
            log.info("gateway: ZHIHUI_MQTT_URL is empty, no broker is listened to")
            return
        pause = 0.5
        while True:
            try:
                await self._listen()
                pause = 0.5
            except aiomqtt.MqttError as error:
                log.warning("mqtt: %s; trying again in %.1f s", error, pause)
            await asyncio.sleep(pause)
            pause = min(10.0, pause * 2)

    async def _listen(self) -> None:
        parts = urllib.parse.urlsplit(self._url)
        async with aiomqtt.Client(
            parts.hostname or "localhost",
            parts.port or (8883 if parts.scheme == "mqtts" else 1883),
            username=parts.username and urllib.parse.unquote(parts.username),
            password=parts.password and urllib.parse.unquote(parts.password),
            identifier="zhihui-gateway",
            tls_params=aiomqtt.TLSParameters() if parts.scheme == "mqtts" else None,
            clean_session=False,
        ) as client:
            await client.subscribe(SUBSCRIPTION, qos=1)
            log.info("mqtt: listening at %s", parts.hostname)
            room = asyncio.Semaphore(AT_ONCE)
            async with asyncio.TaskGroup() as group:
                async for got in client.messages:
                    await room.acquire()
                    group.create_task(self._take(got, room))

    async def _take(self, got: aiomqtt.Message, room: asyncio.Semaphore) -> None:
        payload = got.payload if isinstance(got.payload, bytes) else str(got.payload).encode()
        try:
            await self.store(str(got.topic), payload)
        except Problem as problem:
            await refusals.note("mqtt", str(got.topic), None, problem, payload)
        finally:
            room.release()

    async def store(self, topic: str, payload: bytes) -> None:
        """Store one message; raises the problem of a bad one."""
        named = OF_STREAM.fullmatch(topic)
        if named is None:
            return
        given = message.decoded(message.one, payload)
        known = await asked(registry.current)
        stream = message.stream_of(known, BROKER, int(named[1]))
        for problem in await self._readings.submit([message.row(stream, given)]):
            if problem is not None:
                raise problem
