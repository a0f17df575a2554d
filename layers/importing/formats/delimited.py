"""Reading a table of text (CSV, TSV): its encoding, its delimiter, where its coordinates stand."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely

from layers.importing.format import Choice, Format
from layers.importing.table import Refused, Shapes, Table, Unreadable

LARGEST = 1 << 30  # bytes
MOST_COLUMNS, LONGEST = 1000, 8 << 20  # a field may hold the WKT of a whole province
_DELIMITERS = ",;\t|"
_EAST = ("lon", "lng", "long", "longitude", "经度", "东经", "wgs84_lon", "gcj02_lon", "bd09_lon",
         "lon_wgs84", "lon_gcj02", "lng_wgs84", "lng_gcj02", "easting", "东坐标", "x", "point_x",
         "x坐标", "坐标x", "横坐标", "coord_x", "xcoord")  # fmt: skip
_NORTH = ("lat", "lat", "lat", "latitude", "纬度", "北纬", "wgs84_lat", "gcj02_lat", "bd09_lat",
          "lat_wgs84", "lat_gcj02", "lat_wgs84", "lat_gcj02", "northing", "北坐标", "y", "point_y",
          "y坐标", "坐标y", "纵坐标", "coord_y", "ycoord")  # fmt: skip
_SHAPE = ("wkt", "geom", "geometry", "the_geom", "shape", "几何", "图形", "geom_wkt", "wkt_geom")
_SRID = re.compile(r"\s*SRID\s*=\s*(\d+)\s*;", re.IGNORECASE)
_DEGREES = re.compile(
    r"""(?:([EWNS东西北南])[经纬]?)?\s*(\d{1,3})[°度d]\s*(?:(\d{1,2}(?:\.\d+)?)['′’分m])?
    \s*(?:(\d{1,2}(?:\.\d+)?)(?:["″”秒s]|''))?\s*([EWNS])?""",
    re.VERBOSE | re.IGNORECASE,
)
_INT, _FLOAT = re.compile(r"-?(0|[1-9]\d{0,14})"), re.compile(r"-?\d+\.?\d*(e[-+]?\d+)?", re.I)
_GAPS = {"", "null", "none", "nan", "n/a", "\\n"}


class _Where(NamedTuple):
    """In which columns the coordinates stand: one of WKT, or east and north."""

    shape: str = ""
    east: str = ""
    north: str = ""


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
        where = _where(heads, choice)
        columns, refused = _columns(heads, lines)
        shapes, crs = _shapes(where, columns, refused)
        kept = {name: _typed(held) for name, held in columns.items() if name not in where}
        rows = [dict(zip(kept, row, strict=True)) for row in zip(*kept.values(), strict=True)]
        notes = [
            (f"text read as {encoding.upper()}", f"文字编码 {encoding.upper()}"),
            (f"coordinates from {_told(where)}", f"坐标取自 {_told(where)}"),
        ]
        return Table(shapes, rows or [{} for _ in shapes], crs, refused, notes)


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
    if not first.strip() or "\0" in text[:4096]:
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
    return [name or f"column_{at}" for at, name in enumerate(heads, 1)], _sound(reader)


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


# --- where the coordinates stand --------------------------------------------------------------


def _where(heads: list[str], choice: Choice) -> _Where:
    """Return the columns that were named, or those whose names say it; raises Unreadable."""
    for name in filter(None, (choice.east, choice.north)):
        if name not in heads:
            raise _lost(heads, f"there is no column {name!r}", f"没有字段 {name!r}")
    if choice.east and not choice.north:
        return _Where(shape=choice.east)
    if choice.east:
        return _Where(east=choice.east, north=choice.north)
    plain = {_plain(name): name for name in heads}
    for east, north in zip(_EAST, _NORTH, strict=True):
        if east in plain and north in plain:
            return _Where(east=plain[east], north=plain[north])
    shape = next((plain[name] for name in _SHAPE if name in plain), "")
    if not shape:
        raise _lost(heads, "its columns do not say where coordinates stand", "看不出坐标所在的字段")
    return _Where(shape=shape)


def _plain(name: str) -> str:
    """Return a column's name without case, blanks and its unit in brackets."""
    return re.sub(r"[（(\[].*?[)）\]]|[\s\-]", "", name).lower()


def _lost(heads: list[str], en: str, zh: str) -> Unreadable:
    listed = ", ".join(heads[:40])
    return Unreadable(
        f"{en}; it has: {listed}",
        zh=f"{zh}；现有：{listed}",
        field="east",
        remedy="name the columns of longitude (or easting) as `east` and of latitude (or northing)"
        " as `north`, or a column of WKT as `east` alone",
    )


def _told(where: _Where) -> str:
    return where.shape or f"{where.east}, {where.north}"


def _shapes(
    where: _Where, columns: dict[str, list[str]], refused: list[Refused]
) -> tuple[Shapes, str]:
    if where.shape:
        return _from_wkt(columns[where.shape], refused)
    known = {one.row for one in refused}
    count = len(columns[where.east])
    places = np.full((count, 2), np.nan)
    for at, pair in enumerate(zip(columns[where.east], columns[where.north], strict=True)):
        east, north = (_number(text) for text in pair)
        if east is not None and north is not None:
            places[at] = east, north
        elif at + 1 not in known:
            refused.append(_no_place(at + 1, *pair))
    shapes: Shapes = np.full(count, None, dtype=object)
    there = ~np.isnan(places).any(axis=1)
    shapes[there] = shapely.points(places[there])
    return shapes, ""


def _no_place(row: int, east: str, north: str) -> Refused:
    if not east.strip() and not north.strip():
        return Refused(row, "has no coordinates", "没有坐标")
    shown = f"{east[:30]!r}, {north[:30]!r}"
    return Refused(row, f"its coordinates are no numbers: {shown}", f"坐标不是数字：{shown}")


def _number(text: str) -> float | None:
    """Return a coordinate, also one in degrees, minutes and seconds; None for anything else."""
    text = text.strip()
    try:
        found = float(text)
    except ValueError:
        return _of_degrees(text)
    return found if np.isfinite(found) else None


def _of_degrees(text: str) -> float | None:
    found = _DEGREES.fullmatch(text)
    if found is None:
        return None
    before, degrees, minutes, seconds, after = found.groups()
    value = float(degrees) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -value if (before or after or "").upper() in ("W", "S", "西", "南") else value


def _from_wkt(texts: list[str], refused: list[Refused]) -> tuple[Shapes, str]:
    """Return shapes of WKT or EWKT, and the frame that the first EWKT names."""
    known = {one.row for one in refused}
    crs = next((f"EPSG:{found[1]}" for found in map(_SRID.match, texts) if found), "")
    bare = [_SRID.sub("", text, count=1).strip() or None for text in texts]
    shapes: Shapes = np.asarray(shapely.from_wkt(bare, on_invalid="ignore"), dtype=object)
    for at in np.flatnonzero(shapely.is_missing(shapes)).tolist():
        if bare[at] and at + 1 not in known:
            refused.append(Refused(at + 1, f"is no WKT: {texts[at][:40]!r}", "WKT 有误"))
    return shapes, crs


# --- what the other columns hold --------------------------------------------------------------


def _typed(texts: list[str]) -> list[Any]:
    """Return a column as whole numbers, numbers or texts; what begins with 0 stays a text."""
    bare = [text.strip() for text in texts]
    filled = [text for text in bare if text.lower() not in _GAPS]
    read: Callable[[str], Any] = str
    if filled and all(_INT.fullmatch(text) for text in filled):
        read = int
    elif filled and all(_FLOAT.fullmatch(text) and not _coded(text) for text in filled):
        read = float
    return [read(text) if text.lower() not in _GAPS else None for text in bare]


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
