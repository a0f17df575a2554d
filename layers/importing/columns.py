"""Which columns a file's rows make: a safe name, the field's own name as title, a type."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from pypinyin import lazy_pinyin

from layers.layer import CODE, Column

MOST = 200  # columns
LONGEST = 4000  # characters of one value
LONGEST_TITLE = 120  # characters of a field's own name
_EXACT = range(-(1 << 63), 1 << 63)  # whole numbers that every reader of ours holds
_TAKEN = {"fid", "geom", "n"}
Rows = Sequence[dict[str, Any]]


def of(rows: Rows) -> dict[str, tuple[str, Column]]:
    """Return (safe name, column) by the field's own name, in order of appearance."""
    found: dict[str, tuple[str, Column]] = {}
    used = set(_TAKEN)
    for field in list(dict.fromkeys(name for row in rows for name in row))[:MOST]:
        safe = _safe(field, used)
        used.add(safe)
        kind = _kind(row.get(field) for row in rows)
        tile = kind != "text" or len(found) < 12
        title = _text(field)[:LONGEST_TITLE] or safe
        found[field] = safe, Column(zh=title, en=title, type=kind, tile=tile)
    return found


def lost(rows: Rows, columns: dict[str, tuple[str, Column]]) -> list[tuple[str, str]]:
    """Return what is to be said of fields and texts that are more than can be kept."""
    notes = []
    fields = len(dict.fromkeys(name for row in rows for name in row))
    if fields > len(columns):
        en = f"{fields} fields: only the first {len(columns)} are kept"
        notes.append((en, f"共 {fields} 个字段，仅保留前 {len(columns)} 个"))
    texts = [field for field, (_, column) in columns.items() if column.type == "text"]
    cut = sum(len(str(row.get(field))) > LONGEST for row in rows for field in texts)
    if cut:
        en = f"{cut} texts are longer than {LONGEST:,} characters and were cut"
        notes.append((en, f"{cut} 个文本超过 {LONGEST} 字符，已截断"))
    return notes


def values(row: dict[str, Any], columns: dict[str, tuple[str, Column]]) -> dict[str, Any]:
    """Return a row under safe names, each value in its column's type."""
    kept = {}
    for field, (safe, column) in columns.items():
        value = row.get(field)
        if value is not None and value != "":
            kept[safe] = _text(value) if column.type == "text" else value
    return kept


def _safe(field: str, used: set[str]) -> str:
    """Return a column name: pinyin for Chinese, small letters, digits and underscores."""
    field = field[:LONGEST_TITLE]
    latin = "_".join(lazy_pinyin(field)) if not field.isascii() else field
    plain = re.sub(r"[^a-z0-9]+", "_", latin.lower()).strip("_")[:26]
    base = plain if plain and plain[0].isalpha() else f"f_{plain}".rstrip("_")
    name, nth = (base if CODE.fullmatch(base) else f"{base}_1"), 1
    while name in used:
        nth += 1
        name = f"{base}_{nth}"
    return name


def _kind(values: Iterable[Any]) -> str:
    kinds = {_type(value) for value in values if value is not None and value != ""}
    if not kinds:
        return "text"
    if kinds == {bool}:
        return "bool"
    if kinds == {int}:
        return "int"
    return "float" if kinds <= {int, float} else "text"


def _type(value: Any) -> type:
    """Return a value's type; a whole number that is too long to be one counts as a text."""
    return str if type(value) is int and value not in _EXACT else type(value)


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).replace("\0", "")[:LONGEST]
