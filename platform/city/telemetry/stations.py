"""Demo stations as devices of HJ 212: their numbers and passwords, their series, two past days."""

import datetime
import hashlib
from collections.abc import Sequence

from django.utils.crypto import salted_hmac

from alerts import ingest
from city.telemetry import packets
from city.telemetry.factors import of_kind
from city.telemetry.line import Speaker
from core import clock
from environment import actions as indices
from sensors import connecting, registry
from sensors.models import Thing
from sensors.thing import StreamSpec

PROTOCOL = "hj212"
SPEAKS, FULLY = "speaks", "speaks_fully"  # among a thing's properties
PAST = datetime.timedelta(hours=49)  # a whole day of the city lies in it, whenever it is loaded
_HOUR_S = 3600


def speaker(code: str) -> Speaker:
    """Return a demo station's MN, 24 hex digits, and the password of this installation."""
    number = hashlib.sha256(f"demo {code}".encode()).hexdigest()[:24].upper()
    password = salted_hmac("city.telemetry", number, algorithm="sha256").hexdigest()[:6]
    return Speaker(number, password)


def talkative() -> list[Thing]:
    """Return the demo stations that speak HJ 212, by code."""
    rows = Thing.objects.filter(simulated=True, properties__speaks=PROTOCOL)
    return list(rows.order_by("code"))


def connect(things: Sequence[Thing]) -> None:
    """Let demo stations speak: an address each, and their hourly series explained."""
    for thing in things:
        own = speaker(thing.code)
        connecting.connect(thing, PROTOCOL, own.mn, own.password, actor="demo_city")
        for each in of_kind(thing.kind):
            spec = StreamSpec(each.item, _HOUR_S, each.unit, f"{each.word}-Avg@hour")
            connecting.measure(thing, spec, actor="demo_city")
    registry.forget()


def live_through(things: Sequence[Thing]) -> int:
    """Store two past days of hours, as if the stations had always spoken; returns the readings."""
    now = clock.now()
    rows = []
    for thing in things:
        streams = {
            stream.properties["series"]: stream.pk
            for stream in thing.datastreams.filter(properties__has_key="series")
        }
        for each in packets.due(thing.code, thing.kind, now - PAST, now, all_of_it=False):
            rows += [
                ingest.Row.of(streams[each.series(word)], each.time, number)
                for word, number in each.values.items()
            ]
    if rows:
        ingest.commit(rows)
    for thing in things:
        indices.reckon(thing, now - PAST, now)
    return len(rows)
