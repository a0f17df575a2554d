"""Reading DXF: points, lines or areas of a drawing; a block is a point with its name.

Blocks are not drawn out: a survey's symbols (lamps, manholes) are blocks, and nested ones could
grow without end.
"""

import contextlib
import re
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.importing import ogr
from layers.importing.format import Choice, Format
from layers.importing.table import ABSENT, Batch, Table, Unreadable, joined, table

_DRIVER = "DXF"
_KINDS = ("points", "lines", "areas")
_FILLED = ("Hatch", "Trace", "Face", "Solid", "Region")
_NOTES = [
    ("arcs and curves are drawn as chords; a block is a point with its name",
     "弧与曲线已转为折线；图块取插入点并保留块名"),
    ("a closed line is among the areas and among the lines", "闭合线既在面中，也在线中"),
]  # fmt: skip
_BINARY = b"AutoCAD Binary DXF"
_PAGE, _HEAD = re.compile(rb"\$DWGCODEPAGE\s+3\s+ANSI_(\d{3,5})", re.IGNORECASE), 1 << 16
_INSERT, _CODE = re.compile(r"\n[ \t]*INSERT[ \t\r]*\n"), re.compile(r"\s*\+?(\d{1,6})")
_LONGEST = 20_000  # characters of one INSERT
LARGEST = 512 << 20  # bytes


class Dxf(Format):
    """AutoCAD DXF as text, R12 and later; curves become chords."""

    name, suffixes = "DXF", (".dxf",)

    def datasets(self, path: Path) -> list[str]:
        """Return which of points, lines and areas the drawing holds."""
        held = set(_kinds(_drawing(path)[0]).tolist())
        return [name for dimension, name in enumerate(_KINDS) if dimension in held]

    def read(self, path: Path, choice: Choice) -> Table:
        """Read what is of one kind; `Layer` is the drawing's layer."""
        drawing, notes = _drawing(path)
        shapes, kinds = drawing.shapes, _kinds(drawing)
        if choice.dataset == "lines":
            drawn = drawing.fields.get("SubClasses", [None] * len(drawing))
            closed = [at for at in np.flatnonzero(kinds == 2) if _is_line(drawn[at])]
            shapes[closed] = shapely.boundary(shapes[closed])
            kinds[closed] = 1
        chosen = np.flatnonzero(kinds == _KINDS.index(choice.dataset))
        fields = {
            name: [ABSENT if held[at] is None else held[at] for at in chosen]
            for name, held in drawing.fields.items()
        }
        return table(Batch(shapes[chosen], fields), notes=[*notes, *_NOTES])


def _is_line(drawn: object) -> bool:
    """Say by its subclasses whether an area was drawn as a closed line, not as a filling."""
    return not any(kind in str(drawn or "") for kind in _FILLED)


def _drawing(path: Path) -> tuple[Batch, list[tuple[str, str]]]:
    raw = path.read_bytes() if path.stat().st_size <= LARGEST else b"\0"
    if raw.startswith(_BINARY) or b"\0" in raw[:_HEAD]:
        raise Unreadable(
            f"{path.name} is a binary drawing, or larger than {LARGEST >> 20} MB",
            zh=f"{path.name} 为二进制图形文件，或超过 {LARGEST >> 20} MB",
            field="file",
            remedy="save it as DXF text (ASCII) in the drawing program",
        )
    text = _text(raw)
    if sum(map(_copies, _INSERT.finditer(text))) > ogr.MOST_ROWS:
        raise Unreadable(
            f"{path.name} draws its blocks more than {ogr.MOST_ROWS:,} times",
            zh=f"{path.name} 中图块阵列超过 {ogr.MOST_ROWS} 个",
            field="file",
        )
    plain = path.with_name(f"{path.stem}-utf8.dxf")
    plain.write_text(text, encoding="utf-8")
    found = ogr.read(plain, _DRIVER, "entities")
    return joined(found.batches), found.notes


def _copies(insert: re.Match[str]) -> int:
    """Return how often an INSERT draws its block: an array has columns (70) and rows (71)."""
    copies, at = 1, insert.end()
    lines = insert.string[at : at + _LONGEST].split("\n")
    for code, value in zip(lines[::2], lines[1::2], strict=False):
        group = _CODE.match(code)
        if group and int(group[1]) == 0:
            break
        if group and int(group[1]) in (70, 71) and (number := _CODE.match(value)):
            copies *= max(1, int(number[1]))
    return copies


def _text(raw: bytes) -> str:
    """Return a drawing's text: UTF-8 since 2007, before that the code page of its country."""
    named = _PAGE.search(raw[:_HEAD])
    page = f"cp{named[1].decode()}" if named else "gb18030"
    for encoding in ("utf-8", page.replace("cp936", "gb18030")):
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            return raw.decode(encoding)
    return raw.decode("gb18030", errors="replace")


def _kinds(drawing: Batch) -> NDArray[np.int32]:
    """Return each row's dimension, -1 for what has no geometry or mixed ones."""
    mixed = shapely.get_type_id(drawing.shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    return np.where(mixed, -1, shapely.get_dimensions(drawing.shapes)).astype(np.int32)
