"""Which district, street, community and unit cell a point of the demo city lies in."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from city.demo.frame import Frame
from city.demo.partition import Partition
from city.demo.plane import Floats, Plane, Shapes
from places.actions import CellRow


@dataclass
class Locator:
    """Codes and names by point; points are (n, 2) plane metres."""

    frame: Frame
    plane: Plane
    partition: Partition
    cells: list[CellRow]

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of all districts, streets and communities by code."""
        return {
            **{unit.code: unit.name for unit in self.frame.districts},
            **dict(self.frame.streets),
            **dict(self.frame.communities),
        }

    @cached_property
    def _pieces(self) -> STRtree:
        return STRtree(self.partition.shapes)

    @cached_property
    def _cells(self) -> tuple[STRtree, NDArray[np.object_]]:
        outlines: Shapes = np.asarray(shapely.from_wkb([row.outline for row in self.cells]), object)
        return STRtree(outlines), np.array([row.code for row in self.cells], dtype=object)

    def communities(self, points: Floats) -> NDArray[np.object_]:
        """Return the 12-digit codes, "" outside."""
        which, found = self._pieces.query(shapely.points(points), predicate="intersects")
        codes = np.full(len(points), "", dtype=object)
        codes[which] = self.partition.community[found]
        return codes

    def cells_at(self, points: Floats) -> NDArray[np.object_]:
        """Return the 15-digit codes of unit cells, "" outside the grid."""
        tree, codes = self._cells
        degrees = shapely.points(self.plane.degrees(points))
        which, found = tree.query(degrees, predicate="intersects")
        result = np.full(len(points), "", dtype=object)
        result[which] = codes[found]
        return result

    def scope(self, x: float, y: float) -> str:
        """Return the street (9 digits) at a point, or the city's prefix outside."""
        community = self.communities(np.array([[x, y]]))[0]
        return str(community)[:9] or self.frame.prefix

    def street_name(self, scope: str) -> str:
        """Return the stem of a street's or town's name: 花园路街道 → 花园路."""
        name = self.names.get(scope, self.frame.name)
        for ending in ("街道办事处", "街道", "镇", "乡"):
            name = name.removesuffix(ending) or name
        return name
