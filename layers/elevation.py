"""Heights from the registered elevation model."""

import functools
import math
import threading

import numpy as np
import rasterio
from rasterio.warp import transform
from rasterio.windows import Window

from core.errors import Unknown
from layers import raster
from layers.models import State

DEM = "dem"
_reading = threading.Lock()


@functools.lru_cache(maxsize=4)
def _open(path: str, version: int) -> rasterio.DatasetReader:
    """Return the open file; a new version of the layer opens anew."""
    return rasterio.open(raster.stored(path))


def at(lon: float, lat: float) -> float | None:
    """Return the height in metres at a WGS 84 position, or None where the model knows none.

    Raises Unknown if no elevation model is registered.
    """
    state = State.objects.filter(layer=DEM).exclude(path="").first()
    if state is None:
        raise Unknown("no elevation model is registered", zh="尚未登记高程模型")
    with _reading:
        return sample(_open(state.path, state.version), lon, lat)


def sample(dem: rasterio.DatasetReader, lon: float, lat: float) -> float | None:
    """Return the height between the four cells round a position, or None without data."""
    (x,), (y,) = transform("EPSG:4326", dem.crs, [lon], [lat])
    column, row = ~dem.transform @ (x, y)
    if not (0 <= column < dem.width and 0 <= row < dem.height):
        return None
    left = min(max(column - 0.5, 0), dem.width - 1)
    top = min(max(row - 0.5, 0), dem.height - 1)
    window = Window(math.floor(left), math.floor(top), 2, 2)
    four = dem.read(1, window=window, masked=True, boundless=False).astype(float).filled(np.nan)
    four = np.pad(four, ((0, 2 - four.shape[0]), (0, 2 - four.shape[1])), mode="edge")
    right, down = left % 1, top % 1
    weights = np.outer([1 - down, down], [1 - right, right])
    known = ~np.isnan(four) & (weights > 0)
    if not known.any() or weights[known].sum() < 0.5:
        return None
    return round(float((four[known] * weights[known]).sum() / weights[known].sum()), 2)
