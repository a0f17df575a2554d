"""Where water runs over a grid of elevations: depressions filled, eight directions, catchments."""

import heapq

import numpy as np
from numpy.typing import NDArray

_RISE = 1e-3  # metres per cell by which a filled hollow still slopes to its outlet
_AROUND = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]


def drain(
    metres: NDArray[np.float64], outlets: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return for each cell (flat index) the next one downstream, -1 at an outlet, and how many
    cells drain through it.

    Priority flood: cells are taken lowest first from the outlets inwards, each neighbour drains
    to the cell that reached it first.
    """
    height, width = metres.shape
    down = np.full(height * width, -1, dtype=np.intp)
    levels = metres.tolist()
    seen = outlets.tolist()
    heap = [(levels[i][j], i, j) for i, j in zip(*np.nonzero(outlets), strict=True)]
    heapq.heapify(heap)
    order = []
    while heap:
        level, i, j = heapq.heappop(heap)
        order.append(i * width + j)
        for di, dj in _AROUND:
            y, x = i + di, j + dj
            if 0 <= y < height and 0 <= x < width and not seen[y][x]:
                seen[y][x] = True
                down[y * width + x] = i * width + j
                heapq.heappush(heap, (max(levels[y][x], level + _RISE), y, x))
    return down, _accumulate(down, order)


def _accumulate(down: NDArray[np.intp], order: list[int]) -> NDArray[np.float64]:
    area = [1.0] * down.size
    target = down.tolist()
    for cell in reversed(order):
        if target[cell] >= 0:
            area[target[cell]] += area[cell]
    return np.array(area)


def rim(shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the mask of a grid's outermost cells, where water may leave."""
    mask = np.ones(shape, dtype=bool)
    mask[1:-1, 1:-1] = False
    return mask


def courses(
    down: NDArray[np.intp], area: NDArray[np.float64], least: float, shortest: int
) -> list[list[int]]:
    """Return the rivers that drain at least `least` cells, mightiest first, source to mouth.

    A river ends on the cell where it joins a mightier one; those under `shortest` cells are
    left out.
    """
    feeder = _mightiest_feeder(down, area, least)
    wet = np.nonzero(area >= least)[0]
    mouths = [
        cell for cell in wet[np.argsort(-area[wet], kind="stable")]
        if down[cell] < 0 or feeder[down[cell]] != cell
    ]  # fmt: skip
    rivers = []
    for mouth in mouths:
        course = [int(mouth)]
        while feeder[course[-1]] >= 0:
            course.append(int(feeder[course[-1]]))
        course.reverse()
        if down[mouth] >= 0:
            course.append(int(down[mouth]))
        if len(course) >= shortest:
            rivers.append(course)
    return rivers


def _mightiest_feeder(
    down: NDArray[np.intp], area: NDArray[np.float64], least: float
) -> NDArray[np.intp]:
    """Return for each cell the neighbour that brings it most water, -1 where a river begins."""
    feeder = np.full(down.size, -1, dtype=np.intp)
    giving = np.nonzero((down >= 0) & (area >= least))[0]
    weakest_first = giving[np.argsort(area[giving], kind="stable")]
    feeder[down[weakest_first]] = weakest_first
    return feeder
