"""The air quality index by HJ 633, each record by the edition of its day. Pure and exact.

Concentrations are µg/m3, of CO mg/m3. `column` says which limits count: `hourly` has the 1 h limits
of gases and the 24 h limits of particles, `daily` those of daily means.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from core.standard import Standard
from environment.exact import Number, exact, half_even, up

Column = Literal["hourly", "daily"]

UNITS = {"co": "mg/m3"}  # of all others µg/m3
USUAL = "µg/m3"
_DIGITS = {"co": 1}  # places to which a concentration is rounded, of all others 0
_PRIMARY_ABOVE = 50
_EXCEEDING_ABOVE = 100


@dataclasses.dataclass(frozen=True, slots=True)
class Grade:
    """A class of an index: its number from 1 (best), its names, and its official colour."""

    number: int
    zh: str
    en: str
    colour: str


@dataclasses.dataclass(frozen=True, slots=True)
class Air:
    """An index report; `value` and `grade` are None where it is not to be published."""

    value: int | None
    grade: Grade | None
    iaqi: Mapping[str, int | None]
    primary: Sequence[str]
    exceeding: Sequence[str]
    missing: Sequence[str]


def iaqi(edition: Standard, column: Column, item: str, concentration: Number) -> int | None:
    """Return a pollutant's sub-index, rounded up; None where the edition has none for it."""
    limits = _limits(edition, column, item)
    value = rounded(edition, item, concentration)
    if limits is None or value < 0:
        return None
    scale = edition.data["iaqi"]
    if value > exact(limits[-1]):
        return _beyond(edition, item, len(limits) == len(scale), scale[-1])
    for place in range(1, len(limits)):
        low, high = exact(limits[place - 1]), exact(limits[place])
        if value <= high:
            steps = scale[place] - scale[place - 1]
            return up(scale[place - 1] + (value - low) / (high - low) * steps)
    return 0


def rounded(edition: Standard, item: str, concentration: Number) -> Fraction:
    """Return a concentration as the edition takes it into the reckoning."""
    if not edition.data["round_first"]:
        return exact(concentration)
    return exact(half_even(concentration, _DIGITS.get(item, 0)))


def _limits(edition: Standard, column: Column, item: str) -> Sequence[Any] | None:
    table = edition.data if column == "hourly" else edition.data["daily"]
    found = table.get(item)
    return found if isinstance(found, list) else None


def _beyond(edition: Standard, item: str, whole: bool, top: int) -> int | None:
    if whole:
        return top
    found: int | None = edition.data["beyond"].get(item)
    return found


def report(
    edition: Standard,
    column: Column,
    concentrations: Mapping[str, Number],
    excused: Sequence[str] = (),
) -> Air:
    """Return the index of an hour or a day.

    `excused` need not be measured at this station (HJ 633-2026, 5.3). A report that lacks another
    pollutant is published only above what the edition names; sub-indices are given always.
    """
    wanted = edition.data["hourly" if column == "hourly" else "reported"]
    found = {
        item: iaqi(edition, column, item, concentrations[item])
        for item in wanted
        if item in concentrations
    }
    known = {item: value for item, value in found.items() if value is not None}
    missing = [item for item in wanted if item not in found and item not in excused]
    highest = max(known.values(), default=None)
    floor = edition.data["publish_incomplete_above"]
    if highest is None or (missing and highest <= floor):
        return Air(None, None, found, (), (), missing)
    return Air(
        highest,
        grade(edition, highest),
        found,
        primary=[i for i, v in known.items() if v == highest and highest > _PRIMARY_ABOVE],
        exceeding=[i for i, v in known.items() if v > _EXCEEDING_ABOVE],
        missing=missing,
    )


def grade(edition: Standard, value: int) -> Grade:
    """Return the class of an index value."""
    rows = edition.data["classes"]
    number = next(place for place, row in enumerate(rows, 1) if value <= row["upto"])
    row = rows[number - 1]
    return Grade(number, row["zh"], row["en"], row["colour"])


def limit(edition: Standard, column: Column, item: str) -> float | None:
    """Return the concentration at a sub-index of 100: the limit of what counts as good."""
    limits = _limits(edition, column, item)
    if limits is None:
        return None
    return float(limits[edition.data["iaqi"].index(100)])


def unit(item: str) -> str:
    """Return the unit in which the standard's limits of a pollutant are."""
    return UNITS.get(item, USUAL)
