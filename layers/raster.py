"""Facts about a raster file: where it lies, its grid, and whether its blocks are web tiles."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from django.conf import settings
from rasterio.errors import RasterioError
from rasterio.warp import transform_bounds

from core.errors import Invalid
from layers.layer import WORLD

TILE = 256  # pixels
HALF = WORLD / 2


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """What the catalogue keeps of a raster; `bounds` in degrees, `cell` in units of `crs`."""

    bounds: tuple[float, float, float, float]
    crs: str
    width: int
    height: int
    bands: int
    dtype: str
    nodata: float | None
    cell: float
    compression: str
    min_zoom: int
    max_zoom: int
    aligned: bool

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored as JSON; NaN is no JSON, so it becomes a word."""
        kept = dataclasses.asdict(self)
        if self.nodata is not None and math.isnan(self.nodata):
            kept["nodata"] = "nan"
        return kept


def describe(path: Path) -> Facts:
    """Read the facts; raises Invalid for a file that is missing, no raster or without a CRS."""
    try:
        with rasterio.open(path) as source:
            return _facts(source)
    except RasterioError as error:
        raise Invalid(
            f"{path.name} is not a raster that can be read: {error}",
            zh=f"{path.name} 不是可读的栅格文件",
            field="path",
        ) from error


def stored(path: str) -> Path:
    """Return a registered raster's full path (kept relative inside ZHIHUI_DATA)."""
    return Path(settings.DATA) / path


def cell_at(zoom: int) -> float:
    """Return the side of a web tile's pixel at this zoom, in EPSG:3857 metres."""
    return float(WORLD / TILE / 2**zoom)


def _facts(source: rasterio.DatasetReader) -> Facts:
    if source.crs is None or source.transform.is_identity:
        raise Invalid(
            f"{Path(source.name).name} does not say where it lies (no CRS)",
            zh="栅格文件没有坐标参考",
            field="path",
            remedy="assign its coordinate reference system before importing it",
        )
    bounds = transform_bounds(source.crs, "EPSG:4326", *_covered(source), densify_pts=21)
    zoom = _zoom(source)
    levels = source.overviews(1)
    aligned = _aligned(source, zoom)
    return Facts(
        bounds=bounds,
        crs=source.crs.to_string(),
        width=source.width,
        height=source.height,
        bands=source.count,
        dtype=source.dtypes[0],
        nodata=source.nodata,
        cell=abs(source.transform.a),
        compression=str(source.profile.get("compress", "")).lower(),
        min_zoom=max(0, zoom - len(levels) if aligned else zoom - 8),
        max_zoom=zoom,
        aligned=aligned,
    )


def _covered(source: rasterio.DatasetReader) -> tuple[float, float, float, float]:
    """Return the bounds of what the raster really holds: a web grid is padded to whole tiles."""
    by = max(1, math.ceil(max(source.shape) / 1024))
    shape = (math.ceil(source.height / by), math.ceil(source.width / by))
    rows, columns = np.nonzero(source.dataset_mask(out_shape=shape))
    if not len(rows):
        return tuple(source.bounds)
    pixel = source.transform @ source.transform.scale(
        source.width / shape[1], source.height / shape[0]
    )
    west, north = pixel @ (int(columns.min()), int(rows.min()))
    east, south = pixel @ (int(columns.max()) + 1, int(rows.max()) + 1)
    return min(west, east), min(south, north), max(west, east), max(south, north)


def _zoom(source: rasterio.DatasetReader) -> int:
    """Return the zoom whose pixels are about as fine as the raster's own."""
    west, south, east, north = transform_bounds(source.crs, "EPSG:3857", *source.bounds)
    cell = min((east - west) / source.width, (north - south) / source.height)
    return min(24, max(0, round(math.log2(WORLD / TILE / cell))))


def _aligned(source: rasterio.DatasetReader, zoom: int) -> bool:
    """Say whether every block of every level is exactly one tile of the web grid."""
    left, top = source.transform.c + HALF, HALF - source.transform.f
    coarsest = cell_at(zoom) * TILE
    return (
        source.crs.to_epsg() == 3857
        and math.isclose(source.transform.a, cell_at(zoom), rel_tol=1e-9)
        and math.isclose(-source.transform.e, cell_at(zoom), rel_tol=1e-9)
        and source.block_shapes[0] == (TILE, TILE)
        and all(
            math.isclose(at / coarsest, round(at / coarsest), abs_tol=1e-6) for at in (left, top)
        )
        and source.overviews(1) == [2 ** (at + 1) for at in range(len(source.overviews(1)))]
    )
