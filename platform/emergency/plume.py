"""The steady Gaussian plume: Pasquill's classes, Briggs' spreads, concentrations, reach.

Metres, seconds, grams. x runs downwind from the source, y across, z up; ground reflects all.
"""

import dataclasses
import math

CLASSES = "ABCDEF"
CALM = 1.0  # m/s: below it the formula divides by nearly nothing
NEAREST, FARTHEST = 1.0, 10_000.0  # metres in which a reach is looked for
_STEP = 1.02

# Pasquill, by wind below 2, 3, 5, 6 m/s and above; of split classes the more stable one, which is
# the safe choice near the ground; nights below 2 m/s have none: F is taken
SKY = {
    1: "ABBCC",  # strong sun
    2: "BBCDD",  # moderate sun
    3: "BCCDD",  # slight sun
    4: "DDDDD",  # overcast, day or night
    5: "FEDDD",  # night, half or more of it clouded
    6: "FFEDD",  # clear night
}
_WINDS = (2.0, 3.0, 5.0, 6.0)

_RURAL_Y = dict(zip(CLASSES, (0.22, 0.16, 0.11, 0.08, 0.06, 0.04), strict=True))
_URBAN_Y = dict(zip(CLASSES, (0.32, 0.32, 0.22, 0.16, 0.11, 0.11), strict=True))
# σz = a·x·(1 + b·x)^p
_RURAL_Z = {
    "A": (0.20, 0.0, 0.0),
    "B": (0.12, 0.0, 0.0),
    "C": (0.08, 0.0002, -0.5),
    "D": (0.06, 0.0015, -0.5),
    "E": (0.03, 0.0003, -1.0),
    "F": (0.016, 0.0003, -1.0),
}
_URBAN_Z = {
    "A": (0.24, 0.001, 0.5),
    "B": (0.24, 0.001, 0.5),
    "C": (0.20, 0.0, 0.0),
    "D": (0.14, 0.0003, -0.5),
    "E": (0.08, 0.0015, -0.5),
    "F": (0.08, 0.0015, -0.5),
}


def stability(sky: int, wind: float) -> str:
    """Return Pasquill's class for a sky (a key of SKY) and a wind in m/s at 10 m."""
    return SKY[sky][sum(wind >= limit for limit in _WINDS)]


def sigma_y(x: float, stable: str, urban: bool) -> float:
    """Return Briggs' spread across the wind (m) at x metres."""
    if urban:
        return _URBAN_Y[stable] * x / math.sqrt(1 + 0.0004 * x)
    return _RURAL_Y[stable] * x / math.sqrt(1 + 0.0001 * x)


def sigma_z(x: float, stable: str, urban: bool) -> float:
    """Return Briggs' spread upward (m) at x metres."""
    a, b, p = (_URBAN_Z if urban else _RURAL_Z)[stable]
    return float(a * x * (1 + b * x) ** p)


@dataclasses.dataclass(frozen=True, slots=True)
class Plume:
    """A steady release: g/s, wind m/s, height of the source m, class, kind of ground."""

    rate: float
    wind: float
    height: float
    stable: str
    urban: bool

    def at(self, x: float, y: float = 0.0, z: float = 0.0) -> float:
        """Return the concentration in g/m³."""
        sy, sz = sigma_y(x, self.stable, self.urban), sigma_z(x, self.stable, self.urban)
        across = math.exp(-(y**2) / (2 * sy**2))
        up = math.exp(-((z - self.height) ** 2) / (2 * sz**2))
        up += math.exp(-((z + self.height) ** 2) / (2 * sz**2))
        return self.rate / (2 * math.pi * self.wind * sy * sz) * across * up

    def reach(self, threshold: float) -> float | None:
        """Return how far downwind (m) the ground sees the threshold (g/m³); None: nowhere.

        Never more than FARTHEST: beyond it the spreads are not valid.
        """
        x, last = FARTHEST, None
        while x >= NEAREST:
            if self.at(x) >= threshold:
                return x if last is None else self._crossing(x, last, threshold)
            x, last = x / _STEP, x
        return None

    def _crossing(self, inside: float, outside: float, threshold: float) -> float:
        for _ in range(40):
            middle = (inside + outside) / 2
            if self.at(middle) >= threshold:
                inside = middle
            else:
                outside = middle
        return inside

    def half_width(self, x: float, threshold: float) -> float:
        """Return how far from the axis (m) the ground sees the threshold at x; 0: it does not."""
        axis = self.at(x)
        if axis <= threshold:
            return 0.0
        return sigma_y(x, self.stable, self.urban) * math.sqrt(2 * math.log(axis / threshold))

    def outline(self, threshold: float, steps: int = 60) -> list[tuple[float, float]]:
        """Return the contour at the ground as (downwind, across) metres, closed; empty: none."""
        end = self.reach(threshold)
        if end is None:
            return []
        xs = [end * (index / steps) ** 1.5 for index in range(1, steps)]
        left = [(x, self.half_width(x, threshold)) for x in xs]
        left = [(x, width) for x, width in left if width > 0]
        if not left:
            return []
        right = [(x, -width) for x, width in reversed(left)]
        # a source above the ground touches it only farther down
        start = [(0.0, 0.0)] if self.height == 0 else []
        ring = [*start, *left, (end, 0.0), *right]
        return [*ring, ring[0]]
