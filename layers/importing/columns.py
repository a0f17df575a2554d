"""Which columns a file's rows make: a safe name, the field's own name as title, a type."""

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pypinyin import lazy_pinyin

from layers.importing.table import ABSENT, Fields
from layers.layer import CODE, Column

MOST = 200  # columns
LONGEST = 4000  # characters of one value
LONGEST_TITLE = 120  # characters of a field's own name
_EXACT = range(-(1 << 63), 1 << 63)  # whole numbers that every reader of ours holds
_TAKEN = {"fid", "geom", "n"}
_GAPS = (None, "", ABSENT)
Named = dict[str, tuple[str, Column]]  # safe name and column by the field's own name
_quoted = json.encoder.encode_basestring
_LITERAL: dict[type, Callable[[Any], str]] = {
    bool: {True: "true", False: "false"}.__getitem__,
    int: str,
    float: float.__repr__,
}


@dataclasses.dataclass(slots=True)
class _Seen:
    """What one field holds: kinds of values, and how many texts are too long."""

    kinds: set[type] = dataclasses.field(default_factory=set)
    long: int = 0


class Kinds:
    """What the fields of many rows hold, gathered batch by batch."""

    def __init__(self) -> None:
        self._fields: dict[str, _Seen] = {}

    def add(self, fields: Fields) -> None:
        """Look at further rows."""
        for name, held in fields.items():
            kinds = set(map(type, held))
            if kinds != {type(ABSENT)}:
                seen = self._fields.setdefault(name, _Seen())
                seen.kinds |= _filled(kinds, held)
                seen.long += _long(kinds, held)

    def named(self) -> Named:
        """Return the columns of the fields, in order of appearance."""
        found: Named = {}
        used = set(_TAKEN)
        for field, seen in list(self._fields.items())[:MOST]:
            safe = _safe(field, used)
            used.add(safe)
            kind = _kind(seen.kinds)
            tile = kind != "text" or len(found) < 12
            title = _text(field)[:LONGEST_TITLE] or safe
            found[field] = safe, Column(zh=title, en=title, type=kind, tile=tile)
        return found

    def lost(self, columns: Named) -> list[tuple[str, str]]:
        """Return what is to be said of fields and texts that are more than can be kept."""
        notes = []
        fields = len(self._fields)
        if fields > len(columns):
            en = f"{fields} fields: only the first {len(columns)} are kept"
            notes.append((en, f"共 {fields} 个字段，仅保留前 {len(columns)} 个"))
        texts = [field for field, (_, column) in columns.items() if column.type == "text"]
        cut = sum(self._fields[field].long for field in texts)
        if cut:
            en = f"{cut} texts are longer than {LONGEST:,} characters and were cut"
            notes.append((en, f"{cut} 个文本超过 {LONGEST} 字符，已截断"))
        return notes


def _filled(kinds: set[type], held: list[Any]) -> set[type]:
    """Return the kinds of values that are no gaps; a whole number too long to be one is a text."""
    found = kinds - {type(None), type(ABSENT)}
    if str in found and not any(one for one in held if type(one) is str):
        found.discard(str)
    if int in found and any(type(one) is int and one not in _EXACT for one in held):
        found.add(str)
    return found


def _long(kinds: set[type], held: list[Any]) -> int:
    if kinds == {str}:
        return 0 if max(map(len, held)) <= LONGEST else sum(len(one) > LONGEST for one in held)
    if kinds.isdisjoint((str, list, dict)):
        return 0
    return sum(len(str(one)) > LONGEST for one in held if one is not ABSENT)


def written(fields: Fields, columns: Named, count: int) -> Iterator[str]:
    """Return each of `count` rows as JSON under safe names, each value in its column's type."""
    pairs = [
        _pairs(fields[field], f',"{safe}":', column.type == "text")
        for field, (safe, column) in columns.items()
        if field in fields
    ]
    if not pairs:
        return iter(["{}"] * count)
    return (f"{{{row[1:]}}}" for row in map("".join, zip(*pairs, strict=True)))


def _pairs(held: list[Any], name: str, text: bool) -> Iterable[str]:
    """Return each row's pair of name and value, "" for a gap."""
    if not text:
        return ["" if one in _GAPS else name + _LITERAL[type(one)](one) for one in held]
    if set(map(type, held)) != {str} or _long({str}, held) or "\0" in "".join(held):
        return ["" if one in _GAPS else name + _quoted(_text(one)) for one in held]
    return [name + _quoted(one) if one else "" for one in held]


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


def _kind(kinds: set[type]) -> str:
    if not kinds:
        return "text"
    if kinds == {bool}:
        return "bool"
    if kinds == {int}:
        return "int"
    return "float" if kinds <= {int, float} else "text"


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return str(value).replace("\0", "")[:LONGEST]
