"""Grades with limits: given in the rule itself, or drawn from the standard of the reading's day."""

import dataclasses
import datetime
import math
from typing import Any

from alerts.wrong import Wrong
from core.severity import Severity
from core.standard import Standard, editions, in_force

COMPARISONS = ("above", "at_least", "below", "at_most")


@dataclasses.dataclass(frozen=True, slots=True)
class Level:
    """A grade and the limit from which it is due."""

    severity: Severity
    comparison: str
    limit: float

    @property
    def rising(self) -> bool:
        """Say whether high values are the bad ones."""
        return self.comparison in ("above", "at_least")

    def met(self, value: float) -> bool:
        """Say whether the value passes the limit."""
        match self.comparison:
            case "above":
                return value > self.limit
            case "at_least":
                return value >= self.limit
            case "below":
                return value < self.limit
            case _:
                return value <= self.limit

    def kept(self, value: float, margin: float) -> bool:
        """Say whether a grade once given may stay: the value has not come back by the margin."""
        if self.met(value):
            return True
        return value > self.limit - margin if self.rising else value < self.limit + margin


def level(row: dict[str, Any], where: str) -> Level:
    """Read `{severity = 4, above = 75}`; raises Wrong naming the field."""
    comparisons = [key for key in row if key in COMPARISONS]
    if len(comparisons) != 1 or set(row) - {"severity", *comparisons}:
        raise Wrong(
            where,
            f"needs severity and exactly one of {', '.join(COMPARISONS)}",
            f"需要 severity 和 {'、'.join(COMPARISONS)} 之一",
        )
    limit = row[comparisons[0]]
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not math.isfinite(limit):
        raise Wrong(f"{where}.{comparisons[0]}", "must be a finite number", "应为有限数值")
    return Level(severity(row, where), comparisons[0], float(limit))


def severity(row: dict[str, Any], where: str) -> Severity:
    """Read a grade 1 … 4."""
    if row.get("severity") not in set(Severity):
        raise Wrong(f"{where}.severity", "must be 1 (red) to 4 (blue)", "应为 1（红）至 4（蓝）")
    return Severity(row["severity"])


def checked(levels: tuple[Level, ...]) -> tuple[Level, ...]:
    """Check that grades differ, compare one way, and get harder to reach the worse they are."""
    ordered = tuple(sorted(levels, key=lambda each: -each.severity))
    if not ordered:
        raise Wrong("when.levels", "at least one level is needed", "至少需要一个等级")
    if len({each.severity for each in ordered}) < len(ordered):
        raise Wrong("when.levels", "a severity stands twice", "等级重复")
    if len({each.rising for each in ordered}) > 1:
        raise Wrong("when.levels", "do not mix high and low limits", "不能混用上限与下限")
    limits = [each.limit if each.rising else -each.limit for each in ordered]
    if limits != sorted(limits):
        raise Wrong(
            "when.levels", "a worse severity needs a harder limit", "更高等级的限值必须更严重"
        )
    return ordered


def from_standard(edition: Standard, item: str, grades: dict[str, int]) -> tuple[Level, ...]:
    """Return levels at an index standard's break points: `grades` is severity → index value."""
    column = edition.data.get(item)
    if column is None:
        raise Wrong("when.item", f"{edition.code} has no column {item!r}", f"标准中无 {item!r}")
    scale = edition.data["iaqi"]
    return tuple(
        Level(Severity(int(grade)), "above", float(column[scale.index(index)]))
        for grade, index in grades.items()
        if index in scale and scale.index(index) < len(column)
    )


def on_day(name: str, item: str, grades: dict[str, int], day: datetime.date) -> tuple[Level, ...]:
    """Return the levels by the edition in force on a day."""
    return checked(from_standard(in_force(name, day), item, grades))


def lowest(name: str, item: str, grades: dict[str, int]) -> float:
    """Return the lowest limit that any edition knows: below it nothing can be met."""
    return min(
        each.limit for edition in editions(name) for each in from_standard(edition, item, grades)
    )
