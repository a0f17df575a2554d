"""Reading GeoJSON strictly, feature by feature, so that each bad one is named by its number."""

import math
import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import shapely

from layers.importing.format import Choice, Format
from layers.importing.table import (
    ROWS,
    Batch,
    Refused,
    Shapes,
    Table,
    Unreadable,
    in_columns,
)

LARGEST = 1 << 30  # bytes
_KINDS = {"Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
          "GeometryCollection"}  # fmt: skip


_WRONG = "几何数据有误"
_NONE = msgspec.Raw(b"null")


class _Collection(msgspec.Struct):
    type: str
    features: list[msgspec.Raw] | None = None
    crs: Any = None
    bbox: Any = None


class _Feature(msgspec.Struct):
    type: str
    geometry: msgspec.Raw = _NONE
    properties: dict[str, Any] | None = None
    bbox: Any = None


class _Shape(msgspec.Struct):
    type: str
    bbox: Any = None


class GeoJson(Format):
    """RFC 7946, and what was written before it with a member `crs`."""

    name, suffixes = "GeoJSON", (".geojson", ".json")

    def datasets(self, path: Path) -> list[str]:
        """Return one: a file holds one collection."""
        return [path.stem]

    def read(self, path: Path, choice: Choice) -> Table:
        """Read every feature."""
        return _read(path)


def _read(path: Path) -> Table:
    """Read a FeatureCollection (or one Feature); raises Unreadable if it is no GeoJSON."""
    if path.stat().st_size > LARGEST:
        raise _unreadable(f"it is larger than {LARGEST >> 30} GB", f"超过 {LARGEST >> 30} GB")
    text, notes = _utf8(path.read_bytes())
    try:
        whole = msgspec.json.decode(text, type=_Collection)
    except msgspec.DecodeError as error:
        raise _unreadable(str(error), "不是有效的 JSON 或不是 GeoJSON") from error
    except RecursionError as error:
        raise _unreadable("it is nested too deep", "嵌套过深") from error
    if whole.type == "FeatureCollection" and whole.features is not None:
        raws = whole.features
    elif whole.type == "Feature":
        raws = [msgspec.Raw(text)]
    elif whole.type in _KINDS:  # a shape alone is a feature without properties
        raws = [msgspec.Raw(b'{"type": "Feature", "geometry": %b}' % text)]
    else:
        raise _unreadable(
            f"a FeatureCollection is expected, not {whole.type[:40]!r}", "应为 FeatureCollection"
        )
    if whole.type == "FeatureCollection" and not _is_box(whole.bbox):
        raise _unreadable("its bbox is not four or six numbers", "bbox 应为四个或六个数字")
    table = _table(raws, _crs(whole.crs))
    table.notes += notes
    return table


def _utf8(raw: bytes) -> tuple[bytes, list[tuple[str, str]]]:
    """Return a text in UTF-8, with a note if it was in GBK or UTF-16; raises Unreadable."""
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding).encode()
        except UnicodeError:
            continue
        if encoding == "utf-8-sig":
            return text, []
        name = encoding.replace("gb18030", "gbk").upper()
        return text, [(f"text read as {name}", f"文字编码 {name}")]
    raise _unreadable("its text is neither UTF-8 nor GBK", "文字既非 UTF-8 也非 GBK")


def _table(raws: list[msgspec.Raw], crs: str) -> Table:
    """Decode the features batch by batch."""
    starts = range(0, len(raws), ROWS)
    return Table((_batch(raws[at : at + ROWS], at) for at in starts), len(raws), crs)


def _batch(raws: list[msgspec.Raw], first: int) -> Batch:
    refused: list[Refused] = []
    shapes: Shapes = np.full(len(raws), None, dtype=object)
    rows: list[dict[str, Any]] = []
    for at, raw in enumerate(raws):
        row = first + at + 1
        try:
            feature = msgspec.json.decode(raw, type=_Feature)
            rows.append(feature.properties or {})
            shapes[at] = _shape(feature)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            del rows[at:]
            rows.append({})
            refused.append(Refused(row, f"is no feature: {error}", "不是有效的要素"))
        except RecursionError:
            del rows[at:]
            rows.append({})
            refused.append(Refused(row, "is nested too deep", "嵌套过深"))
        except shapely.errors.GEOSException as error:
            refused.append(Refused(row, f"its geometry is wrong: {_why(error)}", _WRONG))
    return Batch(shapes, in_columns(rows), refused)


def _shape(feature: _Feature) -> shapely.Geometry | None:
    if feature.type != "Feature":
        raise msgspec.ValidationError(f"its type is {feature.type[:40]!r}, not 'Feature'")
    if bytes(feature.geometry) == b"null":
        return None
    told = msgspec.json.decode(feature.geometry, type=_Shape)
    if told.type not in _KINDS:
        raise msgspec.ValidationError(f"its geometry's type is {told.type[:40]!r}")
    if not (_is_box(feature.bbox) and _is_box(told.bbox)):
        raise msgspec.ValidationError("its bbox is not four or six numbers")
    shape: shapely.Geometry = shapely.from_geojson(bytes(feature.geometry).decode())
    return shape


def _is_box(given: Any) -> bool:
    """Say whether a member `bbox` is one, or was not given."""
    if given is None:
        return True
    numbers = isinstance(given, list) and all(type(one) in (int, float) for one in given)
    return numbers and len(given) in (4, 6) and all(map(math.isfinite, given))


def _why(error: shapely.errors.GEOSException) -> str:
    """Return what is wrong with a shape, without the name of the library's own exception."""
    return re.sub(r"\[json\.exception\.\S+\]", "", str(error).split(":", 1)[-1]).strip(" '")


def _crs(given: Any) -> str:
    """Return the name that the old member `crs` carries, such as urn:ogc:def:crs:EPSG::4490."""
    properties = given.get("properties") if isinstance(given, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else ""


def _unreadable(en: str, zh: str) -> Unreadable:
    return Unreadable(f"the file is no GeoJSON: {en}", zh=f"文件不是 GeoJSON：{zh}", field="file")
