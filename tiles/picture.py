"""Raster tiles the slow way: read, warp, encode. For png, other grids and zooms between."""

import threading
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

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
from tiles.address import Tile

warnings.filterwarnings("ignore", category=NotGeoreferencedWarning)  # a tile never says where

DRIVER = {"png": "PNG", "webp": "WEBP", "jpg": "JPEG"}
_JPEG = {"quality": 85}
_here = threading.local()


class NoPicture(Problem):
    """The raster holds measurements, not colours."""

    status, code, title = 404, "no_picture", "No picture"


def render(path: Path, version: str, tile: Tile, classes: bool) -> bytes:
    """Return one encoded tile, or b"" where the raster has nothing; call it in a thread.

    Colours of `classes` are not blended.
    """
    how = Resampling.nearest if classes else Resampling.bilinear
    picture = _warped(source(path, version), tile.z, tile.x, tile.y, how)
    return encode(picture, tile.form) if picture[3].any() else b""


def recode(block: bytes, form: str) -> bytes:
    """Return an encoded tile in another form, pixel for pixel."""
    with MemoryFile(block) as file, file.open() as tile:
        bands = tile.read()
    if len(bands) == 3:  # an opaque block is stored without its alpha
        bands = np.concatenate([bands, np.full((1, TILE, TILE), 255, np.uint8)])
    return encode(bands, form)


@lru_cache(maxsize=4)
def nothing(form: str) -> bytes:
    """Return a tile that is clear all over; JPEG knows only white."""
    return encode(np.zeros((4, TILE, TILE), np.uint8), form)


def source(path: Path, version: str) -> rasterio.DatasetReader:
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


def _warped(
    source: rasterio.DatasetReader, z: int, x: int, y: int, how: Resampling
) -> npt.NDArray[np.uint8]:
    """Return red, green, blue and alpha of one tile, from the overview that fits its zoom."""
    side = cell_at(z) * TILE
    grid = from_origin(x * side - HALF, HALF - y * side, cell_at(z), cell_at(z))
    with WarpedVRT(
        source,
        crs="EPSG:3857",
        transform=grid,
        width=TILE,
        height=TILE,
        resampling=how,
        add_alpha=ColorInterp.alpha not in source.colorinterp,
    ) as view:
        bands: npt.NDArray[np.uint8] = view.read()
    return bands[[0, 0, 0, 1]] if len(bands) == 2 else bands  # grey and alpha


def encode(picture: npt.NDArray[np.uint8], form: str) -> bytes:
    """Return red, green, blue and alpha in a form; what is clear stands on white in a JPEG."""
    if form == "jpg":
        picture = _on_white(picture)
    options: dict[str, Any] = {
        "driver": DRIVER[form], "count": len(picture), "dtype": "uint8", "width": TILE,
        "height": TILE, **(_JPEG if form == "jpg" else {}),
    }  # fmt: skip
    options |= {"transform": from_origin(0, 0, 2, 2)}  # without one GDAL warns; it is not written
    with MemoryFile() as file:
        with file.open(**options) as out:
            out.write(picture)
        return bytes(file.getbuffer())


def _on_white(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    if picture[3].min() == 255:
        return picture[:3]
    share = picture[3] / np.float32(255)
    return np.asarray(np.rint(picture[:3] * share + 255 * (1 - share)), np.uint8)
