"""The whole street network: the town's lattice, ring roads, and roads to the other seats."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import STRtree
from shapely.geometry import LineString, Polygon

from city.demo import words
from city.demo.fabric import STEP, Fabric
from city.demo.highways import Road
from city.demo.network import Network, corners
from city.demo.plan import Plan, Rank
from city.demo.plane import Floats, Geometry, Shapes
from places import names

_CLASSES = {
    Rank.EXPRESSWAY: ("expressway", 8, 80),
    Rank.ARTERIAL: ("arterial", 6, 60),
    Rank.SECONDARY: ("secondary", 4, 50),
    Rank.LOCAL: ("local", 2, 30),
}
_BELT = 1.62  # the outer expressway's distance in radii of the town
_RUN_UP = 900.0  # metres
_RING_ENGLISH = {"二环": "2nd Ring", "三环": "3rd Ring", "四环": "4th Ring"}
_SIDE_ENGLISH = {"东": "East", "西": "West", "南": "South", "北": "North"}


@dataclass(slots=True)
class Streets:
    """Street segments between junctions: rank, names and line in plane metres."""

    ranks: NDArray[np.int8]
    names_zh: NDArray[np.object_]
    names_en: NDArray[np.object_]
    shapes: Shapes

    def __len__(self) -> int:
        return len(self.shapes)

    def properties(self, index: int) -> dict[str, object]:
        """Return a segment's properties for the layer `streets`."""
        word, lanes, speed = _CLASSES[Rank(int(self.ranks[index]))]
        return {
            "name_zh": self.names_zh[index],
            "name_en": self.names_en[index],
            "class": word,
            "lanes": lanes,
            "oneway": False,
            "speed_kmh": speed,
        }


def belt(fabric: Fabric, radius: float) -> LineString:
    """Return the outer expressway: a rounded square about the town, in plane metres."""
    angle = np.linspace(0.0, 2 * np.pi, 121)
    reach = min(_BELT * radius, (fabric.half - 6) * STEP)
    away = reach / (np.abs(np.cos(angle)) ** 3.2 + np.abs(np.sin(angle)) ** 3.2) ** (1 / 3.2)
    return LineString(fabric.place(np.column_stack((away * np.cos(angle), away * np.sin(angle)))))


def assemble(
    city: str,
    fabric: Fabric,
    plan: Plan,
    network: Network,
    roads: Sequence[Road],
    outer: Geometry | None,
    land: Geometry | None,
    rng: np.random.Generator,
) -> Streets:
    """Name the town's streets and join the ring bends, the belt and the country roads to them."""
    streets = _named(network, plan, fabric, rng)
    extras: list[tuple[Rank, str, str, LineString]] = []
    for ring, bend in corners(plan.rings, fabric, land):
        side = "北" if bend[:, 1].mean() > 0 else "南"
        extras.append((Rank.EXPRESSWAY, *_ring_name(side, ring.name), LineString(bend)))
    for part in [] if outer is None else shapely.get_parts(outer):
        extras.append((Rank.EXPRESSWAY, "绕城高速", "Ring Expressway", part))
    extras += _country(city, roads, streets)
    return _crossed(streets, extras)


def _ring_name(side: str, ring: str, *, frontage: bool = False) -> tuple[str, str]:
    zh, en = f"{side}{ring}", f"{_RING_ENGLISH[ring]} Road {_SIDE_ENGLISH[side]}"
    return (f"{zh}辅路", f"{en} Frontage Road") if frontage else (zh, en)


def _named(network: Network, plan: Plan, fabric: Fabric, rng: np.random.Generator) -> Streets:
    zh = np.empty(len(network), dtype=object)
    en = np.empty(len(network), dtype=object)
    middles = shapely.get_coordinates(
        shapely.line_interpolate_point(network.shapes, 0.5, normalized=True)
    )
    ring_of = _ring_sides(plan)
    main_names = _main_names(plan, rng)
    lanes = words.lanes(rng)
    cache: dict[tuple[int, str], tuple[str, str]] = {}
    for index, line in enumerate(network.lines.tolist()):
        section = _section(main_names.get(line), middles[index], fabric)
        if (line, section) not in cache:
            ring = ring_of.get(line) or ring_of.get(plan.frontages.get(line, -1))
            if ring is not None:
                cache[line, section] = _ring_name(*ring, frontage=line in plan.frontages)
            elif line in main_names:
                stem, suffix, _ = main_names[line]
                name = f"{stem}{section}{suffix}"
                cache[line, section] = name, words.english(name)
            else:
                name = next(lanes) + ("街", "路", "巷")[line % 3]
                cache[line, section] = name, words.english(name)
        zh[index], en[index] = cache[line, section]
    return Streets(network.ranks, zh, en, network.shapes)


def _ring_sides(plan: Plan) -> dict[int, tuple[str, str]]:
    """Return for the streets that are sides of a ring their side and the ring's name."""
    sides: dict[int, tuple[str, str]] = {}
    for ring in plan.rings:
        i, j = (ring.west + ring.east) // 2, (ring.south + ring.north) // 2
        sides[int(plan.north_line[ring.west, j])] = ("西", ring.name)
        sides[int(plan.north_line[ring.east, j])] = ("东", ring.name)
        sides[int(plan.east_line[i, ring.south])] = ("南", ring.name)
        sides[int(plan.east_line[i, ring.north])] = ("北", ring.name)
    return sides


def _main_names(plan: Plan, rng: np.random.Generator) -> dict[int, tuple[str, str, bool]]:
    """Return stem, suffix and whether it runs north for each main street."""
    stems = iter(words.shuffled(words.AVENUES, rng))
    more = words.lanes(rng)
    by_line: dict[int, tuple[str, str, bool]] = {}
    middle = plan.east.shape[0] // 2
    for north in (True, False):
        lines = plan.north_line if north else plan.east_line.T
        places = plan.columns if north else plan.rows
        # the best known names go to the streets nearest to the heart
        for place in sorted(places, key=lambda place: abs(place - middle)):
            for line in np.unique(lines[place]):
                if 0 <= line < plan.locals_from:
                    suffix = "大道" if north and place % 5 == 0 else "路"
                    by_line[int(line)] = (next(stems, None) or next(more), suffix, north)
    return by_line


def _section(name: tuple[str, str, bool] | None, middle: Floats, fabric: Fabric) -> str:
    """Return 东/西/南/北 for the outer parts of a long street, nothing for its middle."""
    if name is None:
        return ""
    along = middle[1] if name[2] else middle[0]
    if abs(along) < 3_500.0:
        return ""
    return ("北" if along > 0 else "南") if name[2] else ("东" if along > 0 else "西")


def _country(
    city: str, roads: Sequence[Road], streets: Streets
) -> list[tuple[Rank, str, str, LineString]]:
    """Name the country roads and lead those that begin in town from the nearest main street."""
    mains = streets.shapes[streets.ranks >= Rank.ARTERIAL]
    ends = shapely.get_coordinates(shapely.get_point(mains, [[0], [-1]]).ravel())
    starts = {tuple(road.points[0].round(3)) for road in roads}
    inner = {tuple(point.round(3)) for road in roads for point in road.points[1:]}
    tree = cKDTree(ends) if len(ends) else None
    named = []
    for number, road in enumerate(roads, start=1):
        points = road.points.round(3)
        if tree is not None and tuple(points[0]) in starts - inner:
            begin = ends[tree.query(points[0])[1]]
            # near its beginning the road was traced on coarse cells and may turn back
            away = np.hypot(*(points - begin).T) > _RUN_UP
            away[-1] = True
            points = np.vstack((begin, points[away]))
        if road.fast:
            zh = f"{city[0]}{road.seat.name[0]}快速路"
            en = f"{names.proper(zh[:-3])} Expressway"
            rank = Rank.EXPRESSWAY
        else:
            zh, en, rank = f"X{number:03d}县道", f"County Road X{number:03d}", Rank.SECONDARY
        named.append((rank, zh, en, LineString(points)))
    return named


def _crossed(streets: Streets, extras: list[tuple[Rank, str, str, LineString]]) -> Streets:
    """Cut extras and the main streets where they cross, so that one can turn there."""
    if not extras:
        return streets
    lines = np.array([line for *_, line in extras], dtype=object)
    mains = np.flatnonzero(streets.ranks >= Rank.ARTERIAL)
    which, _ = STRtree(streets.shapes[mains]).query(lines, predicate="intersects")[::-1]
    hit = np.unique(mains[which])
    all_lines = np.concatenate((streets.shapes[hit], lines))
    pieces = shapely.get_parts(shapely.union_all(all_lines, grid_size=0.001))
    pieces = pieces[shapely.length(pieces) > 0.5]
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    owner = STRtree(all_lines).nearest(middles)
    ranks = np.concatenate((streets.ranks[hit], [rank for rank, *_ in extras]))
    zh = np.concatenate((streets.names_zh[hit], np.array([row[1] for row in extras], object)))
    en = np.concatenate((streets.names_en[hit], np.array([row[2] for row in extras], object)))
    rest = np.setdiff1d(np.arange(len(streets)), hit)
    return Streets(
        np.concatenate((streets.ranks[rest], ranks[owner])).astype(np.int8),
        np.concatenate((streets.names_zh[rest], zh[owner])),
        np.concatenate((streets.names_en[rest], en[owner])),
        np.concatenate((streets.shapes[rest], pieces)),
    )


def inside_shape(fabric: Fabric, radius: float) -> Polygon:
    """Return the town's ground, within which country roads end."""
    return Polygon(belt(fabric, radius * 0.72).coords)


def merge(parts: Sequence[Streets]) -> Streets:
    """Join several networks into one."""
    return Streets(
        np.concatenate([part.ranks for part in parts]),
        np.concatenate([part.names_zh for part in parts]),
        np.concatenate([part.names_en for part in parts]),
        np.concatenate([part.shapes for part in parts]),
    )
