"""From a station's hours to its indices: which edition, which items, what is lacking."""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings

from core.standard import Standard, in_force
from environment import aqi, water
from environment.exact import Number, short
from environment.hours import HOUR, Hours, Measured, Series
from environment.water import Below
from sensors.models import Thing

Kind = Literal["air", "water"]

STANDARDS: dict[Kind, str] = {"air": "aqi", "water": "surface_water"}
AIR_ITEMS = ("pm25", "pm10", "so2", "no2", "co", "o3")
_LATE = datetime.timedelta(hours=1)  # an hour's values are due within the next one


@dataclasses.dataclass(frozen=True, slots=True)
class Reckoned:
    """An index as it is stored."""

    at: datetime.datetime
    value: int | None
    grade: int | None
    limiting: list[str]
    missing: list[str]
    items: list[dict[str, Any]]
    edition: str
    fresh_until: datetime.datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Station:
    """What must be known of a station beside its readings."""

    id: int
    kind: Kind
    excused: tuple[str, ...] = ()
    body: water.Body = "river"
    target: int = water.USUAL_TARGET

    @classmethod
    def of(cls, thing: Thing) -> "Station":
        """Return a thing as a station; what its properties say wrongly is left at the usual."""
        told = thing.properties
        excused = told.get("not_monitored")
        target = told.get("target_class")
        return cls(
            thing.pk,
            "water" if thing.kind == "water" else "air",
            tuple(map(str, excused)) if isinstance(excused, list) else (),
            "lake" if told.get("water_body") == "lake" else "river",
            target if target in range(1, water.WORST) else water.USUAL_TARGET,
        )


def edition_on(kind: Kind, moment: datetime.datetime) -> Standard:
    """Return the table of the city's own day on which an hour began."""
    local = (moment - HOUR).astimezone(ZoneInfo(settings.TIME_ZONE))
    return in_force(STANDARDS[kind], local.date())


def wanted(kind: Kind) -> dict[str, str]:
    """Return the items of an index with the units in which they are reckoned."""
    if kind == "air":
        return {item: aqi.unit(item) for item in AIR_ITEMS}
    edition = in_force(STANDARDS["water"], datetime.date.max)
    return {item: water.unit(edition, item) for item in edition.data["items"]}


def reckon(
    station: Station,
    hours: Hours,
    series: Sequence[Series],
    since: datetime.datetime,
    until: datetime.datetime,
) -> Iterator[Reckoned]:
    """Yield the indices of the hours within since < end <= until for which anything is known."""
    ends = {end for of in hours.values() for end in of if since < end <= until}
    keep = {each.item: each.keep for each in series if each.item}
    for end in sorted(ends):
        now = {item: _newest(of, end, keep[item]) for item, of in hours.items()}
        heard = {item: each for item, each in now.items() if each is not None}
        make = _air if station.kind == "air" else _water
        fresh = end + max((keep[item] for item in heard), default=HOUR) + _LATE
        yield make(station, heard, end, fresh)


def _newest(
    of: Mapping[datetime.datetime, Measured], end: datetime.datetime, keep: datetime.timedelta
) -> Measured | None:
    """Return what speaks for an item at an hour: water samples of four hours stand for four."""
    times = [time for time in of if end - keep < time <= end]
    return of[max(times)] if times else None


def _air(
    station: Station,
    heard: Mapping[str, Measured],
    end: datetime.datetime,
    fresh: datetime.datetime,
) -> Reckoned:
    edition = edition_on("air", end)
    good: dict[str, Number] = {
        item: each.value
        for item, each in heard.items()
        if not each.fault and not isinstance(each.value, Below)
    }
    made = aqi.report(edition, "hourly", good, station.excused)
    items = [
        _item(item, each, aqi.unit(item), made.iaqi.get(item))
        | _beside_limit(each, aqi.limit(edition, "hourly", item))
        for item, each in sorted(heard.items())
    ]
    grade = made.grade.number if made.grade else None
    return Reckoned(
        end, made.value, grade, list(made.primary), list(made.missing), items, edition.code, fresh
    )


def _water(
    station: Station,
    heard: Mapping[str, Measured],
    end: datetime.datetime,
    fresh: datetime.datetime,
) -> Reckoned:
    edition = edition_on("water", end)
    good = {item: each.value for item, each in heard.items() if not each.fault}
    made = water.report(edition, good, station.body, station.target)
    rows = edition.data["items"]
    items = []
    for item, each in sorted(heard.items()):
        limit = water.limit(edition, item, station.body, station.target)
        row = _item(item, each, water.unit(edition, item), made.items.get(item))
        times = None
        if not each.fault and limit is not None:
            times = water.times_over(edition, item, each.value, station.body, station.target)
        row |= {"limit": limit, "times": short(times, 2) if times and times > 0 else None}
        row |= {"range": rows[item].get("range"), "lower": bool(rows[item].get("lower"))}
        items.append(row | {"counts": rows[item].get("overall", True)})
    return Reckoned(
        end, made.number, made.number, list(made.main or made.limiting), [], items,
        edition.code, fresh,
    )  # fmt: skip


def _item(item: str, each: Measured, unit: str, index: int | None) -> dict[str, Any]:
    below = isinstance(each.value, Below)
    value = each.value.detection if isinstance(each.value, Below) else each.value
    return {
        "item": item,
        "value": short(value),
        "below": below,
        "unit": each.unit if each.fault == "unit" else unit,
        "index": index,
        "fault": each.fault,
    }


def _beside_limit(each: Measured, limit: float | None) -> dict[str, Any]:
    """Return the limit and by how many times the value is beyond it."""
    if limit is None or each.fault or isinstance(each.value, Below):
        return {"limit": limit, "times": None}
    times = float(each.value) / limit - 1
    return {"limit": limit, "times": short(times, 2) if times > 0 else None}
