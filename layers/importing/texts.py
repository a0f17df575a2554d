"""Texts that are not in the encoding of their table: a row of another system, a cut character.

A field of fixed length may end within a character: its text loses that one, which is told. A row
whose text is of another encoding is refused by its number, and all others are read.
"""

import dataclasses
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.importing.table import Refused, Unreadable

BYTES = "ISO-8859-1"  # reads whatever there is: each byte as the character of its number
_CUT = ("unexpected end of data", "incomplete multibyte sequence")
_PARTLY = re.compile(r"Value '(.*)' of field (.*) parsed incompletely to (\w+)", re.DOTALL)


@dataclasses.dataclass(slots=True)
class Texts:
    """Turns what was read as `BYTES` into texts of an encoding; counts what was cut."""

    encoding: str
    cut: int = 0

    def columns(
        self, names: NDArray[np.object_], columns: list[NDArray[Any]], first: int
    ) -> tuple[list[NDArray[Any]], list[Refused]]:
        """Return the columns of rows from `first` (0: the file's first one), and who is refused."""
        refused: dict[int, Refused] = {}
        turned = []
        for name, column in zip(names, columns, strict=True):
            held = column.copy()
            places = [at for at, one in enumerate(column) if type(one) is str]
            for at, text in zip(places, self._texts(column[places].tolist()), strict=True):
                held[at] = text
                if text is None:
                    row = first + at + 1
                    refused.setdefault(row, self._refused(row, str(name)))
            turned.append(held)
        return turned, list(refused.values())

    def told(self) -> list[tuple[str, str]]:
        """Return what is to be said of texts that were cut; nothing if none."""
        if not self.cut:
            return []
        return [
            (
                f"{self.cut} texts ended within a character, which was left out",
                f"{self.cut} 个文本末尾有半个字符，已去除",
            )
        ]

    def _texts(self, read: list[str]) -> list[str | None]:
        """Return texts, all at once if all are sound."""
        try:  # no text of GDAL's holds a NUL, and no character of two bytes ends in one
            whole = "\0".join(read).encode(BYTES).decode(self.encoding).split("\0")
            return list[str | None](whole) if read else []
        except UnicodeError:
            return [self._text(one.encode(BYTES)) for one in read]

    def _text(self, raw: bytes) -> str | None:
        """Return the text; without its end, if that alone is cut; None if it is none."""
        try:
            return raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            if error.reason not in _CUT:
                return None
            self.cut += 1
            return raw[: error.start].decode(self.encoding)

    def _refused(self, row: int, name: str) -> Refused:
        encoding = self.encoding.upper()
        return Refused(
            row, f"{name!r} holds text that is not {encoding}", f"{name!r} 中的文字不是 {encoding}"
        )


@contextmanager
def unlike_their_types(name: str) -> Iterator[None]:
    """Refuse a file whose texts are declared as numbers and are none, or too large for them.

    GDAL takes of such a text what it can, 2147483647 of 3100000000, and only warns.
    """
    found: list[re.Match[str]] = []

    def look(message: Warning | str, *_: object) -> None:
        if not found and (match := _PARTLY.search(str(message))):
            found.append(match)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = look  # type: ignore[assignment]
        yield
    if found:
        value, field, kind = found[0].groups()
        field = field.rpartition(".")[2]
        raise Unreadable(
            f"{name} declares {field!r} as {kind} and holds {value[:60]!r} there",
            zh=f"{name} 的字段 {field!r} 声明为 {kind}，其中有 {value[:60]!r}",
            field="file",
            remedy=f"declare {field!r} as text or double in the file",
        )
