"""GDAL as a reader that trusts nothing: one driver, no network, no file but the one that is meant.

pyogrio opens with whichever driver recognises a file. Here all but the one of the file's name are
taken out of GDAL's list while it is open, so that no content can send us to another one.
"""

import ctypes
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio._ogr
import shapely
from numpy.typing import NDArray

from layers.importing.reader import Part, Reader
from layers.importing.table import ROWS, Batch, Fields, Refused, Table, Unreadable
from layers.importing.texts import unlike_their_types

MOST_ROWS = 5_000_000
_CONFINED = {
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
    "GDAL_HTTP_PROXY": "127.0.0.1:1",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "LIBKML_RESOLVE_STYLE": "NO",
    "DXF_INLINE_BLOCKS": "NO",
    "DXF_ENCODING": "UTF-8",
    "DXF_CLOSED_LINE_AS_POLYGON": "YES",
    "SHAPE_RESTORE_SHX": "YES",
}
_VECTOR = 0x04
_FLAT = ("heights of the coordinates (Z) are not kept", "坐标中的高程（Z）未保留")
Notes = list[tuple[str, str]]
_lock = threading.RLock()  # GDAL's list of drivers belongs to the whole process


def _declared() -> ctypes.CDLL:
    """Return the library that pyogrio has loaded, its functions with their types."""
    library = ctypes.CDLL(pyogrio._ogr.__file__)
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, answer, takes in (
        ("GDALGetDriverCount", number, []),
        ("GDALGetDriver", pointer, [number]),
        ("GDALGetDriverShortName", text, [pointer]),
        ("GDALDeregisterDriver", None, [pointer]),
        ("GDALRegisterDriver", number, [pointer]),
        ("GDALOpenEx", pointer, [text, number, pointer, pointer, pointer]),
        ("GDALClose", number, [pointer]),
        ("GDALDatasetGetLayerByName", pointer, [pointer, text]),
        ("OGRSetNonLinearGeometriesEnabledFlag", None, [number]),
        ("OGR_L_GetNextFeature", pointer, [pointer]),
        ("OGR_F_GetGeometryRef", pointer, [pointer]),
        ("OGR_F_Destroy", None, [pointer]),
        ("OGR_G_HasCurveGeometry", number, [pointer, number]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = answer, takes
    return library


_gdal = _declared()


@contextmanager
def only(driver: str) -> Iterator[None]:
    """Let GDAL know one driver, no network and no extensions; one opening at a time."""
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = {name: pyogrio.get_gdal_config_option(name) for name in _CONFINED}
        every = [_gdal.GDALGetDriver(at) for at in range(_gdal.GDALGetDriverCount())]
        wanted = [one for one in every if _gdal.GDALGetDriverShortName(one) == driver.encode()]
        _list(every, wanted)
        pyogrio.set_gdal_config_options(_CONFINED)
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options(before)
            _list(wanted, every)


def _list(old: list[int], new: list[int]) -> None:
    for one in old:
        _gdal.GDALDeregisterDriver(one)
    for one in new:
        _gdal.GDALRegisterDriver(one)


def datasets(path: Path, driver: str) -> list[str]:
    """Return the names of the layers that have geometry; raises Unreadable."""
    with only(driver), _told(path, driver):
        found = pyogrio.list_layers(path)
    return [str(name) for name, shape in found.tolist() if shape is not None]


def count(path: Path, driver: str, layer: str) -> int:
    """Return how many rows a layer has."""
    with only(driver), _told(path, driver):
        return int(pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"])


def read(
    path: Path, driver: str, layer: str, *, encoding: str | None = None, leap: bool = True
) -> Table:
    """Read one layer: shapes as they are, values by field name; raises Unreadable.

    A driver that finds a row by its number is read in batches, unless `leap` forbids it.
    """
    with only(driver), _told(path, driver):
        info = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
        count = int(info["features"])
        if count > MOST_ROWS:
            raise _unreadable(
                f"{path.name} holds {count:,} rows, more than {MOST_ROWS:,}",
                f"{path.name} 有 {count} 行，超过 {MOST_ROWS} 行",
            )
        leap = leap and info["capabilities"]["fast_set_next_by_index"]
        reader = Reader(path, layer, encoding, info)
        first = reader.part(0, min(ROWS, count)) if leap and count else reader.part(0)
    if first.wkb is None:
        raise _unreadable(f"{path.name} holds no geometry", f"{path.name} 没有几何数据")
    table = Table((), count, info["crs"] or "")
    table.batches = _batches(path, driver, reader, first, count if leap else 0, table.notes)
    return table


def _batches(
    path: Path, driver: str, reader: Reader, first: Part, count: int, notes: Notes
) -> Iterator[Batch]:
    """Yield all rows, a part at a time; what concerns the whole file is noted once.

    No more is asked for than is there: past the end an error of a row before would be raised.
    """
    found, at = first, 0
    while True:
        shapes, refused = _shapes(found.wkb, at)
        if _FLAT not in notes and shapely.has_z(shapes).any():
            notes.append(_FLAT)
        yield Batch(shapes, _fields(found.meta, found.columns), refused + found.refused)
        at += len(shapes)
        if at >= count or not len(shapes):
            notes += reader.texts.told()
            return
        with only(driver), _told(path, driver):
            found = reader.part(at, min(ROWS, count - at))


def _shapes(wkb: NDArray[np.object_], first: int) -> tuple[NDArray[np.object_], list[Refused]]:
    """Return shapes; what shapely cannot hold (solids, triangles, damage) is refused by number."""
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    missing = np.flatnonzero(shapely.is_missing(shapes)).tolist()
    return shapes, [
        Refused(first + at + 1, "its geometry is damaged or a solid", "几何数据有误或为三维体")
        for at in missing
        if wkb[at] is not None
    ]


def _fields(meta: dict[str, Any], columns: list[NDArray[Any]]) -> Fields:
    kinds = zip(meta["fields"], meta["dtypes"], meta["ogr_types"], columns, strict=True)
    return {
        str(name): _plain(column, str(kind))
        for name, kind, declared, column in kinds
        if declared != "OFTBinary"
    }


def _plain(column: NDArray[Any], kind: str) -> list[Any]:
    """Return a column's values as JSON knows them, by its declared type.

    A column of whole numbers or of yes and no that has gaps comes as floats with NaN.
    """
    if column.dtype.kind != "f":
        listed: list[Any] = column.tolist()
        if kind.startswith("list"):
            return [one.tolist() if isinstance(one, np.ndarray) else one for one in listed]
        return listed
    there = np.isfinite(column)
    whole = kind.startswith("int")
    turned = np.where(there, column, 0).astype(np.int64 if whole else float)
    filled: list[Any] = (turned.astype(bool) if kind == "bool" else turned).tolist()
    for at in np.flatnonzero(~there).tolist():
        filled[at] = None
    return filled


def curved(path: Path, driver: str, layer: str) -> list[tuple[str, str]]:
    """Return what is to be said of a layer's curves, which come as chords; nothing if none."""
    with only(driver):
        _gdal.OGRSetNonLinearGeometriesEnabledFlag(1)
        opened = _gdal.GDALOpenEx(str(path).encode(), _VECTOR, None, None, None)
        try:
            found = _gdal.GDALDatasetGetLayerByName(opened, layer.encode()) if opened else None
            count = sum(_curves(found)) if found else 0
        finally:
            if opened:
                _gdal.GDALClose(opened)
            _gdal.OGRSetNonLinearGeometriesEnabledFlag(0)
    if not count:
        return []
    return [(f"curves in {count} rows are drawn as chords", f"{count} 行含曲线，已转为折线")]


def _curves(layer: int) -> Iterator[bool]:
    """Yield of each row whether it holds an arc or a surface that is named after one."""
    while feature := _gdal.OGR_L_GetNextFeature(layer):
        geometry = _gdal.OGR_F_GetGeometryRef(feature)
        yield bool(geometry and _gdal.OGR_G_HasCurveGeometry(geometry, 0))
        _gdal.OGR_F_Destroy(feature)


@contextmanager
def _told(path: Path, driver: str) -> Iterator[None]:
    """Turn what GDAL says of a file into one sentence without paths of ours."""
    try:
        with unlike_their_types(path.name):
            yield
    except UnicodeError as error:
        raise _unreadable(
            f"{path.name} holds text that is not UTF-8", f"{path.name} 中有非 UTF-8 编码的文字"
        ) from error
    except (RuntimeError, ValueError) as error:
        why = " ".join(str(error).replace(f"{path.parent}/", "").split())
        why = re.split("; It might|[.] You may|Error occurred in /", why)[0]
        why = re.sub(r"/\S+/\S+, \d+: ", "", why)  # where in GDAL's own source
        why = why or "its inside is damaged"
        raise _unreadable(
            f"{path.name} cannot be read as {driver}: {why[:200]}", f"{path.name} 无法读取"
        ) from error


def _unreadable(en: str, zh: str) -> Unreadable:
    return Unreadable(en, zh=zh, field="file")
