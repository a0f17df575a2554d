"""Today's roads in this process: the graph of the streets layer, and what closures make of it.

Read at the first question. After that the database is asked at most twice a second whether the
layer or a closure has changed: closures patch the weights before the question is answered, a
changed layer is read again in the background while the old graph goes on answering.
"""

import dataclasses
import json
import logging
import threading
import time
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.db import close_old_connections, connection

from core import clock
from core.errors import Problem
from traffic import closing, graph, speeds
from traffic.closing import Closed
from traffic.graph import Graph, Streets
from traffic.load import Load

LAYER = "streets"
LOOK_AGAIN = 0.5  # seconds
PROPOSED = 4.0  # times as long: a warning turns a way aside where there is another, bars none

log = logging.getLogger(__name__)

_STREETS = """
SELECT ST_AsBinary(line.geom), properties ->> 'class', (properties ->> 'speed_kmh')::float8,
       properties ->> 'oneway', properties ->> 'name_zh', properties ->> 'name_en'
FROM layers_feature CROSS JOIN LATERAL ST_Dump(original) line
WHERE layer = %s AND GeometryType(line.geom) = 'LINESTRING' ORDER BY fid, line.path
"""
_LAYER = "SELECT version, updated_at FROM layers_state WHERE layer = %s AND count > 0"
# one small partial index: what is in force or will be, in the order in which it was drawn
_CLOSURES = """
SELECT id, version, state, severity, factor, from_at, until_at
FROM traffic_closure WHERE state <> 'ended' ORDER BY id
"""
_SHAPES = "SELECT id, ST_AsBinary(geom) FROM traffic_closure WHERE id = ANY(%s)"

Stamp = tuple[Any, ...]
Known = dict[int, tuple[int, Closed]]  # by closure: its version and what it closes
Rows = list[tuple[Any, ...]]


class NoRoads(Problem):
    """There is no street network to answer from."""

    status, code, title = 409, "no_roads", "No street network"

    def __init__(self) -> None:
        super().__init__(
            "the layer streets is empty: there is no network to find a way on",
            zh="道路图层为空，无法计算路线",
            remedy="import the streets: ./zhihui manage roads FILE",
        )


@dataclasses.dataclass(frozen=True)
class Roads:
    """One network under one set of closures; immutable, shared between threads."""

    stamp: Stamp
    load: Load
    known: Known
    counting: tuple[tuple[int, int], ...]

    @property
    def graph(self) -> Graph:
        """Return the network."""
        return self.load.graph

    @cached_property
    def bare(self) -> Load:
        """Return the same network without a closure."""
        return Load(self.graph, self.graph.seconds)

    @cached_property
    def streets(self) -> Load:
        """Return the streets by length alone, in both directions, closed ones too."""
        return Load(graph.both_ways(self.graph), self.graph.metres)


_lock = threading.Lock()
_now: Roads | None = None
_checked = float("-inf")
_building: threading.Thread | None = None


def current() -> Roads:
    """Return the roads of this moment; raises NoRoads without a street network.

    The first call of a process takes as long as the network takes to read, about a second.
    """
    now = _now
    if now is not None and time.monotonic() - _checked < LOOK_AGAIN:
        return now
    # asked before the lock is taken: a database that is away must not put everybody in a row
    stamp, rows = _layer(), _rows(_CLOSURES)
    with _lock:
        return _bring_up(stamp, rows)


def ready() -> bool:
    """Say whether there is a street network."""
    return _now is not None or _layer() is not None


def forget() -> None:
    """Drop this process's roads, so that the next question reads them anew."""
    global _now, _checked
    with _lock:
        _now, _checked = None, float("-inf")


def _bring_up(stamp: Stamp | None, rows: Rows) -> Roads:
    global _now, _checked
    if stamp is None:
        _now = None
        raise NoRoads
    if _now is None:
        _now = _under(stamp, read(), {}, rows)
    else:
        if stamp != _now.stamp:
            _rebuild(stamp)
        _now = _patched(_now, rows)
    _checked = time.monotonic()
    return _now


def _rebuild(stamp: Stamp) -> None:
    """Read the layer in a thread of its own, unless one is at it."""
    global _building
    if _building is None or not _building.is_alive():
        _building = threading.Thread(target=_replace, args=(stamp,), name="roads", daemon=True)
        _building.start()


def _replace(stamp: Stamp) -> None:
    global _now
    try:
        network, rows = read(), _rows(_CLOSURES)
        with _lock:
            _now = _under(stamp, network, {}, rows)
    except Exception:  # the old network goes on answering; the next look tries again
        log.exception("the street network could not be read anew")
    finally:
        close_old_connections()
        connection.close()


def _layer() -> Stamp | None:
    rows = _rows(_LAYER, LAYER)
    return rows[0] if rows else None


def _rows(statement: str, *params: str | list[int]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(params) or None)
        return list(cursor.fetchall())


# --- closures ------------------------------------------------------------------------------------


def _patched(roads: Roads, rows: Rows) -> Roads:
    """Return the roads under these closures: the same ones where nothing has changed."""
    if _counting(rows) == roads.counting:
        return roads
    return _under(roads.stamp, roads.graph, roads.known, rows)


def _counting(rows: Rows) -> tuple[tuple[int, int], ...]:
    """Return number and version of the closures that count now: begun, and not run out."""
    now = clock.now()
    return tuple(
        (number, version)
        for number, version, _, _, _, begins, ends in rows
        if begins <= now and (ends is None or now < ends)
    )


def _under(stamp: Stamp, network: Graph, known: Known, rows: Rows) -> Roads:
    counting = _counting(rows)
    wanted = dict(counting)
    kept = {
        number: known[number] for number in wanted if known.get(number, (0,))[0] == wanted[number]
    }
    fresh = [number for number in wanted if number not in kept]
    shapes = {number: shapely.from_wkb(bytes(wkb)) for number, wkb in _rows(_SHAPES, fresh)}
    for number, version, state, severity, factor, *_ in rows:
        if number in shapes:
            edges = closing.edges_of(network, shapes[number])
            kept[number] = (version, Closed(edges, _factor(state, severity, factor)))
    load = Load(network, closing.weights(network, (closed for _, closed in kept.values())))
    return Roads(stamp, load, kept, counting)


def _factor(state: str, severity: str, factor: float | None) -> float:
    usual = np.inf if severity == "closed" else float(factor or 1.0)
    return min(usual, PROPOSED) if state == "proposed" else usual


# --- the network ---------------------------------------------------------------------------------


def read() -> Graph:
    """Build the graph from the streets layer; raises NoRoads for an empty one."""
    rows = _rows(_STREETS, LAYER)
    driven = [row for row in rows if row[1] not in speeds.NOT_DRIVEN]
    if not driven:
        raise NoRoads
    return graph.build(streets_of(driven))


def streets_of(rows: Iterable[tuple[Any, ...]]) -> Streets:
    """Return rows of (WKB, class, km/h, one way, names) as the columns that a graph is made of."""
    wkb, classes, limits, oneway, zh, en = zip(*rows, strict=True)
    return Streets(
        lines=np.asarray(shapely.from_wkb([bytes(each) for each in wkb]), dtype=object),
        speed=speeds.driven(_texts(classes), np.array(limits, dtype=float)),
        oneway=np.array([_way(word) for word in oneway], dtype=np.int8),
        names_zh=_texts(zh),
        names_en=_texts(en),
    )


def _texts(column: Iterable[str | None]) -> np.ndarray[Any, np.dtype[np.object_]]:
    return np.array([each or "" for each in column], dtype=object)


def _way(word: str | None) -> int:
    told = json.loads(word) if word in ("true", "false", "1", "-1", "0") else word
    if told in (True, 1, "yes"):
        return 1
    return -1 if told in (-1, "reverse") else 0
