"""Reading a table of text (CSV, TSV): its encoding, its delimiter, where its coordinates stand."""

import csv
import io
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from layers.importing import located
from layers.importing.format import Choice, Format
from layers.importing.table import Batch, Refused, Table, Unreadable, table

LARGEST = 1 << 30  # bytes
MOST_COLUMNS, LONGEST = 1000, 8 << 20  # a field may hold the WKT of a whole province
_DELIMITERS = ",;\t|"
_INT, _FLOAT = re.compile(r"-?(0|[1-9]\d{0,14})"), re.compile(r"-?\d+\.?\d*(e[-+]?\d+)?", re.I)
_GAPS = {"", "null", "none", "nan", "n/a", "\\n"}


class Delimited(Format):
    """CSV and TSV with coordinates in two columns, or WKT in one; UTF-8, UTF-16 or GBK."""

    name, suffixes = "CSV", (".csv", ".tsv")

    def datasets(self, path: Path) -> list[str]:
        """Return one: a text table holds one data set."""
        return [path.stem]

    def read(self, path: Path, choice: Choice) -> Table:
        """Read all rows; texts that are numbers throughout a column become numbers."""
        if path.stat().st_size > LARGEST:
            raise _unreadable(f"it is larger than {LARGEST >> 30} GB", f"超过 {LARGEST >> 30} GB")
        text, encoding = _decoded(path.read_bytes())
        heads, lines = _lines(text)
        where = located.where(heads, choice)
        columns, refused = _columns(heads, lines)
        shapes, crs = located.shapes(where, columns, refused)
        kept = {name: _typed(held) for name, held in columns.items() if name not in where}
        notes = [
            (f"text read as {encoding.upper()}", f"文字编码 {encoding.upper()}"),
            (f"coordinates from {where.told}", f"坐标取自 {where.told}"),
        ]
        return table(Batch(shapes, kept, refused), crs, notes)


def _decoded(raw: bytes) -> tuple[str, str]:
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
    marked = next((name for mark, name in marks.items() if raw.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding), encoding.replace("gb18030", "gbk").removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise _unreadable("its text is neither UTF-8 nor GBK", "文字既非 UTF-8 也非 GBK")


def _lines(text: str) -> tuple[list[str], Iterator[list[str]]]:
    first = text.partition("\n")[0]
    if "\0" in text:
        raise _unreadable("it holds zero bytes, which no text has", "含有空字符，不是文本")
    if not first.strip():
        raise _unreadable("it has no line of column names", "没有表头")
    delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(LONGEST)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heads = [name.strip() for name in next(reader)]
    if len(heads) > MOST_COLUMNS:
        raise _unreadable(f"it has more than {MOST_COLUMNS} columns", "字段过多")
    twice = next((name for name in heads if name and heads.count(name) > 1), "")
    if twice:
        raise _unreadable(f"two columns are called {twice!r}", f"有两个字段名为 {twice!r}")
    return _filled(heads), _sound(reader)


def _filled(heads: list[str]) -> list[str]:
    """Name what has no name by its place, as long as no other column is called so."""
    named = []
    for at, name in enumerate(heads, 1):
        own = name or f"column_{at}"
        while not name and own in heads:
            own += "_"
        named.append(own)
    return named


def _sound(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from (line for line in reader if line)
    except csv.Error as error:
        raise _unreadable(str(error), "CSV 结构有误") from error


def _columns(
    heads: list[str], lines: Iterator[list[str]]
) -> tuple[dict[str, list[str]], list[Refused]]:
    """Return texts by column; a line with more or fewer fields than the head is refused."""
    columns: dict[str, list[str]] = {name: [] for name in heads}
    held, refused = list(columns.values()), []
    for number, line in enumerate(lines, 1):
        if len(line) != len(heads):
            refused.append(
                Refused(
                    number,
                    f"has {len(line)} fields, the head has {len(heads)}",
                    f"有 {len(line)} 个字段，表头为 {len(heads)} 个",
                )
            )
            line = [""] * len(heads)
        for into, value in zip(held, line, strict=True):
            into.append(value)
    return columns, refused


# --- what the other columns hold --------------------------------------------------------------


def _typed(texts: list[str]) -> list[Any]:
    """Return a column as whole numbers, numbers or texts; what begins with 0 stays a text."""
    bare = [text.strip() for text in texts]
    filled = [text for text in bare if text.lower() not in _GAPS]
    read: Callable[[str], Any] = str
    if filled and all(_INT.fullmatch(text) for text in filled):
        read = int
    elif filled and all(_is_number(text) for text in filled):
        read = float
    return [read(text) if text.lower() not in _GAPS else None for text in bare]


def _is_number(text: str) -> bool:
    return bool(_FLOAT.fullmatch(text)) and not _coded(text) and math.isfinite(float(text))


def _coded(text: str) -> bool:
    """Say whether digits are a code, not a number: a leading zero, or too long to be exact."""
    digits = text.lstrip("-")
    return (digits[:1] == "0" and digits[1:2].isdigit()) or (digits.isdigit() and len(digits) > 15)


def _unreadable(en: str, zh: str) -> Unreadable:
    return Unreadable(
        f"the file is no table that can be taken: {en}",
        zh=f"文件不是可用的表格：{zh}",
        field="file",
    )
