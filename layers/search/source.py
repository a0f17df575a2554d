"""What can be found by name or code: the contract. A package lists its own in `searching.py`.

A `Family` tells which sources it has and, in one statement, the stamp of each: whatever changes a
source's rows changes its stamp in the same transaction, so that no search shows what is no more.
`Codes` are looked up in the database itself: things that come by the minute and have numbers only.
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import ClassVar

from django.conf import settings

from people.may import Rights

Box = tuple[float, float, float, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """One thing as it stands now; `division` is the prefix of where it lies, "" if not known."""

    id: str
    name_zh: str
    name_en: str
    code: str
    kind: str
    kind_zh: str
    kind_en: str
    lon: float | None
    lat: float | None
    division: str = ""
    layer: str | None = None
    bounds: Box | None = None
    simulated: bool = False


class Source(ABC):
    """Names of one kind, kept in memory as long as their stamp stays the same."""

    code: str

    @property
    @abstractmethod
    def rows(self) -> str:
        """Return the statement that lists them: id, zh, en, code, scope, weight, lon, lat.

        Without parameters. The weight orders kinds: 8 a city, 4 a hospital, 0 a manhole.
        """

    @abstractmethod
    def seen(self, rights: Rights, scopes: Sequence[str]) -> list[bool]:
        """Say for each scope whether these rights show what lies in it."""

    @abstractmethod
    def now(self, ids: Sequence[int], rights: Rights) -> dict[int, Found]:
        """Return what stands in the database under these numbers, as far as it may be seen."""


class Family(ABC):
    """Sources whose stamps one statement reads."""

    stamps: ClassVar[str]  # lists (code of the source, stamp), both text, without parameters

    @abstractmethod
    def sources(self) -> Iterable[Source]:
        """Return the sources that there are now."""


class Codes(ABC):
    """Things that are found by the beginning of their number, in the database itself."""

    code: str

    @abstractmethod
    def find(self, typed: str, rights: Rights, limit: int) -> list[Found]:
        """Return those whose number begins with what was typed, newest first."""


@cache
def _listed() -> tuple[Family | Codes, ...]:
    found: list[Family | Codes] = []
    for app in settings.INSTALLED_APPS:
        if "." not in app and find_spec(f"{app}.searching") is not None:
            found += import_module(f"{app}.searching").SEARCHED
    return tuple(found)


def families() -> Iterator[Family]:
    """Yield the families of all packages."""
    yield from (each for each in _listed() if isinstance(each, Family))


def codes() -> Iterator[Codes]:
    """Yield what all packages let be found by number."""
    yield from (each for each in _listed() if isinstance(each, Codes))
