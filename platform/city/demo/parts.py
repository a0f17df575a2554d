"""Managed parts (部件) along the streets of the inner town, coded by GB/T 47678.5."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from city.demo.ground import Ground
from city.demo.locate import Locator
from city.demo.plan import Rank
from city.demo.plane import Floats

_REACH = 0.42  # of the town's radius: parts are surveyed in the inner town first
_HALF_WIDTH = {Rank.LOCAL: 6.0, Rank.SECONDARY: 11.0, Rank.ARTERIAL: 17.0, Rank.EXPRESSWAY: 20.0}
_STATES = ("完好", "破损", "丢失", "废弃")
_STATE_SHARES = (0.975, 0.018, 0.004, 0.003)


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of part: its code (GB/T 47678.5), names, department, and where it stands."""

    code: str
    zh: str
    en: str
    department: str
    every: float  # metres along the street
    aside: float  # share of the half width, negative is the left side
    least: Rank = Rank.LOCAL


KINDS = (
    Kind("01001", "供水井盖", "Water supply manhole cover", "water", 110, 0.35),
    Kind("01002", "污水井盖", "Sewage manhole cover", "drainage", 70, 0.15),
    Kind("01003", "雨水井盖", "Storm drain manhole cover", "drainage", 80, -0.15),
    Kind("01004", "雨水箅子", "Storm drain grate", "drainage", 60, 0.9),
    Kind("01005", "电力井盖", "Power manhole cover", "power", 160, 1.2),
    Kind("01007", "通信井盖", "Telecom manhole cover", "telecom", 190, -1.2),
    Kind("01011", "燃气井盖", "Gas manhole cover", "gas", 240, -0.6),
    Kind("01013", "消防设施", "Fire hydrant", "fire", 140, 1.1),
    Kind("01037", "路灯", "Street lamp", "lighting", 55, -1.05, Rank.SECONDARY),
    Kind("01050", "监控电子眼设施", "Surveillance camera", "police", 320, 1.05, Rank.SECONDARY),
    Kind("02004", "公交站设施", "Bus stop", "transport", 600, 1.0, Rank.SECONDARY),
    Kind("02010", "交通标志牌及标线", "Traffic sign", "police", 260, 1.05, Rank.SECONDARY),
    Kind("03005", "垃圾箱", "Litter bin", "sanitation", 150, 1.3),
    Kind("04003", "独立树", "Tree", "parks", 210, -1.3),
)


@dataclass(slots=True)
class Parts:
    """Parts in plane metres with their kind (index), 17-digit code, cell and state."""

    points: Floats
    kind: NDArray[np.intp]
    code: list[str]
    cell: NDArray[np.object_]
    state: NDArray[np.object_]

    def properties(self, index: int) -> dict[str, object]:
        """Return a part's properties for the layer `parts`."""
        kind = KINDS[int(self.kind[index])]
        cell = str(self.cell[index])
        return {
            "code": self.code[index],
            "class": kind.code,
            "name_zh": kind.zh,
            "name_en": kind.en,
            "department": kind.department,
            "state": self.state[index],
            "cell": cell,
            "community": cell[:12],
            "accuracy": "B",
        }


def survey(ground: Ground, locator: Locator) -> Parts:
    """Set parts along the inner streets; the sequence of a class runs from west to east."""
    rng = ground.rng("parts")
    streets = ground.streets
    middles = shapely.get_coordinates(
        shapely.line_interpolate_point(streets.shapes, 0.5, normalized=True)
    )
    inner = np.hypot(*middles.T) < _REACH * ground.site.radius
    placed = []
    kinds = []
    for number, kind in enumerate(KINDS):
        chosen = np.flatnonzero(inner & (streets.ranks >= kind.least))
        points = _along(streets.shapes[chosen], streets.ranks[chosen], kind, rng)
        placed.append(points)
        kinds.append(np.full(len(points), number, dtype=np.intp))
    points, kind_of = np.concatenate(placed), np.concatenate(kinds)
    cell = locator.cells_at(points)
    held = cell != ""
    points, kind_of, cell = points[held], kind_of[held], cell[held]
    state = rng.choice(np.array(_STATES, dtype=object), len(points), p=_STATE_SHARES)
    return Parts(points, kind_of, _codes(points, kind_of, cell), cell, state)


def _along(
    shapes: NDArray[np.object_], ranks: NDArray[np.int8], kind: Kind, rng: np.random.Generator
) -> Floats:
    """Return points every `kind.every` metres beside the streets."""
    length = shapely.length(shapes)
    count = np.floor(length / kind.every + rng.random(len(shapes))).astype(int)
    owner = np.repeat(np.arange(len(shapes)), count)
    order = np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)
    share = (order + rng.uniform(0.25, 0.75, owner.size)) / np.maximum(count[owner], 1)
    at = share * length[owner]
    here = shapely.get_coordinates(shapely.line_interpolate_point(shapes[owner], at))
    ahead = np.minimum(at + 1.0, length[owner])
    behind = np.maximum(ahead - 2.0, 0.0)
    way = shapely.get_coordinates(shapely.line_interpolate_point(shapes[owner], ahead))
    way = way - shapely.get_coordinates(shapely.line_interpolate_point(shapes[owner], behind))
    way /= np.maximum(np.hypot(*way.T), 1e-6)[:, None]
    half = np.array([_HALF_WIDTH[Rank(int(rank))] for rank in ranks])[owner]
    right = np.column_stack((way[:, 1], -way[:, 0]))
    return np.asarray(here + right * (half * kind.aside)[:, None])


def _codes(points: Floats, kind: NDArray[np.intp], cell: NDArray[np.object_]) -> list[str]:
    """Return 6 district + 5 class + 6 sequence for each part."""
    head = np.array(
        [f"{str(where)[:6]}{KINDS[int(k)].code}" for where, k in zip(cell, kind, strict=True)]
    )
    order = np.lexsort((points[:, 0], head))
    first = np.flatnonzero(np.concatenate(([True], head[order][1:] != head[order][:-1])))
    run = np.diff(np.append(first, len(head)))
    sequence = np.empty(len(head), dtype=int)
    sequence[order] = np.arange(len(head)) - np.repeat(first, run) + 1
    return [f"{start}{number:06d}" for start, number in zip(head, sequence, strict=True)]
