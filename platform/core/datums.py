"""Datums and projections of mainland China, vectorised: GCJ-02, BD-09, WGS-84, CGCS2000.

Every function takes and returns degrees as (longitude, latitude), never the other way round.
WGS 84 (EPSG:4326) and CGCS2000 (EPSG:4490) are one and the same here: the frames differ by less
than a metre (plate motion since epoch 2000.0), which is declared and not "corrected".
"""

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from core.errors import Invalid

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]


class Datum(StrEnum):
    """What a longitude and latitude refer to: a required answer wherever positions come in."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


# GCJ-02 is defined on Krasovsky's ellipsoid; 6378137 would shift the result by a centimetre.
_AXIS = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BD_TURN = np.pi * 3000.0 / 180.0
_ROUNDS = 8  # each round divides the error by about a hundred; five are enough for 1e-11 degree


def in_china_box(lons: ArrayLike, lats: ArrayLike) -> NDArray[np.bool_]:
    """Say which points lie in the box where GCJ-02 is shifted; outside it equals WGS-84."""
    lon, lat = np.asarray(lons, float), np.asarray(lats, float)
    return (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)


def _wave(x: Degrees) -> Degrees:
    return (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0


def _north(x: Degrees, y: Degrees) -> Degrees:
    """Return GCJ-02's northward wave at degrees from (105 E, 35 N)."""
    trend = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    near = (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    far = (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    return trend + _wave(x) + near + far


def _east(x: Degrees, y: Degrees) -> Degrees:
    """Return GCJ-02's eastward wave at degrees from (105 E, 35 N)."""
    trend = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    near = (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    far = (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    return trend + _wave(x) + near + far


def wgs84_to_gcj02(lons: ArrayLike, lats: ArrayLike) -> Pair:
    """Shift WGS-84 to GCJ-02; points outside the China box stay as they are."""
    lon, lat = np.asarray(lons, float), np.asarray(lats, float)
    x, y = lon - 105.0, lat - 35.0
    phi = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY2 * np.sin(phi) ** 2
    root = np.sqrt(magic)
    dlat = _north(x, y) * 180.0 / (_AXIS * (1.0 - _ECCENTRICITY2) / (magic * root) * np.pi)
    dlon = _east(x, y) * 180.0 / (_AXIS / root * np.cos(phi) * np.pi)
    inside = in_china_box(lon, lat)
    return np.where(inside, lon + dlon, lon), np.where(inside, lat + dlat, lat)


def gcj02_to_bd09(lons: ArrayLike, lats: ArrayLike) -> Pair:
    """Twist GCJ-02 to Baidu's BD-09."""
    x, y = np.asarray(lons, float), np.asarray(lats, float)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _inverse(
    forward: Callable[[ArrayLike, ArrayLike], Pair], lons: ArrayLike, lats: ArrayLike
) -> Pair:
    """Undo a small shift by fixed-point iteration: one step alone leaves 1 to 2 m."""
    target_x, target_y = np.asarray(lons, float), np.asarray(lats, float)
    x, y = target_x.copy(), target_y.copy()
    for _ in range(_ROUNDS):
        there_x, there_y = forward(x, y)
        x, y = x + (target_x - there_x), y + (target_y - there_y)
    return x, y


def gcj02_to_wgs84(lons: ArrayLike, lats: ArrayLike) -> Pair:
    """Take GCJ-02 back to WGS-84 within a millimetre."""
    return _inverse(wgs84_to_gcj02, lons, lats)


def bd09_to_gcj02(lons: ArrayLike, lats: ArrayLike) -> Pair:
    """Take BD-09 back to GCJ-02 within a millimetre (the common closed formula leaves a metre)."""
    return _inverse(gcj02_to_bd09, lons, lats)


def to_wgs84(datum: Datum, lons: ArrayLike, lats: ArrayLike) -> Pair:
    """Bring points of any known datum to WGS-84."""
    if datum is Datum.GCJ02:
        return gcj02_to_wgs84(lons, lats)
    if datum is Datum.BD09:
        return gcj02_to_wgs84(*bd09_to_gcj02(lons, lats))
    return np.asarray(lons, float), np.asarray(lats, float)


def from_wgs84(datum: Datum, lons: ArrayLike, lats: ArrayLike) -> Pair:
    """Bring WGS-84 points to another datum."""
    if datum is Datum.GCJ02:
        return wgs84_to_gcj02(lons, lats)
    if datum is Datum.BD09:
        return gcj02_to_bd09(*wgs84_to_gcj02(lons, lats))
    return np.asarray(lons, float), np.asarray(lats, float)


def metric_crs(lon: float, lat: float) -> int:
    """Return the EPSG code of the place's 3-degree Gauss-Krüger zone, without zone prefix.

    4534 has its central meridian at 75 E, 4554 at 135 E; Zhengzhou is 4547 (114 E).
    """
    zone = round(lon / 3.0)
    if not (25 <= zone <= 45 and 0.0 <= lat <= 84.0):
        raise Invalid(
            f"no CGCS2000 Gauss-Krüger zone at {lon}, {lat}",
            zh=f"{lon}, {lat} 不在 CGCS2000 高斯-克吕格三度带范围内",
            field="lon",
            remedy="give longitude first, in degrees, 73.5 to 136.5",
        )
    return 4534 + zone - 25


@lru_cache(maxsize=64)
def _transformer(source: int, target: int) -> Transformer:
    # always_xy: EPSG:4490 is (lat, lon) and the Gauss-Krüger zones are (north, east) by definition
    return Transformer.from_crs(source, target, always_xy=True)


def project(epsg: int, lons: ArrayLike, lats: ArrayLike) -> Pair:
    """Project CGCS2000/WGS-84 degrees into a metric EPSG; returns (easting, northing) in metres."""
    x, y = _transformer(4490, epsg).transform(np.asarray(lons, float), np.asarray(lats, float))
    return np.asarray(x, float), np.asarray(y, float)


def unproject(epsg: int, eastings: ArrayLike, northings: ArrayLike) -> Pair:
    """Take metres of a metric EPSG back to (longitude, latitude) degrees."""
    x, y = np.asarray(eastings, float), np.asarray(northings, float)
    lon, lat = _transformer(epsg, 4490).transform(x, y)
    return np.asarray(lon, float), np.asarray(lat, float)
