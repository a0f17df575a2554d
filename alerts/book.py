"""The rules in force, per process: every newest, enabled version, refreshed within a second."""

import dataclasses
import logging
import threading
import time
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Max

from alerts.models import Fence, RuleVersion
from alerts.rule import Rule
from core.shelf import build
from sensors.registry import Stream

LOOK_AGAIN = 1.0  # seconds
log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Watch:
    """Which rules look at a stream, and the range of values that none of them cares about."""

    rules: tuple[Rule, ...]
    low: float
    high: float
    window_s: float

    def quiet(self, value: float) -> bool:
        """Say whether the value needs no look while nothing stands."""
        return self.low < value < self.high


@dataclasses.dataclass(frozen=True)
class Book:
    """The rules at one moment; immutable but for what it remembers about streams."""

    stamp: tuple[int, float]
    rules: dict[str, Rule]
    _watches: dict[int, Watch] = dataclasses.field(default_factory=dict)

    def reading(self) -> Iterable[Rule]:
        """Return the rules on readings."""
        return (rule for rule in self.rules.values() if rule.judge.reads == "reading")

    def watch(self, stream: Stream) -> Watch:
        """Return what looks at a stream; the answer is remembered."""
        found = self._watches.get(stream.id)
        if found is None:
            found = self._watches[stream.id] = self._watch(stream)
        return found

    def _watch(self, stream: Stream) -> Watch:
        rules = tuple(
            rule
            for rule in self.reading()
            if rule.covers(stream.property, stream.thing_kind, stream.scope)
        )
        ranges = [rule.judge.quiet() for rule in rules]
        return Watch(
            rules,
            max((low for low, _ in ranges), default=float("-inf")),
            min((high for _, high in ranges), default=float("inf")),
            max((rule.judge.window_s for rule in rules), default=0.0),
        )

    def of_kind(self, reads: str) -> tuple[Rule, ...]:
        """Return the rules that are fed positions, or silence."""
        return tuple(rule for rule in self.rules.values() if rule.judge.reads == reads)


_lock = threading.Lock()
_book: Book | None = None
_checked = 0.0


def _stamp() -> tuple[int, float]:
    """Return what changes with every rule version: each step on a rule makes a new row."""
    newest = RuleVersion.objects.aggregate(top=Max("id"))["top"] or 0
    fences = Fence.objects.aggregate(top=Max("made_at"))["top"]
    return newest, fences.timestamp() if fences else 0.0


def rule_of(row: RuleVersion) -> Rule:
    """Make the rule of a row; raises what the shelf raises for a definition that is none."""
    return build(Rule, {**row.definition, "version": row.version}, f"rule {row.key}")


def _load(stamp: tuple[int, float]) -> Book:
    rules = {}
    for row in RuleVersion.objects.filter(newest=True, enabled=True):
        try:
            rules[row.key] = rule_of(row)
        except SystemExit as error:
            # one unreadable row (an older release's edit) must not silence every other rule
            log.error("rule %s v%s is left out: %s", row.key, row.version, error)
    return Book(stamp, rules)


def current() -> Book:
    """Return the rules in force; asks the database at most once a second for changes."""
    global _book, _checked
    if _book is not None and time.monotonic() - _checked < LOOK_AGAIN:
        return _book
    stamp = _stamp()
    with _lock:
        if _book is None or _book.stamp != stamp:
            _book = _load(stamp)
        _checked = time.monotonic()
        return _book


def forget() -> None:
    """Drop it, so that the next question loads afresh."""
    global _book
    with _lock:
        _book = None


def time_zone() -> str:
    """Return the zone by whose calendar a standard's edition is chosen."""
    return settings.TIME_ZONE
