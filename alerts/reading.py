"""One checked reading on its way in, and the fast form in which many go to the database."""

import datetime
import struct
from collections.abc import Iterable
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # PostgreSQL counts from here
_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_ROW = struct.Struct("!hiqiqidiq")  # four columns, each behind its length
_TRAILER = struct.pack("!h", -1)
_DAY, _SECOND = 86_400_000_000, 1_000_000


class Row(NamedTuple):
    """One reading: `value` for numbers, `other` (JSON) for everything else."""

    datastream_id: int
    time: datetime.datetime
    value: float | None
    other: Any = None


def micros(moment: datetime.datetime) -> int:
    """Return microseconds since 2000-01-01 UTC, exactly."""
    since = moment - _EPOCH
    return since.days * _DAY + since.seconds * _SECOND + since.microseconds


def plain(rows: Iterable[Row]) -> bool:
    """Say whether all are plain numbers, which COPY takes in its binary form."""
    return all(row[2] is not None and row[3] is None for row in rows)


def binary(rows: Iterable[Row], received: datetime.datetime) -> bytes:
    """Return COPY's binary form of plain readings: stream, time, value, received_at."""
    stamp, pack = micros(received), _ROW.pack
    parts = [_HEADER]
    for stream, moment, value, _ in rows:
        since = moment - _EPOCH
        at = since.days * _DAY + since.seconds * _SECOND + since.microseconds
        parts.append(pack(4, 8, stream, 8, at, 8, value, 8, stamp))
    parts.append(_TRAILER)
    return b"".join(parts)


def arrays(rows: Iterable[Row]) -> list[list[Any]]:
    """Return the columns, for unnest."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    columns[3] = [None if other is None else Jsonb(other) for other in columns[3]]
    return columns
