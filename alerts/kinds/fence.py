"""Entering, leaving and staying in an area, without flapping at its edge."""

import dataclasses

from alerts.kind import Fix, Kind, Measure, seconds
from alerts.wrong import Wrong
from core.severity import Severity

EVENTS = ("enter", "leave", "dwell")


@dataclasses.dataclass(frozen=True)
class Fence(Kind):
    """Inside begins at the edge; outside begins `margin_m`, or the fix's accuracy, beyond it.

    Between the two nothing changes, so a vehicle at the edge with a trembling position enters once.
    `fences` are codes; none means all. `dwell_s` is how long inside is too long.
    """

    event: str = "enter"
    fences: tuple[str, ...] | list[str] = ()
    margin_m: float = 30
    dwell_s: float = 0
    severity: int = 4

    reads = "position"

    def __post_init__(self) -> None:
        if self.event not in EVENTS:
            raise Wrong("when.event", f"must be one of {', '.join(EVENTS)}", "应为进入、离开或停留")
        if not isinstance(self.margin_m, int | float) or not 0 <= self.margin_m <= 5000:
            raise Wrong("when.margin_m", "must be metres from 0 to 5000", "应为 0 至 5000 米")
        if (self.event == "dwell") != (seconds("dwell_s", self.dwell_s) > 0):
            raise Wrong(
                "when.dwell_s", "belongs to dwell, and dwell needs it", "停留规则须填写时长"
            )
        if self.severity not in set(Severity):
            raise Wrong("when.severity", "must be 1 (red) to 4 (blue)", "应为 1（红）至 4（蓝）")
        object.__setattr__(self, "hold_s", float(self.dwell_s))

    def inside(self, seen: Fix) -> bool:
        """Say whether the fix counts as inside, given what the one before counted as."""
        if seen.depth_m >= 0:
            return True
        if seen.was_inside:
            return seen.depth_m > -max(self.margin_m, seen.accuracy_m)
        return False

    def measure(self, seen: Fix) -> Measure:
        """Return the grade while the rule's condition holds."""
        inside = self.inside(seen)
        left = self.event == "leave" and not inside and seen.was_inside is not None
        grades = frozenset(
            {Severity(self.severity)} if left or (self.event != "leave" and inside) else ()
        )
        values = {"depth_m": round(seen.depth_m, 1), "accuracy_m": seen.accuracy_m}
        return Measure(grades, grades, round(seen.depth_m, 1), {}, values, None, inside)
