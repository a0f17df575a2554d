"""What each block is used for, and the buildings that stand on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from city.demo.fabric import STEP
from city.demo.ground import Ground
from city.demo.plan import Block
from city.demo.plane import Floats, Geometry, Shapes

_SET_BACK = 20.0  # metres from a street's middle to the first wall
_DENSE = 0.6  # blocks below this have no buildings drawn
_MOST = 48_000


@dataclass(frozen=True, slots=True)
class Type:
    """How one kind of building stands: size, spacing, height (m, floors), floor area a person."""

    use: str
    long: float
    deep: float
    along: float
    across: float
    floors: tuple[int, int]
    storey: float = 3.0
    room: float = 40.0


TYPES = {
    "slabs": Type("residential", 48, 13, 62, 36, (6, 11)),
    "towers": Type("residential", 27, 22, 62, 58, (18, 33)),
    "village": Type("residential", 13, 12, 24, 22, (3, 6), room=25.0),
    "offices": Type("commercial", 58, 42, 92, 80, (5, 30), 3.9, 30.0),
    "works": Type("industrial", 86, 44, 112, 68, (1, 3), 5.0, 120.0),
    "school": Type("education", 62, 15, 84, 52, (4, 6), 3.6, 12.0),
    "hospital": Type("medical", 74, 24, 96, 64, (6, 18), 3.9, 35.0),
}
# chances of each use by density: core, inner town, outer town
_CHANCES: tuple[tuple[float, dict[str, float]], ...] = (
    (0.86, {"offices": 0.24, "slabs": 0.36, "towers": 0.19, "school": 0.07, "hospital": 0.03,
            "park": 0.06, "village": 0.05}),
    (0.66, {"offices": 0.1, "slabs": 0.42, "towers": 0.23, "school": 0.07, "hospital": 0.02,
            "park": 0.06, "village": 0.04, "works": 0.06}),
    (0.0, {"offices": 0.05, "slabs": 0.26, "towers": 0.22, "school": 0.05, "hospital": 0.01,
           "park": 0.05, "village": 0.05, "works": 0.21, "empty": 0.1}),
)  # fmt: skip


@dataclass(slots=True)
class Buildings:
    """Outlines in plane metres with use, floors, height (m) and the people usually inside."""

    shapes: Shapes
    use: NDArray[np.object_]
    floors: NDArray[np.int64]
    height: Floats
    people: NDArray[np.int64]

    def properties(self, index: int) -> dict[str, object]:
        """Return a building's properties for the layer `buildings`."""
        return {
            "use": self.use[index],
            "floors": int(self.floors[index]),
            "height": float(self.height[index]),
            "people": int(self.people[index]),
        }


def uses(ground: Ground) -> list[str]:
    """Choose the use of every block; the ground in a ring's bend is a park."""
    rng = ground.rng("uses")
    return [_use(block, rng) for block in ground.town.plan.blocks]


def _use(block: Block, rng: np.random.Generator) -> str:
    chance = rng.random()
    if block.corner:
        return "park" if block.density > 0.2 else "empty"
    if block.density < 0.36:
        return "empty"
    table = next(table for least, table in _CHANCES if block.density >= least)
    for use, share in table.items():
        chance -= share
        if chance < 0:
            return use
    return "slabs"


def build(ground: Ground, use_of: list[str], planted: Sequence[Geometry]) -> Buildings:
    """Set buildings on the densest blocks, clear of water, greens and roads that cross blocks."""
    rng = ground.rng("buildings")
    blocks = ground.town.plan.blocks
    boxes: list[Floats] = []
    kinds: list[str] = []
    order = np.argsort([-block.density for block in blocks], kind="stable")
    for number in order.tolist():
        block, use = blocks[number], use_of[number]
        if block.density < _DENSE or len(kinds) >= _MOST:
            break
        if use in TYPES:
            rows = _stand(block, TYPES[use], rng)
            boxes.append(rows)
            kinds += [use] * len(rows)
    if not kinds:
        return Buildings(
            *(np.empty(0, dtype=t) for t in (object, object, np.int64, float, np.int64))
        )
    return _clear(_raise(np.concatenate(boxes), kinds, ground, rng), ground, planted)


def _stand(block: Block, kind: Type, rng: np.random.Generator) -> Floats:
    """Return west, east, south, north (lattice metres from the corner of the lattice)."""
    box = block.box
    west, east = box.west * STEP + _SET_BACK, box.east * STEP - _SET_BACK
    south, north = box.south * STEP + _SET_BACK, box.north * STEP - _SET_BACK
    columns = max(int((east - west - kind.long) // kind.along) + 1, 0)
    rows = max(int((north - south - kind.deep) // kind.across) + 1, 0)
    if columns * rows == 0:
        return np.empty((0, 4))
    spare_x = (east - west - kind.long) / max(columns - 1, 1) if columns > 1 else 0.0
    spare_y = (north - south - kind.deep) / max(rows - 1, 1) if rows > 1 else 0.0
    x, y = np.meshgrid(west + spare_x * np.arange(columns), south + spare_y * np.arange(rows))
    stands = rng.random(x.size) > 0.12
    x, y = x.ravel()[stands], y.ravel()[stands]
    long = kind.long * rng.uniform(0.8, 1.05, x.size)
    deep = kind.deep * rng.uniform(0.9, 1.1, x.size)
    return np.column_stack((x, x + long, y, y + deep))


def _raise(boxes: Floats, kinds: list[str], ground: Ground, rng: np.random.Generator) -> Buildings:
    west, east, south, north = boxes.T
    rings = np.stack(
        [
            np.column_stack(pair)
            for pair in ((west, south), (east, south), (east, north), (west, north))
        ],
        axis=1,
    )
    corners = ground.town.fabric.lattice(rings / STEP)
    types = [TYPES[kind] for kind in kinds]
    low = np.array([kind.floors[0] for kind in types])
    high = np.array([kind.floors[1] for kind in types])
    floors = rng.integers(low, high + 1)
    height = floors * np.array([kind.storey for kind in types])
    use = np.array([kind.use for kind in types], dtype=object)
    shapes = np.asarray(shapely.polygons(corners), object)
    room = np.array([kind.room for kind in types])
    people = np.rint(shapely.area(shapes) * floors / room).astype(np.int64)
    return Buildings(shapes, use, floors, height.round(1), people)


def _clear(buildings: Buildings, ground: Ground, planted: Sequence[Geometry]) -> Buildings:
    """Take away what would stand in water, in a green or on a road."""
    water = shapely.buffer(ground.land.waters.everything, 12.0)
    shapely.prepare(water)
    blocked = shapely.intersects(water, buildings.shapes)
    roads = ground.streets.shapes[shapely.length(ground.streets.shapes) > 0]
    tree = STRtree(buildings.shapes)
    _, hit = tree.query(roads, predicate="dwithin", distance=9.0)
    blocked[hit] = True
    _, hit = tree.query(np.array(planted, dtype=object), predicate="intersects")
    blocked[hit] = True
    keep = ~blocked
    return Buildings(
        buildings.shapes[keep],
        buildings.use[keep],
        buildings.floors[keep],
        buildings.height[keep],
        buildings.people[keep],
    )
