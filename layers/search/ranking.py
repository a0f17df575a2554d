"""The best few of all names that match: compiled loops over those that were found."""

from typing import Any

import numpy as np

from layers.search.kernel import NONE, compiled

KM = 111.2  # of a degree of latitude


@compiled("int64(uint8[::1], int64[::1], uint16[::1], boolean[::1], int64)")
def last_step(best: Any, found: Any, scopes: Any, seen: Any, most: int) -> int:
    """Return the step of matching beyond which no name can be among the best `most`."""
    counts = np.zeros(NONE + 1, dtype=np.int64)
    for row in found:
        if seen[scopes[row]]:
            counts[best[row]] += 1
    total = 0
    for step in range(NONE):
        total += counts[step]
        if total >= most:
            return step
    return NONE - 1


@compiled("float64[::1]()")
def _reaches() -> Any:
    """Return, for each sixteenth of a unit of cost, the square of the degrees that it pays for."""
    found = np.empty(16 * 64)
    for at in range(len(found)):
        found[at] = ((2.0 ** (at / 16.0) - 1.0) / KM) ** 2
    return found


@compiled(
    "int64(uint8[::1], int64[::1], uint16[::1], boolean[::1], float32[:,::1], float64, float64,"
    " int64[::1], float64[::1])"
)
def choose(
    best: Any, found: Any, scopes: Any, seen: Any, facts: Any, lon: float, lat: float, rows: Any,
    costs: Any,
) -> int:  # fmt: skip
    """Fill `rows` and `costs` with the best that may be seen, cheapest first; return how many.

    `found` are the rows that match, `best` says how well. A cost is 1,000 for each step of
    matching, then log2 of the kilometres from (lon, lat), less the weight of the kind, and a little
    for the length of the name. Without a place lon is NaN. `facts` are each name's longitude,
    latitude, weight and length.
    """
    count, most = 0, len(rows)
    step = last_step(best, found, scopes, seen, most)
    shrink, reaches = np.cos(np.radians(lat)), _reaches()
    for row in found:
        if best[row] > step or not seen[scopes[row]]:
            continue
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
