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
from typing import Any, ClassVar

from django.conf import settings

from people.may import Rights, may

Box = tuple[float, float, float, float]


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


def _modules() -> Iterable[Any]:
    for app in settings.INSTALLED_APPS:
        if "." not in app and find_spec(f"{app}.projection") is not None:
            yield import_module(f"{app}.projection")


@cache
def projections() -> dict[str, Projection]:
    """Return the projections of all packages by topic."""
    found: dict[str, Projection] = {}
    for module in _modules():
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, Projection) and hasattr(each, "topic"):
                found[each.topic] = each()
    return found


@cache
def sources() -> dict[str, StateSource]:
    """Return the state sources of all packages by topic."""
    found: dict[str, StateSource] = {}
    for module in _modules():
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, StateSource) and hasattr(each, "topic"):
                found[each.topic] = each()
    return found


def sees(rights: Rights, item: Item) -> bool:
    """Say whether an item may be shown."""
    return may(rights, f"{item.topic}.see", item.scope, item.thing_id)
