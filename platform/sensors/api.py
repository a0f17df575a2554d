"""Things with their newest values, and series for charts."""

import datetime
from typing import Any

from django.db import connection
from django.http import HttpRequest
from ninja import Query, Router, Schema

from core import clock
from core.errors import Invalid, Unknown
from people import may
from people.signin import EITHER, rights
from sensors.card import card
from sensors.models import Datastream, Latest, Thing, Whereabouts

router = Router(tags=["things"], auth=EITHER)

_SERIES = """
SELECT extract(epoch FROM time)::float8 * 1000, value FROM sensors_observation
WHERE datastream_id = %s::bigint AND time >= %s AND time <= %s AND value IS NOT NULL
ORDER BY time LIMIT 5001
"""
_BINNED = """
SELECT extract(epoch FROM date_bin(make_interval(secs => %s), time, timestamptz 'epoch'))::float8
       * 1000 AS bin, avg(value)
FROM sensors_observation
WHERE datastream_id = %s::bigint AND time >= %s AND time <= %s AND value IS NOT NULL
GROUP BY bin ORDER BY bin
"""


class Span(Schema):
    """A stretch of time and how many points are wanted at most."""

    start: datetime.datetime | None = None
    end: datetime.datetime | None = None
    points: int = 500


@router.get("/things")
def things(request: HttpRequest, kind: str = "") -> dict[str, Any]:
    """List the things that one may see, with newest values and positions."""
    rows = Thing.objects.filter(may.visible(rights(request), "thing.see")).order_by("id")
    if kind:
        rows = rows.filter(kind__in=kind.split(","))
    found = list(rows)
    ids = [thing.pk for thing in found]
    streams: dict[int, list[Datastream]] = {}
    for stream in Datastream.objects.filter(thing_id__in=ids).select_related("observed_property"):
        streams.setdefault(stream.thing_id, []).append(stream)
    latest = Latest.objects.in_bulk([s.pk for each in streams.values() for s in each])
    places = {}
    if may.RIGHTS["position.see"].get(rights(request).role):
        places = Whereabouts.objects.in_bulk(ids)
    return {"items": [_thing(t, streams.get(t.pk, []), latest, places) for t in found]}


def _thing(
    thing: Thing,
    streams: list[Datastream],
    latest: dict[int, Latest],
    places: dict[int, Whereabouts],
) -> dict[str, Any]:
    return {
        **card(thing),
        "properties": thing.properties,
        "position": _position(places.get(thing.pk)),
        "datastreams": [_stream(stream, latest.get(stream.pk)) for stream in streams],
    }


def _position(where: Whereabouts | None) -> dict[str, Any] | None:
    if where is None:
        return None
    return {
        "time": where.time.isoformat(),
        "lon": where.geom.x,
        "lat": where.geom.y,
        "speed": where.speed,
        "course": where.course,
        "accuracy": where.accuracy,
    }


def _stream(stream: Datastream, latest: Latest | None) -> dict[str, Any]:
    value = None if latest is None else latest.value if latest.other is None else latest.other
    return {
        "id": stream.pk,
        "property": stream.observed_property.code,
        "name_zh": stream.observed_property.name,
        "name_en": stream.observed_property.name_en or stream.observed_property.name,
        "unit": stream.unit_symbol,
        "interval_s": stream.interval_s,
        "latest": latest
        and {
            "time": latest.time.isoformat(),
            "value": value,
            "received_at": latest.received_at.isoformat(),
        },
    }


@router.get("/datastreams/{int:stream_id}/series")
def series(request: HttpRequest, stream_id: int, span: Query[Span]) -> dict[str, Any]:
    """Return a series; beyond `points` values it is averaged into equal steps (`step_s`)."""
    stream = (
        Datastream.objects.select_related("thing", "observed_property").filter(pk=stream_id).first()
    )
    if stream is None or not may.may(
        rights(request), "observation.see", stream.thing.scope, stream.thing_id
    ):
        raise Unknown(f"there is no datastream {stream_id}", zh="没有此数据流")
    end = span.end or clock.now()
    start = span.start or end - datetime.timedelta(hours=24)
    if start.tzinfo is None or end.tzinfo is None or start >= end:
        raise Invalid("start must lie before end, with offsets", zh="时间范围有误", field="start")
    points = max(10, min(span.points, 5000))
    rows, step = _rows(stream_id, start, end, points)
    return {
        "datastream": stream_id,
        "property": stream.observed_property.code,
        "unit": stream.unit_symbol,
        "times": [row[0] for row in rows],
        "values": [row[1] for row in rows],
        "step_s": step,
        "newest": _newest(stream_id),
    }


def _newest(stream_id: int) -> str | None:
    """Return when the stream was last heard of, so that an empty chart can say where to look."""
    latest = Latest.objects.filter(pk=stream_id).first()
    return None if latest is None else latest.time.isoformat()


def _rows(
    stream_id: int, start: datetime.datetime, end: datetime.datetime, points: int
) -> tuple[list[tuple[float, float]], float]:
    with connection.cursor() as cursor:
        cursor.execute(_SERIES, [stream_id, start, end])
        rows = cursor.fetchall()
        if len(rows) <= points:
            return rows, 0
        step = max(1.0, (end - start).total_seconds() / points)
        cursor.execute(_BINNED, [step, stream_id, start, end])
        return cursor.fetchall(), step
