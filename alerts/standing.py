"""How a subject moves between grades: hold times before, hold times after, one verdict at a time.

Pure: memory and a measure in, memory and a verdict out. Times are epoch seconds by the subject's
own clock. The same code runs at ingest, at the clock's ticks and over history.
"""

import dataclasses
from typing import Any

from alerts.kind import Kind, Measure
from core.severity import Severity, worst


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What follows for the alert: `grade` None means that its cause has cleared."""

    grade: Severity | None
    before: Severity | None

    @property
    def kind(self) -> str:
        """Return the event's kind."""
        if self.grade is None:
            return "cleared"
        if self.before is None:
            return "raised"
        return "escalated" if self.grade < self.before else "eased"


@dataclasses.dataclass(slots=True)
class Memory:
    """What is remembered: the grade given, since when each is met, since when none is kept."""

    grade: Severity | None = None
    since: dict[Severity, float] = dataclasses.field(default_factory=dict)
    below: float | None = None
    last: float = float("-inf")
    heard: float = 0.0
    inside: bool | None = None
    measure: dict[str, Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def load(cls, row: dict[str, Any]) -> "Memory":
        """Read it from its JSON form."""
        grade = row.get("grade")
        return cls(
            Severity(grade) if grade else None,
            {Severity(int(key)): at for key, at in row.get("since", {}).items()},
            row.get("below"),
            row.get("last", float("-inf")),
            row.get("heard", 0.0),
            row.get("inside"),
            row.get("measure", {}),
        )

    def dump(self) -> dict[str, Any]:
        """Return its JSON form."""
        return {
            "grade": self.grade,
            "since": {str(int(key)): at for key, at in self.since.items()},
            "below": self.below,
            "last": self.last,
            "heard": self.heard,
            "inside": self.inside,
            "measure": self.measure,
        }

    @property
    def idle(self) -> bool:
        """Say whether there is nothing to remember."""
        return self.grade is None and not self.since and not self.inside


def advance(kind: Kind, memory: Memory, time: float, measure: Measure) -> Verdict | None:
    """Take one measure into the memory and return what follows for the alert, if anything."""
    met = _with_milder(measure.met, measure)
    for grade in list(memory.since):
        if grade not in met:
            del memory.since[grade]
    for grade in met:
        memory.since.setdefault(grade, time)
    memory.last = max(memory.last, time)
    memory.inside = measure.inside if measure.inside is not None else memory.inside
    due = worst(frozenset(g for g, at in memory.since.items() if time - at >= kind.hold_s))
    before = memory.grade
    if due is not None and (before is None or due < before):
        memory.grade, memory.below = due, None
        return Verdict(due, before)
    if before is None or before in measure.kept:
        memory.below = None
        return None
    memory.below = time if memory.below is None else memory.below
    if time - memory.below < kind.clear_hold_s:
        return None
    memory.grade, memory.below = worst(frozenset(g for g in measure.kept if g > before)), None
    return Verdict(memory.grade, before)


def _with_milder(met: frozenset[Severity], measure: Measure) -> frozenset[Severity]:
    """A worse grade met means that the milder ones of the rule are met too."""
    top = worst(met)
    if top is None:
        return met
    return met | frozenset(grade for grade in measure.limits if grade >= top)


def due_in(kind: Kind, memory: Memory) -> float | None:
    """Return after how many further seconds the clock alone would decide something, if ever."""
    waits = [
        at + kind.hold_s - memory.last
        for grade, at in memory.since.items()
        if memory.grade is None or grade < memory.grade
    ]
    if memory.below is not None:
        waits.append(memory.below + kind.clear_hold_s - memory.last)
    return max(0.0, min(waits)) if waits else None
