"""Positions in: stored, whereabouts kept, fences judged, alerts and events, in one transaction."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from numpy.typing import NDArray
from psycopg import Cursor
from shapely import STRtree

from alerts import book, judgement
from alerts.actions import Subject
from alerts.collector import Collector
from alerts.kind import Fix
from alerts.models import Fence
from alerts.rule import Rule
from core import clock, datums
from sensors import registry, sql


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """One checked position, EPSG:4326; speed km/h, course degrees, accuracy metres."""

    thing_id: int
    time: datetime.datetime
    lon: float
    lat: float
    speed: float | None = None
    course: float | None = None
    accuracy: float | None = None


@dataclasses.dataclass(frozen=True)
class FenceIndex:
    """The active fences in metres of the projected CRS of their own place, as one tree."""

    stamp: float
    ids: list[int]
    codes: list[str]
    shapes: Any
    tree: STRtree
    crs: int

    @cached_property
    def places(self) -> dict[int, int]:
        """Return where in the index a fence's id stands."""
        return {fence_id: place for place, fence_id in enumerate(self.ids)}

    @classmethod
    def load(cls, stamp: float) -> "FenceIndex":
        """Read them from the database."""
        rows = list(Fence.objects.filter(active=True).order_by("id"))
        degrees = shapely.from_wkb([bytes(row.geom.wkb) for row in rows])
        crs = datums.metric_crs(rows[0].geom.centroid.x, rows[0].geom.centroid.y) if rows else 4547
        shapes = shapely.transform(degrees, lambda xy: np.column_stack(_project(crs, xy)))
        return cls(
            stamp, [r.pk for r in rows], [r.code for r in rows], shapes, STRtree(shapes), crs
        )


def _project(crs: int, xy: NDArray[np.float64]) -> datums.Pair:
    return datums.project(crs, xy[:, 0], xy[:, 1])


_index: FenceIndex | None = None


def fences(stamp: float) -> FenceIndex:
    """Return the index of a fence version; built again when any fence has changed."""
    global _index
    found = _index
    if found is None or found.stamp != stamp:
        found = _index = FenceIndex.load(stamp)
    return found


def _key(spot: Spot) -> tuple[int, datetime.datetime]:
    return spot.thing_id, spot.time


def commit(spots: Sequence[Spot]) -> None:
    """Store a batch; repeats of the same thing and time change nothing."""
    spots = list({_key(spot): spot for spot in reversed(spots)}.values())[::-1]
    rules = book.current()
    received = clock.now()
    ordered = sorted(spots, key=_key)
    newest = {spot.thing_id: spot for spot in ordered}
    with transaction.atomic():
        connection.ensure_connection()
        raw: Cursor[Any] = Cursor(connection.connection)
        last: Cursor[Any] = Cursor(connection.connection)
        with connection.connection.pipeline():
            raw.execute(sql.POSITIONS, [received, *_arrays(ordered)], prepare=True)
            last.execute(sql.WHEREABOUTS, [received, *_arrays(list(newest.values()))], prepare=True)
        previous = {row[0]: row[1] for row in last.fetchall()}
        found = judgement.standings(raw, sorted(f"t:{i}" for i in newest))
        heard = judgement.Heard(rules, found, received)
        for thing_id in newest:
            heard.thing_spoke(thing_id, newest[thing_id].time)
        _judge(_in_turn(spots, previous), rules, heard, found)
        heard.save(raw)


def _arrays(spots: Sequence[Spot]) -> list[list[Any]]:
    names = ("thing_id", "time", "lon", "lat", "speed", "course", "accuracy")
    return [[getattr(spot, name) for spot in spots] for name in names]


def _in_turn(spots: Sequence[Spot], previous: dict[int, datetime.datetime | None]) -> list[Spot]:
    """Return the positions that move their thing on, in order of arrival."""
    clocks = {i: at for i, at in previous.items() if at is not None}
    kept = []
    for spot in spots:
        if spot.thing_id not in previous or spot.time <= clocks.get(spot.thing_id, _NEVER):
            continue
        clocks[spot.thing_id] = spot.time
        kept.append(spot)
    return kept


_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)
_FAR = -1e9  # metres: far outside, without asking how far


def _judge(
    spots: list[Spot], rules: book.Book, heard: judgement.Heard, found: judgement.Standings
) -> None:
    fence_rules = rules.of_kind("position")
    if not spots or not fence_rules:
        return
    index = fences(rules.stamp[1])
    things = registry.current().things
    near = _near(spots, index, max(_reach(rule) for rule in fence_rules))
    for place, spot in enumerate(spots):
        thing = things.get(spot.thing_id)
        if thing is None:
            continue
        for rule in fence_rules:
            if rule.covers("", thing.kind, thing.scope):
                _beside(rule, spot, near[place], index, heard, found)


def _reach(rule: Rule) -> float:
    return float(getattr(rule.judge, "margin_m", 0.0))


def _near(spots: list[Spot], index: FenceIndex, margin: float) -> dict[int, dict[int, float]]:
    """Return per position the fences within the margin and how deep inside each it is (m)."""
    near: dict[int, dict[int, float]] = defaultdict(dict)
    if not index.ids:
        return near
    x, y = datums.project(index.crs, [spot.lon for spot in spots], [spot.lat for spot in spots])
    points = np.atleast_1d(np.asarray(shapely.points(x, y), dtype=object))
    blurred = min(2000.0, max(spot.accuracy or 0.0 for spot in spots))
    which, fence = index.tree.query(points, "dwithin", max(margin, blurred, 1.0))
    inside = np.asarray(shapely.contains(index.shapes[fence], points[which]))
    edge = np.asarray(shapely.distance(shapely.boundary(index.shapes[fence]), points[which]))
    for place, at, within, metres in zip(which, fence, inside, edge, strict=True):
        near[int(place)][int(at)] = float(metres if within else -metres)
    return near


def _beside(
    rule: Rule,
    spot: Spot,
    near: dict[int, float],
    index: FenceIndex,
    heard: judgement.Heard,
    found: judgement.Standings,
) -> None:
    """Ask one rule about every fence that the position is near, or that it was inside before."""
    wanted = set(getattr(rule.judge, "fences", ()))
    slots = found.by_subject.get(f"t:{spot.thing_id}", {})
    known = {
        index.places[int(slot.rpartition("/")[2])]
        for slot in slots
        if slot.startswith(f"{rule.code}/") and int(slot.rpartition("/")[2]) in index.places
    }
    for place in sorted(near.keys() | known):
        if wanted and index.codes[place] not in wanted:
            continue
        standing = slots.get(f"{rule.code}/{index.ids[place]}")
        seen = Fix(
            spot.time,
            near.get(place, _FAR),
            spot.accuracy or 0.0,
            standing.memory.inside if standing else None,
        )
        subject = Subject(
            f"t:{spot.thing_id}:f:{index.ids[place]}",
            spot.thing_id,
            fence_id=index.ids[place],
            point=Point(spot.lon, spot.lat, srid=4326),
        )
        heard.position(rule, subject, seen)


def collector(lanes: int = 1) -> "Collector[Spot]":
    """Return a new collector of positions; one per process."""
    return Collector(commit, lanes)
