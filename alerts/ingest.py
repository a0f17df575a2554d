"""Readings in: stored, latest value kept, rules evaluated, alerts and events, in one transaction.

Locks are taken in one order by everybody: readings, then latest rows by datastream, then standings
and alerts, then (at commit) the feed's number. So two processes may take readings of one stream.
"""

import datetime
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from psycopg import Cursor
from psycopg.errors import UniqueViolation

from alerts import book, judgement, reading
from alerts.actions import Subject
from alerts.collector import Collector
from alerts.kind import Reading
from alerts.reading import Row, micros
from alerts.series import Series
from core import clock
from core.errors import Invalid
from sensors import registry, sql
from sensors.registry import Stream

__all__ = ["Row", "collector", "commit"]

log = logging.getLogger(__name__)

COPY_FROM = 200  # rows from which COPY pays; it knows no ON CONFLICT, so repeats take the other way

ROUNDS = 8  # times that one message may repeat a stream's time

Key = tuple[int, int]  # a reading's datastream and time
Raw = Cursor[Any]


def commit(rows: Sequence[Row]) -> None:
    """Store rows, in order of arrival; a time that a stream repeats goes in a further round.

    Raises Invalid when a time stands in them too often.
    """
    ordered = sorted(rows, key=_key)
    if len(set(map(_key, rows))) == len(rows):
        _commit(rows, ordered)
        return
    for part in _rounds(rows):
        _commit(part, sorted(part, key=_key))


def _rounds(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows in as many rounds as the most repeated one needs."""
    rounds: list[list[Row]] = []
    times: Counter[Key] = Counter()
    for row in rows:
        turn = times[_key(row)]
        if turn == ROUNDS:
            raise Invalid(
                f"{row.time.isoformat()} stands more than {ROUNDS} times in one message",
                zh=f"时间 {row.time.isoformat()} 在一条消息中出现超过 {ROUNDS} 次",
                field="phenomenonTime",
                remedy="send one reading for each time",
            )
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(row)
        times[_key(row)] += 1
    return rounds


_key: Callable[[Row], Key] = itemgetter(0, 1)


class _Repeated(Exception):
    """COPY met a reading that is there already."""


def _commit(rows: Sequence[Row], ordered: list[Row]) -> None:
    copies = len(ordered) >= COPY_FROM and reading.plain(ordered)
    try:
        _transact(rows, ordered, copies)
    except _Repeated:
        _transact(rows, ordered, copies=False)


def _transact(rows: Sequence[Row], ordered: list[Row], copies: bool) -> None:
    streams = registry.current().streams
    rules = book.current()
    received = clock.now()
    by_stream: dict[int, list[Row]] = defaultdict(list)
    for row in ordered:
        by_stream[row[0]].append(row)
    with transaction.atomic():
        connection.ensure_connection()
        raw: Raw = Cursor(connection.connection)
        stands: Raw = Cursor(connection.connection)
        newest = [of[-1] for of in by_stream.values()]
        subjects = _subjects(by_stream, streams)
        fresh, previous = _store(raw, stands, ordered, newest, subjects, received, copies)
        found = judgement.loaded(stands)
        heard = judgement.Heard(rules, found, received)
        noisy = _noisy(by_stream, streams, rules, found, fresh, heard)
        if noisy:
            _look_closer(raw, rows, by_stream, noisy, fresh, previous, heard)
        heard.save(raw)


# --- storing -------------------------------------------------------------------------------------


def _store(
    raw: Raw,
    stands: Raw,
    ordered: list[Row],
    newest: list[Row],
    subjects: list[str],
    received: datetime.datetime,
    copies: bool,
) -> tuple[set[Key] | None, dict[int, datetime.datetime | None]]:
    """Insert readings and latest rows, then read what stands into `stands`: one round trip.

    Returns the keys of the rows that are new (None: all of them), and per stream whose newest
    reading is here the time of the one before.
    """
    plain = copies or reading.plain(ordered)
    columns = reading.packed if plain else reading.arrays
    if copies:
        _copy(raw, ordered, received)
    last: Raw = Cursor(connection.connection)
    with connection.connection.pipeline():
        if not copies:
            insert = sql.INSERT_PLAIN if plain else sql.INSERT
            raw.execute(insert, [received, *columns(ordered)], prepare=True)
        latest = sql.LATEST_PLAIN if plain else sql.LATEST
        last.execute(latest, [received, *columns(newest)[:4]], prepare=True, binary=True)
        judgement.read(stands, subjects)
    previous = dict(last.fetchall())
    if copies or raw.rowcount == len(ordered):
        return None, previous
    return _settle_repeats(raw, ordered, received), previous


def _copy(raw: Raw, ordered: list[Row], received: datetime.datetime) -> None:
    try:
        with raw.copy(sql.COPY) as copy:
            copy.write(reading.binary(ordered, received))
    except UniqueViolation as error:
        raise _Repeated from error


def _settle_repeats(raw: Raw, ordered: list[Row], received: datetime.datetime) -> set[Key]:
    """Keep the old value of every reading that came again with another; return the new keys."""
    raw.execute(sql.KNOWN, [[row.datastream_id for row in ordered], [row.time for row in ordered]])
    known: dict[Key, tuple[Any, ...]] = {
        (stream, micros(at)): (value, *(each and json.loads(each) for each in texts))
        for stream, at, value, *texts in raw.fetchall()
    }
    fresh = set()
    for row in ordered:
        if _key(row) not in known:
            fresh.add(_key(row))
        elif known[_key(row)] != row[2:]:
            fresh.add(_key(row))
            raw.execute(
                sql.REVISE,
                {
                    "d": row.datastream_id,
                    "t": row.time,
                    "v": row.value,
                    "o": reading.json_or_null(row.other),
                    "w": reading.json_or_null(row.told),
                    "r": received,
                },
            )
    return fresh


# --- judging -------------------------------------------------------------------------------------


def _subjects(by_stream: dict[int, list[Row]], streams: dict[int, Stream]) -> list[str]:
    things = {streams[i].thing_id for i in by_stream if i in streams}
    return sorted([f"d:{i}" for i in by_stream] + [f"t:{i}" for i in things])


def _noisy(
    by_stream: dict[int, list[Row]],
    streams: dict[int, Stream],
    rules: book.Book,
    found: judgement.Standings,
    fresh: set[Key] | None,
    heard: judgement.Heard,
) -> dict[int, tuple[Stream, book.Watch]]:
    """Return the streams that the rules must look at: something stands, or a value is not quiet."""
    noisy = {}
    standing = found.by_subject
    for stream_id, rows in by_stream.items():
        stream = streams.get(stream_id)
        if stream is None:
            continue
        if standing and f"t:{stream.thing_id}" in standing:
            heard.thing_spoke(stream.thing_id, rows[-1].time)
        values = [
            row[2]
            for row in rows
            if row[2] is not None and (row[4] is None or not reading.doubted(row))
        ]
        watch = rules.watch(stream)
        quiet = not values or (watch.quiet(min(values)) and watch.quiet(max(values)))
        if not quiet or (standing and f"d:{stream_id}" in standing):
            noisy[stream_id] = (stream, watch)
    return noisy


def _look_closer(
    raw: Raw,
    rows: Sequence[Row],
    by_stream: dict[int, list[Row]],
    noisy: dict[int, tuple[Stream, book.Watch]],
    fresh: set[Key] | None,
    previous: dict[int, datetime.datetime | None],
    heard: judgement.Heard,
) -> None:
    """Ask the rules about every new reading of the noisy streams, in order of arrival."""
    history = _history(raw, by_stream, noisy)
    clocks = {i: at for i, at in previous.items() if i in noisy}
    for row in rows:
        if row[0] not in noisy or row[2] is None or reading.doubted(row):
            continue
        if fresh is not None and _key(row) not in fresh:
            continue
        stream, watch = noisy[row[0]]
        before = clocks.get(stream.id)
        late = stream.id not in clocks or (before is not None and row.time < before)
        now = row.time if before is None else max(before, row.time)
        if stream.id in clocks:
            clocks[stream.id] = now
        series = history.get(stream.id)
        if series is not None:
            series.put(row.time.timestamp(), row.value or 0.0)
        _ask(stream, watch, row.value or 0.0, now, late, series, heard)


def _ask(
    stream: Stream,
    watch: book.Watch,
    value: float,
    now: datetime.datetime,
    late: bool,
    series: Series | None,
    heard: judgement.Heard,
) -> None:
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))  # editions are chosen by the city's day
    subject = Subject(f"d:{stream.id}", stream.thing_id, stream.id, unit=stream.unit)
    for rule in watch.rules:
        if late and not rule.judge.window_s:
            continue  # an older value says nothing of how things stand
        heard.reading(rule, subject, Reading(local, value, series))


def _history(
    raw: Raw, by_stream: dict[int, list[Row]], noisy: dict[int, tuple[Stream, book.Watch]]
) -> dict[int, Series]:
    window = {i: watch.window_s for i, (_, watch) in noisy.items() if watch.window_s}
    if not window:
        return {}
    first = min(by_stream[i][0].time for i in window)
    since = first - datetime.timedelta(seconds=max(window.values()))
    raw.execute(sql.HISTORY, [sorted(window), since])
    # what is of this batch itself arrives one by one
    coming = {i: {row.time.timestamp() for row in by_stream[i]} for i in window}
    stored: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for stream_id, at, value in raw.fetchall():
        if at not in coming[stream_id]:
            stored[stream_id].append((at, value))
    return {i: Series(stored[i]) for i in window}


def collector(lanes: int = 2) -> "Collector[Row]":
    """Return a new collector of readings; one per process."""
    return Collector(commit, lanes)
