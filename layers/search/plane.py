"""One kind of text of many names (Chinese, English, codes) in memory."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layers.search import kernel, pinyin, tokens
from layers.search.sought import CHINESE, ENGLISH, Sought, Words

SMALL = 20_000  # names whose signatures are read sooner than postings are looked up


class Postings:
    """For every character the rows that hold it, in order."""

    def __init__(self, text: tokens.Tokens, owners: NDArray[np.int32]) -> None:
        order = np.argsort(text, kind="stable")
        self._rows = owners[order]
        self._chars, starts = np.unique(text[order], return_index=True)
        self._starts = np.append(starts, len(text))

    def spans(self, chars: NDArray[np.uint16]) -> NDArray[np.int64]:
        """Return where the rows of these characters begin and end, one pair each."""
        at = np.searchsorted(self._chars, chars)
        at = at[at < len(self._chars)]
        at = at[np.isin(self._chars[at], chars)]
        return np.stack((self._starts[at], self._starts[at + 1]), axis=1)

    def rows(self, spans: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the rows of such spans; one that holds several comes several times."""
        parts = [self._rows[begin:end] for begin, end in spans]
        return np.concatenate(parts) if parts else self._rows[:0]

    @property
    def nbytes(self) -> int:
        """Return how much memory it takes."""
        return self._rows.nbytes + self._chars.nbytes + self._starts.nbytes


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
            rows = np.arange(len(a), dtype=np.int32)
            named = rows[np.diff(bounds) > 0]
            heads = Postings(text[bounds[named]], named)
            return cls(text, bounds, a, b, Postings(text, np.repeat(rows, np.diff(bounds))), heads)
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
        rows = self._candidates(sought) if len(self.text) else ()
        if not len(rows):
            return
        worse, (need_a, need_b), size = sought.worse + later, sought.needs, len(sought.elements)
        if sought.errors:
            kernel.seek_near(
                self.text, self.bounds, self.a, self.b, rows, need_a, need_b, sought.masks,
                sought.errors, worse, best,
            )  # fmt: skip
            return
        if size == 1 and self.postings is not None:  # the rows were found by their only element
            if sought.begun:
                best[rows] = np.minimum(best[rows], kernel.WITHIN + worse)
                return
            need_a = need_b = need_a[:0]
        kernel.seek(
            self.text, self.bounds, self.a, self.b, rows, need_a, need_b, sought.masks,
            size, sought.where, worse, best,
        )  # fmt: skip

    def _candidates(self, sought: Sought) -> NDArray[np.int32]:
        """Return the rows that are worth a look: those with one of its rarest elements.

        With errors a name lacks at most so many elements: of one more than that it has one.
        """
        if self.postings is None or self.heads is None:
            return self._holding(sought)
        # signatures are read one after another: beyond so many rows that is quicker
        few = len(self.a) // (8 if len(sought.elements) > 1 else 1)
        if sought.where == kernel.AT_START:
            spans = self.heads.spans(sought.elements[0].chars)
            if np.diff(spans).sum() <= few:
                return self.heads.rows(spans)
        each = [self.postings.spans(element.chars) for element in sought.elements]
        counts = [int(np.diff(spans).sum()) for spans in each]
        rarest = np.argsort(counts, kind="stable")[: sought.errors + 1]
        if sum(counts[at] for at in rarest) <= few:
            return self.postings.rows(np.concatenate([each[at] for at in rarest]))
        return self._holding(sought)

    def _holding(self, sought: Sought) -> NDArray[np.int32]:
        """Return the rows whose signatures have all bits that they must; with errors, all rows."""
        rows, count = np.empty(len(self.a), dtype=np.int32), -1
        for signatures, bits in zip((self.a, self.b), sought.common, strict=True):
            if bits and not sought.errors:
                count = kernel.holding(signatures, bits, rows, count)
        return rows[:count] if count >= 0 else np.arange(len(self.a), dtype=np.int32)

    def text_of(self, row: int) -> str:
        """Return a name as it is compared."""
        begin, end = self.bounds[row], self.bounds[row + 1]
        return self.text[begin:end].tobytes().decode("utf-16-le", "replace")
