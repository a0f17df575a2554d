"""Reading a Shapefile: its parts, the encoding of its table (GBK or UTF-8), its rows."""

import codecs
from pathlib import Path

from layers.importing import ogr
from layers.importing.format import Choice, Format
from layers.importing.table import ROWS, Table, Unreadable

_DRIVER = "ESRI Shapefile"
_MAGIC = b"\x00\x00\x27\x0a"
_LOOKED_AT = 5000  # records
_LANGUAGES = {0x4D: "gbk", 0x4F: "big5", 0x57: "cp1252", 0x03: "cp1252", 0x13: "cp932"}


class Shapefile(Format):
    """Esri Shapefile: the .shp with its parts beside it."""

    name, suffixes = "Shapefile", (".shp",)
    companions = (".shx", ".dbf", ".prj", ".cpg")

    def datasets(self, path: Path) -> list[str]:
        """Return one: a Shapefile is one data set."""
        return [path.stem]

    def read(self, path: Path, choice: Choice) -> Table:
        """Read all rows in the encoding that fits them."""
        return _read(path)


def _read(path: Path) -> Table:
    with path.open("rb") as opened:
        if opened.read(4) != _MAGIC:
            raise _unreadable(f"{path.name} is no Shapefile", f"{path.name} 不是 Shapefile")
    notes: list[tuple[str, str]] = []
    if _beside(path, ".shx") is None:
        notes.append(("the index .shx was missing and has been rebuilt", "缺少 .shx 索引，已重建"))
    attributes = _beside(path, ".dbf")
    if attributes is None:
        notes.append(("the table .dbf is missing: shapes have no attributes", "缺少 .dbf，无属性"))
    encoding = _encoding(path, attributes) if attributes else "utf-8"
    notes.append((f"text read as {encoding.upper()}", f"文字编码 {encoding.upper()}"))
    crs = _taken_prj(path)
    leap = attributes is None or not _deleted(attributes)
    found = ogr.read(path, _DRIVER, path.stem, encoding=encoding, leap=leap)
    found.crs, found.notes[:0] = crs, notes
    return found


def _beside(path: Path, suffix: str) -> Path | None:
    stem = path.stem.lower()
    found = (
        one
        for one in path.parent.iterdir()
        if one.suffix.lower() == suffix and one.stem.lower() == stem
    )
    return next(found, None)


def _taken_prj(path: Path) -> str:
    """Return what the .prj says and take it away: the reader stumbles over one in GBK."""
    found = _beside(path, ".prj")
    if found is None:
        return ""
    raw = found.read_bytes()
    found.unlink()
    text = raw.decode("utf-8") if _decodes(raw, "utf-8") else raw.decode("gb18030", "replace")
    return text.strip().lstrip("\ufeff")


def _deleted(table: Path) -> bool:
    """Say whether records are marked as deleted: rows then stand at other places than counted."""
    with table.open("rb") as opened:
        head = opened.read(32)
        header, size = (int.from_bytes(head[at : at + 2], "little") for at in (8, 10))
        opened.seek(header)
        while content := opened.read(max(1, size) * ROWS):
            if b"*" in content[:: max(1, size)]:
                return True
    return False


def _encoding(path: Path, table: Path) -> str:
    """Return the encoding that is named (.cpg, language byte) and fits, or the one that fits."""
    with table.open("rb") as opened:
        content = opened.read(32)
        header, size = (int.from_bytes(content[at : at + 2], "little") for at in (8, 10))
        content += opened.read(header + max(1, size) * _LOOKED_AT)
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
        "".encode(word or "utf-8")  # codecs that make no text (zip, hex) are refused here
        return codecs.lookup(word).name if word else _LANGUAGES.get(content[29:30][0], "")
    except (LookupError, ValueError):
        return ""


def _fits(content: bytes, encoding: str) -> bool:
    """Say whether names and records read in this encoding; a field's end may cut a character."""
    header = int.from_bytes(content[8:10], "little")
    size = max(1, int.from_bytes(content[10:12], "little"))
    names = [content[at : at + 11].split(b"\0")[0] for at in range(32, header - 1, 32)]
    lines = [content[at : at + size] for at in range(header, len(content), size)]
    bad = sum(not _decodes(one, encoding) for one in (*names, *lines[:_LOOKED_AT]))
    return bad <= (len(names) + min(len(lines), _LOOKED_AT)) // 50


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeError:
        return False
    return True


def _unreadable(en: str, zh: str) -> Unreadable:
    return Unreadable(en, zh=zh, field="file")
