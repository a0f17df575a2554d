"""Names as arrays of small numbers: what is searched is folded to one form, one plane per kind.

A token is a UTF-16 unit. Full and half width, capitals and marks on letters make no difference;
in a Chinese name and in a code spaces and punctuation do not count, in an English one they part
words.
"""

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.uint16]
LINE, SPACE = 10, 32
_APOSTROPHES = "'’‘ʼ＇`"


def _folded(char: str) -> str:
    """Return a character as it is compared, "" for one that does not count."""
    plain = unicodedata.normalize("NFKC", char).lower()
    if len(plain) != 1 or ord(plain) > 0xFFFF:
        plain = char
    kind = unicodedata.category(plain)
    if kind == "Cs":  # half of a rare character beyond the basic plane
        return plain
    return "" if kind[0] in "ZCPSM" else plain


def _lettered(char: str) -> str:
    """Return a character of an English name: a letter without its mark, a space between words."""
    if char in _APOSTROPHES:
        return ""
    plain = unicodedata.normalize("NFKD", char)[:1]
    return _folded(plain if ord(plain) <= 0xFFFF else char) or " "


@cache
def tables() -> tuple[Tokens, Tokens]:
    """Return what each UTF-16 unit becomes in a Chinese name or code, and in an English name."""
    both = []
    for fold in (_folded, _lettered):
        found = [ord(fold(chr(unit)) or "\0") for unit in range(0x10000)]
        found[LINE] = LINE
        both.append(np.array(found, dtype=np.uint16))
    return both[0], both[1]


def units(text: str) -> Tokens:
    """Return a text's UTF-16 units."""
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)


def fold(lines: str, *, words: bool = False) -> tuple[Tokens, NDArray[np.int64]]:
    """Fold names that are parted by line feeds: all tokens, and where each name begins and ends."""
    folded = tables()[int(words)][units(lines)]
    folded = folded[folded != 0]
    if words:
        folded = _single_spaces(folded)
    ends = np.flatnonzero(folded == LINE)
    bounds = np.concatenate(([0], ends - np.arange(len(ends)), [len(folded) - len(ends)]))
    return folded[folded != LINE], bounds.astype(np.int64)


def _single_spaces(folded: Tokens) -> Tokens:
    """Leave one space between two words, and none at either end of a name."""
    edge = np.array([LINE], dtype=np.uint16)
    before = np.concatenate((edge, folded[:-1]))
    folded = folded[(folded != SPACE) | ((before != SPACE) & (before != LINE))]
    after = np.concatenate((folded[1:], edge))
    kept: Tokens = folded[(folded != SPACE) | (after != LINE)]
    return kept


def plain(text: str, *, words: bool = False) -> str:
    """Return one text as it is compared."""
    folded, _ = fold(text.replace("\n", " ").replace("\r", " "), words=words)
    return folded.tobytes().decode("utf-16-le", "replace")
