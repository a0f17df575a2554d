"""Raster tiles the slow way: read, warp, encode. For png, other grids and zooms between."""

import threading
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.enums import ColorInterp, Resampling
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from rasterio.vrt import WarpedVRT
from rasterio.windows import from_bounds

from core.errors import Problem
from layers.raster import HALF, TILE, cell_at

DRIVER = {"png": "PNG", "webp": "WEBP"}
_open_here = threading.local()


class NoPicture(Problem):
    """The raster holds measurements, not colours."""

    status, code, title = 404, "no_picture", "No picture"


def render(path: Path, version: str, z: int, x: int, y: int, form: str) -> bytes:
    """Return one encoded tile, or b"" where the raster has nothing; call it in a thread."""
    picture = _read(_warped(path, version), z, x, y)
    return _encode(picture, form) if picture[3].any() else b""


@lru_cache(maxsize=4)
def nothing(form: str) -> bytes:
    """Return a tile that is transparent all over."""
    return _encode(np.zeros((4, TILE, TILE), np.uint8), form)


def _warped(path: Path, version: str) -> WarpedVRT:
    """Return this thread's open view of the file on the web grid."""
    kept: dict[tuple[Path, str], WarpedVRT] = _open_here.__dict__.setdefault("kept", {})
    key = (path, version)
    if key not in kept:
        for old in [one for one in kept if one[0] == path]:
            kept.pop(old).close()
        source = rasterio.open(path)
        if source.dtypes[0] != "uint8" or source.count not in (1, 3, 4):
            source.close()
            raise NoPicture(
                f"{path.name} holds {source.count} bands of {source.dtypes[0]}, not colours",
                zh="该栅格不是图像",
            )
        alpha = ColorInterp.alpha not in source.colorinterp
        kept[key] = WarpedVRT(
            source, crs="EPSG:3857", resampling=Resampling.bilinear, add_alpha=alpha
        )
    return kept[key]


def _read(view: WarpedVRT, z: int, x: int, y: int) -> npt.NDArray[np.uint8]:
    """Return red, green, blue and alpha of one tile."""
    side = cell_at(z) * TILE
    west, north = x * side - HALF, HALF - y * side
    window = from_bounds(west, north - side, west + side, north, view.transform)
    bands = view.read(
        window=window,
        out_shape=(view.count, TILE, TILE),
        boundless=True,
        fill_value=0,
        resampling=Resampling.average,
    )
    if view.count == 2:  # grey and alpha
        bands = bands[[0, 0, 0, 1]]
    return np.ascontiguousarray(bands, dtype=np.uint8)


def _encode(picture: npt.NDArray[np.uint8], form: str) -> bytes:
    options = {"driver": DRIVER[form], "count": 4, "dtype": "uint8", "width": TILE, "height": TILE}
    options |= {"transform": from_origin(0, 0, 2, 2)}  # without one GDAL warns; it is not written
    with MemoryFile() as file:
        with file.open(**options) as out:
            out.write(picture)
        return bytes(file.getbuffer())
