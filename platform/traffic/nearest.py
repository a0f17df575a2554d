"""Who is near a place, by travel time: things of a kind with the age of their positions."""

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from core import clock
from people import may
from sensors.models import Thing, Whereabouts
from traffic import routing

MOST = 100
LIMIT_S = 3600.0
TOO_OLD = datetime.timedelta(minutes=15)

# why something is not among the nearest, in both languages
REASONS = {
    "no_position": ("没有位置", "no position is known"),
    "old_position": ("位置超过 15 分钟未更新", "its position is older than 15 minutes"),
    "too_far": ("一小时内无法到达", "not within an hour, or no way on today's roads"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A thing and where it is: degrees; `age` None where it is its fixed place."""

    thing: Thing
    lon: float
    lat: float
    age: datetime.timedelta | None


def nearest(
    to: tuple[float, float], kinds: Sequence[str], limit: int, rights: may.Rights
) -> dict[str, Any]:
    """Return the things that reach a place first, and those left out with the reason.

    Raises Invalid if no street is near the place, NoRoads without a street network.
    """
    things = Thing.objects.filter(may.visible(rights, "position.see"), kind__in=kinds)
    found, out = _whereabouts(things.order_by("id"))
    reached = routing.arrivals(to, {f.thing.pk: (f.lon, f.lat) for f in found}, LIMIT_S)
    order = sorted(
        (each for each in found if each.thing.pk in reached),
        key=lambda each: reached[each.thing.pk].seconds,
    )
    out += [(each.thing, "too_far") for each in found if each.thing.pk not in reached]
    return {
        "items": [_item(each, reached[each.thing.pk]) for each in order[:limit]],
        "reached": len(order),
        "left_out": [_left_out(thing, why) for thing, why in out[:MOST]],
    }


def _whereabouts(things: Any) -> tuple[list[Found], list[tuple[Thing, str]]]:
    """Part things by whether one knows well enough where they are."""
    rows = list(things)
    moved = Whereabouts.objects.in_bulk([thing.pk for thing in rows])
    now = clock.now()
    found, out = list[Found](), list[tuple[Thing, str]]()
    for thing in rows:
        where = moved.get(thing.pk)
        if where is not None and now - where.time <= TOO_OLD:
            found.append(Found(thing, where.geom.x, where.geom.y, now - where.time))
        elif where is not None:
            out.append((thing, "old_position"))
        elif thing.geom is not None:
            found.append(Found(thing, thing.geom.x, thing.geom.y, None))
        else:
            out.append((thing, "no_position"))
    return found, out


def _named(thing: Thing) -> dict[str, Any]:
    return {
        "id": thing.pk,
        "code": thing.code,
        "name_zh": thing.name,
        "name_en": thing.name_en or thing.name,
        "kind": thing.kind,
        "simulated": thing.simulated,
    }


def _item(found: Found, arrival: routing.Arrival) -> dict[str, Any]:
    return _named(found.thing) | {
        "lon": round(found.lon, 6),
        "lat": round(found.lat, 6),
        "position_age_s": None if found.age is None else round(found.age.total_seconds()),
        "seconds": arrival.seconds,
        "metres": arrival.metres,
        "snapped_m": arrival.snapped_m,
    }


def _left_out(thing: Thing, why: str) -> dict[str, Any]:
    zh, en = REASONS[why]
    return _named(thing) | {"reason": why, "reason_zh": zh, "reason_en": en}
