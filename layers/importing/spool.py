"""Rows that wait on disk, batch by batch, so that a file's size is not the memory it takes."""

import marshal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.importing.table import Fields

_SIZE = 8  # bytes of a batch's length


class Rows(NamedTuple):
    """Rows as they are stored: numbers in the file, WKB in EPSG:4326 (hex), values by field."""

    numbers: list[int]
    wkb: list[str]
    fields: Fields


class Spool:
    """A file of rows, written once and read as often as needed.

    `marshal` holds what rows are made of, and these bytes never leave the process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ends: list[int] = []  # the last row's number of each batch

    def add(self, rows: Rows) -> None:
        """Write some rows, further in the file than those before."""
        held = marshal.dumps(tuple(rows))
        with self._path.open("ab") as out:
            out.write(len(held).to_bytes(_SIZE, "little"))
            out.write(held)
        self._ends.append(rows.numbers[-1])

    def __iter__(self) -> Iterator[Rows]:
        return self._read(range(len(self._ends)))

    def wkb(self, numbers: NDArray[np.int64]) -> list[str]:
        """Return the shapes of rows by number, in ascending order."""
        wanted = set(numbers.tolist())
        batches = set(np.searchsorted(self._ends, numbers).tolist())
        return [
            wkb
            for rows in self._read(sorted(batches))
            for number, wkb in zip(rows.numbers, rows.wkb, strict=True)
            if number in wanted
        ]

    def _read(self, batches: Sequence[int]) -> Iterator[Rows]:
        if not batches:
            return
        wanted = set(batches)
        with self._path.open("rb") as source:
            for at in range(batches[-1] + 1):
                size = int.from_bytes(source.read(_SIZE), "little")
                if at in wanted:
                    yield Rows(*marshal.loads(source.read(size)))  # noqa: S302
                else:
                    source.seek(size, 1)
