"""What a file of features holds, whatever its format: shapes, rows, what was noticed."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Problem

Shapes = NDArray[np.object_]


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
class Table:
    """Features of one file: shapes in the file's own coordinates (None: unreadable) and rows.

    `crs` is what the file says of its coordinates; `notes` are (en, zh) pairs for the report.
    """

    shapes: Shapes
    rows: list[dict[str, Any]]
    crs: str = ""
    refused: list[Refused] = dataclasses.field(default_factory=list)
    notes: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows)
