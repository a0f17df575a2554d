"""Coordinate reference systems by their OGC names: axis order, digits, zones of a place."""

import dataclasses
import functools
import math
from collections.abc import Sequence

import numpy as np
import shapely
from pyproj import Transformer

from core.errors import Invalid

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
# CGCS2000 Gauss-Krüger: first code of the series, by central meridian and by zone number
_THREE, _SIX = (4534, 4513), (4502, 4491)
_STEPS = 16  # parts that a box's side is cut into before it is bent by a projection


@dataclasses.dataclass(frozen=True, slots=True)
class Crs:
    """A reference system; PostGIS and PROJ (as used here) always have x, the east, first."""

    uri: str
    srid: int
    north_first: bool = False
    metric: bool = False

    @property
    def digits(self) -> int:
        """Return the decimals that keep a millimetre in metres, a centimetre in degrees."""
        return 3 if self.metric else 7


CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326)
WORLD = (
    CRS84,
    Crs(_EPSG.format(4326), 4326, north_first=True),
    Crs(_EPSG.format(4490), 4490, north_first=True),
    Crs(_EPSG.format(3857), 3857, metric=True),
)


def of(bounds: Sequence[float | None] | None) -> tuple[Crs, ...]:
    """Return what features within these bounds (degrees) are given in, CRS84 first."""
    if not bounds or bounds[0] is None or bounds[2] is None:
        return WORLD
    return (*WORLD, *_zones(bounds[0], bounds[2]))


def zone_of(lon: float) -> int:
    """Return the EPSG code of the 3-degree Gauss-Krüger zone (CGCS2000) round a meridian."""
    return _THREE[0] + min(45, max(25, round(lon / 3))) - 25


@functools.lru_cache(maxsize=256)
def _zones(west: float, east: float) -> tuple[Crs, ...]:
    """Return the Gauss-Krüger zones from west to east: of three degrees, then of six."""
    three = range(max(25, round(west / 3)), min(45, round(east / 3)) + 1)
    six = range(max(13, int(west // 6) + 1), min(23, int(east // 6) + 1) + 1)
    codes = [first + zone - 25 for first in _THREE for zone in three]
    codes += [first + zone - 13 for first in _SIX for zone in six]
    # the standard's axes are X to the north, then Y to the east
    return tuple(Crs(_EPSG.format(code), code, north_first=True, metric=True) for code in codes)


def read(uri: str, among: Sequence[Crs], field: str) -> Crs:
    """Return the system of a name; raises Invalid for one that is not offered."""
    for one in among:
        if one.uri == uri:
            return one
    raise Invalid(
        f"{field} names no reference system of this collection",
        zh=f"{field} 不是本集合提供的坐标参考系",
        field=field,
        remedy=f"use one of {', '.join(one.uri for one in among)}",
    )


def to_degrees(found: shapely.Geometry, crs: Crs) -> shapely.Geometry:
    """Bring a geometry of a metric system (east first) to degrees; long sides are bent.

    Raises ValueError for what lies outside the system.
    """
    west, south, east, north = shapely.bounds(found).tolist()
    side = max(east - west, north - south) / _STEPS
    if not math.isfinite(side):
        raise ValueError("the geometry has no extent")
    drawn = shapely.segmentize(found, side) if side > 0 else found
    by = _degrees(crs.srid)
    made = shapely.transform(drawn, lambda at: np.column_stack(by.transform(at[:, 0], at[:, 1])))
    if not np.isfinite(shapely.get_coordinates(made)).all():
        raise ValueError("the geometry lies outside its reference system")
    return made


@functools.lru_cache(maxsize=64)
def _degrees(srid: int) -> Transformer:
    return Transformer.from_crs(srid, 4326, always_xy=True)
