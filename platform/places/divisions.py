"""Where a point lies: the deepest division, from an index that each process keeps in memory.

The index is built at the first question and again after divisions have changed; whether they
have is asked of the database at most every two seconds, so a question costs microseconds.
"""

import threading
import time
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import STRtree

from places.models import Division, Level, Revision

_LOOK_AGAIN = 2.0  # seconds
_DEPTH = {Level.CITY: 1, Level.DISTRICT: 2, Level.STREET: 3, Level.COMMUNITY: 4}


class Index:
    """Division outlines of one revision; immutable, safe to share between threads."""

    def __init__(
        self, codes: Sequence[str], levels: Sequence[str], outlines: NDArray[np.object_]
    ) -> None:
        # deepest first, then by code: the first match of a point is its answer
        depth = np.array([_DEPTH[Level(level)] for level in levels], dtype=int)
        order = np.lexsort((np.array(codes, dtype=object).astype(str), -depth))
        self._codes = np.array([*(codes[i] for i in order), ""], dtype=object)
        self._tree = STRtree(outlines[order])

    def codes_at(self, lons: ArrayLike, lats: ArrayLike) -> list[str]:
        """Return the code of the deepest division at each point, "" outside all of them."""
        points = np.asarray(shapely.points(np.atleast_1d(lons), np.atleast_1d(lats)), dtype=object)
        which, found = self._tree.query(points, predicate="intersects")
        first = np.full(len(points), len(self._codes) - 1)
        np.minimum.at(first, which, found)
        return list(self._codes[first])


_lock = threading.Lock()
_index: Index | None = None
_revision = -1
_checked = 0.0
_seen = (0.0, -1)  # when the revision was looked at, and what it was


def _load() -> Index:
    rows = Division.objects.exclude(boundary=None).values_list("code", "level", "boundary")
    found = [(code, level, bytes(edge.wkb)) for code, level, edge in rows if edge is not None]
    outlines = shapely.from_wkb([wkb for _, _, wkb in found])
    codes, levels = [code for code, _, _ in found], [level for _, level, _ in found]
    return Index(codes, levels, np.asarray(outlines, dtype=object))


def index() -> Index:
    """Return the present index; reads the database at most every two seconds."""
    global _index, _revision, _checked
    with _lock:
        now = time.monotonic()
        if _index is None or now - _checked > _LOOK_AGAIN:
            revision = Revision.objects.values_list("number", flat=True).first() or 0
            if _index is None or revision != _revision:
                _index, _revision = _load(), revision
            _checked = now
        return _index


def forget() -> None:
    """Drop what this process knows, so that the next question sees the newest divisions."""
    global _index, _seen
    with _lock:
        _index = None
        _seen = (0.0, -1)


def revision() -> int:
    """Return a number that is another once divisions have changed; at most two seconds old."""
    global _seen
    with _lock:
        looked, number = _seen
        now = time.monotonic()
        if number < 0 or now - looked > _LOOK_AGAIN:
            number = Revision.objects.values_list("number", flat=True).first() or 0
            _seen = (now, number)
        return number


def at(lon: float, lat: float) -> str:
    """Return the code of the deepest division at a point (degrees), "" outside all of them."""
    return index().codes_at([lon], [lat])[0]


def codes_at(lons: ArrayLike, lats: ArrayLike) -> list[str]:
    """Return the code of the deepest division at each of many points (degrees)."""
    return index().codes_at(lons, lats)
