"""The search itself: match in memory, choose the best, say what the database holds of them now."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from layers.search import index, source, tokens
from layers.search.matching import Pick, Place, Search
from layers.search.plane import Plane
from layers.search.query import Query, printable
from layers.search.sought import CHINESE
from layers.search.source import Found
from people.may import Rights
from places import divisions
from places.codes import prefix

SPARE = 2  # times as many as asked for: some are twins, or have gone since
TWINS = 0.002  # degrees: two things of one name so near are one thing in two sources
STEP = 1000.0  # of cost, for each step of matching


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """What was found, in which source, and how: exact, begins, within, letters or nearly."""

    found: Found
    source: str
    match: str
    cost: float


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
    picks = Search(asked, sources, rights, near, limit * SPARE).picks()
    numbers = list(_numbers(typed, rights, among, limit))
    hits = _apart(numbers + _now(picks, rights))[:limit]
    return [dataclasses.replace(hit, found=_divided(hit.found)) for hit in hits]


def _now(picks: list[Pick], rights: Rights) -> list[Hit]:
    """Return the picks as the database has them now; what went or was renamed is left out."""
    wanted = defaultdict[str, list[Pick]](list)
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
            hits.append(Hit(_placed(found, pick), code, _match(pick), pick.cost))
    return hits


def _is_same(plane: Plane, row: int, found: Found) -> bool:
    return plane.text_of(row) == tokens.plain(found.name_zh)


def _placed(found: Found, pick: Pick) -> Found:
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


def _match(pick: Pick) -> str:
    words = ("exact", "begins", "within", "letters")
    step, later = int((pick.cost + STEP / 2) // STEP), pick.held.names.later
    step -= later if step >= later else 0  # how it matches, whenever it comes
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
