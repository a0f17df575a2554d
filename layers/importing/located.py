"""Where the coordinates stand in a table of texts: in two columns, or as WKT in one."""

import re
from typing import NamedTuple

import numpy as np
import shapely

from layers.importing.format import Choice
from layers.importing.table import Refused, Shapes, Unreadable

# (east, north), the surest first
_PAIRS = (
    ("lon", "lat"), ("lng", "lat"), ("long", "lat"), ("longitude", "latitude"), ("经度", "纬度"),
    ("东经", "北纬"), ("wgs84_lon", "wgs84_lat"), ("gcj02_lon", "gcj02_lat"),
    ("bd09_lon", "bd09_lat"), ("lon_wgs84", "lat_wgs84"), ("lon_gcj02", "lat_gcj02"),
    ("lng_wgs84", "lat_wgs84"), ("lng_gcj02", "lat_gcj02"), ("easting", "northing"),
    ("东坐标", "北坐标"), ("x", "y"), ("point_x", "point_y"), ("x坐标", "y坐标"),
    ("坐标x", "坐标y"), ("横坐标", "纵坐标"), ("coord_x", "coord_y"), ("xcoord", "ycoord"),
)  # fmt: skip
_SHAPE = ("wkt", "geom", "geometry", "the_geom", "shape", "几何", "图形", "geom_wkt", "wkt_geom")
_SRID = re.compile(r"\s*SRID\s*=\s*(\d+)\s*;", re.IGNORECASE)
_ODD = re.compile(
    r"CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE"
    r"|GEOMETRYCOLLECTION.*GEOMETRYCOLLECTION",
    re.IGNORECASE | re.DOTALL,
)
_DEGREES = re.compile(
    r"""(?:([EWNS东西北南])[经纬]?)?\s*(\d{1,3}(?:\.\d+)?)[°度d]\s*(?:(\d{1,2}(?:\.\d+)?)['′’分m])?
    \s*(?:(\d{1,2}(?:\.\d+)?)(?:["″”秒s]|''))?\s*([EWNS])?""",
    re.VERBOSE | re.IGNORECASE,
)


class Where(NamedTuple):
    """In which columns the coordinates stand: one of WKT, or east and north."""

    shape: str = ""
    east: str = ""
    north: str = ""

    @property
    def told(self) -> str:
        """Return the columns' names, for a report."""
        return self.shape or f"{self.east}, {self.north}"


def where(heads: list[str], choice: Choice) -> Where:
    """Return the columns that were named, or those whose names say it; raises Unreadable."""
    for name in filter(None, (choice.east, choice.north)):
        if name not in heads:
            raise _lost(heads, f"there is no column {name!r}", f"没有字段 {name!r}")
    if choice.east and not choice.north:
        return Where(shape=choice.east)
    if choice.east:
        return Where(east=choice.east, north=choice.north)
    plain = {_plain(name): name for name in heads}
    for east, north in _PAIRS:
        if east in plain and north in plain:
            return Where(east=plain[east], north=plain[north])
    shape = next((plain[name] for name in _SHAPE if name in plain), "")
    if not shape:
        raise _lost(heads, "its columns do not say where coordinates stand", "看不出坐标所在的字段")
    return Where(shape=shape)


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


def shapes(
    where: Where, columns: dict[str, list[str]], refused: list[Refused]
) -> tuple[Shapes, str]:
    """Return every row's shape and the frame that EWKT names; bad rows are added to `refused`."""
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
    found: Shapes = np.full(count, None, dtype=object)
    there = ~np.isnan(places).any(axis=1)
    found[there] = shapely.points(places[there])
    return found, ""


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


def _shapes(texts: list[str | None]) -> Shapes:
    """Return shapes of WKT, None for damage, curves, and collections in collections."""
    plain = [None if text and _ODD.search(text) else text for text in texts]
    with np.errstate(over="ignore"):  # a coordinate beyond all numbers is refused by its row
        return np.asarray(shapely.from_wkt(plain, on_invalid="ignore"), dtype=object)


def _from_wkt(texts: list[str], refused: list[Refused]) -> tuple[Shapes, str]:
    """Return shapes of WKT or EWKT, and the frame that the first EWKT names."""
    known = {one.row for one in refused}
    crs = next((f"EPSG:{one[1]}" for one in map(_SRID.match, texts) if one), "")
    bare = [_SRID.sub("", text, count=1).strip() or None for text in texts]
    found = _shapes(bare)
    for at in np.flatnonzero(shapely.is_missing(found)).tolist():
        if bare[at] and at + 1 not in known:
            refused.append(Refused(at + 1, f"is no WKT: {texts[at][:40]!r}", "WKT 有误"))
    return found, crs
