"""Orthophotos and elevation models: looked at, refused with a reason, or made into COGs."""

import dataclasses
import functools
import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from rasterio.errors import RasterioError
from rasterio.shutil import copy as copy_raster

from layers.importing import datum
from layers.importing.doubts import Doubt
from layers.importing.table import Unreadable

DRIVERS = {
    ".tif": "GTiff", ".tiff": "GTiff", ".hgt": "SRTMHGT",
    ".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG",
}  # fmt: skip
BARE = (".jpg", ".jpeg", ".png")  # pictures that only a file beside them places
WORLD_FILES = (".tfw", ".tifw", ".jgw", ".jpgw", ".pgw", ".pngw", ".wld")
MOST_PIXELS = 4_000_000_000
_NORTHMOST = 85.06  # degrees: the web map's edge
LOWEST, HIGHEST = -500.0, 9000.0  # m: heights of land, and of the deepest basins
_HEIGHTS = ("int16", "uint16", "int32", "float32", "float64")


@contextmanager
def opened(path: Path) -> Iterator[rasterio.DatasetReader]:
    """Open a raster by the one driver of its name: no file may send us to another one."""
    driver = DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise refused(f"{path.name} is no GeoTIFF", f"{path.name} 不是 GeoTIFF", "")
    try:
        with rasterio.open(path, driver=driver) as source:
            yield source
    except RasterioError as error:
        raise refused(
            f"{path.name} cannot be read: it is damaged or something else",
            f"{path.name} 无法读取（损坏或格式不符）",
            "",
        ) from error


def kind_of(path: Path) -> str:
    """Return elevation for one band of heights, orthophoto for the rest."""
    with opened(path) as source:
        one_band = source.count == 1 and source.dtypes[0] in _HEIGHTS
    return "elevation" if one_band else "orthophoto"


def frame_of(path: Path) -> str:
    """Return the datum that the file says, "" if it says none."""
    with opened(path) as source:
        crs = source.crs or source.gcps[1]
        return datum.named(crs.to_wkt()) if crs else ""


def middle(path: Path) -> datum.Coordinates:
    """Return the raster's middle in its own coordinates, one row."""
    with opened(path) as source:
        if by_points(source):
            points = np.array([(one.x, one.y) for one in source.gcps[0]], float)
            return np.array([points.mean(axis=0)], float)
        return np.array([source.transform @ (source.width / 2, source.height / 2)], float)


def by_points(source: rasterio.DatasetReader) -> bool:
    """Say whether only control points tell where the raster lies."""
    return bool(source.transform.is_identity and source.gcps[0])


def check_place(path: Path, declared: str) -> str:
    """Return the CRS to read with; raises Unreadable or Doubt for a place that is not sure."""
    with opened(path) as source:
        if source.width * source.height > MOST_PIXELS:
            raise refused("it has more than 4 billion pixels", "像元超过 40 亿", "cut it in pieces")
        if source.transform.is_identity and not source.gcps[0]:
            raise refused(
                "it does not say where its pixels lie",
                "影像没有定位信息",
                "georeference (rectify) it first, or zip it with its world file (.tfw, .jgw, .pgw)",
            )
        if declared in datum.SHIFTED:
            raise refused(
                f"an image in {declared} cannot be straightened without loss",
                f"{declared} 影像无法无损纠正",
                "rectify it to CGCS2000 first",
            )
        return _crs(source, declared)


def check_on_earth(path: Path, crs: str) -> None:
    """Raise Unreadable for a raster whose middle lies nowhere: metres called degrees, or worse."""
    to_earth = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    with opened(path) as source:
        if not by_points(source) and not abs(source.transform.determinant) > 0:
            raise refused("its cells have no size", "像元大小为零", "look at its world file")
    at = middle(path)[0]
    lon, lat = to_earth.transform(*at)
    if not (abs(lon) <= 180 and abs(lat) <= _NORTHMOST):
        raise refused(
            f"its middle ({at[0]:,.1f}, {at[1]:,.1f}) lies nowhere on the map under this datum",
            f"按此坐标系，其中心（{at[0]:,.1f}, {at[1]:,.1f}）不在地图范围内",
            "declare the datum of its numbers: degrees, or the zone of its metres",
        )


def _crs(source: rasterio.DatasetReader, declared: str) -> str:
    own = source.crs or source.gcps[1]
    if own is None:
        return declared
    try:
        crs = CRS.from_wkt(own.to_wkt())
    except CRSError as error:
        raise refused("its frame cannot be understood", "无法识别其坐标系", "") from error
    datum.refuse_old(crs)
    told = datum.named(own.to_wkt())
    if told and not datum.same(told, declared):
        raise Doubt(
            f"the file itself says {told}, not {declared}",
            zh=f"文件自述为 {told}，而非 {declared}",
            field="datum",
            proposed=told,
            remedy=f"declare {told}",
        )
    return str(own.to_wkt())


@dataclasses.dataclass(frozen=True, slots=True)
class Heights:
    """What was seen of an elevation model: cell on the ground (m), range (m), share known."""

    cell_m: float
    lowest: float
    highest: float
    known: float


def check_heights(path: Path, crs: str) -> Heights:
    """Look at an elevation model; raises Unreadable if its one band cannot be metres of land."""
    with opened(path) as source:
        if source.count != 1 or source.dtypes[0] not in _HEIGHTS:
            raise refused(
                f"it has {source.count} bands of {source.dtypes[0]}: one of heights is expected",
                f"有 {source.count} 个 {source.dtypes[0]} 波段，应为一个高程波段",
                "",
            )
        by = max(1, math.ceil(max(source.shape) / 2048))
        shape = (math.ceil(source.height / by), math.ceil(source.width / by))
        cells = source.read(1, out_shape=shape, masked=True).astype("float64").filled(np.nan)
        known = cells[np.isfinite(cells)]
        if not known.size:
            raise refused("it holds no height at all", "没有任何高程值", "")
        lowest, highest = float(known.min()), float(known.max())
        if lowest < LOWEST or highest > HIGHEST:
            raise refused(
                f"its heights run from {lowest:,.0f} to {highest:,.0f}: metres of land do not",
                f"高程值 {lowest:,.0f} 至 {highest:,.0f}，不是以米为单位的地面高程",
                "mark cells without data as no-data, and give metres",
            )
        return Heights(_cell(source, crs), lowest, highest, known.size / cells.size)


def _cell(source: rasterio.DatasetReader, crs: str) -> float:
    """Return a cell's side on the ground in metres."""
    side = math.sqrt(abs(source.transform.determinant))
    frame = CRS.from_user_input(crs)
    if frame.is_geographic:
        middle = source.transform @ (source.width / 2, source.height / 2)
        return round(side * 111_195.0 * math.sqrt(math.cos(math.radians(middle[1]))), 3)
    return round(side * float(frame.axis_info[0].unit_conversion_factor), 3)


def make_heights(path: Path, crs: str, target: Path) -> None:
    """Write an elevation model as a COG in its own frame and cells, nothing resampled."""
    with opened(path) as source:
        look: dict[str, Any] = {"predictor": 3 if source.dtypes[0].startswith("float") else 2}
        copy = functools.partial(copy_raster, driver="COG", COMPRESS="DEFLATE", BIGTIFF="IF_SAFER")
        options = {"PREDICTOR": str(look["predictor"]), "BLOCKSIZE": "256", "LEVEL": "6"}
        if source.crs is None:
            _assign(source, crs, functools.partial(copy, **options), target)
        else:
            copy(source, target, **options)


def _assign(source: rasterio.DatasetReader, crs: str, copy: Any, target: Path) -> None:
    """Write the declared frame into a copy first: the file that was handed in is kept as it is."""
    path = Path(source.name)
    own = path.with_name(f"own{path.suffix}")
    shutil.copyfile(path, own)
    with rasterio.open(own, "r+", driver="GTiff") as without:
        without.crs, without.transform = crs, source.transform  # a world file may have said it
    with opened(own) as source:
        copy(source, target)


def refused(en: str, zh: str, remedy: str) -> Unreadable:
    """Return why a raster is not taken."""
    return Unreadable(
        f"the raster is refused: {en}", zh=f"栅格被拒绝：{zh}", field="file", remedy=remedy
    )
