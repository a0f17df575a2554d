"""One checked reading on its way in, and the fast form in which many go to the database."""

import datetime
import struct
from collections.abc import Iterable, Sequence
from itertools import repeat, starmap
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from core.packed import Packed, float8s, int8s, moments

_EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # PostgreSQL counts from here
_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_ROW = struct.Struct("!hiqiqidiq")  # four columns, each behind its length
_TRAILER = struct.pack("!h", -1)
_DAY, _SECOND = 86_400_000_000, 1_000_000


def micros(moment: datetime.datetime) -> int:
    """Return microseconds since 2000-01-01 UTC, exactly."""
    since = moment - _EPOCH
    return since.days * _DAY + since.seconds * _SECOND + since.microseconds


class Row(NamedTuple):
    """One reading: `value` for numbers, `other` (JSON) for everything else; `told` beside it.

    Its time is kept as the database does: `at`, in microseconds since 2000-01-01 UTC.
    """

    datastream_id: int
    at: int
    value: float | None
    other: Any = None
    told: dict[str, Any] | None = None

    @classmethod
    def of(
        cls,
        stream: int,
        moment: datetime.datetime,
        value: float | None,
        other: Any = None,
        told: dict[str, Any] | None = None,
    ) -> "Row":
        """Return the row of an aware moment."""
        return cls(stream, micros(moment), value, other, told)

    @property
    def time(self) -> datetime.datetime:
        """Return the time, UTC."""
        return _EPOCH + datetime.timedelta(microseconds=self.at)


def doubted(row: Row) -> bool:
    """Say whether the sender itself says that the value is no measurement: no rule judges it.

    It does so by `resultQuality` with `"usable": false` (a fault, a calibration, maintenance, …).
    """
    quality = row[4].get("resultQuality") if row[4] else None
    return isinstance(quality, dict) and quality.get("usable") is False


def plain(rows: Iterable[Row]) -> bool:
    """Say whether all are plain numbers, which COPY takes in its binary form."""
    return all(row[2] is not None and row[3] is None and row[4] is None for row in rows)


def binary(rows: Sequence[Row], received: datetime.datetime) -> bytes:
    """Return COPY's binary form of plain readings: stream, time, value, received_at."""
    streams, times, values, *_ = zip(*rows, strict=True)
    width = repeat(8)
    cells = zip(
        repeat(4), width, streams, width, times, width, values, width,
        repeat(micros(received)), strict=False,
    )  # fmt: skip
    return b"".join([_HEADER, *starmap(_ROW.pack, cells), _TRAILER])


def packed(rows: Sequence[Row]) -> tuple[Packed, Packed, Packed]:
    """Return the columns of plain readings as arrays: streams, times, values."""
    streams, times, values, *_ = zip(*rows, strict=True)
    return int8s(streams), moments(times), float8s(values)


def arrays(rows: Sequence[Row]) -> list[list[Any]]:
    """Return the columns, for unnest."""
    return [
        [row.datastream_id for row in rows],
        [row.time for row in rows],
        [row.value for row in rows],
        [json_or_null(row.other) for row in rows],
        [json_or_null(row.told) for row in rows],
    ]


def json_or_null(given: Any) -> Jsonb | None:
    """Return what a jsonb column takes; nothing is null, not JSON's null."""
    return None if given is None else Jsonb(given)
