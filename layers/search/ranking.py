"""The best few of all names that match."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.search.kernel import compiled, matching

KM = 111.2  # of a degree of latitude


def likely(
    best: NDArray[np.uint8], visible: NDArray[np.bool_] | None, most: int
) -> NDArray[np.int32]:
    """Return the rows that match, are `visible` (None: all are), and may be among the best."""
    rows = np.empty(len(best) + 1, dtype=np.int32)
    found = rows[: matching(best, rows)]
    if visible is not None:
        found = found[visible[found]]
    if len(found) <= most:
        return found
    steps = best[found]
    last = np.searchsorted(np.bincount(steps).cumsum(), most)
    return found[steps <= last]


def within(
    best: NDArray[np.uint8], visible: NDArray[np.bool_] | None, step: int
) -> NDArray[np.bool_]:
    """Say of each row whether it is visible and matches within so many steps."""
    found: NDArray[np.bool_] = best <= step
    return found if visible is None else found & visible


@compiled("float64[::1]()")
def _reaches() -> Any:
    """Return, for each sixteenth of a unit of cost, the square of the degrees that it pays for."""
    found = np.empty(16 * 64)
    for at in range(len(found)):
        found[at] = ((2.0 ** (at / 16.0) - 1.0) / KM) ** 2
    return found


@compiled(
    "int64(uint8[::1], int32[::1], float32[:,::1], float64, float64, int64[::1], float64[::1])"
)
def choose(best: Any, found: Any, facts: Any, lon: float, lat: float, rows: Any, costs: Any) -> int:
    """Fill `rows` and `costs` with the best of those that were found; return how many.

    Cheapest first. A cost is 1,000 for each step of matching, then log2 of the kilometres from
    (lon, lat), less the weight of the kind, and a little for the length of the name. Without a
    place lon is NaN. `facts` are each name's longitude, latitude, weight and length.
    """
    count, most = 0, len(rows)
    shrink, reaches = np.cos(np.radians(lat)), _reaches()
    for row in found:
        cost = 1000.0 * best[row] - facts[row, 2] + 0.1 * min(facts[row, 3], 40.0)
        room = costs[most - 1] - cost if count == most else 1e9
        if room <= 0:
            continue
        if not np.isnan(lon):
            east, north = (facts[row, 0] - lon) * shrink, facts[row, 1] - lat
            square = east * east + north * north
            if room < 63.0 and square > reaches[int(room * 16.0) + 1]:
                continue  # most are too far: seen without a root and a logarithm
            cost += 16.0 if np.isnan(square) else np.log2(1.0 + KM * np.sqrt(square))
        if count == most and cost >= costs[count - 1]:
            continue
        at = min(count, most - 1)
        while at > 0 and costs[at - 1] > cost:
            rows[at], costs[at] = rows[at - 1], costs[at - 1]
            at -= 1
        rows[at], costs[at] = row, cost
        count = min(count + 1, most)
    return count
