"""What somebody wants closed, checked: reason, weight, words and time."""

import dataclasses
import datetime
from typing import Any

from core import clock
from core.errors import Invalid
from traffic.models import Closure

LONGEST_WORDS = 1000
SLOWEST = 20.0  # times as long; beyond that a street is closed
USUAL_FACTOR = 3.0
FARTHEST = datetime.timedelta(days=366)


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """`geometry` is GeoJSON, EPSG:4326; `factor` is times as long; times are aware."""

    geometry: dict[str, Any] | None
    reason: str
    severity: str = Closure.Severity.CLOSED.value
    factor: float | None = None
    words: str = ""
    from_at: datetime.datetime | None = None
    until_at: datetime.datetime | None = None

    def check(self) -> None:
        """Raise Invalid for a reason or severity that is none, and for too many words."""
        if self.reason not in Closure.Reason.values:
            raise Invalid(
                f"reason must be one of {', '.join(Closure.Reason.values)}",
                zh="请选择封路原因",
                field="reason",
            )
        if self.severity not in Closure.Severity.values:
            raise Invalid("severity is closed or slow", zh="请选择封闭或缓行", field="severity")
        if len(self.words) > LONGEST_WORDS or "\x00" in self.words:
            raise Invalid(
                f"at most {LONGEST_WORDS} characters",
                zh=f"不超过 {LONGEST_WORDS} 字",
                field="words",
            )

    def weight(self) -> float | None:
        """Return how many times as long a slow street takes, None for a closed one."""
        if self.severity == Closure.Severity.CLOSED:
            return None
        factor = USUAL_FACTOR if self.factor is None else self.factor
        if not 1.0 < factor <= SLOWEST:
            raise Invalid(
                f"factor lies between 1 and {SLOWEST:.0f}: how many times as long it takes",
                zh=f"缓行倍数应大于 1 且不超过 {SLOWEST:.0f}",
                field="factor",
            )
        return factor

    def span(self, usual: datetime.datetime) -> tuple[datetime.datetime, datetime.datetime | None]:
        """Return when it begins (`usual` if nothing was said) and when it ends by itself."""
        now, begins, ends = clock.now(), self.from_at or usual, self.until_at
        for field, moment in (("from", self.from_at), ("until", ends)):
            if moment is not None and (moment.tzinfo is None or abs(moment - now) > FARTHEST):
                raise Invalid(
                    f"{field} needs an offset and lies within a year",
                    zh="时间须带时区，且在一年之内",
                    field=field,
                )
        if ends is not None and ends <= max(begins, now):
            raise Invalid(
                "a closure ends after it begins, and not in the past",
                zh="结束时间须晚于开始时间和现在",
                field="until",
            )
        return begins, ends
