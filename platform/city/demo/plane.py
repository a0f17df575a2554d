"""A local plane in metres that keeps straight lines of longitude and latitude straight.

A Gauss-Krüger projection would bend a 10 km district edge by metres, so that cells drawn in it
would not meet the real boundary. This scaling is affine: what touches in metres touches in
degrees. Its scale is true at the origin and within 0.3 % over a city.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from core import datums

Geometry = BaseGeometry
Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

_AXIS = 6378137.0  # CGCS2000
_ECCENTRICITY2 = 0.00669438002290


def points(places: ArrayLike) -> Shapes:
    """Return a point for each row of (n, 2) coordinates."""
    return np.asarray(shapely.points(np.asarray(places, float)), dtype=object)


@dataclass(frozen=True, slots=True)
class Plane:
    """East and north metres from (lon, lat)."""

    lon: float
    lat: float

    @property
    def scale(self) -> Floats:
        """Metres per degree of longitude and of latitude at the origin."""
        phi = np.radians(self.lat)
        root = np.sqrt(1.0 - _ECCENTRICITY2 * np.sin(phi) ** 2)
        east = _AXIS / root * np.cos(phi)
        north = _AXIS * (1.0 - _ECCENTRICITY2) / root**3
        return np.asarray(np.radians(np.array([east, north])))

    def metres(self, degrees: ArrayLike) -> Floats:
        """Turn (n, 2) degrees into (n, 2) metres."""
        origin = np.array([self.lon, self.lat])
        return np.asarray((np.asarray(degrees, float) - origin) * self.scale)

    def degrees(self, metres: ArrayLike) -> Floats:
        """Turn (n, 2) metres into (n, 2) degrees."""
        origin = np.array([self.lon, self.lat])
        return np.asarray(np.asarray(metres, float) / self.scale + origin)

    def draw(self, shapes: Sequence[Geometry] | Shapes) -> Shapes:
        """Turn geometries in degrees into metres."""
        return np.asarray(shapely.transform(np.asarray(shapes, object), self.metres), object)

    def lift(self, shapes: Sequence[Geometry] | Shapes) -> Shapes:
        """Turn geometries in metres into degrees."""
        return np.asarray(shapely.transform(np.asarray(shapes, object), self.degrees), object)

    def true_areas(self, shapes: Shapes) -> Floats:
        """Return the areas (m²) of geometries in degrees, in the place's Gauss-Krüger zone."""
        epsg = datums.metric_crs(self.lon, self.lat)

        def zone(degrees: Floats) -> Floats:
            return np.column_stack(datums.project(epsg, degrees[:, 0], degrees[:, 1]))

        return np.asarray(shapely.area(shapely.transform(shapes, zone)), float)
