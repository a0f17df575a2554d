"""The names of one source in memory, as its rows were at one stamp."""

import dataclasses
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from layers.search.plane import Plane
from layers.search.sought import CHINESE, CODE, ENGLISH

FEW, OFTEN = 100, 20  # names, and how often each comes where they are none of one's own
LATER = 2  # so that their beginnings come after what other names hold within
PAGE = 20_000  # rows that the database packs together: a millisecond of ours each

# One row a page: texts parted by line feeds, numbers packed, so that no name becomes an object.
_PAGES = r"""
SELECT string_agg({zh}, E'\n'), string_agg({en}, E'\n'), string_agg({code}, E'\n'),
       string_agg({scope}, E'\n'), string_agg(int8send(id::bigint), ''::bytea),
       string_agg(float4send(weight::float4), ''::bytea),
       string_agg(float8send(coalesce(lon, 'NaN')), ''::bytea),
       string_agg(float8send(coalesce(lat, 'NaN')), ''::bytea)
FROM (SELECT named.*, (row_number() OVER () - 1) / {page} AS page FROM ({rows}) named) paged
GROUP BY page
"""


class _Page(NamedTuple):
    zh: str
    en: str
    code: str
    scope: str
    ids: bytes
    weights: bytes
    lons: bytes
    lats: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Segment:
    """Names by row: their texts in planes, numbers, places in degrees; read only.

    `facts` are longitude, latitude, weight and length side by side, as ranking wants them.
    """

    planes: dict[str, Plane]
    ids: NDArray[np.int64]
    facts: NDArray[np.float32]
    lons: NDArray[np.float64]
    lats: NDArray[np.float64]
    scopes: NDArray[np.uint16]
    scope_names: tuple[str, ...]
    later: int = 0  # steps that its names come after those of other sources

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def megabytes(self) -> float:
        """Return how much memory it takes."""
        arrays = (self.ids, self.facts, self.lons, self.lats, self.scopes)
        planes = sum(plane.nbytes for plane in self.planes.values())
        return (planes + sum(each.nbytes for each in arrays)) / 1e6


def read(rows: str) -> Segment:
    """Read what a statement lists: id, zh, en, code, scope, weight, lon, lat."""
    cleaned = {
        name: rf"translate(coalesce({name}::text, ''), E'\n\r', '  ')"
        for name in ("zh", "en", "code", "scope")
    }
    statement = _PAGES.format(rows=rows, page=PAGE, **cleaned)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return _segment([_Page(*row) for row in cursor.fetchall()])


def _segment(pages: list[_Page]) -> Segment:
    scopes, names = _scopes(pages)
    chinese = Plane.of(CHINESE, [page.zh for page in pages])
    weights = _numbers((page.weights for page in pages), ">f4", np.float32)
    lons = _numbers((page.lons for page in pages), ">f8", np.float64)
    lats = _numbers((page.lats for page in pages), ">f8", np.float64)
    return Segment(
        {
            CHINESE: chinese,
            ENGLISH: Plane.of(ENGLISH, [page.en for page in pages]),
            CODE: Plane.of(CODE, [page.code for page in pages]),
        },
        _numbers((page.ids for page in pages), ">i8", np.int64),
        np.stack((lons, lats, weights, np.diff(chinese.bounds)), axis=1).astype(np.float32),
        lons,
        lats,
        scopes,
        names,
        LATER if _by_class(chinese) else 0,
    )


def _by_class(names: Plane) -> bool:
    """Say whether things are called by what they are (路灯, 井盖), not by names of their own."""
    count = len(names.a)
    return count >= FEW and OFTEN * len(np.unique(names.a ^ ~names.b)) < count


def _numbers(packed: Iterable[bytes], form: str, into: type[Any]) -> NDArray[Any]:
    return np.frombuffer(b"".join(packed), dtype=form).astype(into)


def _scopes(pages: list[_Page]) -> tuple[NDArray[np.uint16], tuple[str, ...]]:
    """Return each row's scope by number, and the scopes."""
    known: dict[str, int] = {"": 0}
    found = [np.zeros(0, dtype=np.uint16)]
    for page in pages:
        numbers = [known.setdefault(scope, len(known)) for scope in page.scope.split("\n")]
        found.append(np.array(numbers, dtype=np.uint16))
    return np.concatenate(found), tuple(known)
