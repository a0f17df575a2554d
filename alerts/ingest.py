"""Readings in: stored, latest value kept, rules evaluated, alerts and events, in one transaction.

Locks are taken in one order by everybody: readings, then latest rows by datastream, then standings
and alerts, then (at commit) the feed's number. So two processes may take readings of one stream.
"""

import dataclasses
import datetime
import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from psycopg import Cursor
from psycopg.types.json import Jsonb

from alerts import book, judgement
from alerts.actions import Subject
from alerts.collector import Collector
from alerts.kind import Reading
from core import clock
from sensors import registry, sql
from sensors.registry import Stream

log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One checked reading. `value` for numbers, `other` for the rest (JSON)."""

    datastream_id: int
    time: datetime.datetime
    value: float | None
    other: Any = None


Known = dict[tuple[int, datetime.datetime], tuple[float | None, Any]]


def _key(row: Row) -> tuple[int, datetime.datetime]:
    return row.datastream_id, row.time


def commit(rows: Sequence[Row]) -> None:
    """Store a batch; `rows` are in order of arrival and no two have the same stream and time."""
    streams = registry.current().streams
    rules = book.current()
    received = clock.now()
    ordered = sorted(rows, key=_key)
    with transaction.atomic():
        raw = _raw_cursor()
        previous, fresh = _store(raw, ordered, received)
        subjects = _subjects(ordered, streams)
        with_standing = judgement.standings(raw, subjects)
        _judge(raw, rows, streams, rules, previous, fresh, with_standing, received)


def _raw_cursor() -> "Cursor[Any]":
    """Return psycopg's own cursor on Django's connection: values bound and plans kept there."""
    connection.ensure_connection()
    return Cursor(connection.connection)


def _arrays(rows: Sequence[Row]) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    return (
        [row.datastream_id for row in rows],
        [row.time for row in rows],
        [row.value for row in rows],
        [None if row.other is None else Jsonb(row.other) for row in rows],
    )


def _store(
    raw: "Cursor[Any]", ordered: list[Row], received: datetime.datetime
) -> tuple[dict[int, datetime.datetime | None], set[tuple[int, datetime.datetime]] | None]:
    """Insert readings and latest rows in one round trip.

    Returns per stream whose newest reading is here the time of the one before, and the keys of
    the rows that are new (None: all of them).
    """
    newest = {row.datastream_id: row for row in ordered}
    last = _raw_cursor()
    with connection.connection.pipeline():
        raw.execute(sql.INSERT, [received, *_arrays(ordered)], prepare=True)
        last.execute(sql.LATEST, [received, *_arrays(list(newest.values()))], prepare=True)
    previous = {row[0]: row[1] for row in last.fetchall()}
    if raw.rowcount == len(ordered):
        return previous, None
    return previous, _settle_repeats(raw, ordered, received)


def _settle_repeats(
    raw: "Cursor[Any]", ordered: list[Row], received: datetime.datetime
) -> set[tuple[int, datetime.datetime]]:
    """Keep the old value of every reading that came again with another; return the new keys."""
    raw.execute(sql.KNOWN, [[r.datastream_id for r in ordered], [r.time for r in ordered]])
    known: Known = {
        (d, t): (v, None if o is None else json.loads(o)) for d, t, v, o in raw.fetchall()
    }
    fresh = set()
    for row in ordered:
        if _key(row) not in known:
            fresh.add(_key(row))
        elif known[_key(row)] != (row.value, row.other):
            fresh.add(_key(row))
            raw.execute(
                sql.REVISE,
                {
                    "d": row.datastream_id,
                    "t": row.time,
                    "v": row.value,
                    "o": None if row.other is None else Jsonb(row.other),
                    "r": received,
                },
            )
    return fresh


def _subjects(rows: Sequence[Row], streams: dict[int, Stream]) -> list[str]:
    ids = {row.datastream_id for row in rows}
    things = {streams[i].thing_id for i in ids if i in streams}
    return sorted([f"d:{i}" for i in ids] + [f"t:{i}" for i in things])


def _judge(
    raw: "Cursor[Any]",
    rows: Sequence[Row],
    streams: dict[int, Stream],
    rules: book.Book,
    previous: dict[int, datetime.datetime | None],
    fresh: set[tuple[int, datetime.datetime]] | None,
    standings: judgement.Standings,
    received: datetime.datetime,
) -> None:
    """Ask the rules about every reading that is new, in order of arrival."""
    heard = judgement.Heard(rules, standings, received)
    noisy = []
    for row in rows:
        stream = streams.get(row.datastream_id)
        if stream is None or (fresh is not None and _key(row) not in fresh):
            continue
        if standings.by_subject and f"t:{stream.thing_id}" in standings.by_subject:
            heard.thing_spoke(stream.thing_id, row.time)
        if row.value is None:
            continue
        watch = rules.watch(stream)
        if f"d:{stream.id}" in standings.by_subject or not watch.quiet(row.value):
            noisy.append((row, stream, watch))
    if noisy:
        _look_closer(raw, rows, noisy, previous, heard)
    heard.save(raw)


def _look_closer(
    raw: "Cursor[Any]",
    rows: Sequence[Row],
    noisy: list[tuple[Row, Stream, book.Watch]],
    previous: dict[int, datetime.datetime | None],
    heard: judgement.Heard,
) -> None:
    zone = ZoneInfo(settings.TIME_ZONE)
    history = _history(raw, rows, noisy)
    clocks: dict[int, datetime.datetime] = {}
    for row, stream, watch in noisy:
        before = clocks.get(stream.id) or previous.get(stream.id)
        late = stream.id not in previous or (before is not None and row.time < before)
        now = row.time if before is None else max(before, row.time)
        if stream.id in previous:
            clocks[stream.id] = now
        series = history.get(stream.id)
        if series is not None:
            series.arrived(row)
        for rule in watch.rules:
            if late and not rule.judge.window_s:
                continue  # an older value says nothing of how things stand
            reading = Reading(
                now.astimezone(zone), row.value or 0.0, series.upto(now) if series else ()
            )
            heard.reading(
                rule,
                Subject(f"d:{stream.id}", stream.thing_id, stream.id, unit=stream.unit),
                reading,
            )


class Series:
    """A stream's values within the longest window, without what of this batch is yet to arrive."""

    def __init__(self, stored: dict[float, float], of_batch: set[float]) -> None:
        self._stored = stored
        self._values = {t: v for t, v in stored.items() if t not in of_batch}

    def arrived(self, row: Row) -> None:
        """Let one reading of the batch be known."""
        self._values[row.time.timestamp()] = row.value or 0.0

    def upto(self, now: datetime.datetime) -> tuple[tuple[float, float], ...]:
        """Return what is known up to a moment, oldest first."""
        end = now.timestamp()
        return tuple(sorted((t, v) for t, v in self._values.items() if t <= end))


def _history(
    raw: "Cursor[Any]", rows: Sequence[Row], noisy: list[tuple[Row, Stream, book.Watch]]
) -> dict[int, Series]:
    window = {stream.id: watch.window_s for _, stream, watch in noisy if watch.window_s}
    if not window:
        return {}
    first = min(row.time for row, stream, _ in noisy if stream.id in window)
    since = first - datetime.timedelta(seconds=max(window.values()))
    raw.execute(sql.HISTORY, [sorted(window), since])
    stored: dict[int, dict[float, float]] = defaultdict(dict)
    for stream_id, at, value in raw.fetchall():
        stored[stream_id][at] = value
    of_batch: dict[int, set[float]] = defaultdict(set)
    for row in rows:
        of_batch[row.datastream_id].add(row.time.timestamp())
    return {i: Series(stored[i], of_batch[i]) for i in window}


def collector(lanes: int = 2) -> "Collector[Row]":
    """Return a new collector of readings; one per process."""
    return Collector(commit, _key, lanes)
