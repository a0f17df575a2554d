"""What a topic looks like now: the contract between the log and the live tables.

A package that owns feed-backed tables has a `projection.py` with a Projection; a package that owns
state (readings, positions) has a StateSource there. Nothing else must be edited.
"""

import dataclasses
import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar, TypeVar

from django.conf import settings

from people.may import Rights, may

Box = tuple[float, float, float, float]
COARSE = datetime.timedelta(minutes=1)


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """One entity as it stands: what a snapshot holds and an event leaves behind.

    `geometry` is GeoJSON text or None; `thing_id` is what a device's own right is asked by; `point`
    (lon, lat) is what a view narrows states by.
    """

    topic: str
    id: str
    at: datetime.datetime
    scope: str
    geometry: str | None
    data: dict[str, Any]
    thing_id: int | None = None
    point: tuple[float, float] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What an entity is from a moment on; `gone` ends it."""

    moment: datetime.datetime
    item: Item
    gone: bool = False


class Projection(ABC):
    """The live tables of one event topic, as the fold of its events would have them."""

    topic: ClassVar[str]

    @abstractmethod
    def items(self) -> Iterable[Item]:
        """Return every entity that is not gone, in the caller's transaction."""


class StateSource(ABC):
    """What is merely current: latest value wins."""

    topic: ClassVar[str]

    @abstractmethod
    def latest(self, since: datetime.datetime | None) -> Iterable[Item]:
        """Return the newest state of everything, or of what was received at or after `since`."""

    @abstractmethod
    def at(self, moment: datetime.datetime, known: bool) -> Iterable[Item]:
        """Return the state at a moment; `known` leaves out what was received later."""

    def between(
        self,
        since: datetime.datetime,
        until: datetime.datetime,
        known: bool,
        every: datetime.timedelta,
    ) -> Iterable[Change]:
        """Return what changed in (since, until], in order, at most once an entity in `every`.

        Folded upon `at(since)` this must give `at(until)`. A source that knows no better compares
        its own answers minute by minute: coarse, but it cannot leave out what has changed.
        """
        step = max(every, COARSE)
        before = {item.id: item for item in self.at(since, known)}
        while since < until:
            since = min(since + step, until)
            now = {item.id: item for item in self.at(since, known)}
            for key, item in now.items():
                if before.get(key) != item:
                    yield Change(since, item)
            for key in before.keys() - now.keys():
                yield Change(since, before[key], gone=True)
            before = now


Found = TypeVar("Found")


def shelved(kind: type[Found]) -> dict[str, Found]:
    """Return what the packages' `projection.py` hold of one kind, made, by topic."""
    found: dict[str, Found] = {}
    for app in settings.INSTALLED_APPS:
        if "." in app or find_spec(f"{app}.projection") is None:
            continue
        for each in vars(import_module(f"{app}.projection")).values():
            if isinstance(each, type) and issubclass(each, kind):
                topic = getattr(each, "topic", None)  # the contract itself has none
                if topic is not None:
                    found[topic] = each()
    return found


@cache
def projections() -> dict[str, Projection]:
    """Return the projections of all packages by topic."""
    return shelved(Projection)  # type: ignore[type-abstract]


@cache
def sources() -> dict[str, StateSource]:
    """Return the state sources of all packages by topic."""
    return shelved(StateSource)  # type: ignore[type-abstract]


def sees(rights: Rights, item: Item) -> bool:
    """Say whether an item may be shown."""
    return may(rights, f"{item.topic}.see", item.scope, item.thing_id)
