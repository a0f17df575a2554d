"""SensorThings over MQTT (OGC 18-088 clause 14): observations published to a datastream's topic.

A message is acknowledged to the broker (QoS 1) after its reading is on disk: the client is told to
acknowledge by hand, and the broker sends again what was not.
"""

import asyncio
import logging
import re
import time
import urllib.parse

import aiomqtt
from django.conf import settings
from paho.mqtt import client as mqtt

from alerts.collector import Collector
from alerts.reading import Row
from core.errors import Busy, Full, Problem
from gateway import lookup, message
from people import may
from sensors import refusals

log = logging.getLogger(__name__)

TOPIC = "v1.1/Datastreams(+)/Observations"
SUBSCRIPTION = "v1.1/+/Observations"  # a wildcard stands for a whole level only
OF_STREAM = re.compile(r"v1\.1/Datastreams\((\d{1,18})\)/Observations")
AT_ONCE = 200  # messages in work; more wait at the broker
STEADY = 30.0  # seconds after which a connection that ends is tried again soon

# who may publish to the broker is the broker's business: its accounts are the city's own devices
BROKER = may.Rights(role="admin", name="mqtt")


class MqttDoor:
    """Takes observations from the broker of ZHIHUI_MQTT_URL; without one it just waits."""

    def __init__(self, readings: Collector[Row], url: str = "") -> None:
        self._url = url or settings.MQTT_URL
        self._readings = readings

    async def serve(self) -> None:
        """Serve for ever; a broker or database that goes away is tried again."""
        if not self._url:
            log.info("gateway: ZHIHUI_MQTT_URL is empty, no broker is listened to")
            return
        pause = 0.5
        while True:
            begun = time.monotonic()
            try:
                await self._listen()
            except* (aiomqtt.MqttError, Problem) as errors:
                pause = 0.5 if time.monotonic() - begun > STEADY else min(10.0, pause * 2)
                log.warning("mqtt: %s; trying again in %.1f s", errors.exceptions[0], pause)
            await asyncio.sleep(pause)

    async def _listen(self) -> None:
        """Listen until something fails: whatever was not acknowledged comes again afterwards."""
        client = _client(self._url)
        async with client, asyncio.TaskGroup() as group:
            await client.subscribe(SUBSCRIPTION, qos=1)
            log.info("mqtt: listening at %s", urllib.parse.urlsplit(self._url).hostname)
            room = asyncio.Semaphore(AT_ONCE)
            async for got in client.messages:
                await room.acquire()
                group.create_task(self._take(client, got, room))

    async def _take(
        self, client: aiomqtt.Client, got: aiomqtt.Message, room: asyncio.Semaphore
    ) -> None:
        payload = got.payload if isinstance(got.payload, bytes) else str(got.payload).encode()
        try:
            await self.store(str(got.topic), payload)
        except Problem as problem:
            if isinstance(problem, Busy | Full):
                raise  # not this message's fault: it stays with the broker
            await refusals.note("mqtt", str(got.topic), None, problem, payload)
        finally:
            room.release()
        _acknowledge(client, got)

    async def store(self, topic: str, payload: bytes) -> None:
        """Store one message; raises the problem of a bad one, Busy or Full if it must wait."""
        named = OF_STREAM.fullmatch(topic)
        if named is None:
            return
        given = message.decoded(message.one, payload)
        stream_id = int(named[1])
        stream = message.stream_of(await lookup.known(stream_id), BROKER, stream_id)
        for problem in await self._readings.submit([message.row(stream, given)]):
            if problem is not None:
                raise problem


def _client(url: str) -> aiomqtt.Client:
    parts = urllib.parse.urlsplit(url)
    client = aiomqtt.Client(
        parts.hostname or "localhost",
        parts.port or (8883 if parts.scheme == "mqtts" else 1883),
        username=parts.username and urllib.parse.unquote(parts.username),
        password=parts.password and urllib.parse.unquote(parts.password),
        identifier="zhihui-gateway",
        tls_params=aiomqtt.TLSParameters() if parts.scheme == "mqtts" else None,
        clean_session=False,
    )
    _paho(client).manual_ack_set(True)  # before the first message can come
    return client


def _paho(client: aiomqtt.Client) -> mqtt.Client:
    """Return the client underneath: aiomqtt itself acknowledges before anybody has looked."""
    return client._client


def _acknowledge(client: aiomqtt.Client, got: aiomqtt.Message) -> None:
    _paho(client).ack(got.mid, got.qos)
