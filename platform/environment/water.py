"""The class of surface water by GB 3838: each item's, the worst, and what decides it. Pure.

Values are in the units of the table (mg/L, coliforms per litre). Classes are 1 (I) to 6 (worse
than V); `target` is the class that the water is to keep, III unless the station says otherwise.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from core.standard import Standard
from environment.aqi import Grade
from environment.exact import Number, exact

Body = Literal["river", "lake"]

WORST = 6
USUAL_TARGET = 3
_MAIN = 3  # items that are named as the main ones


@dataclasses.dataclass(frozen=True, slots=True)
class Below:
    """A value below the limit of detection, as `0.01L` or `ND` says."""

    detection: Number


Value = Number | Below


@dataclasses.dataclass(frozen=True, slots=True)
class Excess:
    """An item worse than the target; `times` is C/Cs - 1, None where the standard has none."""

    item: str
    times: Fraction | None


@dataclasses.dataclass(frozen=True, slots=True)
class Water:
    """A report on one place and time; `number` is None where nothing of the table was measured."""

    number: int | None
    grade: Grade | None
    items: Mapping[str, int]
    limiting: Sequence[str]
    exceeding: Sequence[Excess]
    main: Sequence[str]


def item_class(edition: Standard, item: str, value: Value, body: Body = "river") -> int | None:
    """Return an item's class; None where the table has no such item for this kind of water."""
    row = edition.data["items"].get(item)
    if row is None or (row.get("lakes_only") and body != "lake"):
        return None
    if "range" in row:
        low, high = map(exact, row["range"])
        return 1 if not isinstance(value, Below) and low <= exact(value) <= high else WORST
    return next(
        (number for number, each in enumerate(_limits(row, body), 1) if _kept(row, value, each)),
        WORST,
    )


def _limits(row: Mapping[str, Any], body: Body) -> Sequence[Fraction]:
    return [exact(each) for each in (row.get("lake") if body == "lake" else None) or row["limits"]]


def _kept(row: Mapping[str, Any], value: Value, limit: Fraction) -> bool:
    """Say whether a limit is kept; below detection counts if the detection reaches the limit."""
    if isinstance(value, Below):
        return not row.get("lower") and exact(value.detection) <= limit
    return exact(value) >= limit if row.get("lower") else exact(value) <= limit


def times_over(
    edition: Standard, item: str, value: Value, body: Body = "river", target: int = USUAL_TARGET
) -> Fraction | None:
    """Return by how many times a value is beyond the target's limit: C/Cs - 1.

    None for pH and dissolved oxygen, for which the standard knows none, and below detection.
    """
    row = edition.data["items"][item]
    if "range" in row or row.get("lower") or isinstance(value, Below):
        return None
    return exact(value) / _limits(row, body)[target - 1] - 1


def report(
    edition: Standard,
    values: Mapping[str, Value],
    body: Body = "river",
    target: int = USUAL_TARGET,
) -> Water:
    """Return the overall class: that of the worst item that counts."""
    classes = {item: item_class(edition, item, value, body) for item, value in values.items()}
    found = {item: number for item, number in classes.items() if number is not None}
    rows = edition.data["items"]
    counting = {i: n for i, n in found.items() if rows[i].get("overall", True)}
    if not counting:
        return Water(None, None, found, (), (), ())
    worst = max(counting.values())
    over = [
        Excess(item, times_over(edition, item, values[item], body, target))
        for item, number in counting.items()
        if number > target
    ]
    return Water(
        worst,
        grade(edition, worst),
        found,
        limiting=[item for item, number in counting.items() if number == worst and worst > 1],
        exceeding=over,
        main=_main(over, counting),
    )


def _main(over: Sequence[Excess], classes: Mapping[str, int]) -> list[str]:
    """Return the three worst: by class, then those without a factor, then by the factor."""

    def rank(each: Excess) -> tuple[int, bool, Fraction]:
        return -classes[each.item], each.times is not None, -(each.times or Fraction(0))

    return [each.item for each in sorted(over, key=rank)[:_MAIN]]


def grade(edition: Standard, number: int) -> Grade:
    """Return the class of a number."""
    row = edition.data["classes"][number - 1]
    return Grade(number, row["zh"], row["en"], row["colour"])


def limit(
    edition: Standard, item: str, body: Body = "river", target: int = USUAL_TARGET
) -> float | None:
    """Return an item's limit of the target class; None where the table has none."""
    row = edition.data["items"].get(item)
    if row is None or "range" in row or (row.get("lakes_only") and body != "lake"):
        return None
    return float(_limits(row, body)[target - 1])


def unit(edition: Standard, item: str) -> str:
    """Return the unit of an item's limits."""
    row = edition.data["items"].get(item, {})
    return "1" if "range" in row else str(row.get("unit", "mg/L"))


# --- HJ 2.3 single-factor index ------------------------------------------------------------------


def factor_index(value: Number, limit: Number) -> Fraction:
    """Return S = C/Cs."""
    return exact(value) / exact(limit)


def oxygen_index(oxygen: Number, temperature: Number, limit: Number) -> Fraction:
    """Return S of dissolved oxygen (mg/L) at a water temperature (°C)."""
    value, least = exact(oxygen), exact(limit)
    saturated = Fraction(468) / (exact("31.6") + exact(temperature))
    if value < least:
        return 10 - 9 * value / least
    return abs(saturated - value) / (saturated - least)


def ph_index(value: Number, low: Number = 6, high: Number = 9) -> Fraction:
    """Return S of pH, 7 being best."""
    given = exact(value)
    return (7 - given) / (7 - exact(low)) if given <= 7 else (given - 7) / (exact(high) - 7)
