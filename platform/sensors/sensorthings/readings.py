"""Pages of observations: walks along each datastream's index, never a scan of the table.

The partitioned table has one index, (datastream, time). So a page over many datastreams takes the
first rows of each by a walk of its own, and the page from those.
"""

import dataclasses
import datetime
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from sensors.sensorthings.nodes import Junction, Kind, Node, Path, paths
from sensors.sensorthings.options import Options
from sensors.sensorthings.rows import Key, Pages, Parents, Row, beyond, keys_of, paged, places
from sensors.sensorthings.schema import DATASTREAM, OBSERVATION
from sensors.sensorthings.statement import Statement
from sensors.sensorthings.translation import Bound, Scope, Translator

_SCOPE: Scope = {(): Bound(OBSERVATION, "e"), ("Datastream",): Bound(DATASTREAM, "d")}
_STREAM = Key("d.id", Kind.NUMBER, cast="bigint", nullable=False)
_TIME = Key("e.time", Kind.TIME, nullable=False)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)


def identity(stream_id: int, time: datetime.datetime) -> str:
    """Return an observation's id: its datastream and the microseconds of its time."""
    return f"{stream_id}.{(time - _EPOCH) // _MICROSECOND}"


def moment(micros: int) -> datetime.datetime:
    """Return the time that an id speaks of."""
    return _EPOCH + micros * _MICROSECOND


def read(
    statement: Statement,
    options: Options,
    parents: Parents | None = None,
    only: tuple[int, int] | None = None,
) -> Pages:
    """Return the pages; `only` narrows them to one datastream and time (microseconds)."""
    if parents is None or parents.entity.name == "Datastream":
        return _read(statement, options, parents, only)
    pages: Pages = {}
    for key in parents.keys:  # a feature has several datastreams; it is rarely asked from there
        one = Parents(parents.entity, parents.link, [key])
        pages |= _read(Statement(statement.rights), options, one, only)
    return pages


def _read(
    statement: Statement,
    options: Options,
    parents: Parents | None,
    only: tuple[int, int] | None,
) -> Pages:
    streams, inside = _conditions(statement, options, parents)
    if only is not None:
        streams.append(f"d.id = {statement.bind(only[0], 'bigint')}")
        inside.append(f"e.time = {statement.bind(moment(only[1]), 'timestamptz')}")
    keys = _keys(statement, options)
    counts = _count(statement, streams, inside, parents) if options.count else {}
    if options.after is not None:
        outer, inner = _behind(keys, places(statement, keys, options))
        streams, inside = [*streams, *outer], [*inside, *inner]
    rows = _rows(statement, _walk(statement, streams, inside, keys, options, parents), len(keys))
    return paged(rows, counts, options, parents)


def _conditions(
    statement: Statement, options: Options, parents: Parents | None
) -> tuple[list[str], list[str]]:
    """Return the conditions on datastreams and those on their observations."""
    guard = dataclasses.replace(DATASTREAM, verb=OBSERVATION.verb)
    streams = [statement.guard(guard, "d")]
    if parents is not None:
        stream = "d.id = p.id" if parents.entity.name == "Datastream" else "d.thing_id = p.thing_id"
        streams.append(stream)
    inside = ["e.datastream_id = d.id"]
    translator = Translator(statement)
    for node in _conjuncts(options.filter):
        wanted = paths(node)
        of_stream = bool(wanted) and all(_of_stream(path) for path in wanted)
        (streams if of_stream else inside).append(translator.condition(node, _SCOPE))
    return streams, inside


def _conjuncts(node: Node | None) -> list[Node]:
    if isinstance(node, Junction) and node.operator == "and":
        return [inner for each in node.operands for inner in _conjuncts(each)]
    return [] if node is None else [node]


def _of_stream(path: Path) -> bool:
    return len(path.parts) > 1 and path.parts[0] == "Datastream"


def _keys(statement: Statement, options: Options) -> list[Key]:
    """Return what rows are ordered by: by default the id, that is datastream and time."""
    return [*keys_of(options, Translator(statement, "$orderby"), _SCOPE), _STREAM, _TIME]


def _behind(keys: Sequence[Key], bound: Sequence[str | None]) -> tuple[list[str], list[str]]:
    """Return the conditions, on streams and inside, that a row comes behind the bound place.

    For the two usual orders they are bounds that an index walk can start from.
    """
    if len(keys) == 2:
        stream, time = bound
        begin = f"CASE WHEN d.id = {stream} THEN {time} ELSE '-infinity'::timestamptz END"
        return [f"d.id >= {stream}"], [f"e.time > {begin}"]
    inner = [beyond(keys, bound)]
    if keys[0].sql == _TIME.sql:
        inner.insert(0, f"e.time {'<=' if keys[0].descending else '>='} {bound[0]}")
    return [], inner


def _source(statement: Statement, parents: Parents | None) -> tuple[str, str]:
    if parents is None:
        return "0", "sensors_datastream d"
    return "p.pk", f"{parents.source(statement)} CROSS JOIN sensors_datastream d"


def _count(
    statement: Statement, streams: list[str], inside: list[str], parents: Parents | None
) -> dict[int, int]:
    parent, source = _source(statement, parents)
    text = (
        f"SELECT {parent}, count(*) FROM {source} CROSS JOIN sensors_observation e"
        f" WHERE {' AND '.join([*streams, *inside])} GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, statement.values)
        return dict(cursor.fetchall())


def _walk(
    statement: Statement,
    streams: list[str],
    inside: list[str],
    keys: Sequence[Key],
    options: Options,
    parents: Parents | None,
) -> str:
    """Return the statement: a walk along each stream, then the page from what they found."""
    parent, source = _source(statement, parents)
    alone = parents is not None and parents.entity.name == "Datastream"  # a page for each stream
    own = f"LIMIT {options.top + 1:d} OFFSET {options.skip:d}"
    ordered = [f"{key.sql} AS k{place}" for place, key in enumerate(keys)]
    within = ", ".join(key.order() for key in keys if key is not _STREAM)
    outer = ", ".join(key.order(f"c.k{place}") for place, key in enumerate(keys))
    shown = ", ".join(f"c.k{place}::text" for place in range(len(keys)))
    return (
        f"SELECT {parent}, d.id, c.time, c.value, c.other, c.told, c.received_at, {shown}"
        f" FROM {source} CROSS JOIN LATERAL (SELECT e.time, e.value, e.other::text, e.told::text,"
        f" e.received_at, {', '.join(ordered)} FROM sensors_observation e"
        f" WHERE {' AND '.join(inside)}"
        f" ORDER BY {within} {own if alone else f'LIMIT {options.skip + options.top + 1:d}'}) c"
        f" WHERE {' AND '.join(streams)} ORDER BY {'1, ' if alone else ''}{outer}"
        f" {'' if alone else own}"
    )


def _rows(statement: Statement, text: str, keys: int) -> list[tuple[int, Row]]:
    with connection.cursor() as cursor:
        cursor.execute(text, statement.values)
        found = cursor.fetchall()
    return [_row(cells[:7], cells[-keys:]) for cells in found]


def _row(cells: tuple[Any, ...], place: tuple[str | None, ...]) -> tuple[int, Row]:
    parent, stream_id, time, value, other, told, received = cells
    beside = {} if told is None else json.loads(told)
    values = {
        "resultTime": None,
        **beside,
        "phenomenonTime": time,
        "result": value if other is None else json.loads(other),
        "parameters": {**beside.get("parameters", {}), "received_at": received},
    }
    return parent, Row(identity(stream_id, time), stream_id, values, place)


def spans(stream_ids: Sequence[int]) -> dict[int, str]:
    """Return for each datastream with readings the interval from its first to its newest one."""
    text = (
        "SELECT d, (SELECT time FROM sensors_observation WHERE datastream_id = d"
        " ORDER BY time LIMIT 1), (SELECT time FROM sensors_observation"
        " WHERE datastream_id = d ORDER BY time DESC LIMIT 1) FROM unnest(%s::bigint[]) d"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, [list(stream_ids)])
        found = cursor.fetchall()
    return {row[0]: f"{iso(row[1])}/{iso(row[2])}" for row in found if row[1] is not None}


def iso(time: datetime.datetime) -> str:
    """Return a time as SensorThings shows it: UTC, with a Z."""
    return time.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
