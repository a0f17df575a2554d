"""What a station measured hour by hour, from its readings: units converted, validity checked.

An hour is named by its end. A reading of an hourly series belongs to the hour that its time ends;
devices of HJ 212 tell the start of the period instead, so theirs is an hour later. Where there are
minute values of an hour, 45 minutes of them must be good (GB 3095, 6.4); without an hourly series
the hour is their mean.
"""

import dataclasses
import datetime
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import connection

from environment.exact import Number, exact
from environment.water import Below
from sensors import units
from sensors.models import Datastream

HOUR = datetime.timedelta(hours=1)
ENOUGH_S = 45 * 60  # seconds of good minute values that an hour needs
_MEAN, _MINUTE, _DAY = "-Avg", "@minute", "@day"
_BELOW = re.compile(r"<\s*(\d+\.?\d*)|(\d+\.?\d*)\s*L")

_READINGS = """
SELECT datastream_id, time, value, other #>> '{}',
       told IS NULL OR NOT told @> '{"resultQuality": {"usable": false}}'
FROM sensors_observation
WHERE datastream_id = ANY(%s::bigint[]) AND time > %s AND time <= %s
ORDER BY datastream_id, time
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """One datastream as the index takes it; `scale` is None where its unit cannot be used.

    `starts`: its times are the starts of its periods. `hourly`: its values are an hour's, or a
    longer time's; else they are minutes of it. `item` is "" for minutes that only tell validity.
    """

    id: int
    item: str
    unit: str
    scale: Decimal | None
    every_s: int
    starts: bool
    hourly: bool
    word: str = ""

    @property
    def keep(self) -> datetime.timedelta:
        """Return for how long a value speaks for its place."""
        return max(HOUR, datetime.timedelta(seconds=self.every_s))


@dataclasses.dataclass(frozen=True, slots=True)
class Measured:
    """An item's value in an hour; `fault` says why it does not count: flag, minutes or unit."""

    value: Number | Below
    unit: str
    fault: str = ""


Hours = dict[str, dict[datetime.datetime, Measured]]  # by item and the hour's end
Reading = tuple[datetime.datetime, float | None, str | None, bool]


def series_of(things: Sequence[int], wanted: Mapping[str, str]) -> dict[int, list[Series]]:
    """Return the series of stations by thing; `wanted` has the unit of each item."""
    rows = Datastream.objects.filter(thing_id__in=things).order_by("id")
    found: dict[int, list[Series]] = defaultdict(list)
    for row in rows.values(
        "id", "thing_id", "observed_property__code", "unit_symbol", "interval_s", "properties"
    ):
        made = _series(row, wanted)
        if made is not None:
            found[row["thing_id"]].append(made)
    return found


def _series(row: Mapping[str, Any], wanted: Mapping[str, str]) -> Series | None:
    word = str(row["properties"].get("series", ""))
    item = row["observed_property__code"]
    unit = wanted.get(item, "")
    minutes = word.endswith(_MEAN + _MINUTE)
    if word.endswith(_DAY) or (not unit and not minutes):
        return None
    every = row["interval_s"]
    return Series(
        id=row["id"],
        item=item if unit else "",
        unit=row["unit_symbol"],
        scale=units.scale(row["unit_symbol"], unit) if unit else None,
        every_s=every,
        starts="@" in word,
        hourly=not minutes and (word.endswith("@hour") or every >= 3600 or not (every or word)),
        word=word,
    )


def measured(series: Sequence[Series], since: datetime.datetime, until: datetime.datetime) -> Hours:
    """Return a station's hours that end after `since` and not after `until`."""
    keep = max((each.keep for each in series), default=HOUR)
    rows = _readings([each.id for each in series], since - keep - HOUR, until)
    hours: Hours = defaultdict(dict)
    for each in series:
        if each.item and each.hourly:
            _take_hours(hours[each.item], each, rows[each.id], _minutes_of(each, series, rows))
    for each in series:
        if each.item and not each.hourly and not _has_hourly(each, series):
            _take_minutes(hours[each.item], each, rows[each.id], until)
    return hours


def _readings(
    streams: list[int], since: datetime.datetime, until: datetime.datetime
) -> dict[int, list[Reading]]:
    found: dict[int, list[Reading]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_READINGS, [streams, since, until])
        for stream, *reading in cursor.fetchall():
            found[stream].append((reading[0], reading[1], reading[2], reading[3]))
    return found


def _has_hourly(series: Series, all_of_them: Sequence[Series]) -> bool:
    return any(other.hourly and other.item == series.item for other in all_of_them)


def _minutes_of(
    hourly: Series, all_of_them: Sequence[Series], rows: Mapping[int, list[Reading]]
) -> dict[datetime.datetime, float]:
    """Return the good seconds of each hour that has minute values: of the same factor, or item."""
    found: dict[datetime.datetime, float] = {}
    factor = hourly.word.partition("-")[0]
    for other in all_of_them:
        same = other.word == f"{factor}{_MEAN}{_MINUTE}" if factor else other.item == hourly.item
        if same and not other.hourly:
            for end, group in _by_hour(other, rows[other.id]).items():
                good = _every(other, rows[other.id]) * sum(each[3] for each in group)
                found[end] = max(found.get(end, 0), good)
    return found


def _by_hour(series: Series, rows: Iterable[Reading]) -> dict[datetime.datetime, list[Reading]]:
    groups: dict[datetime.datetime, list[Reading]] = defaultdict(list)
    for row in rows:
        groups[hour_end(row[0], series.starts)].append(row)
    return groups


def hour_end(time: datetime.datetime, starts: bool) -> datetime.datetime:
    """Return the end of the hour that a minute value lies in."""
    floor = time.replace(minute=0, second=0, microsecond=0)
    return floor if time == floor and not starts else floor + HOUR


def _every(series: Series, rows: Sequence[Reading]) -> float:
    """Return the seconds that a minute value stands for: as told, else the smallest gap."""
    if series.every_s:
        return series.every_s
    gaps = (b[0] - a[0] for a, b in itertools.pairwise(rows))
    return min(gaps, default=datetime.timedelta(0)).total_seconds()


def _take_hours(
    into: dict[datetime.datetime, Measured],
    series: Series,
    rows: Iterable[Reading],
    good: Mapping[datetime.datetime, float],
) -> None:
    for row in rows:
        floor = row[0].replace(minute=0, second=0, microsecond=0)
        if not series.every_s and not series.starts and row[0] != floor:
            continue  # of irregular readings only those of a full hour are an hour's
        end = floor + HOUR if series.starts else floor
        short = good.get(end, ENOUGH_S) < ENOUGH_S
        _put(into, end, series, _number(row), "" if row[3] else "flag", short)


def _take_minutes(
    into: dict[datetime.datetime, Measured],
    series: Series,
    rows: Sequence[Reading],
    until: datetime.datetime,
) -> None:
    every = _every(series, rows)
    for end, group in _by_hour(series, rows).items():
        values = [exact(row[1]) for row in group if row[3] and row[1] is not None]
        if end <= until and values:
            mean = sum(values, Fraction(0)) / len(values)
            _put(into, end, series, mean, "", every * len(values) < ENOUGH_S)


def _number(row: Reading) -> Number | Below | None:
    if row[1] is not None:
        return row[1]
    found = _BELOW.fullmatch((row[2] or "").strip())
    return Below(found[1] or found[2]) if found else None


def _put(
    into: dict[datetime.datetime, Measured],
    end: datetime.datetime,
    series: Series,
    value: Number | Below | None,
    fault: str,
    short: bool,
) -> None:
    """Add a value in the standard's unit, or in its own where that is unknown; a good one stays."""
    before = into.get(end)
    if value is None or (before is not None and not before.fault):
        return
    if series.scale is None:
        into[end] = Measured(value, series.unit, fault or "unit")
        return
    into[end] = Measured(_scaled(value, series.scale), "", fault or ("minutes" if short else ""))


def _scaled(value: Number | Below, by: Decimal) -> Number | Below:
    if isinstance(value, Below):
        return Below(exact(value.detection) * exact(by))
    return exact(value) * exact(by)
