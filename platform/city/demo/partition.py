"""Streets (9 digits) and communities (12) inside the real districts: seeded, gap-free, simulated.

In the centre they follow the blocks between streets, outside irregular ground; both are unions of
the mesh's atoms, so that every border is shared exactly.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from shapely.geometry import MultiPolygon

from city.demo import growth, mesh
from city.demo.frame import Frame
from city.demo.ground import Ground
from city.demo.growth import Labels
from city.demo.mesh import Mesh
from city.demo.plan import Block
from city.demo.plane import Floats, Geometry, Shapes
from city.demo.seats import spread
from places.codes import LAST_SEQUENCE

SLIVER = 2_500.0  # m²: a cell that an outline cuts smaller than this joins its neighbour


@dataclass(slots=True)
class Partition:
    """Pieces in plane metres with their community ("" where none is drawn) and lattice cell."""

    shapes: Shapes
    cell: NDArray[np.int64]
    community: NDArray[np.object_]
    communities: dict[str, Geometry]
    streets: dict[str, Geometry]


@dataclass(slots=True)
class _Pieces:
    """Pieces of the city, what joins them, and what steers where seeds fall."""

    shapes: Shapes
    cell: NDArray[np.int64]
    district: Labels
    links: coo_array
    centres: Floats
    weight: Floats
    block: Labels


def divide(ground: Ground) -> Partition:
    """Divide every district into its streets and these into their communities."""
    frame, site = ground.frame, ground.site
    counts = {unit.code: frame.count(unit.code) for unit in frame.districts}
    atoms = mesh.build(site, ground.town.fabric, counts, ground.rng("mesh"))
    pieces = _pieces(atoms, ground)
    community = np.full(len(pieces.shapes), "", dtype=object)
    for number, code in enumerate(atoms.codes):
        chosen = np.flatnonzero(pieces.district == number)
        if frame.streets_of.get(code) and chosen.size:
            community[chosen] = _district(code, pieces, chosen, ground)
    communities = _dissolve(pieces.shapes, community)
    street_of = np.array([code[:9] for code in community], dtype=object)
    return Partition(
        pieces.shapes, pieces.cell, community, communities, _dissolve(pieces.shapes, street_of)
    )


def _pieces(atoms: Mesh, ground: Ground) -> _Pieces:
    """Join slivers to their neighbours and measure what is left."""
    links = mesh.borders(atoms.shapes)
    # outside the lattice only crumbs are slivers
    size = shapely.area(atoms.shapes) * np.where(atoms.cell >= 0, 1.0, 100.0)
    # kin: same district, and lattice to lattice only
    kin = atoms.district * 2 + (atoms.cell >= 0)
    owner = growth.absorb(links, size, SLIVER, kin)
    kept, number = np.unique(owner, return_inverse=True)
    shapes = _merged(atoms.shapes, owner, kept)
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    cell, district = atoms.cell[kept], atoms.district[kept]
    built = np.where(cell >= 0, ground.town.density.ravel()[cell], 0.0)
    weight = shapely.area(shapes) * (built + 0.06)
    block = _blocks_of(cell, district, ground.town.plan.blocks, ground.town.density.shape[0])
    links = growth.joined(links, number.astype(np.intp), len(kept))
    return _Pieces(shapes, cell, district, links, centres, weight, block)


def _merged(shapes: Shapes, owner: Labels, kept: Labels) -> Shapes:
    """Return the kept pieces with what they have absorbed."""
    result = shapes[kept].copy()
    members = np.flatnonzero(owner != np.arange(len(owner)))
    position = {int(piece): index for index, piece in enumerate(kept)}
    for target in np.unique(owner[members]):
        parts = [shapes[target], *shapes[members[owner[members] == target]]]
        result[position[int(target)]] = shapely.coverage_union_all(parts)
    return result


def _blocks_of(cell: NDArray[np.int64], district: Labels, blocks: list[Block], size: int) -> Labels:
    """Return a number for each piece's block and district; outside the lattice, its own."""
    at = np.full((size, size), -1, dtype=np.int64)
    for number, block in enumerate(blocks):
        box = block.box
        at[box.west : box.east, box.south : box.north] = number
    block_of = np.where(cell >= 0, at.ravel()[cell], len(blocks) + np.arange(cell.size))
    _, group = np.unique(block_of * 64 + district, return_inverse=True)
    return group.astype(np.intp)


def _district(code: str, pieces: _Pieces, chosen: Labels, ground: Ground) -> NDArray[np.object_]:
    """Return the community of each chosen piece of one district."""
    frame, rng = ground.frame, ground.rng(f"partition {code}")
    streets = frame.streets_of[code]
    if code in ground.seats:
        seeds = np.array([(seat.x, seat.y) for seat in ground.seats[code]])
    else:
        seeds = spread(pieces.centres[chosen], pieces.weight[chosen], len(streets), rng)
        streets = _matched(streets, seeds, pieces, chosen, frame)
    street = _grown(pieces, chosen, seeds)
    result = np.full(chosen.size, "", dtype=object)
    for number, (street_code, _) in enumerate(streets):
        mine = np.flatnonzero(street == number)
        codes = [row[0] for row in frame.communities_of.get(street_code, ())]
        if mine.size and codes:
            result[mine] = _communities(codes, pieces, chosen[mine], rng)
    return result


def _matched(
    streets: list[tuple[str, str]], seeds: Floats, pieces: _Pieces, chosen: Labels, frame: Frame
) -> list[tuple[str, str]]:
    """Order streets to fit the seeds: towns on the emptiest land, many communities on wide."""
    street = _grown(pieces, chosen, seeds)
    area = np.bincount(street, shapely.area(pieces.shapes[chosen]), len(seeds))
    share = np.bincount(street, pieces.weight[chosen], len(seeds))
    by_emptiness = np.argsort(share / np.maximum(area, 1.0), kind="stable")
    count = {row[0]: len(frame.communities_of.get(row[0], ())) for row in streets}
    usual = float(np.median(list(count.values())))
    # a town of few communities would have to fill wide land with them: it goes with the others
    towns = [row for row in streets if row[1][-1] in "镇乡" and count[row[0]] >= usual]
    others = [row for row in streets if row not in towns]
    result: list[tuple[str, str]] = list(streets)
    empty, full = by_emptiness[: len(towns)], by_emptiness[len(towns) :]
    for group, places in ((towns, empty), (others, full)):
        largest = places[np.argsort(-area[places], kind="stable")]
        most = sorted(group, key=lambda row: -count[row[0]])
        for place, row in zip(largest.tolist(), most, strict=True):
            result[place] = row
    return result


def _grown(pieces: _Pieces, chosen: Labels, seeds: Floats) -> Labels:
    """Grow regions over blocks, or over single pieces where blocks are too few."""
    block = pieces.block[chosen]
    if np.unique(block).size < 3 * len(seeds):
        block = chosen
    kept, group = np.unique(block, return_inverse=True)
    links = growth.within(pieces.links, chosen, len(pieces.shapes))
    area = shapely.area(pieces.shapes[chosen])
    total = np.bincount(group, area)
    centres = np.column_stack(
        [np.bincount(group, area * pieces.centres[chosen, axis]) / total for axis in (0, 1)]
    )
    region = growth.grow(growth.joined(links, group.astype(np.intp), len(kept)), centres, seeds)
    return region[group]


def _communities(
    codes: list[str], pieces: _Pieces, chosen: Labels, rng: np.random.Generator
) -> NDArray[np.object_]:
    """Return the community of each piece of one street, numbered from the north-west."""
    codes = codes[: chosen.size]
    centres = pieces.centres[chosen]
    region = np.zeros(chosen.size, dtype=np.intp)
    # few people need large communities, but no more land than the cells' sequence can number
    for weight in (pieces.weight[chosen], shapely.area(pieces.shapes[chosen])):
        seeds = spread(centres, weight, len(codes), rng)
        seeds = seeds[np.lexsort((seeds[:, 0], -np.round(seeds[:, 1] / 800.0)))]
        region = _grown(pieces, chosen, seeds)
        if np.bincount(region, pieces.cell[chosen] >= 0).max() < LAST_SEQUENCE:
            break
    return np.array(codes, dtype=object)[region]


def _dissolve(shapes: Shapes, code: NDArray[np.object_]) -> dict[str, Geometry]:
    """Join the pieces of each code into one outline."""
    order = np.argsort(code.astype(str), kind="stable")
    found, first = np.unique(code[order].astype(str), return_index=True)
    groups = np.split(shapes[order], first[1:])
    return {
        str(name): MultiPolygon(list(shapely.get_parts(shapely.coverage_union_all(group))))
        for name, group in zip(found, groups, strict=True)
        if name
    }
