"""A thing that is not heard: nothing came for longer than it should have taken."""

import dataclasses

from alerts.kind import Kind, Measure, seconds
from alerts.kind import Silence as Quiet
from alerts.wrong import Wrong
from core.severity import Severity


@dataclasses.dataclass(frozen=True)
class Silence(Kind):
    """Speaks after `times` expected intervals, but not before `at_least_s`."""

    times: float = 3
    at_least_s: float = 60
    severity: int = 4

    reads = "silence"

    def __post_init__(self) -> None:
        seconds("at_least_s", self.at_least_s)
        if not isinstance(self.times, int | float) or not 1 <= self.times <= 1000:
            raise Wrong("when.times", "must be intervals from 1 to 1000", "应为 1 至 1000 个周期")
        if self.severity not in set(Severity):
            raise Wrong("when.severity", "must be 1 (red) to 4 (blue)", "应为 1（红）至 4（蓝）")

    def patience(self, interval_s: float) -> float:
        """Return the seconds of silence from which it speaks."""
        return max(self.at_least_s, self.times * interval_s)

    def measure(self, seen: Quiet) -> Measure:
        """Return the grade if the thing has been silent too long."""
        limit = self.patience(seen.interval_s)
        grades = frozenset({Severity(self.severity)} if seen.silent_s > limit else ())
        return Measure(
            grades,
            grades,
            round(seen.silent_s, 1),
            {Severity(self.severity): limit},
            {"silent_s": round(seen.silent_s, 1), "interval_s": seen.interval_s},
        )
