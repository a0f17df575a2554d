"""The contract of a performance: something that plays itself at the public doors, live.

A scenario says what stations send at given moments and `city.stage` plays it; a performance goes on
for as long as one lets it (vehicles that drive about). Shelf: `city/performances/`.
"""

import asyncio
import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import cache
from typing import ClassVar

from core.shelf import classes

Say = Callable[[str, str], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller wants: how many take part, seconds between reports, for how many minutes."""

    count: int
    every: float
    minutes: float


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """What came of it: lines to print, and whether something acknowledged was not found again."""

    lines: Sequence[str]
    lost: int


class Performance(ABC):
    """One performance."""

    title_zh: ClassVar[str]
    title_en: ClassVar[str]

    @abstractmethod
    async def play(self, wishes: Wishes, say: Say, stop: asyncio.Event) -> Account:
        """Play until the time is over or `stop` is set; raises Unplayable."""


@cache
def performances() -> dict[str, type[Performance]]:
    """Return the shelf by name: the file's name with hyphens."""
    found = classes("city.performances", Performance)  # type: ignore[type-abstract]
    return {name.replace("_", "-"): each for name, each in found}
