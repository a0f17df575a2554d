"""How fast one really drives on a class of street: its limit, and the share of it that is reached.

The shares are a city's usual means with junctions and lights in them; a survey of the city's own
tracks may replace them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Class(NamedTuple):
    """A street class: its limit in km/h where the street names none, and the share reached."""

    limit: float
    share: float


_USUAL = Class(30.0, 0.6)
# the demo city's classes first, then the words of OpenStreetMap
CLASSES = {
    "expressway": Class(80.0, 0.85),
    "arterial": Class(60.0, 0.65),
    "secondary": Class(50.0, 0.6),
    "local": _USUAL,
    "motorway": Class(100.0, 0.85),
    "trunk": Class(80.0, 0.8),
    "primary": Class(60.0, 0.65),
    "tertiary": Class(40.0, 0.6),
    "unclassified": _USUAL,
    "residential": _USUAL,
    "service": Class(20.0, 0.6),
    "living_street": Class(15.0, 0.6),
}
NOT_DRIVEN = frozenset(
    {"footway", "pedestrian", "steps", "path", "cycleway", "bridleway", "corridor", "track"}
)


def of_class(word: str) -> Class:
    """Return what is known of a class; a ramp (`…_link`) is driven like the street it leads to."""
    return CLASSES.get(word.removesuffix("_link"), _USUAL)


def driven(classes: NDArray[np.object_], limits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the speed of each street in km/h; a limit that is missing is NaN or 0."""
    words, which = np.unique(classes.astype(str), return_inverse=True)
    table = np.array([of_class(word) for word in words.tolist()], dtype=float).reshape(-1, 2)
    known = np.isfinite(limits) & (limits > 0)
    speed: NDArray[np.float64] = np.where(known, limits, table[which, 0]) * table[which, 1]
    return speed
