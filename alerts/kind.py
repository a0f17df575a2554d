"""The contract of a rule's kind: what it looks at and which grades it finds met."""

import dataclasses
import datetime
from abc import ABC, abstractmethod
from functools import cache
from typing import Any, ClassVar, Self

from alerts.series import Series
from alerts.wrong import Wrong
from core.severity import Severity
from core.shelf import classes

QUIET_NEVER = (float("inf"), float("-inf"))


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """One value of a stream; `history` is what kinds with a window ask for, None without one."""

    time: datetime.datetime
    value: float
    history: Series | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Fix:
    """One position beside one fence; `depth_m` is how far inside, negative outside."""

    time: datetime.datetime
    depth_m: float
    accuracy_m: float
    was_inside: bool | None


@dataclasses.dataclass(frozen=True, slots=True)
class Silence:
    """How long a thing has not been heard, and what is expected of it; seconds."""

    time: datetime.datetime
    silent_s: float
    interval_s: float


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """What a kind finds: grades whose limit is passed, grades that may be kept (hysteresis).

    `value` against the grade's limit is what an alert shows; `values` is everything that was looked
    at; `inside` is a fence's answer, told to the kind again with the next position.
    """

    met: frozenset[Severity]
    kept: frozenset[Severity]
    value: float | None = None
    limits: dict[Severity, float] = dataclasses.field(default_factory=dict)
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    standard: tuple[str, str] | None = None
    inside: bool | None = None


class Kind(ABC):
    """One way for a rule to look at the world. Pure: values in, grades out.

    `reads` says what it is fed: "reading", "position" or "silence". `hold_s` and `clear_hold_s`
    are how long a grade must be met, or no longer kept, before the alert follows.
    """

    reads: ClassVar[str]
    needs_property: ClassVar[bool] = False
    hold_s: float = 0
    clear_hold_s: float = 0
    window_s: float = 0  # how much history a reading needs beside it

    @classmethod
    def build(cls, when: dict[str, Any]) -> Self:
        """Make it from a rule's `when` table; raises Wrong naming the key."""
        fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
        for key in when:
            if key not in fields:
                known = ", ".join(fields)
                raise Wrong(
                    f"when.{key}", f"unknown key; known are {known}", f"未知的键；可用：{known}"
                )
        try:
            return cls(**when)
        except TypeError as error:
            raise Wrong("when", str(error)) from error

    @abstractmethod
    def measure(self, seen: Any) -> Measure:
        """Return the grades met and kept by what is seen."""

    def quiet(self) -> tuple[float, float]:
        """Return the open range of values that need no look while nothing is standing."""
        return QUIET_NEVER

    def limits_on(self, day: datetime.date) -> dict[Severity, float]:
        """Return the limits to draw into a chart of the property."""
        return {}


@cache
def kinds() -> dict[str, type[Kind]]:
    """Return the shelf of kinds by file name."""
    return dict(classes("alerts.kinds", Kind))  # type: ignore[type-abstract]


def seconds(name: str, value: float) -> float:
    """Check a duration in seconds."""
    if not isinstance(value, int | float) or not 0 <= value <= 30 * 86400:
        raise Wrong(f"when.{name}", "must be seconds from 0 to 30 days", "应为 0 秒至 30 天的秒数")
    return float(value)
