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
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.enums import MaskFlags, Resampling
from rasterio.errors import RasterioError
from rasterio.shutil import copy as copy_raster
from rasterio.vrt import WarpedVRT

from layers import relief
from layers.importing import datum
from layers.importing.doubts import Doubt
from layers.importing.table import Unreadable

DRIVERS = {".tif": "GTiff", ".tiff": "GTiff", ".hgt": "SRTMHGT"}
MOST_PIXELS = 4_000_000_000
LOWEST, HIGHEST = -500.0, 9000.0  # m: heights of land, and of the deepest basins
_HEIGHTS = ("int16", "uint16", "int32", "float32", "float64")


@contextmanager
def opened(path: Path) -> Iterator[rasterio.DatasetReader]:
    """Open a raster by the one driver of its name: no file may send us to another one."""
    driver = DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise _refused(f"{path.name} is no GeoTIFF", f"{path.name} 不是 GeoTIFF", "")
    try:
        with rasterio.open(path, driver=driver) as source:
            yield source
    except RasterioError as error:
        raise _refused(
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
        return datum.named(source.crs.to_wkt()) if source.crs else ""


def middle(path: Path) -> datum.Coordinates:
    """Return the raster's middle in its own coordinates, one row."""
    with opened(path) as source:
        return np.array([source.transform @ (source.width / 2, source.height / 2)], float)


def check_place(path: Path, declared: str) -> str:
    """Return the CRS to read with; raises Unreadable or Doubt for a place that is not sure."""
    with opened(path) as source:
        if source.width * source.height > MOST_PIXELS:
            raise _refused(
                "it has more than 4 billion pixels", "像元超过 40 亿", "cut it in pieces"
            )
        if source.transform.is_identity:
            gcps = ": only control points" if source.gcps[0] else ""
            zh = "（只有控制点）" if source.gcps[0] else ""
            remedy = "georeference (rectify) it first"
            raise _refused(
                f"it does not say where its pixels lie{gcps}", f"影像没有定位信息{zh}", remedy
            )
        if declared in datum.SHIFTED:
            raise _refused(
                f"an image in {declared} cannot be straightened without loss",
                f"{declared} 影像无法无损纠正",
                "rectify it to CGCS2000 first",
            )
        return _crs(source, declared)


def _crs(source: rasterio.DatasetReader, declared: str) -> str:
    if source.crs is None:
        return declared
    try:
        crs = CRS.from_wkt(source.crs.to_wkt())
    except CRSError as error:
        raise _refused("its frame cannot be understood", "无法识别其坐标系", "") from error
    datum.refuse_old(crs)
    told = datum.named(source.crs.to_wkt())
    if told and not datum.same(told, declared):
        raise Doubt(
            f"the file itself says {told}, not {declared}",
            zh=f"文件自述为 {told}，而非 {declared}",
            field="datum",
            proposed=told,
            remedy=f"declare {told}",
        )
    return str(source.crs.to_wkt())


def check_picture(path: Path) -> None:
    """Return for an orthophoto that can be shown; raises Unreadable with the reason."""
    with opened(path) as source:
        if source.count == 1 and source.colorinterp[0].name == "palette":
            raise _refused(
                "its colours are a palette", "影像为调色板（索引色）", "convert it to RGB"
            )
        if source.count not in (3, 4):
            raise _refused(
                f"it has {source.count} bands: red, green, blue (and alpha) are expected",
                f"影像有 {source.count} 个波段，应为红、绿、蓝（及透明）",
                "choose three bands",
            )
        odd = sorted(set(source.dtypes) - {"uint8"})
        if odd:
            raise _refused(
                f"its values are {odd[0]}, not 8-bit",
                f"像元类型为 {odd[0]}，应为 8 位",
                "stretch it to 8 bits",
            )
        if source.count == 4 and source.colorinterp[3].name != "alpha":
            raise _refused(
                "its fourth band is no transparency", "第四波段不是透明度", "leave the band out"
            )


def make_picture(path: Path, crs: str, target: Path) -> None:
    """Write an orthophoto as a COG whose blocks are web tiles, edges and no-data clear."""
    with opened(path) as source:
        masked = MaskFlags.all_valid not in source.mask_flag_enums[0]
        look: dict[str, Any] = {"src_crs": crs, "crs": "EPSG:3857", "add_alpha": source.count == 3}
        if masked and source.nodata is not None and source.count == 3:
            look["src_nodata"] = source.nodata
        with WarpedVRT(source, resampling=Resampling.cubic, **look) as warped:
            relief.to_web_cog(warped, target)


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
            raise _refused(
                f"it has {source.count} bands of {source.dtypes[0]}: one of heights is expected",
                f"有 {source.count} 个 {source.dtypes[0]} 波段，应为一个高程波段",
                "",
            )
        by = max(1, math.ceil(max(source.shape) / 2048))
        shape = (math.ceil(source.height / by), math.ceil(source.width / by))
        cells = source.read(1, out_shape=shape, masked=True).astype("float64").filled(np.nan)
        known = cells[np.isfinite(cells)]
        if not known.size:
            raise _refused("it holds no height at all", "没有任何高程值", "")
        lowest, highest = float(known.min()), float(known.max())
        if lowest < LOWEST or highest > HIGHEST:
            raise _refused(
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
            _assign(path, crs, functools.partial(copy, **options), target)
        else:
            copy(source, target, **options)


def _assign(path: Path, crs: str, copy: Any, target: Path) -> None:
    """Write the declared frame into a copy first: the file that was handed in is kept as it is."""
    own = path.with_name(f"own{path.suffix}")
    shutil.copyfile(path, own)
    with rasterio.open(own, "r+", driver="GTiff") as without:
        without.crs = crs
    with opened(own) as source:
        copy(source, target)


def _refused(en: str, zh: str, remedy: str) -> Unreadable:
    return Unreadable(
        f"the raster is refused: {en}", zh=f"栅格被拒绝：{zh}", field="file", remedy=remedy
    )
