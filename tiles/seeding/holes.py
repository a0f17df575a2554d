"""The hole report: which tiles of a seeding the cache does not hold, or no longer rightly."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tiles.seeding.tiling import Place, box_of

MOST_TOLD = 1000  # holes that are told one by one; all are counted

FAILED, MISSING = "failed", "missing"


class Hole(NamedTuple):
    """A tile that is not there: it failed, or was not kept or touched since."""

    z: int
    x: int
    y: int
    why: str


class Report(NamedTuple):
    """What a look through the cache found."""

    tiles: int
    missing: int
    holes: list[Hole]

    def as_dict(self) -> dict[str, Any]:
        """Return it as a job's row keeps it."""
        return {"tiles": self.tiles, "missing": self.missing, "holes": [*map(list, self.holes)]}


def look(
    places: Iterable[Place], held: Callable[[Place], bool], failed: frozenset[Place] = frozenset()
) -> Report:
    """Go through tiles and tell which are not held; `failed`: those of which that is known why."""
    tiles, missing, holes = 0, 0, list[Hole]()
    for place in places:
        tiles += 1
        if held(place):
            continue
        missing += 1
        if missing <= MOST_TOLD:
            holes.append(Hole(*place, FAILED if place in failed else MISSING))
    return Report(tiles, missing, holes)


def geojson(holes: Iterable[Iterable[Any]]) -> dict[str, Any]:
    """Return holes as boxes on the map (EPSG:4326)."""
    return {"type": "FeatureCollection", "features": [_feature(Hole(*hole)) for hole in holes]}


def _feature(hole: Hole) -> dict[str, Any]:
    west, south, east, north = (round(edge, 7) for edge in box_of((hole.z, hole.x, hole.y)))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": hole._asdict(),
    }
