"""What a request for features asks: box, time, filter, reference system and page."""

import dataclasses
import functools
import math
import operator
from collections.abc import Mapping
from typing import NamedTuple

from core.errors import Invalid
from layers import crs as systems
from layers import filtering, literal, selection
from layers.crs import CRS84, Crs
from layers.filtering import Clause
from layers.layer import Layer

DEFAULT = 10  # features of a page
EVERY = Clause()
OF_ONE = ("crs", "f")
OF_PAGE = (
    "limit", "bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs", "after", *OF_ONE
)  # fmt: skip


class Facts(NamedTuple):
    """What is known of a layer without reading it: its version, how much it holds, and where."""

    version: int = 0
    held: int = 0
    bounds: list[float | None] | list[float] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Question:
    """Which features of a layer, in which reference system, from which number on."""

    layer: Layer
    facts: Facts
    crs: Crs = CRS84
    clause: Clause = EVERY
    after: int | None = None
    limit: int = DEFAULT

    @property
    def matched(self) -> int | None:
        """Return how many features are meant, where that is known without counting."""
        return self.facts.held if self.clause == EVERY else None


def check(given: Mapping[str, str], known: tuple[str, ...]) -> None:
    """Raise Invalid for a parameter that is not known, or what no database can hold."""
    odd = sorted(set(given) - set(known))
    if odd:
        raise Invalid(
            f"parameter {odd[0]!r} is not known", zh=f"未知参数 {odd[0]!r}", field=odd[0],
            remedy=f"known are {', '.join(known)}",
        )  # fmt: skip
    for name, value in given.items():
        if "\x00" in value:
            raise Invalid(f"{name} holds a zero byte", zh=f"{name} 含有空字符", field=name)
    if given.get("f", "json") not in ("json", "html"):
        raise Invalid("f is json or html", zh="f 为 json 或 html", field="f")


def of_one(layer: Layer, facts: Facts, fid: int, given: Mapping[str, str]) -> Question:
    """Return the question for one feature; raises Invalid."""
    check(given, OF_ONE)
    clause = Clause("fid = %s::bigint", (fid,))
    return Question(layer, facts, _system(given, "crs", facts), clause, limit=1)


def of_page(layer: Layer, facts: Facts, given: Mapping[str, str]) -> Question:
    """Return the question for a page; raises Invalid for what cannot be asked so."""
    check(given, OF_PAGE)
    if given.get("filter-lang", "cql2-text") != "cql2-text":
        raise Invalid("filter-lang is cql2-text", zh="仅支持 cql2-text", field="filter-lang")
    clause = _all(
        _boxed(given.get("bbox", ""), _system(given, "bbox-crs", facts)),
        selection.during(given.get("datetime", "")),
        filtering.clause(layer, given.get("filter", ""), _system(given, "filter-crs", facts)),
    )
    return Question(
        layer, facts, _system(given, "crs", facts), clause,
        after=whole(given.get("after"), "after"), limit=limit(given.get("limit")),
    )  # fmt: skip


def _all(*clauses: Clause) -> Clause:
    """Return what holds if all of them do; EVERY if none of them says anything."""
    said = [one for one in clauses if one != EVERY]
    return functools.reduce(operator.and_, said) if said else EVERY


def _system(given: Mapping[str, str], name: str, facts: Facts) -> Crs:
    uri = given.get(name)
    return CRS84 if uri is None else systems.read(uri, systems.of(facts.bounds), name)


def _boxed(text: str, crs: Crs) -> Clause:
    """Return the condition of a box in a reference system's own axis order."""
    if not text or crs == CRS84:
        return selection.boxed(text)
    edges = _edges(text)
    if crs.north_first:
        edges = [edges[1], edges[0], edges[3], edges[2]]
    if not crs.metric:
        return selection.boxed(",".join(map(repr, edges)))
    shape = literal.shape({"bbox": edges}, dataclasses.replace(crs, north_first=False))
    west, south, east, north = literal.web_box(shape)
    return Clause(
        "geom && ST_MakeEnvelope(%s, %s, %s, %s, 3857) AND ST_Intersects(original, %s::geometry)",
        (west, south, east, north, literal.ewkb(shape)),
    )


def _edges(text: str) -> list[float]:
    try:
        found = [float(edge) for edge in text.split(",")]
    except ValueError:
        found = []
    if len(found) == 6:  # with heights, which nothing here has
        found = [*found[:2], *found[3:5]]
    if len(found) != 4 or not all(map(math.isfinite, found)):
        raise Invalid(
            "bbox is four numbers in the axis order of bbox-crs",
            zh="bbox 为四个数，按 bbox-crs 的轴序",
            field="bbox",
        )
    return found


def limit(given: str | None) -> int:
    """Return the features of a page: at most `selection.LARGEST`; raises Invalid below 1."""
    wanted = whole(given, "limit")
    if wanted is not None and wanted < 1:
        raise Invalid("limit is at least 1", zh="limit 至少为 1", field="limit")
    return min(wanted or DEFAULT, selection.LARGEST)


def whole(given: str | None, name: str) -> int | None:
    """Return a whole number, or None where none was given; raises Invalid."""
    if given is None:
        return None
    digits = given.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(given) > 18:
        raise Invalid(f"{name} is a whole number", zh=f"{name} 应为整数", field=name)
    return int(given)
