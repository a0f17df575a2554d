"""Positions of vehicles and phones as they arrive over HTTP, brought to WGS 84 from their datum."""

import datetime
import math

import msgspec

from alerts.tracking import Spot
from core.datums import Datum, to_wgs84
from core.errors import Forbidden, Invalid, TooLarge, Unknown, quoted
from gateway import protocol
from gateway.message import decoded, time_of
from people.may import Rights, may
from sensors.registry import Carrier, Snapshot

MAX_SPOTS = 10_000


class Position(msgspec.Struct, forbid_unknown_fields=True):
    """One fix: degrees in the thing's declared datum; km/h, degrees from north, metres."""

    thing: int | str
    time: str
    lon: float
    lat: float
    speed: float | None = None
    course: float | None = None
    accuracy: float | None = None


_decoder = msgspec.json.Decoder(Position | list[Position])


def read(body: bytes, registry: Snapshot, rights: Rights) -> list[Spot]:
    """Read one position or a list; all or nothing. Raises the problem of the first bad one."""
    given = decoded(_decoder, body)
    many = given if isinstance(given, list) else [given]
    if len(many) > MAX_SPOTS:
        raise TooLarge(
            f"more than {MAX_SPOTS} positions in one message",
            zh=f"一条消息不得超过 {MAX_SPOTS} 个位置",
            remedy="split the message; nothing of it was taken",
        )
    return [_spot(each, registry, rights) for each in many]


def _spot(given: Position, registry: Snapshot, rights: Rights) -> Spot:
    thing = _thing(given, registry)
    if not may(rights, "position.write", thing.scope, thing.id):
        raise Forbidden(
            f"this token may not report for {thing.code}",
            zh=f"此令牌无权上报 {thing.code} 的位置",
            field="thing",
            remedy="a device token reports its own thing only",
        )
    return spot(thing, time_of(given.time, "time"), given)


def spot(thing: Carrier, moment: datetime.datetime, given: Position | protocol.Position) -> Spot:
    """Return a checked position of a thing, brought to WGS 84 from its datum; raises Invalid."""
    _check("lon", given.lon, -180, 180, "send degrees, longitude as lon")
    _check("lat", given.lat, -90, 90, "send degrees, latitude as lat")
    _check("speed", given.speed, 0, 1200)
    _check("course", given.course, 0, 360)
    _check("accuracy", given.accuracy, 0, 1e6)
    lon, lat = to_wgs84(Datum(thing.datum), given.lon, given.lat)
    return Spot(thing.id, moment, float(lon), float(lat), given.speed, given.course, given.accuracy)


def _thing(given: Position, registry: Snapshot) -> Carrier:
    key = registry.codes.get(given.thing) if isinstance(given.thing, str) else given.thing
    thing = registry.things.get(key) if key is not None else None
    if thing is None:
        raise Unknown(
            f"there is no thing {quoted(given.thing)}",
            zh=f"没有设备 {quoted(given.thing)}",
            field="thing",
            remedy="register it first, or send its id or code as registered",
        )
    return thing


def _check(
    field: str,
    value: float | None,
    low: float,
    high: float,
    remedy: str = "leave it out if it is not known",
) -> None:
    if value is not None and not (math.isfinite(value) and low <= value <= high):
        raise Invalid(
            f"{field} must lie within {low:g} … {high:g}",
            zh=f"{field} 应在 {low:g} 至 {high:g} 之间",
            field=field,
            remedy=remedy,
        )
