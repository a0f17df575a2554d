"""What is asked about stations: how they stand, their hours and days, and their talk."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from core import clock
from core.standard import Standard, in_force
from environment import aqi, daily, public
from environment.exact import Number, short
from environment.models import Current, Index
from environment.reckoning import Station
from sensors import refusals
from sensors.card import card
from sensors.models import Address, Dialog, Refusal, Thing

_HOURS = """
SELECT DISTINCT ON (at) * FROM environment_index
WHERE thing_id = %s AND at > %s AND at <= %s ORDER BY at, known_at DESC
"""
_THEN = """
SELECT DISTINCT ON (thing_id) * FROM environment_index
WHERE thing_id = ANY(%s) AND at <= %s ORDER BY thing_id, at DESC, known_at DESC
"""
_DAYS = 7
_PASSWORD = re.compile(r"\bPW=[^;]*")  # not for everybody who looks at a station
_REFUSALS = 10


def listed(things: list[Thing], moment: datetime.datetime | None = None) -> list[dict[str, Any]]:
    """Return stations with their newest index, or with that of a moment."""
    now = moment or clock.now()
    indices = _indices([each.pk for each in things], moment)
    spoken: dict[int, list[dict[str, str]]] = defaultdict(list)
    for address in Address.objects.filter(thing__in=things).order_by("id"):
        spoken[address.thing_id].append({"protocol": address.protocol, "name": address.name})
    return [_station(each, indices.get(each.pk), spoken[each.pk], now) for each in things]


def _indices(things: list[int], moment: datetime.datetime | None) -> dict[int, Index]:
    if moment is None:
        rows = Current.objects.filter(thing_id__in=things).select_related("index")
        return {row.thing_id: row.index for row in rows if row.index is not None}
    return {row.thing_id: row for row in Index.objects.raw(_THEN, [things, moment])}


def _station(
    thing: Thing, row: Index | None, addresses: list[dict[str, str]], now: datetime.datetime
) -> dict[str, Any]:
    about = card(thing) | {"addresses": addresses}
    if thing.kind == "water":
        about |= {"target_class": Station.of(thing).target, "water_body": Station.of(thing).body}
    if row is None:
        return about | {"status": "none", "value": None, "class": None, "at": None, "items": []}
    told = public.state(row, public.stale_at(row, now))
    del told["thing_id"]
    told["age_s"] = round((now - row.at).total_seconds())
    return about | told | {"items": items(row)}


def items(row: Index) -> list[dict[str, Any]]:
    """Return an index's items with names, limits and classes, the worst first."""
    edition = public.edition_of(row)
    found = [each | public.named(each["item"]) | _class(edition, row, each) for each in row.items]
    return sorted(found, key=lambda each: -(each["index"] or 0))


def _class(edition: Standard, row: Index, item: dict[str, Any]) -> dict[str, Any]:
    number = item["index"]
    if number is None:
        return {"class": None, "class_zh": None, "class_en": None, "colour": None}
    found = (
        aqi.grade(edition, number) if row.kind == "air" else public.grade(edition, "water", number)
    )
    assert found is not None
    return {
        "class": found.number,
        "class_zh": found.zh,
        "class_en": found.en,
        "colour": found.colour,
    }


def hours(thing: Thing, since: datetime.datetime, until: datetime.datetime) -> list[dict[str, Any]]:
    """Return a station's indices hour by hour, with each item's value."""
    return [
        {
            "at": row.at.isoformat(),
            "value": row.value,
            "class": row.grade,
            "limiting": row.limiting,
            "missing": row.missing,
            "edition": row.edition,
            "items": {each["item"]: each["value"] for each in row.items if not each["fault"]},
            "indices": {each["item"]: each["index"] for each in row.items},
        }
        for row in _rows(thing.pk, since, until)
    ]


def _rows(thing_id: int, since: datetime.datetime, until: datetime.datetime) -> Iterable[Index]:
    return Index.objects.raw(_HOURS, [thing_id, since, until])


def days(thing: Thing) -> list[dict[str, Any]]:
    """Return the daily indices of an air station's last whole days, newest first."""
    zone = ZoneInfo(settings.TIME_ZONE)
    today = clock.now().astimezone(zone).date()
    begin = datetime.datetime.combine(today - datetime.timedelta(days=_DAYS), datetime.time(), zone)
    values: dict[str, dict[datetime.datetime, Number]] = defaultdict(dict)
    for row in _rows(thing.pk, begin, clock.now()):
        for each in row.items:
            if not each["fault"] and not each["below"]:
                values[each["item"]][row.at] = each["value"]
    station = Station.of(thing)
    found = (_day(today - datetime.timedelta(days=n), zone, values, station) for n in range(1, 8))
    return [each for each in found if each["items"]]


def _day(
    day: datetime.date,
    zone: ZoneInfo,
    values: dict[str, dict[datetime.datetime, Number]],
    station: Station,
) -> dict[str, Any]:
    edition = in_force("aqi", day)
    made, means = daily.air(edition, day, zone, values, station.excused)
    return {
        "day": day.isoformat(),
        "value": made.value,
        "class": made.grade.number if made.grade else None,
        "class_zh": made.grade.zh if made.grade else None,
        "class_en": made.grade.en if made.grade else None,
        "colour": made.grade.colour if made.grade else None,
        "primary": [public.named(item) for item in made.primary],
        "missing": [public.named(item) for item in made.missing],
        "edition": edition.code,
        "items": {item: short(value, 2) for item, value in means.items()},
    }


def talk(thing: Thing) -> list[dict[str, Any]]:
    """Return how the talk with a station's devices stands; the counts are today's."""
    today = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    rows = {(r.protocol, r.name): r for r in Dialog.objects.filter(thing_id=thing.pk)}
    return [
        _link(each, rows.get((each.protocol, each.name)), today)
        for each in Address.objects.filter(thing=thing).order_by("protocol", "name")
    ]


def _link(address: Address, row: Dialog | None, today: datetime.date) -> dict[str, Any]:
    counts = row if row is not None and row.day == today else Dialog()
    return {
        "protocol": address.protocol,
        "address": address.name,
        "has_password": bool(address.password),
        "heard_at": row.heard_at.isoformat() if row else None,
        "said": row.said if row else "",
        "answered_at": row.answered_at.isoformat() if row and row.answered_at else None,
        "answer": row.answer if row else "",
        "heard_today": counts.heard,
        "answered_today": counts.answered,
        "refused_today": counts.refused,
        "checks_today": counts.checks,
    }


def refused(thing: Thing) -> list[dict[str, Any]]:
    """Return the newest messages of a station that were not taken."""
    rows = Refusal.objects.filter(thing_id=thing.pk).order_by("-received_at", "-id")
    return [refusal(row, {thing.pk: thing}) for row in rows[:_REFUSALS]]


def refusal(row: Refusal, things: dict[int, Thing]) -> dict[str, Any]:
    """Return a refusal: what its code means in both languages, and the sentence of this one."""
    thing = things.get(row.thing_id or 0)
    zh, en = refusals.meaning(row.code)
    return {
        "id": row.pk,
        "received_at": row.received_at.isoformat(),
        "door": row.door,
        "sender": row.sender,
        "thing_id": row.thing_id,
        "name_zh": thing.name if thing else None,
        "name_en": (thing.name_en or thing.name) if thing else None,
        "code": row.code,
        "reason_zh": zh,
        "reason_en": en,
        "detail": row.reason,
        "sample": _PASSWORD.sub("PW=***", row.sample),
    }
