"""The drawn ground of a demo city in plane metres: everything later steps build on."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from city.demo import fabric as weaving
from city.demo import highways, network, plan, relief, seats, streets, waters
from city.demo.fabric import STEP, Fabric
from city.demo.frame import Frame, heights
from city.demo.plan import Plan
from city.demo.plane import Floats
from city.demo.relief import Dem
from city.demo.seats import Seat
from city.demo.seed import generator
from city.demo.site import Site
from city.demo.streets import Streets
from city.demo.waters import Waters

_BEYOND = 1_200.0  # metres that streets run past the city's outline
_STEEP = 0.12  # slope on which nothing is built
_SEAT_RADIUS = 900.0  # metres: how large an outer district's seat has grown


@dataclass(slots=True)
class Land:
    """Relief and water."""

    dem: Dem
    waters: Waters


@dataclass(slots=True)
class Town:
    """A town's lattice, how densely it is built, and its plan."""

    fabric: Fabric
    density: Floats
    plan: Plan


@dataclass(slots=True)
class Ground:
    """All that is drawn before anything is built."""

    frame: Frame
    site: Site
    seed: int
    land: Land
    town: Town
    streets: Streets
    seats: dict[str, list[Seat]]

    def rng(self, step: str) -> np.random.Generator:
        """Return the generator of a step."""
        return generator(self.seed, self.frame.code, step)


def survey_land(frame: Frame, ground: Site, seed: int) -> Land:
    """Make relief and water, and let the water sink its bed into the relief."""
    level = (ground.plane.lon, ground.plane.lat, 1.3 * ground.radius / ground.plane.scale[1])
    rng = generator(seed, frame.code, "relief")
    dem = relief.build(heights(), frame.outline.bounds, level, rng)
    found = waters.find(frame, heights(), dem, ground.plane, generator(seed, frame.code, "waters"))
    waters.carve(dem, found, ground.plane)
    return Land(dem, found)


def draw_town(frame: Frame, ground: Site, land: Land, seed: int) -> Town:
    """Weave the centre's lattice and draw its street plan."""
    rng = generator(seed, frame.code, "town")
    lattice = weaving.weave((0.0, 0.0), ground.half, 0.05, rng)
    barred = _barred(lattice, ground, land)
    built = weaving.density(lattice, ground.radius, barred, 5, rng)
    drawn = plan.draw(built, ground.radius / STEP, rng, rings=True)
    return Town(lattice, built, drawn)


def _barred(lattice: Fabric, ground: Site, land: Land) -> NDArray[np.bool_]:
    """Say which cells cannot be built on: water, slopes, other cities' land."""
    centres = lattice.centres.reshape(-1, 2)
    outline = shapely.union_all(list(ground.districts.values()))
    water = land.waters.everything
    shapely.prepare(outline)
    shapely.prepare(water)
    coarse = land.dem.coarse(4)
    metres = coarse.cell * ground.plane.scale[::-1]
    north, east = np.gradient(coarse.metres, *metres)
    slope = np.hypot(north, east)[coarse.index(ground.plane.degrees(centres))]
    barred = ~shapely.contains_xy(outline, *centres.T) | shapely.contains_xy(water, *centres.T)
    return np.asarray((barred | (slope > _STEEP)).reshape(lattice.centres.shape[:2]))


def draw_streets(
    frame: Frame, ground: Site, land: Land, town: Town, places: dict[str, list[Seat]], seed: int
) -> Streets:
    """Draw the centre's network, the roads out of it and a small town at each district's seat."""
    rng = generator(seed, frame.code, "streets")
    # a coast ends the streets; a border on land lets them run on a little
    within = shapely.buffer(shapely.union_all(list(ground.districts.values())), _BEYOND)
    centre = network.build(town.plan, town.fabric, land.waters, within)
    inside = streets.inside_shape(town.fabric, ground.radius)
    country = highways.Land(land.dem, ground.plane, land.waters.everything, rng)
    roads = highways.trace(country, places, inside)
    outer = None
    if town.plan.rings:
        outer = shapely.line_merge(streets.belt(town.fabric, ground.radius).intersection(within))
    whole = streets.assemble(frame.name, town.fabric, town.plan, centre, roads, outer, within, rng)
    small = [_seat_town(tuple(road.points[-1].round(3)), land, rng) for road in roads if road.fast]
    return streets.merge([whole, *small])


def _seat_town(at: tuple[float, float], land: Land, rng: np.random.Generator) -> Streets:
    lattice = weaving.weave(at, 16, 0.5, rng)
    free = np.zeros((32, 32), dtype=bool)
    built = weaving.density(lattice, _SEAT_RADIUS, free, 2, rng)
    drawn = plan.draw(built, _SEAT_RADIUS / STEP, rng, rings=False)
    net = network.build(drawn, lattice, land.waters)
    return streets.assemble("", lattice, drawn, net, (), None, None, rng)


def lay(frame: Frame, ground: Site, land: Land, seed: int) -> Ground:
    """Draw town, streets and seats over relief and water."""
    town = draw_town(frame, ground, land, seed)
    places = seats.outer_seats(frame, ground, generator(seed, frame.code, "seats"))
    drawn = draw_streets(frame, ground, land, town, places, seed)
    return Ground(frame, ground, seed, land, town, drawn, places)
