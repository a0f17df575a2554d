"""Where the city's heart lies, which districts are its centre, and how large it has grown."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPolygon

from city.demo.frame import Frame, Unit
from city.demo.plane import Plane, points

_TOUCH = 0.003  # degrees: outlines closer than 300 m are neighbours
_CENTRE_KM2 = 1250.0  # the unit grid stays near a hundred thousand cells
_SPARSE_KM2 = 6.0  # land a community has where a district is country, not town


@dataclass(frozen=True, slots=True)
class Site:
    """The ground of a city in plane metres, the origin at its heart."""

    plane: Plane
    districts: dict[str, MultiPolygon]
    centre: tuple[str, ...]
    radius: float
    half: int


def survey(frame: Frame) -> Site:
    """Find the heart of a city, its centre districts and its built radius (m)."""
    centre = _centre_districts(frame)
    heart = _heart(centre, _urban(frame))
    plane = Plane(*heart)
    shapes = plane.draw([unit.outline for unit in frame.districts])
    districts = {unit.code: shape for unit, shape in zip(frame.districts, shapes, strict=True)}
    communities = sum(frame.count(unit.code) for unit in centre)
    # a community of a Chinese city covers about 0.3 km² where it is built up
    radius = float(np.clip(320.0 * np.sqrt(max(communities, 1)), 2_500.0, 11_000.0))
    west, south, east, north = shapely.union_all([districts[unit.code] for unit in centre]).bounds
    reach = max(-west, east, -south, north)
    half = int(np.clip(reach, 1.5 * radius, 26_000.0) / 100.0) + 4
    if _km2(centre) > _CENTRE_KM2:
        half = min(half, 170)
    return Site(plane, districts, tuple(unit.code for unit in centre), radius, half)


def _km2(units: list[Unit]) -> float:
    middle = units[0].outline.centroid
    scale = Plane(middle.x, middle.y).scale
    return float(sum(unit.outline.area for unit in units) * np.prod(scale) / 1e6)


def _centre_districts(frame: Frame) -> list[Unit]:
    """Choose urban districts (区) that touch one another, densest first, up to the size of a city.

    Density is communities per km², the only measure that the registers hold.
    """
    urban = _urban(frame)
    sparse = {unit.code: _km2([unit]) / max(frame.count(unit.code), 1) for unit in urban}
    urban.sort(key=lambda unit: sparse[unit.code])
    best: list[Unit] = []
    for first in urban:
        chosen = _cluster(first, urban, sparse)
        if sum(frame.count(u.code) for u in chosen) > sum(frame.count(u.code) for u in best):
            best = chosen
    return sorted(best, key=lambda unit: unit.code)


def _urban(frame: Frame) -> list[Unit]:
    return [unit for unit in frame.districts if unit.name.endswith("区")] or list(frame.districts)


def _cluster(first: Unit, urban: list[Unit], sparse: dict[str, float]) -> list[Unit]:
    chosen = [first]
    for unit in urban * 2:  # twice: a later one may be the bridge to an earlier one
        touches = any(unit.outline.distance(other.outline) < _TOUCH for other in chosen)
        fits = _km2([*chosen, unit]) <= _CENTRE_KM2 and sparse[unit.code] < _SPARSE_KM2
        if unit not in chosen and touches and fits:
            chosen.append(unit)
    return chosen


def _heart(centre: list[Unit], urban: list[Unit]) -> tuple[float, float]:
    """Return the point of the centre where most urban districts meet, nearest to the middle.

    Districts were drawn from the old centre outwards, so they meet there.
    """
    middle = shapely.union_all([unit.outline for unit in centre]).centroid
    corners = np.unique(shapely.get_coordinates([unit.outline for unit in centre]).round(4), axis=0)
    places = points(corners)
    meeting = np.zeros(len(places), dtype=np.intp)
    for unit in urban:
        meeting[shapely.distance(places, unit.outline) < _TOUCH] += 1
    if meeting.max() < 3:
        return float(middle.x), float(middle.y)
    best = np.flatnonzero(meeting == meeting.max())
    nearest = best[np.argmin(shapely.distance(places[best], middle))]
    return float(corners[nearest, 0]), float(corners[nearest, 1])
