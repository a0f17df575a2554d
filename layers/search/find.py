"""The search itself: match in memory, choose the best, say what the database holds of them now."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.search import index, kernel, source, tokens
from layers.search.index import Held
from layers.search.plane import CHINESE, Plane, Sought
from layers.search.query import Query, printable
from layers.search.source import Found
from people.may import Rights
from places import divisions
from places.codes import prefix

FEW = 3  # hits of letters without a typing error; with fewer, errors are thought of
SPARE = 2  # times as many as asked for: some are twins, or have gone since
TWINS = 0.002  # degrees: two things of one name so near are one thing in two sources
STEP = 1000.0  # of cost, for each step of matching

Best = NDArray[np.uint8]


class Place(NamedTuple):
    """A position in WGS 84 degrees."""

    lon: float
    lat: float


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """What was found, in which source, and how: exact, begins, within, letters or nearly."""

    found: Found
    source: str
    match: str
    cost: float


class _Pick(NamedTuple):
    cost: float
    held: Held
    row: int


def find(
    typed: str,
    rights: Rights,
    *,
    near: Place | None = None,
    among: Sequence[str] = (),
    limit: int = 10,
) -> list[Hit]:
    """Return what best answers to what was typed, best first; nothing that may not be seen.

    How well a name matches comes first, then how large and how near to `near` it is. `among` names
    the sources that are asked; none means all.
    """
    typed = printable(typed)
    asked = Query.of(typed)
    sources = [one for one in index.current() if not among or one.source.code in among]
    if not asked.terms:
        return []
    picks = _Search(asked, sources, rights, near, limit * SPARE).picks()
    numbers = list(_numbers(typed, rights, among, limit))
    hits = _apart(numbers + _now(picks, rights))[:limit]
    return [dataclasses.replace(hit, found=_divided(hit.found)) for hit in hits]


class _Search:
    """One question to the names of all sources."""

    def __init__(
        self, asked: Query, sources: list[Held], rights: Rights, near: Place | None, most: int
    ) -> None:
        self._asked, self._near, self._most = asked, near, most
        self._open: list[tuple[Held, NDArray[np.bool_]]] = []
        for held in sources:
            seen = np.array(held.source.seen(rights, held.names.scope_names), dtype=np.bool_)
            if len(held.names) and seen.any():
                self._open.append((held, seen))

    def picks(self) -> list[_Pick]:
        """Return the best, cheapest first; errors are thought of if there are few without."""
        best = self._sought(self._asked.beginning())
        if self._full(best, kernel.BEGINS):
            return self._chosen(best)
        self._sought(self._asked.within(), best)
        self._with_parts(best)
        chosen = self._chosen(best)
        if not chosen or (self._asked.is_latin and len(chosen) < FEW):
            self._nearly(best)
            self._with_parts(best, with_errors=True)
            chosen = self._chosen(best)
        return chosen

    def _sought(self, sought: Iterable[Sought], best: list[Best] | None = None) -> list[Best]:
        """Note in `best`, one array a source, how well each name answers to what is sought."""
        best = best or [np.full(len(held.names), kernel.NONE, np.uint8) for held, _ in self._open]
        for one in sought:
            masks = one.masks()
            for (held, _), mine in zip(self._open, best, strict=True):
                held.names.planes[one.plane].seek(one, masks, mine)
        return best

    def _with_parts(self, best: list[Best], *, with_errors: bool = False) -> None:
        """Note the names that hold every one of several terms, wherever: at best as within."""
        if not self._asked.parts:
            return
        each = [self._sought(part.sure()) for part in self._asked.parts]
        if with_errors:
            for part, found in zip(self._asked.parts, each, strict=True):
                self._sought(part.near(), found)
        for mine, *found in zip(best, *each, strict=True):
            both = np.maximum.reduce([*found, np.full_like(mine, kernel.WITHIN)])
            np.minimum(mine, both, out=mine)

    def _nearly(self, best: list[Best]) -> None:
        """Note what holds it with errors, as long as worse ones can be among the best."""
        for sought in self._asked.near():
            if not self._full(best, sought.least):
                self._sought((sought,), best)

    def _full(self, best: list[Best], step: int) -> bool:
        """Say whether so many names match within these steps that others need no look."""
        count = 0
        for (held, seen), mine in zip(self._open, best, strict=True):
            left = self._most - count
            count += kernel.good(mine, held.names.scopes, seen, step, left)
            if count >= self._most:
                return True
        return False

    def _chosen(self, best: list[Best]) -> list[_Pick]:
        lon, lat = self._near or (float("nan"), 0.0)
        picks = []
        for (held, seen), mine in zip(self._open, best, strict=True):
            names = held.names
            rows, costs = np.zeros(self._most, dtype=np.int64), np.zeros(self._most)
            facts = names.facts
            count = kernel.choose(mine, names.scopes, seen, facts, lon, lat, rows, costs)
            found = zip(costs[:count].tolist(), rows[:count].tolist(), strict=True)
            picks += [_Pick(cost, held, row) for cost, row in found]
        return sorted(picks, key=lambda pick: pick.cost)[: self._most]


def _now(picks: list[_Pick], rights: Rights) -> list[Hit]:
    """Return the picks as the database has them now; what went or was renamed is left out."""
    wanted = defaultdict[str, list[_Pick]](list)
    for pick in picks:
        wanted[pick.held.source.code].append(pick)
    rows: dict[tuple[str, int], Found] = {}
    for code, few in wanted.items():
        ids = [int(pick.held.names.ids[pick.row]) for pick in few]
        now = few[0].held.source.now(ids, rights)
        rows |= {(code, number): found for number, found in now.items()}
    hits = []
    for pick in picks:
        code, names = pick.held.source.code, pick.held.names
        found = rows.get((code, int(names.ids[pick.row])))
        if found is not None and _is_same(names.planes[CHINESE], pick.row, found):
            hits.append(Hit(_placed(found, pick), code, _match(pick.cost), pick.cost))
    return hits


def _is_same(plane: Plane, row: int, found: Found) -> bool:
    return plane.text_of(row) == tokens.plain(found.name_zh)


def _placed(found: Found, pick: _Pick) -> Found:
    """Return it with the place that it is found at."""
    names = pick.held.names
    lon, lat = float(names.lons[pick.row]), float(names.lats[pick.row])
    if np.isnan(lon):
        return found
    return dataclasses.replace(found, lon=round(lon, 6), lat=round(lat, 6))


def _divided(found: Found) -> Found:
    """Return it with the division that it lies in."""
    if found.division or found.lon is None or found.lat is None:
        return found
    code = divisions.at(found.lon, found.lat)
    return dataclasses.replace(found, division=prefix(code)) if code else found


def _match(cost: float) -> str:
    words = ("exact", "begins", "within", "letters")
    step = int((cost + STEP / 2) // STEP)
    return words[step] if step < len(words) else "nearly"


def _numbers(typed: str, rights: Rights, among: Sequence[str], limit: int) -> Iterator[Hit]:
    """Yield what the sources of numbers know."""
    for one in source.codes():
        if typed and (not among or one.code in among):
            for found in one.find(typed, rights, limit):
                exact = found.code.lower() == typed.lower()
                yield Hit(found, one.code, "exact" if exact else "begins", 0.0 if exact else STEP)


def _apart(hits: list[Hit]) -> list[Hit]:
    """Sort, and leave out what bears the name of a better hit at the same place."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: one.cost):
        if not any(_are_twins(hit.found, other.found) for other in kept):
            kept.append(hit)
    return kept


def _are_twins(one: Found, other: Found) -> bool:
    if one.name_zh != other.name_zh or one.code != other.code or one.lon is None:
        return False
    if other.lon is None or one.lat is None or other.lat is None:
        return False
    return abs(one.lon - other.lon) < TWINS and abs(one.lat - other.lat) < TWINS
