"""Every datastream and thing in the process's memory: a reading is checked in microseconds."""

import dataclasses
import threading
import time
from decimal import Decimal
from typing import Any

from sensors import units
from sensors.models import Address, Datastream, Registry, Thing

LOOK_AGAIN = 1.0  # seconds between two looks at whether anything has changed
SOON = 0.05  # seconds, for somebody who asks for what is not there: it may just have been made


@dataclasses.dataclass(frozen=True, slots=True)
class Stream:
    """What ingest must know of a datastream."""

    id: int
    thing_id: int
    property: str
    thing_kind: str
    scope: str
    unit: str
    interval_s: int
    numeric: bool
    point: tuple[float, float] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Carrier:
    """What position intake must know of a thing."""

    id: int
    code: str
    kind: str
    scope: str
    datum: str


@dataclasses.dataclass(frozen=True, slots=True)
class Contact:
    """Whom a device protocol's name belongs to, and the digest of the password, if it has one."""

    thing_id: int
    password: str


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """A datastream by a device's own word; numbers are multiplied by `scale` (None: unknown)."""

    stream_id: int
    scale: Decimal | None


@dataclasses.dataclass(frozen=True, slots=True)
class Snapshot:
    """The registry at one number; immutable, shared between threads.

    `contacts` by protocol and name; `series`: a thing's datastreams by the device's own word.
    """

    number: int
    streams: dict[int, Stream]
    things: dict[int, Carrier]
    codes: dict[str, int]
    contacts: dict[tuple[str, str], Contact] = dataclasses.field(default_factory=dict)
    series: dict[tuple[int, str], Named] = dataclasses.field(default_factory=dict)


_EMPTY = Snapshot(-1, {}, {}, {})
_lock = threading.Lock()
_now = _EMPTY
_checked = 0.0


_NUMERIC = ("OM_Measurement", "OM_CountObservation")


def _stream(row: Any) -> Stream:
    stream_id, thing_id, observed, thing_kind, scope, unit, interval_s, kind, geom = row
    return Stream(
        stream_id,
        thing_id,
        observed,
        thing_kind,
        scope,
        unit,
        interval_s,
        kind.endswith(_NUMERIC),
        None if geom is None else (geom.x, geom.y),
    )


def _load(number: int) -> Snapshot:
    rows = Datastream.objects.values_list(
        "id",
        "thing_id",
        "observed_property__code",
        "thing__kind",
        "thing__scope",
        "unit_symbol",
        "interval_s",
        "observation_type",
        "thing__geom",
    )
    streams = {row[0]: _stream(row) for row in rows.iterator()}
    things = {
        row[0]: Carrier(*row)
        for row in Thing.objects.values_list("id", "code", "kind", "scope", "datum").iterator()
    }
    codes = {each.code: each.id for each in things.values()}
    return Snapshot(number, streams, things, codes, _contacts(), _series())


def _contacts() -> dict[tuple[str, str], Contact]:
    rows = Address.objects.values_list("protocol", "name", "thing_id", "password")
    return {(row[0], row[1]): Contact(row[2], row[3]) for row in rows.iterator()}


def _series() -> dict[tuple[int, str], Named]:
    """Return the datastreams that devices name themselves; of two of one name the first."""
    rows = Datastream.objects.filter(properties__has_key="series").order_by("-id")
    told = rows.values_list("thing_id", "properties", "id", "unit_symbol")
    return {
        (thing_id, str(properties["series"])): Named(
            pk, units.scale(str(properties.get("sent_in", unit)), unit)
        )
        for thing_id, properties, pk, unit in told.iterator()
    }


def current(look_again: float = LOOK_AGAIN) -> Snapshot:
    """Return the registry; asks the database at most once a second whether it has changed."""
    global _now, _checked
    if _now is not _EMPTY and time.monotonic() - _checked < look_again:
        return _now
    # asked before the lock is taken: a database that is away must not put everybody in a row
    number = Registry.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    with _lock:
        if number != _now.number:
            _now = _load(number)
        _checked = time.monotonic()
        return _now


def remembered() -> Snapshot:
    """Return what is in memory without asking anybody (for the event loop)."""
    return _now


def forget() -> None:
    """Drop it, so that the next question loads afresh."""
    global _now, _checked
    with _lock:
        _now, _checked = _EMPTY, 0.0
