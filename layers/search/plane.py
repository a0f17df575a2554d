"""One kind of text of many names (Chinese, English, codes) in memory."""

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.search import kernel, pinyin, tokens
from layers.search.sought import CHINESE, ENGLISH, Sought, Words

Places = NDArray[np.int32]

SMALL = 20_000  # names whose signatures are read sooner than postings are looked up


class Found(NamedTuple):
    """Places in the text where one of some characters stands, and the rows that they belong to."""

    places: NDArray[np.int32]
    rows: NDArray[np.int32]


class Postings:
    """For every character where it stands and in which row, in order."""

    def __init__(self, chars: tokens.Tokens, places: Places, owners: Places) -> None:
        order = np.argsort(chars, kind="stable")
        self._all = Found(places[order], owners[order])
        self._chars, starts = np.unique(chars[order], return_index=True)
        self._starts = np.append(starts, len(chars))

    def spans(self, chars: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Return where these characters begin and end among all, one pair each."""
        at = np.searchsorted(self._chars, chars)
        at = at[at < len(self._chars)]
        at = at[np.isin(self._chars[at], chars)]
        return np.stack((self._starts[at], self._starts[at + 1]), axis=1)

    def found(self, spans: NDArray[np.int64]) -> Found:
        """Return what stands in such spans; a row that holds several comes several times."""
        if len(spans) == 1:
            begin, end = spans[0]
            return Found(*(each[begin:end] for each in self._all))
        parts = [[each[begin:end] for begin, end in spans] for each in self._all]
        return Found(
            *(np.concatenate([each[:0], *few]) for each, few in zip(self._all, parts, strict=True))
        )

    @property
    def nbytes(self) -> int:
        """Return how much memory it takes."""
        return sum(each.nbytes for each in (*self._all, self._chars, self._starts))


@dataclasses.dataclass(frozen=True, slots=True)
class Plane:
    """The folded texts of many names one after another, where each begins, and signatures.

    Many Chinese names have postings besides, of all characters and of first ones: few names share a
    character, many a letter.
    """

    text: tokens.Tokens
    bounds: NDArray[np.int64]
    a: Words
    b: Words
    postings: Postings | None = None
    heads: Postings | None = None

    @classmethod
    def of(cls, kind: str, pages: Sequence[str]) -> "Plane":
        """Fold and sign names that are parted by line feeds, page after page."""
        folded = [tokens.fold(page, words=kind == ENGLISH) for page in pages]
        text = np.concatenate([one for one, _ in folded] or [np.zeros(0, dtype=np.uint16)])
        sizes = [np.diff(bounds) for _, bounds in folded]
        bounds = np.concatenate([np.zeros(1, dtype=np.int64), *sizes]).cumsum()
        a, b = (np.zeros(len(bounds) - 1, dtype=np.uint64) for _ in "ab")
        if kind == CHINESE:
            known = pinyin.readings()
            kernel.sign_chinese(text, bounds, known.table, known.initials, known.letters, a, b)
            if len(a) < SMALL:
                return cls(text, bounds, a, b)
            rows, places = (np.arange(len(each), dtype=np.int32) for each in (a, text))
            named = rows[np.diff(bounds) > 0]
            first = bounds[named].astype(np.int32)
            every = Postings(text, places, np.repeat(rows, np.diff(bounds)))
            return cls(text, bounds, a, b, every, Postings(text[first], first, named))
        kernel.sign_letters(text, bounds, a, b)
        return cls(text, bounds, a, b)

    @property
    def nbytes(self) -> int:
        """Return how much memory it takes."""
        own = (self.text, self.bounds, self.a, self.b, self.postings, self.heads)
        return sum(each.nbytes for each in own if each is not None)

    def seek(self, sought: Sought, best: NDArray[np.uint8], later: int = 0) -> None:
        """Note in `best` how well each name matches, where that is better than what is noted.

        Each step counts `later` more.
        """
        if not len(self.text):
            return
        worse, (need_a, need_b), size = sought.worse + later, sought.needs, len(sought.elements)
        if sought.errors:
            kernel.seek_near(
                self.text, self.bounds, self.a, self.b, self._near(sought), need_a, need_b,
                sought.masks, sought.errors, worse, best,
            )  # fmt: skip
            return
        at, found = self._standing(sought)
        if found is None:
            kernel.seek(
                self.text, self.bounds, self.a, self.b, self._holding(sought), need_a, need_b,
                sought.masks, size, sought.where, worse, best,
            )  # fmt: skip
        elif size == 1 and sought.begun:  # they were found by their only element
            kernel.note(found.rows, kernel.WITHIN + worse, best)
        else:
            kernel.seek_at(
                self.text, self.bounds, found.places, found.rows, at, sought.masks, size,
                sought.where, worse, best,
            )  # fmt: skip

    def _standing(self, sought: Sought) -> tuple[int, Found | None]:
        """Return which element is the rarest and where it stands; None where that is too often."""
        if self.postings is None or self.heads is None:
            return 0, None
        # signatures are read one after another: beyond so many places that is quicker, but they do
        # not say for sure that an only element is there
        few = len(self.a) // 8 if len(sought.elements) > 1 else len(self.text)
        if sought.where == kernel.AT_START:
            spans = self.heads.spans(sought.elements[0].chars)
            if np.diff(spans).sum() <= few:
                return 0, self.heads.found(spans)
        at, spans = min(enumerate(self._spans(sought)), key=lambda one: int(np.diff(one[1]).sum()))
        return at, self.postings.found(spans) if np.diff(spans).sum() <= few else None

    def _near(self, sought: Sought) -> NDArray[np.int32]:
        """Return the rows that are worth a look: with errors a name lacks at most so many elements.

        So of the rarest, one more than that, it has one.
        """
        if self.postings is not None:
            each = self._spans(sought)
            counts = [int(np.diff(spans).sum()) for spans in each]
            rarest = np.argsort(counts, kind="stable")[: sought.errors + 1]
            if sum(counts[at] for at in rarest) <= len(self.a) // 8:
                return self.postings.found(np.concatenate([each[at] for at in rarest])).rows
        return np.arange(len(self.a), dtype=np.int32)

    def _spans(self, sought: Sought) -> list[NDArray[np.int64]]:
        """Return the spans of each element's characters."""
        assert self.postings is not None
        return [self.postings.spans(element.chars) for element in sought.elements]

    def _holding(self, sought: Sought) -> NDArray[np.int32]:
        """Return the rows whose signatures have all bits that they must."""
        rows, count = np.empty(len(self.a), dtype=np.int32), -1
        for signatures, bits in zip((self.a, self.b), sought.common, strict=True):
            if bits:
                count = kernel.holding(signatures, bits, rows, count)
        return rows[:count] if count >= 0 else np.arange(len(self.a), dtype=np.int32)

    def text_of(self, row: int) -> str:
        """Return a name as it is compared."""
        begin, end = self.bounds[row], self.bounds[row + 1]
        return self.text[begin:end].tobytes().decode("utf-16-le", "replace")
