"""What a file's coordinates refer to: the declared answer, its transformation, a guess."""

import dataclasses
import functools
import re

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer
from pyproj.exceptions import CRSError

from core import datums
from core.errors import Invalid
from layers.importing.table import Shapes

GCJ02, BD09 = "GCJ-02", "BD-09"
LONLAT = ("EPSG:4326", "EPSG:4490")  # one and the same here: they differ by less than a metre
SHIFTED = {GCJ02: datums.Datum.GCJ02, BD09: datums.Datum.BD09}
_OLD = ("Xian 1980", "Beijing 1954", "New Beijing", "Beijing_1954", "Xian_1980")
_SPELT = {"gcj02": GCJ02, "bd09": BD09, "wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490"}
_SURE = 70  # percent: below it, PROJ proposes any frame of the same ellipsoid
_LIKE, _MOST_LIKE = 25, 60
_SAME = 1.0  # units of the frame
Coordinates = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Guess:
    """A proposed datum ("" if none can be told) and the reason, in both languages."""

    datum: str
    en: str
    zh: str


def read(given: str) -> str:
    """Return a datum's one spelling; raises Invalid for none, an unknown, or an old frame."""
    word = given.strip()
    plain = re.sub(r"[-_ ]", "", word).lower()
    if plain in _SPELT:
        return _SPELT[plain]
    code = re.fullmatch(r"(?:epsg:?)?(\d{4,6})", plain)
    if code is None:
        raise Invalid(
            f"datum {word!r} is not known" if word else "say what the coordinates refer to",
            zh=f"未知坐标系 {word!r}" if word else "必须说明坐标系",
            field="datum",
            remedy="give EPSG:4490, EPSG:4326, a Gauss-Krüger zone such as EPSG:4547, "
            "GCJ-02 or BD-09",
        )
    return _checked(f"EPSG:{code[1]}")


def _checked(datum: str) -> str:
    try:
        crs = CRS.from_user_input(datum)
    except CRSError as error:
        raise Invalid(f"there is no {datum}", zh=f"没有 {datum}", field="datum") from error
    refuse_old(crs)
    if not (crs.is_geographic or crs.is_projected):
        raise Invalid(f"{datum} is no frame of a map", zh=f"{datum} 不是地图坐标系", field="datum")
    return datum


def refused(datum: str) -> Invalid | None:
    """Return why a frame that a file names can be no answer; None if it can, or names none."""
    try:
        if datum:
            _checked(datum)
    except Invalid as error:
        return error
    return None


def refuse_old(crs: CRS) -> None:
    """Raise Invalid for Xi'an 1980 and Beijing 1954: no public parameters are good enough."""
    geodetic = crs.geodetic_crs
    if geodetic is not None and geodetic.name.startswith(_OLD):
        raise Invalid(
            f"{geodetic.name} cannot be converted well: it would lie metres to 100 m off",
            zh=f"{geodetic.name} 没有公开的高精度转换参数，转换后可能偏差数米至百米",
            field="datum",
            remedy="have the survey office convert it to CGCS2000 first",
        )


def is_metric(datum: str) -> bool:
    """Say whether coordinates of this datum are metres, not degrees."""
    return datum not in SHIFTED and bool(CRS.from_user_input(datum).is_projected)


@functools.lru_cache(maxsize=32)
def _transformer(datum: str) -> Transformer:
    return Transformer.from_crs(datum, "EPSG:4326", always_xy=True)


def to_degrees(datum: str, coordinates: Coordinates) -> Coordinates:
    """Return (n, 2) coordinates of a datum, (east, north) order, as WGS 84 degrees."""
    x, y = coordinates[:, 0], coordinates[:, 1]
    if datum in SHIFTED:
        lon, lat = datums.to_wgs84(SHIFTED[datum], x, y)
    elif datum in LONLAT:
        lon, lat = x, y
    else:
        lon, lat = _transformer(datum).transform(x, y)
    return np.column_stack((lon, lat))


def lift(datum: str, shapes: Shapes) -> Shapes:
    """Return shapes of a datum in WGS 84 degrees, flat."""
    deep = shapely.has_z(shapes).any() or shapely.has_m(shapes).any()
    flat = shapely.force_2d(shapes) if deep else shapes
    if datum in LONLAT:
        return np.asarray(flat, dtype=object)
    moved = shapely.transform(flat, functools.partial(to_degrees, datum))
    return np.asarray(moved, dtype=object)


def same(one: str, other: str) -> bool:
    """Say whether two spellings mean the same frame here (4326 and 4490 do)."""
    return one == other or {one, other} <= set(LONLAT)


def named(text: str) -> str:
    """Return the EPSG code that a .prj or a GeoJSON `crs` member means, "" if none is clear."""
    if not text:
        return ""
    try:
        crs = CRS.from_user_input(text)
    except (CRSError, pyproj.exceptions.ProjError):
        return ""
    if crs.to_authority() == ("OGC", "CRS84"):
        return "EPSG:4326"
    earth = crs.geodetic_crs
    if earth is None or earth.datum is None or "unknown" in earth.datum.name.lower():
        return ""
    likely = crs.list_authority("EPSG", _LIKE if crs.is_projected else _SURE)
    codes = (int(one.code) for one in likely[:_MOST_LIKE])
    return next((f"EPSG:{code}" for code in codes if _alike(crs, CRS.from_epsg(code))), "")


def _alike(own: CRS, other: CRS) -> bool:
    """Say whether two frames give a place the same numbers: a likeness may be of another zone."""
    area = other.area_of_use
    if not own.is_projected or area is None:
        return not own.is_projected
    middle = (area.west + area.east) / 2, (area.south + area.north) / 2
    one, two = (np.array(Proj(crs)(*middle)) for crs in (own, other))
    return bool(np.abs(one - two).max() < _SAME)


def strays(text: str, declared: str, place: Coordinates) -> float:
    """Return how many metres the file's own frame and a declared one lie apart at a place.

    0 if the file says nothing that can be understood.
    """
    try:
        own = CRS.from_user_input(text)
        to_earth = Transformer.from_crs(own, "EPSG:4326", always_xy=True)
    except (CRSError, pyproj.exceptions.ProjError):
        return 0.0
    one = to_earth.transform(*place[0])
    other = to_degrees(declared, place)[0]
    if not np.isfinite([*one, *other]).all():
        return 0.0
    return float(pyproj.Geod(ellps="GRS80").inv(*one, *other)[2])


def guess(text: str, coordinates: Coordinates) -> Guess:
    """Propose a datum by what the file says, else by the size of its numbers."""
    told = named(text)
    old = refused(told)
    if old is not None:
        return Guess(
            "", f"the file itself says {told}: {old.detail}", f"文件自述为 {told}：{old.zh}"
        )
    if told:
        return Guess(told, f"the file itself says {told}", f"文件自述为 {told}")
    if not len(coordinates):
        return Guess("", "the file has no coordinates", "文件没有坐标")
    x, y = np.median(coordinates, axis=0)
    if abs(x) <= 180 and abs(y) <= 90:
        return Guess(
            "EPSG:4490",
            "the numbers are degrees; whether they were shifted (GCJ-02, BD-09) cannot be seen",
            "数值为经纬度；是否经过加偏（GCJ-02、BD-09）无法由数值看出",
        )
    return _guess_zone(float(x), float(y))


def _guess_zone(x: float, y: float) -> Guess:
    if 7e6 < x < 15.5e6 and 1e6 < y < 8e6:
        return Guess("EPSG:3857", "the numbers are web map metres", "数值为网络墨卡托米")
    zone = int(x // 1e6)
    if 25 <= zone <= 45:
        code = 4513 + zone - 25
        return Guess(
            f"EPSG:{code}",
            f"eastings begin with zone {zone}",
            f"横坐标带有带号 {zone}",
        )
    return Guess(
        "",
        "the numbers are metres of a zone that they do not name",
        "数值为米制，但看不出带号：请说明高斯-克吕格带",
    )
