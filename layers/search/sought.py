"""What may be sought in names: a sequence of elements, each a set of characters."""

import dataclasses
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from layers.search import kernel, pinyin

Words = NDArray[np.uint64]
CHINESE, ENGLISH, CODE = "chinese", "english", "code"


@dataclasses.dataclass(frozen=True, slots=True)
class Element:
    """One place of what is sought: the characters that fit, and the signature bits they share.

    `a` and `b` are sets of which a name must have one bit; 0 asks for nothing.
    """

    chars: NDArray[np.uint16]
    a: int = 0
    b: int = 0


def char(one: int) -> Element:
    """Return the element of one character of a Chinese name."""
    return Element(np.array([one], dtype=np.uint16), a=int(kernel.char_bit(one)))


def letter(one: int, before: int | None = None) -> Element:
    """Return the element of one character of an English name or a code, after another."""
    pair = 0 if before is None else int(kernel.pair_bit(before, one))
    return Element(np.array([one], dtype=np.uint16), a=pair, b=int(kernel.char_bit(one)))


@cache
def syllable(numbers: pinyin.Part) -> Element:
    """Return the element of a character that is read as one of these syllables."""
    known = pinyin.readings()
    bits = 0
    for number in numbers:
        bits |= 1 << (number % kernel.HASHED)
    return Element(np.concatenate([known.chars[number] for number in sorted(numbers)]), b=bits)


@cache
def initial(one: str) -> Element:
    """Return the element of a character whose syllable begins with this letter, or the letter."""
    known, place = pinyin.readings(), pinyin.INITIALS.index(one)
    numbers = np.flatnonzero(known.initials == place)[1 if place == 0 else 0 :]
    chars = [known.chars[number] for number in numbers]
    return Element(np.concatenate(chars), b=1 << (kernel.HASHED + place))


def or_itself(element: Element, one: str) -> Element:
    """Return an element of syllables that the letter itself fits too: T2航站楼."""
    place = pinyin.INITIALS.find(one)
    bits = element.b | (1 << (kernel.HASHED + place)) if place >= 0 else 0
    return Element(np.append(element.chars, np.uint16(ord(one))), b=bits)


@dataclasses.dataclass(frozen=True)
class Sought:
    """A sequence of elements sought in one plane; `worse` steps are added to how it matches.

    With `errors` (1 or 2) that many elements may be wrong, missing or too much. `begun` says that
    the names that begin with it have been found already.
    """

    plane: str
    elements: tuple[Element, ...]
    where: int = kernel.ANYWHERE
    worse: int = 0
    errors: int = 0
    begun: bool = False

    @property
    def least(self) -> int:
        """Return the best step of matching that it can add."""
        return self.worse + (kernel.WITHIN if self.begun else min(self.errors, 1))

    @cached_property
    def masks(self) -> Words:
        """Return for every character the places that it fits, as bits."""
        found = np.zeros(0x10000, dtype=np.uint64)
        for at, element in enumerate(self.elements):
            found[element.chars] |= np.uint64(1 << at)
        return found

    @cached_property
    def needs(self) -> tuple[Words, Words]:
        """Return the two sets of bits of each element."""
        a = np.array([element.a for element in self.elements], dtype=np.uint64)
        return a, np.array([element.b for element in self.elements], dtype=np.uint64)

    @cached_property
    def common(self) -> tuple[np.uint64, np.uint64]:
        """Return the bits of both sets that every name must have: of elements with one only."""
        a, b = self.needs
        return _single(a), _single(b)


def _single(needs: Words) -> np.uint64:
    single = needs[(needs & (needs - np.uint64(1))) == 0]
    common: np.uint64 = np.bitwise_or.reduce(single, initial=np.uint64(0))
    return common
