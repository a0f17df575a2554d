"""Where the offices of streets and towns stand: seeds spread evenly over each outer district."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import cKDTree

from city.demo.frame import Frame
from city.demo.plane import Floats, Geometry
from city.demo.site import Site

_POINTS = 60  # random points a seed, by which its share of land is measured
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Seat:
    """The place of a street or town office in plane metres; `main` is the district's own seat."""

    code: str
    name: str
    x: float
    y: float
    main: bool


def scatter(shape: Geometry, count: int, rng: np.random.Generator) -> Floats:
    """Return `count` random points inside a shape."""
    west, south, east, north = shape.bounds
    shapely.prepare(shape)
    found = np.empty((0, 2))
    while len(found) < count:
        tries = rng.uniform((west, south), (east, north), (2 * count + 16, 2))
        found = np.vstack((found, tries[shapely.contains_xy(shape, tries[:, 0], tries[:, 1])]))
    return found[:count]


def spread(points: Floats, weights: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Return `count` seeds that share weighted points evenly (Lloyd's iteration)."""
    chance = weights / weights.sum()
    chosen = rng.choice(len(points), size=min(count, len(points)), replace=False, p=chance)
    seeds = points[chosen].copy()
    for _ in range(_ROUNDS):
        _, owner = cKDTree(seeds).query(points)
        share = np.bincount(owner, weights, len(seeds))
        for axis in (0, 1):
            moment = np.bincount(owner, weights * points[:, axis], len(seeds))
            seeds[:, axis] = np.where(share > 0, moment / np.maximum(share, 1e-9), seeds[:, axis])
    return seeds


def outer_seats(frame: Frame, site: Site, rng: np.random.Generator) -> dict[str, list[Seat]]:
    """Set the seats of all streets and towns outside the centre, by district.

    Subdistricts lie round the district's seat and have its lowest codes; towns follow outwards.
    """
    seats: dict[str, list[Seat]] = {}
    for code, shape in site.districts.items():
        streets = frame.streets_of.get(code, [])
        if code in site.centre or not streets:
            continue
        points = scatter(shape, _POINTS * len(streets), rng)
        places = spread(points, np.ones(len(points)), len(streets), rng)
        middle = np.array(shape.centroid.coords[0])
        order = np.argsort(np.hypot(*(places - middle).T))
        seats[code] = [
            Seat(street, name, float(places[index, 0]), float(places[index, 1]), number == 0)
            for number, (index, (street, name)) in enumerate(zip(order, streets, strict=True))
        ]
    return seats
