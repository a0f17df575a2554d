"""The loops over a million names, compiled: signatures and matching.

A name's signature is two 64-bit sets. For Chinese names one is of characters (hashed), the other of
syllables (41 bits, hashed) and their first letters (23 bits, exact); for letters and codes one is
of neighbouring pairs (hashed), the other of single characters. What is sought has a mask of bits
for each of its elements: a name that lacks them is passed over without being read. What is left is
read once, by the bit-parallel automaton of Baeza-Yates and Gonnet; with errors by that of Wu and
Manber.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

HASHED = 41  # bits for syllables; the other 23 are for their first letters
NONE = 255  # a name that does not match; better ones are lower
EXACT, BEGINS, WITHIN = 0, 1, 2
ANYWHERE, AT_WORD, AT_START = 0, 1, 2
SPACE = 32


def compiled(signature: str) -> Callable[[F], F]:
    """Compile at import (kept on disk afterwards), so that no request ever waits for it."""
    made: Any = njit(signature, nogil=True, cache=True)
    wrap: Callable[[F], F] = made
    return wrap


@compiled("uint64(uint64)")
def char_bit(char: Any) -> Any:
    """Return a character's bit of the hashed set."""
    return np.uint64(1) << (((char * np.uint64(0x9E3779B1)) >> np.uint64(23)) & np.uint64(63))


@compiled("uint64(uint64, uint64)")
def pair_bit(first: Any, second: Any) -> Any:
    """Return the bit of two neighbouring characters."""
    return char_bit(first * np.uint64(131) + second)


@compiled(
    "void(uint16[::1], int64[::1], uint16[:,::1], uint8[::1], uint8[::1], uint64[::1], uint64[::1])"
)
def sign_chinese(
    text: Any, bounds: Any, readings: Any, initials: Any, letters: Any, a: Any, b: Any
) -> None:
    """Fill the signatures of Chinese names: characters, then syllables and first letters.

    A letter in such a name counts as a first letter too.
    """
    for row in range(len(bounds) - 1):
        chars = np.uint64(0)
        spoken = np.uint64(0)
        for at in range(bounds[row], bounds[row + 1]):
            chars |= char_bit(np.uint64(text[at]))
            if text[at] < len(letters) and letters[text[at]] != NONE:
                spoken |= np.uint64(1) << np.uint64(HASHED + letters[text[at]])
            for place in range(readings.shape[1]):
                syllable = readings[text[at], place]
                if syllable == 0:
                    break
                spoken |= np.uint64(1) << np.uint64(syllable % HASHED)
                spoken |= np.uint64(1) << np.uint64(HASHED + initials[syllable])
        a[row] = chars
        b[row] = spoken


@compiled("void(uint16[::1], int64[::1], uint64[::1], uint64[::1])")
def sign_letters(text: Any, bounds: Any, a: Any, b: Any) -> None:
    """Fill the signatures of English names or codes: neighbouring pairs, then characters."""
    for row in range(len(bounds) - 1):
        pairs = np.uint64(0)
        chars = np.uint64(0)
        for at in range(bounds[row], bounds[row + 1]):
            chars |= char_bit(np.uint64(text[at]))
            if at > bounds[row]:
                pairs |= pair_bit(np.uint64(text[at - 1]), np.uint64(text[at]))
        a[row] = pairs
        b[row] = chars


@compiled("int64(uint16[::1], int64, int64, uint64[::1], int64, int64)")
def _place(text: Any, begin: int, end: int, masks: Any, size: int, where: int) -> int:
    """Return how a name holds what is sought: EXACT, BEGINS, WITHIN or NONE."""
    last = np.uint64(1) << np.uint64(size - 1)
    state = np.uint64(0)
    stop = min(end, begin + size) if where == AT_START else end
    for at in range(begin, stop):
        state = ((state << np.uint64(1)) | np.uint64(1)) & masks[text[at]]
        if state & last:
            first = at - size + 1
            if first == begin:
                return EXACT if at == end - 1 else BEGINS
            if where == ANYWHERE or text[first - 1] == SPACE:
                return WITHIN
    return NONE


@compiled("int64(uint16[::1], int64, int64, uint64[::1], int64, int64)")
def _errors(text: Any, begin: int, end: int, masks: Any, size: int, most: int) -> int:
    """Return with how few errors (wrong, missing, too much) a name holds what is sought."""
    one = np.uint64(1)
    last = one << np.uint64(size - 1)
    found = NONE
    r0, r1, r2 = np.uint64(0), one, np.uint64(3)
    for at in range(begin, end):
        mask = masks[text[at]]
        n0 = ((r0 << one) | one) & mask
        n1 = (((r1 << one) | one) & mask) | r0 | ((r0 | n0) << one) | one
        n2 = (((r2 << one) | one) & mask) | r1 | ((r1 | n1) << one) | one
        r0, r1, r2 = n0, n1, n2
        if r0 & last:
            return 0
        if r1 & last:
            found = min(found, 1)
        elif most == 2 and r2 & last:
            found = min(found, 2)
    return found


@compiled("boolean(uint64[::1], uint64[::1], int64, uint64[::1], uint64[::1], int64)")
def _has(a: Any, b: Any, row: int, need_a: Any, need_b: Any, errors: int) -> bool:
    """Say whether a name's signatures have a bit of each element's, but for so many exceptions."""
    for at in range(len(need_a)):
        lacks = need_a[at] != 0 and not a[row] & need_a[at]
        if lacks or (need_b[at] != 0 and not b[row] & need_b[at]):
            errors -= 1
            if errors < 0:
                return False
    return True


@compiled("int64(uint64[::1], uint64, int32[::1], int64)")
def holding(signatures: Any, bits: Any, rows: Any, count: int) -> int:
    """Keep of `rows` those whose signature has all bits (`count` -1: of all rows); return how many.

    A pass for each signature, so that what one alone can decide never reads the other.
    """
    kept = 0
    if count < 0:
        for row in range(len(signatures)):
            rows[kept] = row
            kept += signatures[row] & bits == bits
        return kept
    for at in range(count):
        row = rows[at]
        rows[kept] = row
        kept += signatures[row] & bits == bits
    return kept


@compiled(
    "void(uint16[::1], int64[::1], uint64[::1], uint64[::1], int32[::1], uint64[::1],"
    " uint64[::1], uint64[::1], int64, int64, int64, uint8[::1])"
)
def seek(
    text: Any, bounds: Any, a: Any, b: Any, rows: Any, need_a: Any, need_b: Any, masks: Any,
    size: int, where: int, worse: int, best: Any,
) -> None:  # fmt: skip
    """Note in `best` which of these rows hold what is sought; each place counts `worse` more.

    Needs may be empty where the rows are known to have them.
    """
    for row in rows:
        if best[row] <= worse or not _has(a, b, row, need_a, need_b, 0):
            continue
        place = _place(text, bounds[row], bounds[row + 1], masks, size, where)
        if place != NONE:
            best[row] = min(best[row], place + worse)


@compiled("void(int32[::1], int64, uint8[::1])")
def note(rows: Any, step: int, best: Any) -> None:
    """Note in `best` that these rows match at this step."""
    for row in rows:
        best[row] = min(best[row], step)


@compiled(
    "void(uint16[::1], int64[::1], int32[::1], int32[::1], int64, uint64[::1], int64, int64,"
    " int64, uint8[::1])"
)
def seek_at(
    text: Any, bounds: Any, places: Any, rows: Any, element: int, masks: Any, size: int,
    where: int, worse: int, best: Any,
) -> None:  # fmt: skip
    """Note in `best` what holds the elements sought around these places of one of them.

    The text is read before the row's bounds: most places are seen through by one look at it.
    """
    for at in range(len(places)):
        begin = places[at] - element
        if begin < 0 or begin + size > len(text):
            continue
        fit = 0
        while fit < size and masks[text[begin + fit]] >> np.uint64(fit) & np.uint64(1):
            fit += 1
        if fit < size:
            continue
        row = rows[at]
        first, end = bounds[row], bounds[row + 1]
        if begin < first or begin + size > end or (where == AT_START and begin > first):
            continue
        place = WITHIN
        if begin == first:
            place = EXACT if begin + size == end else BEGINS
        best[row] = min(best[row], place + worse)


@compiled("int64(uint8[::1], int32[::1])")
def matching(best: Any, rows: Any) -> int:
    """Fill `rows` with those that match; return how many.

    `rows` is longer by one than `best`. Eight at a time: most names match in none of eight.
    """
    kept = 0
    whole = len(best) // 8
    eights = best[: whole * 8].view(np.uint64)
    for eight in range(whole):
        if eights[eight] == np.uint64(0xFFFFFFFFFFFFFFFF):
            continue
        for row in range(eight * 8, eight * 8 + 8):
            rows[kept] = row
            kept += best[row] != NONE
    for row in range(whole * 8, len(best)):
        rows[kept] = row
        kept += best[row] != NONE
    return kept


@compiled(
    "void(uint16[::1], int64[::1], uint64[::1], uint64[::1], int32[::1], uint64[::1],"
    " uint64[::1], uint64[::1], int64, int64, uint8[::1])"
)
def seek_near(
    text: Any, bounds: Any, a: Any, b: Any, rows: Any, need_a: Any, need_b: Any, masks: Any,
    most: int, worse: int, best: Any,
) -> None:  # fmt: skip
    """Note in `best` every name that holds what is sought with at most so many errors (1 or 2)."""
    size = len(need_a)
    for row in rows:
        if best[row] <= worse or bounds[row + 1] - bounds[row] < size - most:
            continue
        if not _has(a, b, row, need_a, need_b, most):
            continue
        errors = _errors(text, bounds[row], bounds[row + 1], masks, size, most)
        if errors != NONE:
            best[row] = min(best[row], errors + worse)
