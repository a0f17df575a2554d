"""What the worker does by the clock: a package lists its own in `duties.py`, no more is edited.

Each lane is one thread with its own connection to the database, so that a slow delivery or import
holds up no clock tick. Only one worker in the city owns the lanes at a time.
"""

import dataclasses
import enum
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings


class Lane(enum.Enum):
    """Which thread does it: what is due to the second, what goes out, what takes long."""

    CLOCK = "clock"
    OUTSIDE = "outside"
    LONG = "long"


@dataclasses.dataclass(slots=True)
class Duty:
    """Something to be done every so many seconds; `do` opens its own transactions."""

    name: str
    every: float
    do: Callable[[], object]
    lane: Lane = Lane.CLOCK
    due: float = 0.0


def duties() -> Iterator[Duty]:
    """Yield the duties of all packages, in the order in which they are installed."""
    for app in settings.INSTALLED_APPS:
        if "." not in app and find_spec(f"{app}.duties") is not None:
            yield from import_module(f"{app}.duties").DUTIES
