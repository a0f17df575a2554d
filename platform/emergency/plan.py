"""The contract of a plan (预案): one TOML file in `plans/` is a new plan, nothing else.

Trigger → level → groups → tasks with time limits. A task is set from its own level on: one of
level IV (4) always, one of level II (2) only when the response is II or I.
"""

import dataclasses
from functools import cache
from pathlib import Path
from typing import Any

from core.severity import Severity
from core.shelf import tables

SHELF = Path(__file__).with_name("plans")
LEVELS = {1: "I", 2: "II", 3: "III", 4: "IV"}


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """A working group (工作组) and the department that leads it."""

    code: str
    title_zh: str
    title_en: str
    department: str


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """A task of a group: due so many minutes after the start, from a level on."""

    code: str
    group: str
    minutes: int
    title_zh: str
    title_en: str
    level: int = 4


@dataclasses.dataclass(frozen=True, slots=True)
class Plan:
    """A plan: when it is meant for, at which level it usually starts, who does what by when."""

    code: str
    title_zh: str
    title_en: str
    trigger_zh: str
    trigger_en: str
    level: int
    natures: tuple[str, ...]
    groups: tuple[Group, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        Severity(self.level)
        known = {group.code for group in self.groups}
        for step in self.steps:
            if step.group not in known:
                raise ValueError(f"step {step.code!r} names no group of this plan: {step.group!r}")
            if step.minutes <= 0:
                raise ValueError(f"step {step.code!r} needs minutes above 0")
        if len({step.code for step in self.steps}) < len(self.steps):
            raise ValueError("two steps have one code")

    def at_level(self, level: int) -> tuple[Step, ...]:
        """Return the tasks that a response of this level sets."""
        return tuple(step for step in self.steps if step.level >= level)

    def group_of(self, step: Step) -> Group:
        """Return the group that does a task."""
        return next(group for group in self.groups if group.code == step.group)

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as it is shown, and kept with each start."""
        return dataclasses.asdict(self)


@cache
def plans() -> dict[str, Plan]:
    """Return the shelf by code."""
    return tables(SHELF, Plan)
