"""What readings and positions changed between two moments, at most one an entity in an interval."""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connection

# Known to us is a row from the later of its own time and its arrival; before that, and beside a
# newer one, it changes nothing. One index walk an entity: from the newest that was known at the
# start, so that what came late is found without an index on arrival. (OFFSET 0 keeps the planner
# from joining the walks into a scan of all that there ever was.)
_BETWEEN = """
SELECT DISTINCT ON (d.id, floor(extract(epoch FROM o.moment - %(since)s::timestamptz) / %(every)s))
       d.id, o.moment, {columns}
FROM {owners} d
LEFT JOIN LATERAL (
    SELECT time FROM {table}
    WHERE {owner} = d.id AND time <= %(since)s::timestamptz
      AND (NOT %(known)s OR received_at <= %(since)s::timestamptz)
    ORDER BY time DESC LIMIT 1
) b ON true
CROSS JOIN LATERAL (
    SELECT *, CASE WHEN %(known)s THEN greatest(time, received_at) ELSE time END AS moment
    FROM {table}
    WHERE {owner} = d.id AND time > coalesce(b.time, '-infinity')
      AND time <= %(until)s::timestamptz
      AND (NOT %(known)s OR received_at <= %(until)s::timestamptz)
    OFFSET 0
) o
ORDER BY d.id, floor(extract(epoch FROM o.moment - %(since)s::timestamptz) / %(every)s), o.time DESC
"""
OBSERVATIONS = _BETWEEN.format(
    columns="o.time, o.value, o.other::text, o.received_at",
    owners="sensors_datastream",
    table="sensors_observation",
    owner="datastream_id",
)
POSITIONS = _BETWEEN.format(
    columns="o.time, ST_X(o.geom), ST_Y(o.geom), o.speed, o.course, o.accuracy, o.received_at",
    owners="sensors_thing",
    table="sensors_position",
    owner="thing_id",
)


class Moved(NamedTuple):
    """A row as the latest tables have it, and the moment from which it counts."""

    moment: datetime.datetime
    row: tuple[Any, ...]


def between(
    statement: str,
    since: datetime.datetime,
    until: datetime.datetime,
    known: bool,
    every: datetime.timedelta,
) -> Iterator[Moved]:
    """Return the rows that were the newest of their entity from some moment in (since, until] on.

    Rows are (id, time, …), in the order of their moments.
    """
    asked: dict[str, datetime.datetime | bool | float] = {
        "since": since,
        "until": until,
        "known": known,
        "every": every.total_seconds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        rows = cursor.fetchall()
    rows.sort(key=lambda row: (row[1], row[2], row[0]))
    newest: dict[int, datetime.datetime] = {}
    for entity, moment, time, *rest in rows:
        if entity in newest and time <= newest[entity]:
            continue  # it came late: something newer stood there already
        newest[entity] = time
        yield Moved(moment, (entity, time, *rest))
