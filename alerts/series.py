"""A stream's values by time with running totals, so that a window's sum costs two look-ups."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable

import numpy as np


class Series:
    """Values by epoch seconds; they may come in any order, and again."""

    def __init__(self, values: Iterable[tuple[float, float]] = ()) -> None:
        ordered = sorted(values)
        self._times = array("d", (time for time, _ in ordered))
        self._values = array("d", (value for _, value in ordered))
        self._totals = array("d")  # up to and with each value, as far as they are reckoned

    def put(self, time: float, value: float) -> None:
        """Add a value, or replace the one of this very time."""
        place = bisect_right(self._times, time)
        if place and self._times[place - 1] == time:
            place -= 1
            self._values[place] = value
        else:
            self._times.insert(place, time)
            self._values.insert(place, value)
        del self._totals[place:]

    def total(self, after: float, upto: float) -> float:
        """Return the sum of the values within after < time <= upto."""
        if len(self._totals) < len(self._times):
            self._reckon()
        return self._before(upto) - self._before(after)

    def _reckon(self) -> None:
        done = len(self._totals)
        last = self._totals[-1] if done else 0.0
        if len(self._times) - done == 1:
            self._totals.append(last + self._values[done])
            return
        further = np.cumsum(np.array(self._values[done:])) + last
        self._totals.frombytes(further.tobytes())

    def _before(self, time: float) -> float:
        place = bisect_right(self._times, time)
        return self._totals[place - 1] if place else 0.0
