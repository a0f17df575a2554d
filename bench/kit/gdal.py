"""GDAL's own terrain functions on an array in memory, as the reference that ours are held to.

rasterio brings the library but not these functions; they are called through its C interface.
"""

import ctypes
from pathlib import Path
from typing import Any, Self

import numpy as np
import rasterio
from rasterio.crs import CRS

POINTER, NUMBER, WHOLE, TEXT = ctypes.c_void_p, ctypes.c_double, ctypes.c_int, ctypes.c_char_p
FLAT, EDGE, NORMAL = 0.0, 2, 1  # no curvature; GDAL's usual way, and its plain picture
UNKNOWN = -9999.0
_TYPES = {np.dtype("uint8"): 1, np.dtype("float32"): 6}
_METRES = CRS.from_epsg(32650).to_wkt().encode()  # GDAL takes the earth's size from it
_FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "GDALGetDriverByName": (POINTER, [TEXT]),
    "GDALVersionInfo": (TEXT, [TEXT]),
    "GDALCreate": (POINTER, [POINTER, TEXT, WHOLE, WHOLE, WHOLE, WHOLE, POINTER]),
    "GDALSetGeoTransform": (WHOLE, [POINTER, POINTER]),
    "GDALSetProjection": (WHOLE, [POINTER, TEXT]),
    "GDALGetRasterBand": (POINTER, [POINTER, WHOLE]),
    "GDALSetRasterNoDataValue": (WHOLE, [POINTER, NUMBER]),
    "GDALGetRasterXSize": (WHOLE, [POINTER]),
    "GDALGetRasterYSize": (WHOLE, [POINTER]),
    "GDALGetRasterDataType": (WHOLE, [POINTER]),
    "GDALRasterIO": (WHOLE, [POINTER, *[WHOLE] * 5, POINTER, *[WHOLE] * 5]),
    "GDALClose": (None, [POINTER]),
    "GDALViewshedGenerate": (
        POINTER,
        [POINTER, TEXT, TEXT, POINTER, *[NUMBER] * 9, WHOLE, NUMBER, POINTER, POINTER, WHOLE,
         POINTER],
    ),
    "GDALDEMProcessingOptionsNew": (POINTER, [POINTER, POINTER]),
    "GDALDEMProcessingOptionsFree": (None, [POINTER]),
    "GDALDEMProcessing": (POINTER, [TEXT, POINTER, TEXT, TEXT, POINTER, POINTER]),
}  # fmt: skip


def bundled() -> Path:
    """Return the library that rasterio brings."""
    return next((Path(rasterio.__file__).parents[1] / "rasterio.libs").glob("libgdal-*.so*"))


class Gdal:
    """One GDAL library."""

    def __init__(self, path: Path | str) -> None:
        self.call = ctypes.CDLL(str(path))
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(self.call, name)
            function.restype, function.argtypes = result, arguments
        self.call.GDALAllRegister()

    @property
    def version(self) -> str:
        """Return the release, like 3.10.3."""
        return str(self.call.GDALVersionInfo(b"RELEASE_NAME").decode())


class Model:
    """An elevation model in GDAL's memory: metres, `cell` metres a cell, NaN where unknown."""

    def __init__(self, gdal: Gdal, heights: np.ndarray, cell: float) -> None:
        self._gdal, self._cell, self.shape = gdal, cell, heights.shape
        rows, columns = heights.shape
        call = gdal.call
        memory = call.GDALGetDriverByName(b"MEM")
        self._dataset = call.GDALCreate(memory, b"", columns, rows, 1, 6, None)
        place = (NUMBER * 6)(500_000, cell, 0, 4_000_000, 0, -cell)
        call.GDALSetGeoTransform(self._dataset, place)
        call.GDALSetProjection(self._dataset, _METRES)
        self._band = call.GDALGetRasterBand(self._dataset, 1)
        call.GDALSetRasterNoDataValue(self._band, UNKNOWN)
        held = np.ascontiguousarray(np.nan_to_num(heights, nan=UNKNOWN), np.float32)
        call.GDALRasterIO(self._band, 1, 0, 0, columns, rows, held.ctypes.data, columns, rows,
                          6, 0, 0)  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._gdal.call.GDALClose(self._dataset)

    def viewshed(self, column: int, row: int, observer: float, curvature: float) -> np.ndarray:
        """Return what is seen by GDALViewshedGenerate; `curvature` is 1 - refraction."""
        made = self._gdal.call.GDALViewshedGenerate(
            self._band, b"MEM", b"", None, 500_000 + (column + 0.5) * self._cell,
            4_000_000 - (row + 0.5) * self._cell, observer, 0.0, 255.0, 0.0, 0.0, -1.0, curvature,
            EDGE, 0.0, None, None, NORMAL, None,
        )  # fmt: skip
        return self._read(made) > 0

    def processed(self, what: str, *options: str) -> np.ndarray:
        """Return what `gdaldem WHAT` makes, with edges computed; NaN where it knows nothing."""
        words = [b"-of", b"MEM", b"-compute_edges", *(word.encode() for word in options), None]
        call = self._gdal.call
        given = call.GDALDEMProcessingOptionsNew((TEXT * len(words))(*words), None)
        made = call.GDALDEMProcessing(b"", self._dataset, what.encode(), None, given, None)
        call.GDALDEMProcessingOptionsFree(given)
        found = self._read(made).astype(np.float32)
        found[found == UNKNOWN] = np.nan
        return found

    def _read(self, dataset: int) -> np.ndarray:
        call = self._gdal.call
        columns, rows = call.GDALGetRasterXSize(dataset), call.GDALGetRasterYSize(dataset)
        band = call.GDALGetRasterBand(dataset, 1)
        kind = call.GDALGetRasterDataType(band)
        found = np.empty((rows, columns), next(one for one, n in _TYPES.items() if n == kind))
        call.GDALRasterIO(band, 0, 0, 0, columns, rows, found.ctypes.data, columns, rows,
                          kind, 0, 0)  # fmt: skip
        call.GDALClose(dataset)
        return found
