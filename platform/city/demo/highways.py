"""Roads beyond the town: expressways and county roads that follow the lie of the land."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import Polygon

from city.demo.plane import Floats, Geometry, Plane
from city.demo.relief import Dem
from city.demo.seats import Seat

_COARSE = 16  # arc seconds: roads are traced on cells of about 500 m
_STEPS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (2, -1), (1, -2))
_SOFTEN = 10  # rounds of smoothing


@dataclass(frozen=True, slots=True)
class Road:
    """A road outside the town: the seat it leads to, plane points, whether it is an expressway."""

    seat: Seat
    points: Floats
    fast: bool


class Land:
    """The country as a graph of cells with the effort of crossing them."""

    def __init__(self, dem: Dem, plane: Plane, barrier: Geometry, rng: np.random.Generator) -> None:
        coarse = dem.coarse(_COARSE)
        self._coarse, self._plane = coarse, plane
        rows, columns = coarse.metres.shape
        row, column = np.divmod(np.arange(rows * columns), columns)
        self.places = plane.metres(
            np.column_stack(
                (
                    coarse.west + (column + 0.5) * coarse.cell,
                    coarse.north - (row + 0.5) * coarse.cell,
                )
            )
        )
        shapely.prepare(barrier)
        wet = shapely.contains_xy(barrier, self.places[:, 0], self.places[:, 1])
        self._effort = rng.uniform(0.8, 1.25, rows * columns) + 40.0 * wet
        self._pairs = _pairs(rows, columns)

    def nearest(self, x: float, y: float) -> int:
        """Return the cell at a plane point."""
        row, column = self._coarse.index(self._plane.degrees([[x, y]]))
        return int(row[0] * self._coarse.metres.shape[1] + column[0])

    def ease(self, cells: NDArray[np.intp], factor: float) -> None:
        """Make cells easier to cross: roads follow roads."""
        self._effort[cells] *= factor

    def ways_from(self, cell: int) -> NDArray[np.intp]:
        """Return for each cell the one before it on the easiest way from `cell`."""
        one, other = self._pairs
        height = self._coarse.metres.ravel()
        length = np.hypot(*(self.places[one] - self.places[other]).T)
        slope = np.abs(height[one] - height[other]) / length
        effort = length * (self._effort[one] + self._effort[other]) / 2 * (1 + 25.0 * slope)
        graph = csr_array((effort, (one, other)), shape=(height.size, height.size))
        _, before = dijkstra(
            graph, directed=False, indices=np.array([cell]), return_predecessors=True
        )
        return np.asarray(before[0], dtype=np.intp)


def _pairs(rows: int, columns: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    number = np.arange(rows * columns).reshape(rows, columns)
    ones, others = [], []
    for down, right in _STEPS:
        left = max(-right, 0)
        ones.append(number[: rows - down, left : columns - max(right, 0)].ravel())
        others.append(number[down:, left + right : columns - max(right, 0) + right].ravel())
    return np.concatenate(ones), np.concatenate(others)


def trace(land: Land, seats: dict[str, list[Seat]], inside: Polygon) -> list[Road]:
    """Lead an expressway to each district's seat and a county road to each town.

    Roads form one tree from the heart; each is drawn from the town's edge (`inside`) or from the
    road that it leaves, to its seat.
    """
    heart = land.nearest(0.0, 0.0)
    shapely.prepare(inside)
    taken = set(np.flatnonzero(shapely.contains_xy(inside, *land.places.T)).tolist())
    everyone = [seat for group in seats.values() for seat in group]
    found: list[tuple[Seat, list[int], bool]] = []
    for fast in (True, False):
        before = land.ways_from(heart)
        chosen = [seat for seat in everyone if seat.main == fast]
        for seat in sorted(chosen, key=lambda seat: np.hypot(seat.x, seat.y)):
            way = _way(before, land.nearest(seat.x, seat.y), taken)
            if len(way) > 1:
                found.append((seat, way, fast))
                taken.update(way)
        if found:
            land.ease(np.unique(np.concatenate([way for _, way, _ in found])), 0.35)
    places = _soften(land.places, found, inside)
    return [Road(seat, places[way[::-1]], fast) for seat, way, fast in found]


def _way(before: NDArray[np.intp], cell: int, taken: set[int]) -> list[int]:
    """Walk from a seat towards the heart until a road or the town is met."""
    way = [cell]
    while way[-1] not in taken and before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return way


def _soften(places: Floats, found: list[tuple[Seat, list[int], bool]], inside: Polygon) -> Floats:
    """Round the roads without parting them: every cell moves towards its neighbours' mean.

    Cells at the town's edge stay where they are.
    """
    if not found:
        return places
    one = np.concatenate([way[:-1] for _, way, _ in found])
    other = np.concatenate([way[1:] for _, way, _ in found])
    degree = np.bincount(np.concatenate((one, other)), minlength=len(places))[:, None]
    moving = (degree[:, 0] > 1) & ~shapely.contains_xy(inside, *places.T)
    soft = places.copy()
    for _ in range(_SOFTEN):
        total = np.zeros_like(soft)
        np.add.at(total, one, soft[other])
        np.add.at(total, other, soft[one])
        mean = total / np.maximum(degree, 1)
        soft[moving] = 0.45 * soft[moving] + 0.55 * mean[moving]
    return soft
