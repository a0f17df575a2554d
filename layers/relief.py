"""Relief: from an elevation model to a shaded picture on the web tile grid, for day and night.

The picture is translucent: shadow is black, light is white, heights tint it faintly. So the same
file lies well on a light and on a dark map.
"""

import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.enums import Resampling
from rasterio.shutil import copy as copy_raster
from rasterio.transform import from_origin
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from core.errors import Invalid
from layers.layer import WORLD
from layers.raster import HALF, TILE, cell_at, describe
from layers.terrain.grid import Grid
from layers.terrain.hillshade import ALTITUDE, hillshade

Array = npt.NDArray[np.float32]

EXAGGERATION = 2.0  # a plain city's slopes are small
STRIP = 1024  # rows held in memory at once
LEVELS = 5  # zooms whose blocks are whole tiles: below them tiles are made and kept
SHADE, LIGHT, TINT = 0.62, 0.30, 0.14  # greatest opacities

_PICTURE: dict[str, Any] = {
    "driver": "GTiff",
    "count": 4,
    "dtype": "uint8",
    "tiled": True,
    "blockxsize": TILE,
    "blockysize": TILE,
    "compress": "zstd",
    "photometric": "RGB",
    "alpha": "YES",
}
# height above the model's own lowest ground (m) -> colour; muted, low to high
_HEIGHTS = (0.0, 50.0, 150.0, 400.0, 900.0, 2000.0)
_COLOURS = np.array(
    [
        [106, 148, 120],
        [134, 160, 118],
        [168, 166, 118],
        [170, 146, 112],
        [152, 124, 108],
        [196, 190, 186],
    ],
    dtype=np.float32,
)


def make(dem_path: Path, out_path: Path) -> None:
    """Write the relief of an elevation model (metres, any CRS) as a COG of WebP web tiles."""
    facts = describe(dem_path)
    if facts.bands != 1:
        raise Invalid(f"{dem_path.name} has {facts.bands} bands: one of heights is expected")
    out_path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out_path.parent) as folder, rasterio.open(dem_path) as dem:
        shaded = Path(folder) / "shaded.tif"
        _shade_file(dem, facts.max_zoom, shaded)
        ready = Path(folder) / "ready.tif"
        to_web_cog(shaded, ready)
        ready.replace(out_path)


def to_web_cog(source: Path, target: Path, quality: int = 85, *, classes: bool = False) -> None:
    """Copy a picture (8-bit, 3 or 4 bands) into a COG whose WebP blocks are web tiles.

    Colours of `classes` mean something: none is blended, none is changed by the compression.
    """
    kept = 100 if classes else quality  # at 100 WebP loses nothing
    copy_raster(
        source,
        target,
        driver="COG",
        TILING_SCHEME="GoogleMapsCompatible",
        BLOCKSIZE=TILE,
        COMPRESS="WEBP",
        QUALITY=kept,
        OVERVIEW_QUALITY=kept,
        OVERVIEW_RESAMPLING="NEAREST" if classes else "AVERAGE",
        ALIGNED_LEVELS=LEVELS,
        SPARSE_OK="YES",
        WARP_RESAMPLING="NEAREST" if classes else "CUBIC",
        ADD_ALPHA="YES",
        NUM_THREADS=2,
        BIGTIFF="IF_SAFER",
    )


def _shade_file(dem: rasterio.DatasetReader, zoom: int, target: Path) -> None:
    """Write the four-band picture strip by strip, on the grid of `zoom`."""
    grid = _grid(dem, zoom)
    look: dict[str, Any] = {"nodata": np.nan, "src_nodata": dem.nodata, "dtype": "float32"}
    with (
        WarpedVRT(dem, **grid, **look, resampling=Resampling.cubic) as warped,
        rasterio.open(target, "w", **grid, **_PICTURE) as out,
    ):
        lowest = float(dem.read(1, out_shape=_small(dem), masked=True).min())
        for row in range(0, grid["height"], STRIP):
            rows = min(STRIP, grid["height"] - row)
            heights = _with_rim(warped, row, rows)
            picture = shade(heights, _true_cell(grid, zoom, row + rows / 2), lowest)
            out.write(picture, window=Window(0, row, grid["width"], rows))


def _grid(dem: rasterio.DatasetReader, zoom: int) -> dict[str, Any]:
    """Return CRS, transform and size of the model's extent, grown to whole web tiles."""
    west, south, east, north = transform_bounds(dem.crs, "EPSG:3857", *dem.bounds, densify_pts=21)
    side = cell_at(zoom) * TILE
    first, last = math.floor((west + HALF) / side), math.ceil((east + HALF) / side)
    top, bottom = math.floor((HALF - north) / side), math.ceil((HALF - south) / side)
    return {
        "transform": from_origin(
            first * side - HALF, HALF - top * side, cell_at(zoom), cell_at(zoom)
        ),
        "crs": "EPSG:3857",
        "width": (last - first) * TILE,
        "height": (bottom - top) * TILE,
    }


def _small(dem: rasterio.DatasetReader) -> tuple[int, int]:
    """Return a shape of at most 1024 cells a side, enough to find the lowest ground."""
    by = max(1, math.ceil(max(dem.shape) / 1024))
    return max(1, dem.height // by), max(1, dem.width // by)


def _true_cell(grid: dict[str, Any], zoom: int, row: float) -> float:
    """Return a pixel's side on the ground (m): Mercator stretches by 1 / cos(latitude)."""
    y = grid["transform"].f - row * cell_at(zoom)
    return cell_at(zoom) / math.cosh(y * 2 * math.pi / WORLD)


def _with_rim(warped: WarpedVRT, row: int, rows: int) -> Array:
    """Read rows with one more on each side, repeated at the file's edge; NaN where unknown."""
    first, last = max(0, row - 1), min(warped.height, row + rows + 1)
    strip = warped.read(1, window=Window(0, first, warped.width, last - first), masked=True)
    rim = ((1 if row == 0 else 0, 1 if last == row + rows else 0), (1, 1))
    return np.pad(strip.filled(np.nan).astype(np.float32), rim, mode="edge")


def shade(heights: Array, cell: float, lowest: float) -> npt.NDArray[np.uint8]:
    """Return red, green, blue and alpha of heights (m) that carry a rim of one cell."""
    inner = heights[1:-1, 1:-1]
    light = hillshade(Grid.plane(heights, cell), exaggeration=EXAGGERATION)[1:-1, 1:-1]
    flat = math.sin(math.radians(ALTITUDE))
    dark = np.clip((flat - light) / flat, 0, 1) * SHADE
    bright = np.clip((light - flat) / (1 - flat), 0, 1) * LIGHT
    tint = np.stack([np.interp(inner - lowest, _HEIGHTS, one) for one in _COLOURS.T])
    veil = dark + bright
    alpha = veil + TINT * (1 - veil)
    colour = (bright * 255 + tint * TINT * (1 - veil)) / np.maximum(alpha, 1e-6)
    picture = np.concatenate([colour, alpha[None] * 255])
    picture[:, np.isnan(inner)] = 0
    whole: npt.NDArray[np.uint8] = np.rint(picture).clip(0, 255).astype(np.uint8)
    return whole
