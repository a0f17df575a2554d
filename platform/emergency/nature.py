"""The contract of an incident type: one TOML file in `natures/` is a new type, nothing else.

A type is proposed from the caller's words by weighted keywords, and the words that led to it are
returned with it: a dispatcher sees why, and decides. Chinese needs no spaces; English matches whole
words with their usual endings. A keyword that is denied ("没有起火", "no fire") does not count.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

from core.severity import Severity
from core.shelf import tables

SHELF = Path(__file__).with_name("natures")
OTHER = "other"

# the four categories of the Emergency Response Law (突发事件应对法 art. 2)
CATEGORIES = {
    "natural": ("自然灾害", "Natural disaster"),
    "accident": ("事故灾难", "Accident"),
    "health": ("公共卫生", "Public health"),
    "security": ("社会安全", "Public security"),
}
_DENIED_ZH = re.compile(r"(?:没有|没|无|未|不是)[^，。；,.;!！?？]{0,2}$")
_DENIED_EN = re.compile(r"\b(?:no|not|without|isn't|aren't)\s+(?:\w+\s+)?$")


@dataclasses.dataclass(frozen=True, slots=True)
class Need:
    """A line of a run card: so many units of a kind, by the code of `forces/`."""

    force: str
    count: int


@dataclasses.dataclass(frozen=True)
class Nature:
    """An incident type.

    `event_code` is the national code where there is one (GB/T 35561 as used by senders), `words`
    are keywords with their weights, `worse` those that raise the grade by one, `card` the run card,
    `plan` the code of the plan that answers it.
    """

    code: str
    title_zh: str
    title_en: str
    category: str
    severity: int
    words: dict[str, float]
    order: int = 100
    event_code: str = ""
    worse: tuple[str, ...] = ()
    card: tuple[Need, ...] = ()
    plan: str = ""

    def __post_init__(self) -> None:
        if self.category not in CATEGORIES:
            raise ValueError(f"category must be one of {', '.join(CATEGORIES)}")
        Severity(self.severity)

    @cached_property
    def patterns(self) -> tuple[tuple[re.Pattern[str], float], ...]:
        """Return the keywords as patterns, longest first, so that a longer one takes its text."""
        ordered = sorted(self.words.items(), key=lambda each: -len(each[0]))
        return tuple((_pattern(word), weight) for word, weight in ordered)

    @cached_property
    def worsening(self) -> tuple[re.Pattern[str], ...]:
        """Return the patterns of the words that raise the grade."""
        return tuple(_pattern(word) for word in self.worse)


@dataclasses.dataclass(frozen=True, slots=True)
class Proposal:
    """A type that fits some words: its weight, the grade, and the words as they were written."""

    nature: Nature
    score: float
    severity: Severity
    matched: tuple[str, ...]


def _pattern(word: str) -> re.Pattern[str]:
    if word.isascii():
        return re.compile(rf"\b{re.escape(word.lower())}(?:s|es|d|ed|ing)?\b")
    return re.compile(re.escape(word.lower()))


def _found(patterns: Sequence[re.Pattern[str]], text: str) -> list[tuple[int, re.Match[str]]]:
    """Return which pattern matches where; no two matches share a character, denied ones not."""
    taken: list[tuple[int, int]] = []
    found = []
    for index, pattern in enumerate(patterns):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            taken.append((start, end))
            if not (_DENIED_ZH.search(text[:start]) or _DENIED_EN.search(text[:start])):
                found.append((index, match))
    return found


def _judge(nature: Nature, text: str, given: str) -> Proposal | None:
    patterns = [pattern for pattern, _ in nature.patterns]
    found = _found(patterns, text)
    if not found:
        return None
    # a word said five times is said once
    score = sum(nature.patterns[index][1] for index in {index for index, _ in found})
    worse = [match for _, match in _found(nature.worsening, text)]
    grade = max(1, nature.severity - (1 if worse else 0))
    matches = sorted((m for m in [*(m for _, m in found), *worse]), key=lambda m: m.start())
    said = tuple(dict.fromkeys(given[m.start() : m.end()] for m in matches))
    return Proposal(nature, score, Severity(grade), said)


def propose(words: str, shelf: Mapping[str, Nature] | None = None) -> list[Proposal]:
    """Return the types that fit the words, best first; of equal weight, the shelf's order."""
    text = words.lower()
    if len(text) != len(words):  # a letter whose lower case is longer: the places would not agree
        words = text
    found = [_judge(nature, text, words) for nature in (shelf or natures()).values()]
    kept = [each for each in found if each is not None]
    return sorted(kept, key=lambda each: (-each.score, each.nature.order, each.nature.code))


@cache
def natures() -> dict[str, Nature]:
    """Return the shelf by code, in its own order."""
    found = tables(SHELF, Nature)
    return dict(sorted(found.items(), key=lambda each: (each[1].order, each[0])))
