"""A value against limits, each with its own grade; with hold times and hysteresis."""

import dataclasses
import datetime
from typing import Any

from alerts.kind import Kind, Measure, Reading, seconds
from alerts.level import Level, checked, level, lowest, on_day
from alerts.wrong import Wrong
from core.severity import Severity
from core.standard import in_force


@dataclasses.dataclass(frozen=True)
class Threshold(Kind):
    """Limits stand in `levels`, or come from `standard` (an index standard's column `item`).

    `margin`: how far a value must come back before a grade is given up (unit of the property).
    """

    levels: Any = ()
    standard: str = ""
    item: str = ""
    grades: Any = None
    margin: float = 0
    hold_s: float = 0
    clear_hold_s: float = 0

    reads = "reading"
    needs_property = True

    def __post_init__(self) -> None:
        set_ = object.__setattr__  # frozen: what was read is replaced once by what it means
        set_(self, "hold_s", seconds("hold_s", self.hold_s))
        set_(self, "clear_hold_s", seconds("clear_hold_s", self.clear_hold_s))
        if isinstance(self.margin, bool) or not isinstance(self.margin, int | float):
            raise Wrong("when.margin", "must be a number", "应为数值")
        if self.margin < 0:
            raise Wrong("when.margin", "must not be negative", "不能为负数")
        if self.standard and self.levels:
            raise Wrong("when.levels", "give levels or a standard, not both", "限值与标准只能选一")
        if self.standard:
            self._levels(datetime.date.today())
        else:
            rows = self.levels if isinstance(self.levels, list | tuple) else [self.levels]
            read = (
                row if isinstance(row, Level) else level(row, f"when.levels[{place}]")
                for place, row in enumerate(rows)
            )
            set_(self, "levels", checked(tuple(read)))

    def _levels(self, day: datetime.date) -> tuple[Level, ...]:
        if not self.standard:
            return tuple(self.levels)
        return on_day(self.standard, self.item, self.grades or {}, day)

    def measure(self, seen: Reading) -> Measure:
        """Return the grades whose limit the value passes, by the edition of the reading's day."""
        levels = self._levels(seen.time.date())
        return Measure(
            met=frozenset(each.severity for each in levels if each.met(seen.value)),
            kept=frozenset(each.severity for each in levels if each.kept(seen.value, self.margin)),
            value=seen.value,
            limits={each.severity: each.limit for each in levels},
            standard=self._cited(seen.time.date()),
        )

    def _cited(self, day: datetime.date) -> tuple[str, str] | None:
        if not self.standard:
            return None
        return in_force(self.standard, day).cited

    def quiet(self) -> tuple[float, float]:
        """Return the open range below (or above) every limit."""
        if self.standard:
            return float("-inf"), lowest(self.standard, self.item, self.grades or {})
        limits = [each.limit for each in self.levels]
        if self.levels[0].rising:
            return float("-inf"), min(limits)
        return max(limits), float("inf")

    def limits_on(self, day: datetime.date) -> dict[Severity, float]:
        """Return the limits by grade."""
        return {each.severity: each.limit for each in self._levels(day)}
