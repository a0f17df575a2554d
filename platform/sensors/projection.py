"""Things as they stand, and the newest readings and positions."""

import datetime
import json
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.db import connection

from feed.projection import Change, Item, Projection, StateSource
from feed.timeline import Timeline
from sensors import past, registry
from sensors.actions import public
from sensors.models import Thing


class Things(Projection):
    """Every registered thing."""

    topic = "thing"

    def items(self) -> Iterable[Item]:
        """Return them by id."""
        for thing in Thing.objects.order_by("id").iterator():
            yield Item(
                "thing",
                str(thing.pk),
                thing.created_at,
                thing.scope,
                thing.geom.geojson if thing.geom else None,
                public(thing),
                thing.pk,
            )


_LATEST = """
SELECT datastream_id, time, value, other::text, received_at FROM sensors_latest
WHERE received_at >= %s::timestamptz
"""
_AT = """
SELECT d.id, o.time, o.value, o.other::text, o.received_at
FROM sensors_datastream d CROSS JOIN LATERAL (
    SELECT time, value, other, received_at FROM sensors_observation
    WHERE datastream_id = d.id AND time <= %s::timestamptz
      AND (NOT %s OR received_at <= %s::timestamptz)
    ORDER BY time DESC LIMIT 1
) o
"""
_EARLIEST = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def _rows(statement: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())


class Observations(StateSource):
    """The newest reading of every datastream."""

    topic = "observation"

    def latest(self, since: datetime.datetime | None) -> Iterable[Item]:
        """Return newest readings; one row a stream, kept by the writer."""
        return self.items_of(_rows(_LATEST, [since or _EARLIEST]))

    def at(self, moment: datetime.datetime, known: bool) -> Iterable[Item]:
        """Return each stream's reading at a moment, by an index walk a stream."""
        return self.items_of(_rows(_AT, [moment, known, moment]))

    def between(
        self,
        since: datetime.datetime,
        until: datetime.datetime,
        known: bool,
        every: datetime.timedelta,
    ) -> Iterable[Change]:
        """Return what changed, by one index walk a stream."""
        return _changes(self, past.between(past.OBSERVATIONS, since, until, known, every))

    def items_of(self, rows: list[tuple[Any, ...]]) -> Iterable[Item]:
        """Return rows (stream, time, value, other, received) whose stream is registered."""
        streams = registry.current().streams
        for stream_id, at, value, other, received_at in rows:
            stream = streams.get(stream_id)
            if stream is None:
                continue
            data = {
                "thing_id": stream.thing_id,
                "property": stream.property,
                "value": value if other is None else json.loads(other),
                "unit": stream.unit,
                "received_at": received_at.isoformat(),
            }
            point = stream.point
            yield Item(
                "observation",
                str(stream_id),
                at,
                stream.scope,
                None if point is None else _geojson(point),
                data,
                stream.thing_id,
                point,
            )


_WHERE = """
SELECT thing_id, time, ST_X(geom), ST_Y(geom), speed, course, accuracy, received_at
FROM sensors_whereabouts WHERE received_at >= %s::timestamptz
"""
_WHERE_AT = """
SELECT t.id, p.time, ST_X(p.geom), ST_Y(p.geom), p.speed, p.course, p.accuracy, p.received_at
FROM sensors_thing t CROSS JOIN LATERAL (
    SELECT * FROM sensors_position
    WHERE thing_id = t.id AND time <= %s::timestamptz
      AND (NOT %s OR received_at <= %s::timestamptz)
    ORDER BY time DESC LIMIT 1
) p
"""


class Positions(StateSource):
    """The newest position of everything that moves."""

    topic = "position"

    def latest(self, since: datetime.datetime | None) -> Iterable[Item]:
        """Return newest positions."""
        return self.items_of(_rows(_WHERE, [since or _EARLIEST]))

    def at(self, moment: datetime.datetime, known: bool) -> Iterable[Item]:
        """Return where everything was at a moment."""
        return self.items_of(_rows(_WHERE_AT, [moment, known, moment]))

    def between(
        self,
        since: datetime.datetime,
        until: datetime.datetime,
        known: bool,
        every: datetime.timedelta,
    ) -> Iterable[Change]:
        """Return what changed, by one index walk a thing."""
        return _changes(self, past.between(past.POSITIONS, since, until, known, every))

    def items_of(self, rows: list[tuple[Any, ...]]) -> Iterable[Item]:
        """Return rows (thing, time, lon, lat, speed, course, accuracy, received)."""
        things = registry.current().things
        for thing_id, at, lon, lat, speed, course, accuracy, received_at in rows:
            thing = things.get(thing_id)
            if thing is None:
                continue
            data = {
                "kind": thing.kind,
                "speed": speed,
                "course": course,
                "accuracy": accuracy,
                "received_at": received_at.isoformat(),
            }
            point = (lon, lat)
            yield Item(
                "position", str(thing_id), at, thing.scope, _geojson(point), data, thing_id, point
            )


def _changes(source: Observations | Positions, moved: Iterable[past.Moved]) -> Iterator[Change]:
    for one in moved:
        for item in source.items_of([one.row]):  # none: it was taken out of the register since
            yield Change(one.moment, item)


def _geojson(point: tuple[float, float]) -> str:
    return f'{{"type":"Point","coordinates":[{point[0]:.7f},{point[1]:.7f}]}}'


class ThingSteps(Timeline):
    """What became of a thing's registration."""

    topic = "thing"
    title = "设备", "device"
    words: ClassVar = {
        "registered": ("登记", "registered"),
    }
