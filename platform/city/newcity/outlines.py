"""Divisions from a GeoJSON file: their codes, names and outlines, brought to WGS 84 / CGCS2000."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, shape

from city.newcity.complaints import Complaints
from core.datums import Datum, to_wgs84
from core.errors import Invalid
from places.actions import DivisionRow
from places.codes import prefix
from places.models import Level

_LEVELS = {6: Level.DISTRICT, 9: Level.STREET, 12: Level.COMMUNITY}


def read(path: Path, datum: Datum, wrong: Complaints) -> list[DivisionRow]:
    """Read features with `code` (6, 9 or 12 digits), `name_zh` and perhaps `name_en`.

    The feature with the shortest code is the city; every other must lie within it by its code.
    """
    found: dict[str, DivisionRow] = {}
    for number, feature in enumerate(_features(path), start=1):
        row = _row(feature, path.name, number, datum, wrong)
        if row is not None and row.code in found:
            wrong.add(path.name, number, "code", f"{row.code} 重复;", "is there twice")
        elif row is not None:
            found[row.code] = row
    if not found:
        if not wrong:
            wrong.add(path.name, 1, "features", "没有要素;", "there are no features")
        return []
    return _family(found, path.name, wrong)


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        features = content["features"]
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}", zh=f"无法读取 {path}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(
            f"{path} is not a GeoJSON FeatureCollection: {error}",
            zh=f"{path} 不是 GeoJSON FeatureCollection",
        ) from error
    if not isinstance(features, list):
        raise Invalid(f"{path}: 'features' is no list", zh=f"{path} 的 features 不是列表")
    return features


def _row(
    feature: dict[str, Any], file: str, number: int, datum: Datum, wrong: Complaints
) -> DivisionRow | None:
    about = feature.get("properties") or {}
    code, name = str(about.get("code", "")), str(about.get("name_zh") or about.get("name") or "")
    try:
        prefix(code)
    except Invalid as problem:
        wrong.add(file, number, "code", f"{problem.zh};", problem.detail)
        return None
    if not name:
        wrong.add(file, number, "name_zh", "名称为空;", "the name is empty")
        return None
    outline = _outline(feature.get("geometry"), file, number, datum, wrong)
    if outline is None:
        return None
    english = str(about.get("name_en") or "")
    return DivisionRow(code, name, _LEVELS[len(code)], None, outline, name_en=english)


def _outline(
    geometry: Any, file: str, number: int, datum: Datum, wrong: Complaints
) -> bytes | None:
    """Return the WKB of a valid MultiPolygon in degrees, or complain."""

    def bring(places: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_wgs84(datum, places[:, 0], places[:, 1]))

    try:
        drawn = shapely.force_2d(shape(geometry))
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError):
        drawn = None
    if drawn is None or drawn.geom_type not in ("Polygon", "MultiPolygon") or drawn.is_empty:
        wrong.add(file, number, "geometry", "应为面;", "a Polygon or MultiPolygon is needed")
        return None
    west, south, east, north = drawn.bounds
    if not (west >= 73.0 and east <= 136.0 and south >= 3.0 and north <= 54.0):
        zh, en = (
            "坐标不在中国经纬度范围内;",
            "no degrees in China: longitude comes first",
        )
        wrong.add(file, number, "geometry", zh, en)
        return None
    if not drawn.is_valid:
        zh, en = f"几何无效 {shapely.is_valid_reason(drawn)};", "mend the outline"
        wrong.add(file, number, "geometry", zh, en)
        return None
    moved = shapely.transform(drawn, bring)
    wkb: bytes = shapely.to_wkb(MultiPolygon(list(shapely.get_parts(moved))))
    return wkb


def _family(found: dict[str, DivisionRow], file: str, wrong: Complaints) -> list[DivisionRow]:
    """Give each division its level and parent; all must belong to one city."""
    city = min(found.values(), key=lambda row: (len(prefix(row.code)), row.code))
    rows = []
    for number, row in enumerate(found.values(), start=1):
        if row is city:
            level, parent = Level.CITY, None
        elif not row.code.startswith(prefix(city.code)):
            zh, en = f"{row.code} 不属于 {city.code};", f"does not lie in {city.code}"
            wrong.add(file, number, "code", zh, en)
            continue
        else:
            level, parent = row.level, _parent(row.code, city.code, found)
        rows.append(
            DivisionRow(row.code, row.name_zh, level, parent, row.boundary, name_en=row.name_en)
        )
    return rows


def _parent(code: str, city: str, found: dict[str, DivisionRow]) -> str:
    """Return the nearest division above that the file holds."""
    for digits in (9, 6):
        if len(code) > digits and code[:digits] in found:
            return code[:digits]
    return city
