"""Heights from the registered elevation models."""

import dataclasses
import functools
import math
import threading

import numpy as np
import rasterio
from pyproj import CRS
from rasterio.warp import transform
from rasterio.windows import Window

from core.errors import Unknown
from layers import catalogue, raster
from layers.layer import Layer
from layers.models import State
from layers.rights import ask, may_see
from people.may import Rights

DEM = "dem"
_reading = threading.Lock()


@functools.lru_cache(maxsize=16)
def _open(path: str, version: int) -> rasterio.DatasetReader:
    """Return the open file; a new version of the layer opens anew."""
    return rasterio.open(raster.stored(path))


@dataclasses.dataclass(frozen=True, slots=True)
class Height:
    """The ground's height at a place (m, None: unknown), and by which model."""

    metres: float | None
    layer: Layer
    state: State
    cell_m: float


def at(lon: float, lat: float) -> float | None:
    """Return the height in metres at a WGS 84 position, or None where no model knows any.

    Raises Unknown if no elevation model is registered.
    """
    return _best(lon, lat, [one for one in catalogue.layers().values() if one.heights]).metres


def models(rights: Rights) -> list[Layer]:
    """Return the elevation models that hold something and that these rights open, the DEM first."""
    seen = [one for one in catalogue.layers().values() if one.heights and may_see(one, rights)]
    codes = [one.code for one in seen]
    held = State.objects.exclude(path="").filter(pk__in=codes).values_list("pk", flat=True)
    return sorted((one for one in seen if one.code in held), key=lambda one: one.code != DEM)


def best(lon: float, lat: float, rights: Rights) -> Height:
    """Return the height by the finest model that these rights open and that knows the place."""
    every = [one for one in catalogue.layers().values() if one.heights]
    seen = [one for one in every if may_see(one, rights)]
    if every and not seen:
        ask(every[0], rights)
    return _best(lon, lat, seen)


def _best(lon: float, lat: float, models: list[Layer]) -> Height:
    states = State.objects.exclude(path="").in_bulk([one.code for one in models])
    found = [Height(None, one, states[one.code], _cell(states[one.code], lat)) for one in models
             if one.code in states]  # fmt: skip
    if not found:
        raise Unknown("no elevation model is registered", zh="尚未登记高程模型")
    for one in sorted(found, key=lambda height: height.cell_m):
        with _reading:
            metres = sample(_open(one.state.path, one.state.version), lon, lat)
        if metres is not None:
            return dataclasses.replace(one, metres=metres)
    return found[0]


def _cell(state: State, lat: float) -> float:
    """Return a model's cell on the ground in metres."""
    told = state.raster.get("cell_m")
    if told is not None:
        return float(told)
    cell = float(state.raster.get("cell", 0))
    if CRS.from_user_input(state.raster.get("crs", "EPSG:4326")).is_geographic:
        cell *= 111_195.0 * math.sqrt(math.cos(math.radians(lat)))
    return round(cell, 2)


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
