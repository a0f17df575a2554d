"""Raster tiles the slow way: read, warp, encode. For png, other grids and zooms between."""

import threading
import warnings
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.enums import ColorInterp, Resampling
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from rasterio.vrt import WarpedVRT

from core.errors import Problem
from layers.raster import HALF, TILE, cell_at

warnings.filterwarnings("ignore", category=NotGeoreferencedWarning)  # a tile never says where

DRIVER = {"png": "PNG", "webp": "WEBP"}
_here = threading.local()


class NoPicture(Problem):
    """The raster holds measurements, not colours."""

    status, code, title = 404, "no_picture", "No picture"


def render(path: Path, version: str, z: int, x: int, y: int, form: str) -> bytes:
    """Return one encoded tile, or b"" where the raster has nothing; call it in a thread."""
    picture = _warped(_source(path, version), z, x, y)
    return _encode(picture, form) if picture[3].any() else b""


def recode(block: bytes, form: str) -> bytes:
    """Return an encoded tile in another form, pixel for pixel."""
    with MemoryFile(block) as file, file.open() as tile:
        bands = tile.read()
    if len(bands) == 3:  # an opaque block is stored without its alpha
        bands = np.concatenate([bands, np.full((1, TILE, TILE), 255, np.uint8)])
    return _encode(bands, form)


@lru_cache(maxsize=4)
def nothing(form: str) -> bytes:
    """Return a tile that is transparent all over."""
    return _encode(np.zeros((4, TILE, TILE), np.uint8), form)


def _source(path: Path, version: str) -> rasterio.DatasetReader:
    """Return this thread's open file; a new version is opened anew."""
    kept: dict[Path, tuple[str, rasterio.DatasetReader]] = _here.__dict__.setdefault("kept", {})
    known = kept.get(path)
    if known is None or known[0] != version:
        source = rasterio.open(path)
        if source.dtypes[0] != "uint8" or source.count not in (1, 3, 4):
            raise NoPicture(
                f"{path.name} holds {source.count} bands of {source.dtypes[0]}, not colours",
                zh="该栅格不是图像",
            )
        known = kept[path] = (version, source)
    return known[1]


def _warped(source: rasterio.DatasetReader, z: int, x: int, y: int) -> npt.NDArray[np.uint8]:
    """Return red, green, blue and alpha of one tile, from the overview that fits its zoom."""
    side = cell_at(z) * TILE
    grid = from_origin(x * side - HALF, HALF - y * side, cell_at(z), cell_at(z))
    with WarpedVRT(
        source,
        crs="EPSG:3857",
        transform=grid,
        width=TILE,
        height=TILE,
        resampling=Resampling.bilinear,
        add_alpha=ColorInterp.alpha not in source.colorinterp,
    ) as view:
        bands: npt.NDArray[np.uint8] = view.read()
    return bands[[0, 0, 0, 1]] if len(bands) == 2 else bands  # grey and alpha


def _encode(picture: npt.NDArray[np.uint8], form: str) -> bytes:
    options = {"driver": DRIVER[form], "count": 4, "dtype": "uint8", "width": TILE, "height": TILE}
    options |= {"transform": from_origin(0, 0, 2, 2)}  # without one GDAL warns; it is not written
    with MemoryFile() as file:
        with file.open(**options) as out:
            out.write(picture)
        return bytes(file.getbuffer())
