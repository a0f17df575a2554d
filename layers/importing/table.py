"""What a file of features holds, whatever its format: batches of rows, what was noticed."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Problem

Shapes = NDArray[np.object_]
Fields = dict[str, list[Any]]
ABSENT: EllipsisType = ...  # what a row holds that lacks a field which others have
ROWS = 50_000  # of a batch


class Unreadable(Problem):
    """A file that cannot be taken at all; nothing of it was stored."""

    status, code, title = 422, "unreadable_file", "The file cannot be imported"


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left out: its number in the file (from 1) and why, in both languages."""

    row: int
    en: str
    zh: str


@dataclasses.dataclass(slots=True)
class Batch:
    """Rows that follow one another, by column.

    Shapes are in the file's own coordinates (None: unreadable); `refused` counts rows from the
    beginning of the file.
    """

    shapes: Shapes
    fields: Fields
    refused: list[Refused] = dataclasses.field(default_factory=list)

    def __len__(self) -> int:
        return len(self.shapes)

    def rows(self, at: Sequence[int]) -> list[dict[str, Any]]:
        """Return some rows as objects."""
        return [
            {name: held[i] for name, held in self.fields.items() if held[i] is not ABSENT}
            for i in at
        ]


@dataclasses.dataclass(slots=True)
class Table:
    """Features of one file, read once, as they are asked for; `count` is how many are expected.

    `crs` is what the file says of its coordinates; `notes` are (en, zh) pairs for the report,
    complete when all has been read.
    """

    batches: Iterable[Batch]
    count: int
    crs: str = ""
    notes: list[tuple[str, str]] = dataclasses.field(default_factory=list)


def table(whole: Batch, crs: str = "", notes: Iterable[tuple[str, str]] = ()) -> Table:
    """Return what was read in one go as a table of batches."""
    return Table(_pieces(whole), len(whole), crs, list(notes))


def in_columns(rows: Sequence[dict[str, Any]]) -> Fields:
    """Return objects by column."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name, ABSENT) for row in rows] for name in names}


def joined(batches: Iterable[Batch]) -> Batch:
    """Return batches that follow one another as one."""
    shapes: list[Shapes] = [np.empty(0, object)]
    fields: Fields = {}
    refused: list[Refused] = []
    count = 0
    for batch in batches:
        for name in dict.fromkeys((*fields, *batch.fields)):
            held = fields.setdefault(name, [ABSENT] * count)
            held += batch.fields.get(name, [ABSENT] * len(batch))
        shapes.append(batch.shapes)
        refused += batch.refused
        count += len(batch)
    return Batch(np.concatenate(shapes), fields, refused)


def _pieces(whole: Batch) -> Iterator[Batch]:
    refused: dict[int, list[Refused]] = {}
    for one in whole.refused:
        refused.setdefault((one.row - 1) // ROWS, []).append(one)
    for nth, at in enumerate(range(0, len(whole), ROWS)):
        fields = {name: held[at : at + ROWS] for name, held in whole.fields.items()}
        yield Batch(whole.shapes[at : at + ROWS], fields, refused.get(nth, []))
