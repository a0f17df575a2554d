"""The contract of a format of features; a new one is one file in `layers/importing/formats/`.

A format reads files that strangers made: it opens nothing but the one file (and its named parts),
fetches nothing, and says what is wrong in one sentence (`Unreadable`).
"""

import abc
import dataclasses
from functools import cache
from pathlib import Path
from typing import ClassVar

from core import shelf
from layers.importing.table import Table

SHELF = "layers.importing.formats"


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """What the one who imports said of a file's inside; all may be empty.

    `dataset` names one of several data sets; `east` and `north` name the columns of coordinates.
    """

    dataset: str = ""
    east: str = ""
    north: str = ""


class Format(abc.ABC):
    """One format: how it is called, which files it is made of, what they hold.

    A file that ends in one of `companions` is kept beside its main file.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    companions: ClassVar[tuple[str, ...]] = ()

    @abc.abstractmethod
    def datasets(self, path: Path) -> list[str]:
        """Return the names of the data sets in the file; raises Unreadable if it is none."""

    @abc.abstractmethod
    def read(self, path: Path, choice: Choice) -> Table:
        """Read one data set whole; raises Unreadable."""


@cache
def by_suffix() -> dict[str, Format]:
    """Return the shelf's formats by the endings of their files' names."""
    every = [kind() for _, kind in shelf.classes(SHELF, Format)]  # type: ignore[type-abstract]
    return {suffix: one for one in every for suffix in one.suffixes}


@cache
def companions() -> frozenset[str]:
    """Return the endings of files that stand beside another one."""
    return frozenset(suffix for one in by_suffix().values() for suffix in one.companions)


def names() -> str:
    """Return how the formats are called, for a sentence."""
    return ", ".join(sorted({one.name for one in by_suffix().values()}))
