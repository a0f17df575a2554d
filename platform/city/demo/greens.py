"""Parks on whole blocks, green belts along rivers, and the shores of lakes."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon

from city.demo import words
from city.demo.fabric import Fabric
from city.demo.ground import Ground
from city.demo.plan import Box
from city.demo.plane import Geometry

_EDGE = 0.15  # cells between a street's middle and the park's fence


@dataclass(frozen=True, slots=True)
class Green:
    """A green space in plane metres."""

    name_zh: str
    kind: str
    shape: Polygon

    def properties(self) -> dict[str, object]:
        """Return the properties for the layer `greens`."""
        return {
            "class": self.kind,
            "name_zh": self.name_zh,
            "name_en": words.english(self.name_zh) if self.name_zh else "",
        }


def plant(ground: Ground, use_of: list[str]) -> list[Green]:
    """Return the green spaces of the centre."""
    rng = ground.rng("greens")
    water = ground.land.waters.everything
    names = words.shuffled(words.PARKS, rng)
    more = words.lanes(rng)
    found: list[Green] = []
    for block, use in zip(ground.town.plan.blocks, use_of, strict=True):
        if use == "park":
            shape = block_shape(ground.town.fabric, block.box).difference(water)
            large = shape.area > 60_000.0 and names
            name = "" if block.corner else names.pop() if large else f"{next(more)}游园"
            found += _pieces(name, "belt" if block.corner else "park", shape)
    return found + _belts(ground) + _shores(ground)


def block_shape(fabric: Fabric, box: Box) -> Polygon:
    """Return a block's ground within its streets, in plane metres."""
    west, east = box.west + _EDGE, box.east - _EDGE
    south, north = box.south + _EDGE, box.north - _EDGE
    there = np.linspace(0.0, 1.0, 5)[:-1]
    i = np.concatenate(
        (
            west + (east - west) * there,
            np.full(4, east),
            east - (east - west) * there,
            np.full(4, west),
        )
    )
    j = np.concatenate(
        (
            np.full(4, south),
            south + (north - south) * there,
            np.full(4, north),
            north - (north - south) * there,
        )
    )
    return Polygon(fabric.lattice(np.column_stack((i, j))))


def _pieces(name: str, kind: str, shape: Geometry) -> list[Green]:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [Green(name, kind, part) for part in parts if part.area > 400.0]


def _belts(ground: Ground) -> list[Green]:
    """Line rivers with green where the town has reached them."""
    reach = Point(0.0, 0.0).buffer(1.5 * ground.site.radius)
    roads = [LineString(line) for line in ground.streets.shapes[ground.streets.ranks >= 3]]
    gaps = shapely.union_all(shapely.buffer(roads, 18.0)) if roads else Polygon()
    water = ground.land.waters.everything
    found = []
    for river in ground.land.waters.rivers:
        near = river.line.intersection(reach)
        if near.is_empty or river.width > 300.0:
            continue
        belt = near.buffer(river.width / 2 + 38.0, cap_style="flat").difference(water)
        found += _pieces(f"{river.name_zh}滨河绿带", "belt", belt.difference(gaps))
    return found


def _shores(ground: Ground) -> list[Green]:
    water = ground.land.waters.everything
    return [
        green
        for lake in ground.land.waters.lakes
        for green in _pieces(
            f"{lake.name_zh}公园", "park", lake.shape.buffer(160.0).difference(water)
        )
    ]
