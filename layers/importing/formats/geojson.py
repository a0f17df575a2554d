"""Reading GeoJSON strictly, feature by feature, so that each bad one is named by its number."""

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


_NONE = msgspec.Raw(b"null")


class _Collection(msgspec.Struct):
    type: str
    features: list[msgspec.Raw] | None = None
    crs: Any = None


class _Feature(msgspec.Struct):
    type: str
    geometry: msgspec.Raw = _NONE
    properties: dict[str, Any] | None = None


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
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        whole = msgspec.json.decode(text, type=_Collection)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(str(error), "不是有效的 JSON 或不是 GeoJSON") from error
    if whole.type == "FeatureCollection" and whole.features is not None:
        raws = whole.features
    elif whole.type == "Feature":
        raws = [msgspec.Raw(text)]
    else:
        raise _unreadable(
            f"a FeatureCollection is expected, not {whole.type!r}", "应为 FeatureCollection"
        )
    return _table(raws, _crs(whole.crs))


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
        except shapely.errors.GEOSException as error:
            why = str(error).split(":", 1)[-1].strip()
            refused.append(Refused(row, f"its geometry is wrong: {why}", "几何数据有误"))
    return Batch(shapes, in_columns(rows), refused)


def _shape(feature: _Feature) -> shapely.Geometry | None:
    if feature.type != "Feature":
        raise msgspec.ValidationError(f"its type is {feature.type!r}, not 'Feature'")
    if bytes(feature.geometry) == b"null":
        return None
    kind = msgspec.json.decode(feature.geometry, type=dict[str, Any]).get("type")
    if kind not in _KINDS:
        raise msgspec.ValidationError(f"its geometry's type is {str(kind)[:40]!r}")
    shape: shapely.Geometry = shapely.from_geojson(bytes(feature.geometry).decode())
    return shape


def _crs(given: Any) -> str:
    """Return the name that the old member `crs` carries, such as urn:ogc:def:crs:EPSG::4490."""
    properties = given.get("properties") if isinstance(given, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else ""


def _unreadable(en: str, zh: str) -> Unreadable:
    return Unreadable(f"the file is no GeoJSON: {en}", zh=f"文件不是 GeoJSON：{zh}", field="file")
