"""The demo stations go on speaking: what falls due is sent to the gateway's door, by TCP."""

import asyncio
import datetime
import logging
from collections.abc import Sequence

from city import env
from city.telemetry import packets, stations
from city.telemetry.line import Line
from core import clock
from core.seldom import Seldom
from sensors.models import Latest, Thing

log = logging.getLogger(__name__)

PORT = 9212
_MISSED = datetime.timedelta(hours=24)  # sent afterwards: a city that was off for a night
_closed = Seldom(600)
_told: dict[int, datetime.datetime] = {}


def door() -> tuple[str, int]:
    """Return where the gateway listens; port 0: nowhere."""
    host = env.text("ZHIHUI_GATEWAY_HOST", "127.0.0.1")
    return host, env.number("ZHIHUI_HJ212_PORT", PORT, high=65535)


def speak() -> int:
    """Let every demo station send what fell due since it last spoke; returns the packets."""
    host, port = door()
    things = stations.talkative() if port else []
    if not things:
        return 0
    now = clock.now()
    for thing in things:
        _told.setdefault(thing.pk, _last(thing, now))
    try:
        return asyncio.run(_speak(host, port, things, now))
    except OSError as error:
        if _closed.lets():
            log.info("telemetry: the gateway at %s:%s is not there: %s", host, port, error)
        return 0


async def _speak(host: str, port: int, things: Sequence[Thing], now: datetime.datetime) -> int:
    sent = 0
    for thing in things:
        fully = bool(thing.properties.get(stations.FULLY))
        own = stations.speaker(thing.code)
        async with Line(host, port) as line:
            for each in packets.due(thing.code, thing.kind, _told[thing.pk], now, fully):
                if not await line.send(own, each):
                    return sent  # it comes again at the next turn
                sent += 1
        _told[thing.pk] = now
    return sent


def _last(thing: Thing, now: datetime.datetime) -> datetime.datetime:
    """Return until when a station has spoken, a day back at most."""
    streams = thing.datastreams.filter(properties__series__endswith="@hour")
    ids = list(streams.values_list("id", flat=True))
    newest = Latest.objects.filter(pk__in=ids).order_by("-time").first()
    # the hour that begins at the newest time has been told: it was over an hour later
    spoken = newest.time + datetime.timedelta(hours=1) if newest else now - _MISSED
    return max(min(spoken, now), now - _MISSED)
