"""What a request for features asks: box, time, filter, reference system and page."""

import dataclasses
import functools
import operator
from collections.abc import Mapping
from typing import NamedTuple

from core.errors import Invalid
from layers import box, filtering, literal, selection
from layers import crs as systems
from layers.crs import CRS84, Crs
from layers.filtering import Clause
from layers.layer import Layer
from layers.literal import Box

DEFAULT = 10  # features of a page
EVERY = Clause()
FEW = 5000  # features: so many are found by place and sorted in milliseconds
OF_ONE = ("crs", "f")
OF_PAGE = (
    "limit", "bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs", "after", *OF_ONE
)  # fmt: skip


class Facts(NamedTuple):
    """What is known of a layer without reading it: its version, how much it holds, and where."""

    version: int = 0
    held: int = 0
    bounds: list[float | None] | list[float] | None = None
    simulated: bool = False

    def about(self, hull: Box) -> float:
        """Return about how many features lie in a box of degrees, as if they lay evenly."""
        if not self.bounds or any(edge is None for edge in self.bounds):
            return 0.0
        west, south, east, north = (float(edge or 0) for edge in self.bounds)
        wide = (min(east, hull[2]) - max(west, hull[0])) / max(east - west, 1e-9)
        high = (min(north, hull[3]) - max(south, hull[1])) / max(north - south, 1e-9)
        return self.held * max(wide, 0.0) * max(high, 0.0)


class Question(NamedTuple):
    """Which features of a layer, in which reference system, from which number on.

    `when` is the moment or interval that the features were valid in; without, they are so now.
    A `usual` question has one good plan, whatever its values are; others are planned each time.
    """

    layer: Layer
    facts: Facts
    crs: Crs = CRS84
    clause: Clause = EVERY
    after: int | None = None
    limit: int = DEFAULT
    usual: bool = False
    when: str = ""

    @property
    def matched(self) -> int | None:
        """Return how many features are meant, where that is known without counting."""
        return self.facts.held if self.clause is EVERY and not self.when else None

    @property
    def nothing(self) -> bool:
        """Say that there is nothing to look through, perhaps not even a table."""
        return not self.facts.held and not (self.when and self.facts.version)


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


def of_one(layer: Layer, facts: Facts, given: Mapping[str, str]) -> Question:
    """Return the question for one feature; raises Invalid."""
    check(given, OF_ONE)
    return Question(layer, facts, _system(given, "crs", facts), limit=1)


def of_page(layer: Layer, facts: Facts, given: Mapping[str, str]) -> Question:
    """Return the question for a page; raises Invalid for what cannot be asked so."""
    check(given, OF_PAGE)
    if given.get("filter-lang", "cql2-text") != "cql2-text":
        raise Invalid("filter-lang is cql2-text", zh="仅支持 cql2-text", field="filter-lang")
    within, hull = _boxed(given.get("bbox", ""), _system(given, "bbox-crs", facts))
    when = given.get("datetime", "")
    rest = _all(
        selection.during(when),
        filtering.clause(
            layer, given.get("filter", ""), _system(given, "filter-crs", facts), past=bool(when)
        ),
    )
    return Question(
        layer, facts, _system(given, "crs", facts), _all(within, rest),
        after=whole(given.get("after"), "after"), limit=limit(given.get("limit")),
        usual=rest is EVERY and not when and (hull is None or facts.about(hull) < FEW),
        when=when,
    )  # fmt: skip


def _all(*clauses: Clause) -> Clause:
    """Return what holds if all of them do; EVERY if none of them says anything."""
    said = [one for one in clauses if one.sql != EVERY.sql]
    return functools.reduce(operator.and_, said) if said else EVERY


def _system(given: Mapping[str, str], name: str, facts: Facts) -> Crs:
    uri = given.get(name)
    return CRS84 if uri is None else systems.read(uri, systems.of(facts.bounds), name)


def _boxed(text: str, crs: Crs) -> tuple[Clause, Box | None]:
    """Return the condition of a box in its system's own axis order, and its hull in degrees."""
    if not text:
        return EVERY, None
    given = box.edges(text)
    if crs.north_first:
        given = [given[1], given[0], given[3], given[2]]
    west, south, east, north = given
    plain = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    if plain and not crs.metric:
        hull: Box = (west, south, east, north)
        return _inside(hull, literal.box_ewkb(hull, 4326)), hull
    try:
        shape = literal.shape({"bbox": given}, dataclasses.replace(crs, north_first=False))
    except Invalid as error:
        raise box.bad() from error
    hull = literal.bounds(shape)
    return _inside(hull, literal.ewkb(shape)), hull


def _inside(hull: Box, shape: str) -> Clause:
    around = literal.box_ewkb(literal.on_web(hull), 3857)
    sql = "geom && %s::geometry AND ST_Intersects(original, %s::geometry)"
    return Clause(sql, (around, shape))


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
