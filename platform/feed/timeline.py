"""How an after-action review reads one topic: what its steps are called, and when they were due.

A topic needs none of this: without it every kind of event is a step, and nothing is late. A package
that knows more has a Timeline in its `projection.py`.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from feed.projection import shelved

Words = tuple[str, str]
_COMMON = {"changed": ("修改", "changed"), "removed": ("移除", "removed")}  # steps of any topic


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """A step that was due by a moment; the sentences say by which rule.

    `also` names steps that do as well: whoever resolves an alert has taken it.
    """

    step: str
    due: datetime.datetime
    why_zh: str
    why_en: str
    also: tuple[str, ...] = ()


class Timeline:
    """A topic's steps and limits, and what people call them: Chinese, then English."""

    topic: ClassVar[str]
    title: ClassVar[Words | None] = None
    words: ClassVar[Mapping[str, Words]] = {}

    def called(self, step: str) -> Words:
        """Return what a step is called; one that nobody has named is called as the log has it."""
        return self.words.get(step) or _COMMON.get(step) or (step.replace("_", " "),) * 2

    def step(self, kind: str, did: dict[str, Any]) -> str | None:
        """Return the step that an event of this kind is; None: it is none worth a line."""
        return kind

    def limits(
        self, known: datetime.datetime, first: dict[str, Any], last: dict[str, Any]
    ) -> Iterable[Limit]:
        """Return what was due when, for an entity known since then that began so and stands so."""
        return ()


_PLAIN = Timeline()


def of(topic: str) -> Timeline:
    """Return a topic's timeline."""
    return _all().get(topic, _PLAIN)


@cache
def _all() -> dict[str, Timeline]:
    return shelved(Timeline)
