"""Which syllables a character is read as, and how a run of letters falls into syllables."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style
from pypinyin.constants import PINYIN_DICT
from pypinyin.style import convert

READINGS = 3  # of a character; what is rarer than the third is read by nobody in a place name
LONGEST = 6  # letters of a syllable: zhuang
MOST = 6  # ways to part the same letters that are looked for
INITIALS = "abcdefghjklmnopqrstwxyz"
_SYLLABLE = re.compile(r"[bpmfdtnlgkhjqxzcsryw]?h?[aeiouv]{1,3}(?:ng?|r)?")


class Readings(NamedTuple):
    """Every character's syllables by number (0: none), and the characters of each syllable."""

    syllables: tuple[str, ...]
    numbers: dict[str, int]
    table: NDArray[np.uint16]  # 65,536 × READINGS
    initials: NDArray[np.uint8]  # of each syllable, its letter's place in INITIALS
    chars: tuple[NDArray[np.uint16], ...]
    letters: NDArray[np.uint8]  # place in INITIALS of each ASCII character, or 255


@cache
def readings() -> Readings:
    """Return the table of readings, made once of pypinyin's dictionary."""
    spoken = {code: _plain(said) for code, said in PINYIN_DICT.items() if 0x3400 <= code <= 0xFFFF}
    syllables = ("", *sorted({each for said in spoken.values() for each in said}))
    numbers = {each: number for number, each in enumerate(syllables)}
    table = np.zeros((0x10000, READINGS), dtype=np.uint16)
    chars = defaultdict[int, list[int]](list)
    for code, said in spoken.items():
        for place, each in enumerate(said):
            table[code, place] = numbers[each]
            chars[numbers[each]].append(code)
    return Readings(
        syllables,
        numbers,
        table,
        np.array([INITIALS.find(each[:1] or "a") for each in syllables], dtype=np.uint8),
        tuple(np.array(chars[number], dtype=np.uint16) for number in range(len(syllables))),
        np.array([INITIALS.find(chr(code)) % 256 for code in range(128)], dtype=np.uint8),
    )


def _plain(said: str) -> list[str]:
    """Return a dictionary entry's first readings without tones, each once; ü is v."""
    found: dict[str, None] = {}
    for each in said.split(","):
        plain = convert(each, Style.NORMAL, strict=False).replace("ü", "v")
        if _SYLLABLE.fullmatch(plain):
            found[plain] = None
    return list(found)[:READINGS]


Part = frozenset[int]  # the syllables that a stretch of letters may stand for


class Parting(NamedTuple):
    """One way to part letters: syllables, how many letters are wrong, if the last is whole."""

    parts: tuple[Part, ...]
    wrong: int
    whole: bool


@cache
def _exact() -> dict[str, Part]:
    """Return the syllables by their letters; lu and lyu may stand for lü."""
    found = defaultdict[str, set[int]](set)
    for number, each in enumerate(readings().syllables[1:], start=1):
        for spelt in (each, each.replace("v", "u"), each.replace("v", "yu")):
            found[spelt].add(number)
    return {spelt: frozenset(numbers) for spelt, numbers in found.items()}


@cache
def _begun() -> dict[str, Part]:
    """Return the syllables by each true beginning of their letters."""
    found = defaultdict[str, set[int]](set)
    for spelt, numbers in _exact().items():
        for end in range(1, len(spelt)):
            found[spelt[:end]] |= numbers
    return {begun: frozenset(numbers) for begun, numbers in found.items()}


@cache
def _less() -> dict[str, set[str]]:
    """Return the spellings by what is left of them when one letter is left out."""
    found = defaultdict[str, set[str]](set)
    for spelt in _exact():
        for less in _shorter(spelt):
            found[less].add(spelt)
    return found


def _shorter(word: str) -> Iterable[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


@cache
def _near(word: str) -> Part:
    """Return the syllables one letter away: missing, too much, another, or two exchanged."""
    found = set(_less().get(word, ()))  # a letter is missing
    for less in _shorter(word):
        found |= {less} & _exact().keys()  # one too much
        found |= {  # another in its place, or two neighbours exchanged
            spelt for spelt in _less().get(less, ()) if _one_step(word, spelt)
        }
    return frozenset().union(*(_exact()[spelt] for spelt in found - {word})) if found else Part()


def _one_step(word: str, spelt: str) -> bool:
    """Say whether two words of one length differ in one letter or in two exchanged neighbours."""
    odd = [at for at, pair in enumerate(zip(word, spelt, strict=True)) if pair[0] != pair[1]]
    if len(odd) < 2:
        return True
    first, second = odd[0], odd[-1]
    exchanged = word[first] == spelt[second] and word[second] == spelt[first]
    return len(odd) == 2 and second == first + 1 and exchanged


@lru_cache(maxsize=4096)
def partings(letters: str, wrong: int = 0) -> list[Parting]:
    """Return the likeliest ways to part letters into syllables, with at most so many wrong letters.

    The last syllable may be half typed. Fewest wrong letters first, then fewest syllables.
    """
    begun: list[list[Parting]] = [[] for _ in range(len(letters) + 1)]
    begun[0] = [Parting((), 0, True)]
    for at in range(len(letters)):
        for before in _best(begun[at]):
            for end, part, odd, whole in _next(letters, at):
                if before.wrong + odd <= wrong:
                    begun[end].append(Parting((*before.parts, part), before.wrong + odd, whole))
    return _best(begun[-1]) if letters else []


def _best(found: list[Parting]) -> list[Parting]:
    return sorted(found, key=lambda one: (one.wrong, len(one.parts), not one.whole))[:MOST]


def _next(letters: str, at: int) -> Iterator[tuple[int, Part, int, bool]]:
    """Yield where the next syllable may end, what it may be, its wrong letters, if it is whole."""
    for end in range(at + 1, min(at + LONGEST + 1, len(letters)) + 1):
        piece = letters[at:end]
        if piece in _exact():
            yield end, _exact()[piece], 0, True
        elif end == len(letters) and piece in _begun():
            yield end, _begun()[piece], 0, False
        if len(piece) > 1 and (near := _near(piece) - _exact().get(piece, Part())):
            yield end, near, 1, True
