"""The only writer of indices: reckoned from committed readings, again whenever those change.

Idempotent: what comes out as it stands is left alone; what comes out otherwise is a further row.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from core import clock
from environment import hours, reckoning
from environment.models import Current, Index
from environment.reckoning import Reckoned, Station
from sensors.models import Latest, Thing

KINDS = ("air", "water")
MOST = 40  # stations of one look; the next one is seconds later
_AGAIN = datetime.timedelta(hours=3)  # reckoned again beside what is new: devices send late
_FIRST = datetime.timedelta(days=3)  # reckoned of a station that has no index yet
_FARTHEST = datetime.timedelta(days=14)
_SWEPT = datetime.timedelta(hours=48)

# What a station's index depends on, as one word: it changes when any newest reading does.
_CHANGED = """
WITH now AS (
    SELECT d.thing_id,
           md5(string_agg(concat_ws(' ', d.id, d.unit_symbol, d.interval_s, l.received_at), ','
                          ORDER BY d.id)) AS seen,
           max(l.time) AS newest
    FROM sensors_thing t
    JOIN sensors_datastream d ON d.thing_id = t.id
    JOIN sensors_observedproperty p ON p.id = d.observed_property_id
    JOIN sensors_latest l ON l.datastream_id = d.id
    WHERE t.kind = ANY(%s) AND (p.code = ANY(%s) OR d.properties->>'series' LIKE '%%-Avg@%%')
    GROUP BY d.thing_id
)
SELECT now.thing_id, now.seen, now.newest, i.at
FROM now LEFT JOIN environment_current c ON c.thing_id = now.thing_id
LEFT JOIN environment_index i ON i.id = c.index_id
WHERE c.thing_id IS NULL OR c.seen <> now.seen
ORDER BY now.thing_id LIMIT %s
"""
_STALE = """
UPDATE environment_current c SET stale = true, changed_at = %s
FROM environment_index i WHERE i.id = c.index_id AND NOT c.stale AND i.fresh_until < %s
"""
_ORPHANS = """
DELETE FROM {table} o WHERE NOT EXISTS (SELECT 1 FROM sensors_thing t WHERE t.id = o.thing_id)
"""
_NEWEST = """
SELECT DISTINCT ON (at) * FROM environment_index
WHERE thing_id = %s AND at > %s AND at <= %s ORDER BY at, known_at DESC
"""
_FIELDS = tuple(field.name for field in dataclasses.fields(Reckoned))


def look() -> int:
    """Reckon the stations whose readings have changed; returns how many hours came out new."""
    items = [*reckoning.wanted("air"), *reckoning.wanted("water")]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, [list(KINDS), items, MOST])
        changed = cursor.fetchall()
    things = Thing.objects.in_bulk([row[0] for row in changed])
    made = 0
    for thing_id, seen, newest, known in changed:
        until = newest + hours.HOUR
        since = newest - _FIRST if known is None else max(known - _AGAIN, newest - _FARTHEST)
        if thing_id in things:
            made += reckon(things[thing_id], min(since, newest - _AGAIN), until, seen)
    return made


def reckon(
    thing: Thing, since: datetime.datetime, until: datetime.datetime, seen: str | None = None
) -> int:
    """Reckon a station's hours within since < end <= until; returns how many came out new."""
    station = Station.of(thing)
    series = hours.series_of([thing.pk], reckoning.wanted(station.kind)).get(thing.pk, [])
    with transaction.atomic():
        now = clock.now()
        Current.objects.get_or_create(thing_id=thing.pk, defaults={"changed_at": now})
        current = Current.objects.select_for_update().get(thing_id=thing.pk)
        before = _standing(thing.pk, since, until)
        found = hours.measured(series, since, min(until, now))
        made = list(reckoning.reckon(station, found, series, since, until))
        gone = set(before) - {each.at for each in made}
        fresh = [each for each in made if not _same(before.get(each.at), each)]
        fresh += [_emptied(before[at]) for at in gone if before[at].items]
        Index.objects.bulk_create(
            Index(thing_id=thing.pk, known_at=now, kind=station.kind, **_fields(each))
            for each in fresh
        )
        _point(current, seen, bool(fresh), now)
    return len(fresh)


def _fields(each: Reckoned) -> dict[str, Any]:
    return {name: getattr(each, name) for name in _FIELDS}


def _standing(
    thing: int, since: datetime.datetime, until: datetime.datetime
) -> dict[datetime.datetime, Index]:
    return {row.at: row for row in Index.objects.raw(_NEWEST, [thing, since, until])}


def _same(before: Index | None, after: Reckoned) -> bool:
    return before is not None and all(getattr(before, n) == getattr(after, n) for n in _FIELDS)


def _emptied(row: Index) -> Reckoned:
    """Return the index of an hour whose readings were all taken back."""
    return Reckoned(row.at, None, None, [], [], [], row.edition, row.fresh_until)


def _point(current: Current, seen: str | None, changed: bool, now: datetime.datetime) -> None:
    """Let the station's current row name its newest index, and tell the screens if it is new."""
    newest = Index.objects.filter(thing_id=current.thing_id).order_by("-at", "-known_at").first()
    stale = newest is not None and newest.fresh_until < now
    if changed or stale != current.stale or (newest and newest.pk) != current.index_id:
        current.changed_at = now
    current.index, current.stale = newest, stale
    current.seen = current.seen if seen is None else seen
    current.save()


def mark_stale() -> int:
    """Mark the stations whose newest index says nothing of the present any more."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_STALE, [now, now])
        return int(cursor.rowcount)


def sweep() -> int:
    """Reckon the last two days of every station again: late readings and corrections."""
    made = 0
    for thing in Thing.objects.filter(kind__in=KINDS).order_by("id"):
        made += reckon(thing, clock.now() - _SWEPT, clock.now())
    with connection.cursor() as cursor:
        for table in ("environment_current", "environment_index"):
            cursor.execute(_ORPHANS.format(table=table))
    return made


def whole(things: Iterable[Thing], since: datetime.datetime) -> int:
    """Reckon stations from a moment to their newest reading, a fortnight at a time."""
    made = 0
    for thing in things:
        newest = _newest_reading(thing)
        begin = since
        while newest is not None and begin < newest + hours.HOUR:
            made += reckon(thing, begin, begin + _FARTHEST)
            begin += _FARTHEST
    return made


def _newest_reading(thing: Thing) -> datetime.datetime | None:
    streams = thing.datastreams.values_list("id", flat=True)
    found = Latest.objects.filter(pk__in=list(streams)).aggregate(newest=Max("time"))["newest"]
    return found if isinstance(found, datetime.datetime) else None


def forget(things: Sequence[int]) -> None:
    """Drop the indices of things that are removed."""
    with transaction.atomic():
        Current.objects.filter(thing_id__in=things).delete()
        Index.objects.filter(thing_id__in=things).delete()
