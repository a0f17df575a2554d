"""One question matched against the names of all sources, and the best of them chosen."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.search import kernel, ranking
from layers.search.index import Held
from layers.search.query import Query
from layers.search.sought import CODE, Sought
from people.may import Rights

FEW = 3  # hits of letters without a typing error; with fewer, errors are thought of

Best = NDArray[np.uint8]


class Place(NamedTuple):
    """A position in WGS 84 degrees."""

    lon: float
    lat: float


class Pick(NamedTuple):
    """A name that was found, and its cost."""

    cost: float
    held: Held
    row: int


class Search:
    """One question to the names of all sources."""

    def __init__(
        self, asked: Query, sources: list[Held], rights: Rights, near: Place | None, most: int
    ) -> None:
        self._asked, self._near, self._most = asked, near, most
        self._open: list[tuple[Held, NDArray[np.bool_] | None]] = []
        for held in sources:
            names = held.names
            seen = np.array(held.source.seen(rights, names.scope_names), dtype=np.bool_)
            if len(names) and seen.any():
                self._open.append((held, None if seen.all() else seen[names.scopes]))

    def picks(self) -> list[Pick]:
        """Return the best, cheapest first; errors are thought of if there are few without."""
        best = self._none()
        self._seek(self._asked.sure(), best)
        self._seek_parts(best)
        chosen = self._chosen(best)
        if not chosen or (self._asked.is_latin and len(chosen) < FEW):
            self._seek(self._asked.near(), best)
            self._seek_parts(best, with_errors=True)
            chosen = self._chosen(best)
        return chosen

    def _none(self) -> list[Best]:
        """Return, for each source, how well each name matches what is not sought yet."""
        return [np.full(len(held.names), kernel.NONE, np.uint8) for held, _ in self._open]

    def _seek(self, sought: Iterable[Sought], best: list[Best], *, whole: bool = False) -> None:
        """Note in `best` what is sought, but for what cannot be among the best; `whole`: all."""
        for one in sought:
            if not whole and self._full(best, one.least - 1):
                continue
            for (held, _), mine in zip(self._open, best, strict=True):
                later = 0 if one.plane == CODE else held.names.later
                held.names.planes[one.plane].seek(one, mine, later)

    def _seek_parts(self, best: list[Best], *, with_errors: bool = False) -> None:
        """Note the names that hold every one of several terms, wherever: at best as within."""
        if not self._asked.parts or self._full(best, kernel.BEGINS):
            return
        each = [self._none() for _ in self._asked.parts]
        for part, found in zip(self._asked.parts, each, strict=True):
            self._seek(part.sure(), found, whole=True)
            if with_errors:
                self._seek(part.near(), found, whole=True)
        for mine, *found in zip(best, *each, strict=True):
            both = np.maximum.reduce([*found, np.full_like(mine, kernel.WITHIN)])
            np.minimum(mine, both, out=mine)

    def _full(self, best: list[Best], step: int) -> bool:
        """Say whether so many names match within these steps that others need no look."""
        if step < 0:
            return False
        pairs = zip(self._open, best, strict=True)
        counts = (
            np.count_nonzero(ranking.within(mine, visible, step)) for (_, visible), mine in pairs
        )
        return sum(map(int, counts)) >= self._most

    def _chosen(self, best: list[Best]) -> list[Pick]:
        lon, lat = self._near or (float("nan"), 0.0)
        picks = []
        for (held, visible), mine in zip(self._open, best, strict=True):
            names = held.names
            found = ranking.likely(mine, visible, self._most)
            rows, costs = np.zeros(self._most, dtype=np.int64), np.zeros(self._most)
            count = ranking.choose(mine, found, names.facts, lon, lat, rows, costs)
            few = zip(costs[:count].tolist(), rows[:count].tolist(), strict=True)
            picks += [Pick(cost, held, row) for cost, row in few]
        return sorted(picks, key=lambda pick: pick.cost)[: self._most]
