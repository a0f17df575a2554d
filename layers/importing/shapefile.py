"""Reading a Shapefile: its parts, the encoding of its table (GBK or UTF-8), its rows."""

import codecs
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataSourceError

from layers.importing.table import Table, Unreadable

_MAGIC = b"\x00\x00\x27\x0a"
_LANGUAGES = {0x4D: "gbk", 0x4F: "big5", 0x57: "cp1252", 0x03: "cp1252", 0x13: "cp932"}


def read(path: Path) -> Table:
    """Read all rows; raises Unreadable if the file is none."""
    with path.open("rb") as opened:
        if opened.read(4) != _MAGIC:
            raise _unreadable(f"{path.name} is no Shapefile", f"{path.name} 不是 Shapefile")
    notes: list[tuple[str, str]] = []
    if _beside(path, ".shx") is None:
        notes.append(("the index .shx was missing and has been rebuilt", "缺少 .shx 索引，已重建"))
    table = _beside(path, ".dbf")
    if table is None:
        notes.append(("the table .dbf is missing: shapes have no attributes", "缺少 .dbf，无属性"))
    encoding = _encoding(path, table) if table else "utf-8"
    notes.append((f"text read as {encoding.upper()}", f"文字编码 {encoding.upper()}"))
    shapes, rows = _rows(path, encoding)
    return Table(shapes, rows, _prj(path), notes=notes)


def _rows(path: Path, encoding: str) -> tuple[NDArray[np.object_], list[dict[str, Any]]]:
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    try:
        meta, _, wkb, columns = pyogrio.raw.read(path, encoding=encoding, datetime_as_string=True)
    except (DataSourceError, UnicodeError, ValueError) as error:
        raise _unreadable(
            f"{path.name} cannot be read: {str(error).replace(str(path.parent), '')}",
            f"{path.name} 无法读取",
        ) from error
    if wkb is None:
        raise _unreadable(f"{path.name} holds no geometry", f"{path.name} 没有几何数据")
    names = [str(name) for name in meta["fields"]]
    values = [[_plain(one) for one in column.tolist()] for column in columns]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
    return shapely.from_wkb(wkb, on_invalid="ignore"), rows or [{} for _ in wkb]


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it: no NaN."""
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _beside(path: Path, suffix: str) -> Path | None:
    stem = path.stem.lower()
    found = (
        one
        for one in path.parent.iterdir()
        if one.suffix.lower() == suffix and one.stem.lower() == stem
    )
    return next(found, None)


def _prj(path: Path) -> str:
    found = _beside(path, ".prj")
    return found.read_text(encoding="utf-8", errors="replace").strip() if found else ""


def _encoding(path: Path, table: Path) -> str:
    """Return the encoding that is named (.cpg, language byte) and fits, or the one that fits."""
    content = table.read_bytes()
    named = _named(path, content)
    for encoding in filter(None, (named, "utf-8", "gbk")):
        if _fits(content, encoding):
            return encoding
    return named or "ISO-8859-1"


def _named(path: Path, content: bytes) -> str:
    cpg = _beside(path, ".cpg")
    word = cpg.read_text(encoding="ascii", errors="replace").strip() if cpg else ""
    if word.isdigit():
        word = {"65001": "utf-8", "936": "gbk"}.get(word, f"cp{word}")
    try:
        return codecs.lookup(word).name if word else _LANGUAGES.get(content[29:30][0], "")
    except (LookupError, IndexError):
        return ""


def _fits(content: bytes, encoding: str) -> bool:
    """Say whether names and records read in this encoding; a field's end may cut a character."""
    header = int.from_bytes(content[8:10], "little")
    size = max(1, int.from_bytes(content[10:12], "little"))
    names = [content[at : at + 11].split(b"\0")[0] for at in range(32, header - 1, 32)]
    lines = [content[at : at + size] for at in range(header, len(content), size)]
    bad = sum(not _decodes(one, encoding) for one in (*names, *lines[:5000]))
    return bad <= (len(names) + min(len(lines), 5000)) // 50


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _unreadable(en: str, zh: str) -> Unreadable:
    return Unreadable(en, zh=zh, field="file")
