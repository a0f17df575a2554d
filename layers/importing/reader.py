"""Rows of one layer as GDAL gives them, with days and texts that it cannot hold made good."""

import functools
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import pyogrio
from numpy.typing import NDArray

from layers.importing.table import Refused
from layers.importing.texts import BYTES, Texts


class Part(NamedTuple):
    """Some rows as GDAL gives them: facts of the fields, WKB, columns; who is refused."""

    meta: dict[str, Any]
    wkb: NDArray[np.object_]
    columns: list[NDArray[Any]]
    refused: list[Refused]


class Reader:
    """Reads rows of a layer, some at a time.

    Days that no calendar has come as texts. Text that is not UTF-8 is decoded here: GDAL leaves
    out what it cannot read, without a word.
    """

    def __init__(self, path: Path, layer: str, encoding: str | None, info: dict[str, Any]) -> None:
        self._path, self._layer = path, layer
        self._bytes = encoding not in (None, "utf-8")
        self._recoded = encoding is not None
        self._names = info["fields"]
        self._days = [str(kind) == "datetime64[D]" for kind in info["dtypes"]]
        self.texts = Texts(encoding or "utf-8")

    def part(self, first: int, most: int | None = None) -> Part:
        """Return rows from `first` on (from 0), all if `most` is not said."""
        if not self._bytes:
            try:
                meta, _, wkb, columns = self._read("utf-8", first, most)
                return Part(meta, wkb, columns, [])
            except UnicodeError:  # of some row: each is looked at
                pass
        meta, _, wkb, raw = self._read(BYTES, first, most)
        columns, refused = self.texts.columns(self._names, raw, first)
        return Part({**meta, "fields": self._names}, wkb, columns, refused)

    def _read(self, encoding: str, first: int, most: int | None) -> tuple[Any, ...]:
        limits = {"skip_features": first, "max_features": most} if most is not None else {}
        read = functools.partial(
            pyogrio.raw.read, self._path, encoding=encoding, datetime_as_string=True, **limits
        )
        try:
            return cast(tuple[Any, ...], read(layer=self._layer))
        except ValueError as error:
            if isinstance(error, UnicodeError) or not any(self._days):
                raise
            names = self._names
            if self._recoded:  # the names, too, are what GDAL makes of their bytes
                names = pyogrio.read_info(self._path, layer=self._layer, encoding=encoding)[
                    "fields"
                ]
            asked = ", ".join(map(_selected, map(str, names), self._days))
            sql = f"SELECT {asked} FROM {_named(self._layer)}"
            return cast(tuple[Any, ...], read(sql=sql, sql_dialect="OGRSQL"))


def _named(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _selected(field: str, is_day: bool) -> str:
    name = _named(field)
    return f"CAST({name} AS character(10)) AS {name}" if is_day else name
