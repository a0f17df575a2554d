"""What has fallen within a window: sums of a stream's values, rain above all."""

import dataclasses
import datetime
import math
from typing import Any

from alerts.kind import Kind, Measure, Reading, seconds
from alerts.level import severity
from alerts.wrong import Wrong
from core.severity import Severity
from core.standard import editions, in_force


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """A grade, the hours looked back over, and the sum from which it is due."""

    severity: Severity
    window_h: float
    at_least: float


def window(row: dict[str, Any], where: str) -> Window:
    """Read `{severity = 1, window_h = 3, at_least = 100}`."""
    for key in ("window_h", "at_least"):
        value = row.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise Wrong(f"{where}.{key}", "must be a number above 0", "应为大于 0 的数值")
        if not math.isfinite(value) or (key == "window_h" and value > 72):
            raise Wrong(
                f"{where}.{key}", "too large (windows reach 72 h)", "过大（窗口最长 72 小时）"
            )
    if set(row) - {"severity", "window_h", "at_least"}:
        raise Wrong(where, "knows severity, window_h and at_least only", "仅支持三个键")
    return Window(severity(row, where), float(row["window_h"]), float(row["at_least"]))


@dataclasses.dataclass(frozen=True)
class Accumulation(Kind):
    """Windows stand in `levels`, or in the standard named. A grade ends when its sum falls below
    `keep_share` of its limit for `clear_hold_s`."""

    levels: Any = ()
    standard: str = ""
    keep_share: float = 1.0
    hold_s: float = 0
    clear_hold_s: float = 0

    reads = "reading"
    needs_property = True

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "hold_s", seconds("hold_s", self.hold_s))
        set_(self, "clear_hold_s", seconds("clear_hold_s", self.clear_hold_s))
        if not isinstance(self.keep_share, int | float) or not 0 < self.keep_share <= 1:
            raise Wrong("when.keep_share", "must lie within 0 … 1", "应在 0 至 1 之间")
        if bool(self.standard) == bool(self.levels):
            raise Wrong("when.levels", "give either levels or a standard", "限值与标准须选其一")
        if not self.standard:
            read = [
                row if isinstance(row, Window) else window(row, f"when.levels[{place}]")
                for place, row in enumerate(self.levels)
            ]
            if len({each.severity for each in read}) < len(read):
                raise Wrong("when.levels", "a severity stands twice", "等级重复")
            set_(self, "levels", tuple(read))
        everything = [each for day in self._days() for each in self._windows(day)]
        set_(self, "window_s", 3600 * max(each.window_h for each in everything))

    def _days(self) -> list[datetime.date]:
        if not self.standard:
            return [datetime.date.today()]
        return [edition.in_force for edition in editions(self.standard)]

    def _windows(self, day: datetime.date) -> tuple[Window, ...]:
        if not self.standard:
            return tuple(self.levels)
        rows = in_force(self.standard, day).data["levels"]
        return tuple(window(row, self.standard) for row in rows)

    def measure(self, seen: Reading) -> Measure:
        """Return the grades whose window holds enough; the value shown is the worst one's sum."""
        now = seen.time.timestamp()
        sums: dict[Severity, float] = {}
        limits: dict[Severity, float] = {}
        values: dict[str, Any] = {}
        for each in self._windows(seen.time.date()):
            total = seen.history.total(now - 3600 * each.window_h, now) if seen.history else 0.0
            # rain is read to 0.1 mm: a sum of tenths must not miss its limit by a float's last bit
            sums[each.severity] = round(total, 6)
            limits[each.severity] = each.at_least
            values[f"sum_{each.window_h:g}h"] = round(sums[each.severity], 2)
        met = frozenset(grade for grade in sums if sums[grade] >= limits[grade])
        kept = frozenset(g for g in sums if sums[g] >= self.keep_share * limits[g])
        shown = min(met or kept or sums)
        return Measure(met, kept, sums[shown], limits, values, self._cited(seen.time.date()))

    def _cited(self, day: datetime.date) -> tuple[str, str] | None:
        if not self.standard:
            return None
        return in_force(self.standard, day).cited

    def quiet(self) -> tuple[float, float]:
        """Return the range that adds nothing: where nothing fell, no new grade can be met."""
        return float("-inf"), 5e-324
