"""A picture that only control points place: fitted to them, with how far each is left off."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from affine import Affine
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from layers.importing import rasters
from layers.importing.rasters import refused

Numbers = npt.NDArray[np.float64]

WORST = 5.0  # pixels: a picture that fits worse is refused
LEAST = 3  # points
CURVED_FROM = 10  # points: as GDAL chooses, so that both mean the same surface
_NAMED = 20  # points that a report names, worst first


@dataclasses.dataclass(frozen=True, slots=True)
class Fit:
    """How a picture lies by its points: straight (`transform`), or by curves of the second order.

    `pixels` and `metres` are the root of the mean of the squared distances (RMS).
    """

    points: int
    order: int
    pixels: float
    metres: float
    worst: tuple[dict[str, Any], ...]
    transform: Affine | None

    def told(self) -> dict[str, Any]:
        """Return what a report says of it."""
        return {
            "points": self.points,
            "order": self.order,
            "rms_pixels": round(self.pixels, 3),
            "rms_m": round(self.metres, 3),
            "worst": list(self.worst),
        }


def fit(path: Path, cell_m: float) -> Fit:
    """Return how a picture fits its control points; raises Unreadable for too few, or too bad.

    `cell_m`: metres of one unit of the points' frame.
    """
    with rasters.opened(path) as source:
        points = source.gcps[0]
    if len(points) < LEAST:
        raise refused(
            f"it has {len(points)} control points: three at least are needed",
            f"只有 {len(points)} 个控制点，至少需要三个",
            "georeference (rectify) it first",
        )
    at = np.array([(one.col, one.row) for one in points], float)
    to = np.array([(one.x, one.y) for one in points], float)
    found = _fitted(at, to, 2 if len(points) >= CURVED_FROM else 1, cell_m)
    if found.pixels > WORST:
        raise refused(
            f"its {found.points} control points do not fit: {found.pixels:.1f} pixels"
            f" ({found.metres:.1f} m) off at the mean, {WORST:.0f} are allowed",
            f"{found.points} 个控制点中误差 {found.pixels:.1f} 像元（{found.metres:.1f} 米），"
            f"超过允许的 {WORST:.0f} 像元",
            "look for points that are wrong, or rectify the picture first",
        )
    return found


def straighten(path: Path, crs: str, found: Fit, target: Path) -> Path:
    """Return the picture (8-bit, 3 or 4 bands) with a place of its own instead of points."""
    if found.transform is not None:
        with (
            rasterio.open(path) as source,
            rasterio.open(
                target, "w", **(_form(source) | {"transform": found.transform, "crs": crs})
            ) as out,
        ):
            for _, window in source.block_windows(1):
                out.write(source.read(window=window), window=window)
            out.colorinterp = source.colorinterp
        return target
    with rasterio.open(path) as source:
        clear = {"add_alpha": True} if source.count == 3 else {}
        look: dict[str, Any] = {"src_crs": crs, "crs": "EPSG:3857", **clear}
        with WarpedVRT(source, resampling=Resampling.cubic, **look) as web:
            form = _form(web) | {"photometric": "RGB", "alpha": "YES"}
            with rasterio.open(target, "w", **form) as out:
                for _, window in out.block_windows(1):
                    out.write(web.read(window=window), window=window)
    return target


def _form(source: Any) -> dict[str, Any]:
    return {
        "driver": "GTiff", "count": source.count, "dtype": "uint8", "width": source.width,
        "height": source.height, "crs": source.crs, "transform": source.transform,
        "compress": "zstd", "zstd_level": 1, "tiled": True, "bigtiff": "IF_SAFER",
    }  # fmt: skip


def _fitted(at: Numbers, to: Numbers, order: int, cell_m: float) -> Fit:
    """Fit by least squares; distances are told in the frame's units and in pixels of the fit."""
    middle, middle_to = at.mean(axis=0), to.mean(axis=0)
    terms = _terms(at - middle, order)
    if np.linalg.matrix_rank(terms) < terms.shape[1]:
        raise refused("its control points lie on a line", "控制点共线", "rectify it first")
    solved, *_ = np.linalg.lstsq(terms, to - middle_to, rcond=None)
    off = to - middle_to - terms @ solved
    linear = solved[1:3].T  # units of the frame along columns and rows
    own = np.linalg.solve(linear, off.T).T
    distances = np.hypot(*own.T)
    transform = None
    if order == 1:
        origin = middle_to + solved[0] - linear @ middle
        (a, b), (d, e) = linear.tolist()
        transform = Affine(a, b, float(origin[0]), d, e, float(origin[1]))
    return Fit(
        len(at), order, _rms(distances), _rms(np.hypot(*off.T)) * cell_m,
        _worst(at, distances, np.hypot(*off.T) * cell_m), transform,
    )  # fmt: skip


def _terms(at: Numbers, order: int) -> Numbers:
    x, y = at.T
    columns = [np.ones_like(x), x, y] + ([x * x, x * y, y * y] if order == 2 else [])
    return np.column_stack(columns)


def _rms(distances: Numbers) -> float:
    return float(np.sqrt(np.mean(distances**2)))


def _worst(at: Numbers, pixels: Numbers, metres: Numbers) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "column": float(at[one, 0]),
            "row": float(at[one, 1]),
            "pixels": round(float(pixels[one]), 2),
            "metres": round(float(metres[one]), 2),
        }
        for one in np.argsort(-pixels)[:_NAMED]
    )


def metres_of(crs: Any, north: float) -> float:
    """Return how many metres one unit of a frame is, at a latitude if it counts degrees."""
    if crs.is_geographic:
        return 111_195.0 * math.sqrt(math.cos(math.radians(north)))
    return float(crs.axis_info[0].unit_conversion_factor)
