"""Elevation: the real 0.2° grid, refined with seeded fractal relief to a DEM of about 30 m."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import ArrayLike, NDArray
from rasterio import Affine
from scipy import fft, ndimage
from scipy.interpolate import RectBivariateSpline

from city.demo import flow
from city.demo.frame import Heights

CELL = 1.0 / 3600.0  # degrees: one arc second, about 30 m
_MARGIN = 0.02  # degrees kept around the city
_VALLEY = 8  # cells: the step at which valleys are traced
_SOFT = np.float32(6.0)  # metres over which a valley floor flattens
_LARGEST = 40_000_000  # cells; a very large city gets larger ones

Metres = NDArray[np.float32]


@dataclass(slots=True)
class Dem:
    """Elevations in metres (1985 national height datum) at cell centres, north first, degrees."""

    west: float
    north: float
    cell: float
    metres: Metres

    def coarse(self, factor: int) -> "Dem":
        """Return the means over factor × factor cells."""
        rows, columns = (size // factor * factor for size in self.metres.shape)
        blocks = self.metres[:rows, :columns].reshape(
            rows // factor, factor, columns // factor, factor
        )
        return Dem(self.west, self.north, self.cell * factor, blocks.mean(axis=(1, 3)))

    def index(self, degrees: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the rows and columns of the cells that hold (n, 2) points, kept inside."""
        places = np.asarray(degrees, float)
        rows = ((self.north - places[:, 1]) / self.cell).astype(np.intp)
        columns = ((places[:, 0] - self.west) / self.cell).astype(np.intp)
        height, width = self.metres.shape
        return rows.clip(0, height - 1), columns.clip(0, width - 1)

    def at(self, degrees: ArrayLike) -> NDArray[np.float64]:
        """Return the elevations of (n, 2) points."""
        return self.metres[self.index(degrees)].astype(float)


def build(
    heights: Heights,
    bounds: tuple[float, float, float, float],
    level: tuple[float, float, float],
    rng: np.random.Generator,
) -> Dem:
    """Refine the coarse elevations over (west, south, east, north).

    `level` is (lon, lat, degrees): about such a point the ground is calm, as where towns grow.
    """
    west, south, east, north = (
        bounds[0] - _MARGIN,
        bounds[1] - _MARGIN,
        bounds[2] + _MARGIN,
        bounds[3] + _MARGIN,
    )
    stretch = max(1, int(np.ceil(np.sqrt((east - west) * (north - south) / CELL**2 / _LARGEST))))
    cell = CELL * stretch
    shape = (int(np.ceil((north - south) / cell)), int(np.ceil((east - west) / cell)))
    lats = north - (np.arange(shape[0], dtype=np.float64) + 0.5) * cell
    lons = west + (np.arange(shape[1], dtype=np.float64) + 0.5) * cell
    base, rough, floor = _splines(heights, lons, lats)
    away = np.hypot((lons - level[0])[None, :] * 0.82, (lats - level[1])[:, None]) / level[2]
    rough *= (1.0 - 0.9 * np.exp(-(away**4))).astype(np.float32)
    dem = Dem(west, north, cell, base + rough * _fractal(shape, 0.1 / cell, rng))
    _erode(dem, rough)
    # valleys end softly on the lowest real elevation around; the sea is flat
    above = np.logaddexp(0.0, (dem.metres - floor) / _SOFT) * _SOFT
    dem.metres = np.where(base <= 0.0, np.float32(0.0), floor + above).astype(np.float32)
    return dem


def _splines(
    heights: Heights, lons: NDArray[np.float64], lats: NDArray[np.float64]
) -> tuple[Metres, Metres, Metres]:
    """Interpolate the coarse elevations, how far the relief swings about them, and their floor."""
    row = int((heights.north - lats[0]) / heights.step) - 4
    column = int((lons[0] - heights.west) / heights.step) - 4
    rows = int((lats[0] - lats[-1]) / heights.step) + 10
    columns = int((lons[-1] - lons[0]) / heights.step) + 10
    window = np.nan_to_num(heights.metres[row : row + rows, column : column + columns])
    spread = np.sqrt(np.maximum(ndimage.generic_filter(window, np.var, size=3), 0.0))
    ys = np.array([-heights.place(row + i, 0)[1] for i in range(window.shape[0])])
    xs = np.array([heights.place(0, column + j)[0] for j in range(window.shape[1])])

    def onto(values: NDArray[np.float64], degree: int) -> Metres:
        spline = RectBivariateSpline(ys, xs, values, kx=degree, ky=degree)
        return np.asarray(spline(-lats, lons), dtype=np.float32)

    # a plain swings by a metre or two, a mountain by most of what its neighbours differ by
    swing = 1.0 + np.maximum(onto(spread, 1) - 25.0, 0.0)
    floor = np.maximum(onto(ndimage.minimum_filter(window, size=3), 1) - 5.0, 0.5)
    return onto(window, 3), np.asarray(swing, np.float32), np.asarray(floor, np.float32)


def _fractal(shape: tuple[int, int], longest: float, rng: np.random.Generator) -> Metres:
    """Return noise of unit deviation whose power falls with frequency as eroded land's does.

    `longest` is the longest wave in cells; longer ones are the coarse grid's business.
    """
    size = tuple(fft.next_fast_len(extent, real=True) for extent in shape)
    noise = rng.standard_normal(size, dtype=np.float32)
    spectrum = fft.rfft2(noise, workers=2)
    fy = np.fft.fftfreq(size[0]).astype(np.float32)[:, None]
    fx = np.fft.rfftfreq(size[1]).astype(np.float32)[None, :]
    frequency = np.hypot(fy, fx)
    frequency[0, 0] = 1.0
    spectrum *= frequency**-2.1 * (1.0 - np.exp(-((frequency * longest) ** 2)))
    waves = fft.irfft2(spectrum, s=size, workers=2)[: shape[0], : shape[1]]
    waves /= waves.std()
    # valleys are wide and rounded, ridges high: softplus flattens what lies low
    hills = np.logaddexp(0.0, 1.6 * waves)
    return np.asarray(hills - hills.mean() + 0.25 * waves, dtype=np.float32)


def _erode(dem: Dem, swing: Metres) -> None:
    """Cut valleys along the drainage, deeper where more land drains through, in place."""
    coarse = dem.coarse(_VALLEY)
    _, area = flow.drain(coarse.metres.astype(float), flow.rim(coarse.metres.shape))
    depth = np.log2(area.reshape(coarse.metres.shape)).astype(np.float32)
    soft = [ndimage.gaussian_filter(depth, sigma) for sigma in (0.8, 2.0, 5.0)]
    mean = np.asarray(np.mean(soft, axis=0), dtype=np.float32)
    rows, columns = coarse.metres.shape
    fine = ndimage.zoom(mean, _VALLEY, order=1, grid_mode=True, mode="nearest")
    inner = np.s_[: rows * _VALLEY, : columns * _VALLEY]
    dem.metres[inner] -= 0.09 * swing[inner] * fine


def carve(dem: Dem, mask: NDArray[np.bool_], depth: float) -> None:
    """Sink the cells of a water mask by `depth` metres with soft banks, in place."""
    soft = ndimage.gaussian_filter(mask.astype(np.float32), 1.5)
    dem.metres -= np.float32(depth) * np.minimum(soft * 1.4, 1.0)


def write(dem: Dem, path: Path, source: str) -> None:
    """Write the DEM as a cloud-optimised GeoTIFF (EPSG:4326, float32 metres, tiled, overviews)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial.tif")
    profile = {
        "driver": "COG",
        "height": dem.metres.shape[0],
        "width": dem.metres.shape[1],
        "count": 1,
        "dtype": "float32",
        "crs": "EPSG:4326",
        "transform": Affine(dem.cell, 0.0, dem.west, 0.0, -dem.cell, dem.north),
        "compress": "ZSTD",
        "level": "1",
        "predictor": "YES",
        "num_threads": "2",
    }
    with rasterio.open(partial, "w", **profile) as target:
        target.write(dem.metres, 1)
        target.update_tags(
            VERTICAL_DATUM="1985国家高程基准 1985 National Height Datum (EPSG:5737)",
            UNIT="metre",
            SIMULATED="YES",
            SOURCE=source,
        )
    partial.replace(path)
