"""What somebody typed, as all that it may mean: characters, pinyin, first letters, words, codes."""

import dataclasses
import itertools
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property

from layers.search import kernel, pinyin, tokens
from layers.search.sought import (
    CHINESE,
    CODE,
    ENGLISH,
    Element,
    Sought,
    char,
    initial,
    letter,
    or_itself,
    syllable,
)

LONGEST = 60  # tokens; an automaton has 64 places
MOST_TERMS = 6
MOST_WAYS = 8  # of reading the same letters
_RUN = re.compile("[a-z]+|[^a-z']")
_BETWEEN = re.compile(r"[\s,，、;；]+")
_APART = re.compile("['’‘ʼ]")  # of syllables, as in Xi'an
# steps of matching: 0 the whole name, 1 its beginning, 2 within it; then first letters, then errors
_LETTERS, _NEARLY, _ERRORS = 1, 4, 5


@dataclasses.dataclass(frozen=True)
class Query:
    """What is asked for, folded: `terms` are parted by spaces, each stands for itself too.

    An apostrophe stays in a term: it parts syllables, and is nothing in an English word.
    """

    terms: tuple[str, ...]

    @classmethod
    def of(cls, typed: str) -> "Query":
        """Fold what was typed, made `printable`; of more than is useful the beginning counts."""
        folded = (
            "'".join(filter(None, map(tokens.plain, _APART.split(part))))
            for part in _BETWEEN.split(typed)
        )
        terms: list[str] = []
        room = LONGEST
        for term in itertools.islice(filter(None, folded), MOST_TERMS):
            terms.append(term[:room])
            room -= len(terms[-1]) + 1  # an English phrase has a space between
            if room <= 0:
                break
        return cls(tuple(terms))

    @cached_property
    def joined(self) -> str:
        """Return all of it without spaces."""
        return "".join(self.terms).replace("'", "")

    @cached_property
    def phrase(self) -> str:
        """Return its words as an English name has them."""
        return " ".join(self.terms).replace("'", "")

    @cached_property
    def parts(self) -> list["Query"]:
        """Return the terms as questions of their own; none where there is one only."""
        return [Query((term,)) for term in self.terms] if len(self.terms) > 1 else []

    @property
    def is_latin(self) -> bool:
        """Say whether it is written in letters, not in characters."""
        return self.joined.isascii() and any(map(str.isalpha, self.joined))

    def sure(self) -> Iterator[Sought]:
        """Yield what it means if nothing is mistyped; what begins a name first: soonest found."""
        units = _units(self.joined)
        plain = [Sought(CHINESE, tuple(map(char, units))), *self._spoken(0)]
        if self._may_be_initials:
            plain.append(Sought(CHINESE, tuple(map(_initial, self.joined)), worse=_LETTERS))
        yield Sought(CODE, _letters(units), kernel.AT_START)
        for one in plain:
            yield dataclasses.replace(one, where=kernel.AT_START)
        if self.is_latin:
            yield Sought(ENGLISH, _letters(_units(self.phrase)), kernel.AT_WORD)
        for one in plain:
            yield dataclasses.replace(one, begun=True)
        if len(units) >= 4:
            yield Sought(CODE, _letters(units), worse=1, begun=True)

    @property
    def _may_be_initials(self) -> bool:
        letters = {*pinyin.INITIALS, *"0123456789"}
        return self.is_latin and len(self.joined) > 1 and set(self.joined) <= letters

    def near(self) -> Iterator[Sought]:
        """Yield what it means with one or two errors: same sound, wrong, missing, too much."""
        units = _units(self.joined)
        heard = tuple(map(_heard, units))
        if not self.joined.isascii() and len(units) > 1:
            yield Sought(CHINESE, heard, worse=_NEARLY)
        letters = sum(map(str.isalpha, self.joined))
        if self.is_latin and letters >= 4:
            yield from self._spoken(1 if letters < 9 else 2)
        spoken = heard if self.joined.isascii() is False else ()
        for elements in (tuple(map(char, units)), *self._syllables()):
            if len(elements) >= 3 and not (self.is_latin and len(elements) == len(units)):
                yield _with_errors(CHINESE, elements)
        if len(spoken) >= 4:
            yield Sought(CHINESE, spoken, worse=_ERRORS + 1, errors=1)
        if self.is_latin and len(units) >= 5:
            yield _with_errors(ENGLISH, tuple(map(letter, _units(self.phrase))), 8)

    def _spoken(self, wrong: int) -> Iterator[Sought]:
        """Yield the readings of its letters as pinyin, with up to so many letters wrong."""
        is_whole = any(all(way.whole for way in ways) for ways in self._ways(0))
        for ways in self._ways(wrong):
            count = sum(way.wrong for way in ways)
            if bool(wrong) != bool(count):
                continue
            half = is_whole and not all(way.whole for way in ways)
            worse = _NEARLY + count - 1 if wrong else int(half)
            yield Sought(CHINESE, self._elements(ways), worse=worse)

    def _syllables(self) -> Iterator[tuple[Element, ...]]:
        """Yield the likeliest reading of its letters as pinyin, if there is one."""
        for ways in itertools.islice(self._ways(0), 1):
            yield self._elements(ways)

    @cached_property
    def _runs(self) -> list[str]:
        return [run for term in self.terms for run in _RUN.findall(term)]

    def _ways(self, wrong: int) -> Iterator[tuple[pinyin.Parting, ...]]:
        runs = [
            pinyin.partings(run, wrong) for run in self._runs if run[0].isascii() and run.isalpha()
        ]
        if runs and all(runs):
            yield from itertools.islice(itertools.product(*runs), MOST_WAYS)

    def _elements(self, ways: tuple[pinyin.Parting, ...]) -> tuple[Element, ...]:
        left = iter(ways)
        found: list[Element] = []
        for run in self._runs:
            if run[0].isascii() and run.isalpha():
                spoken = list(map(syllable, next(left).parts))
                found += [or_itself(spoken[0], run)] if len(run) == 1 else spoken
            else:
                found += map(char, _units(run))
        return tuple(found)


def printable(typed: str) -> str:
    """Return what was typed in half width, without control characters, no longer than useful."""
    shown = "".join(char if char.isprintable() else " " for char in typed[: 4 * LONGEST])
    return unicodedata.normalize("NFKC", shown).strip()


def _units(text: str) -> list[int]:
    found: list[int] = tokens.units(text).tolist()
    return found[:LONGEST]


def _letters(units: list[int]) -> tuple[Element, ...]:
    """Return letters, each with the one before it, so that the pairs' signature counts too."""
    before = [None, *units[:-1]]
    return tuple(letter(one, last) for one, last in zip(units, before, strict=True))


def _initial(one: str) -> Element:
    known = one in pinyin.INITIALS
    return or_itself(initial(one), one) if known else char(ord(one))


def _heard(unit: int) -> Element:
    """Return the characters that sound like this one, in any of its readings."""
    numbers = frozenset(pinyin.readings().table[unit].tolist()) - {0}
    return syllable(numbers) if numbers else char(unit)


def _with_errors(kind: str, elements: tuple[Element, ...], two_from: int = 6) -> Sought:
    errors = 2 if len(elements) >= two_from else 1
    return Sought(kind, elements, worse=_ERRORS, errors=errors)
