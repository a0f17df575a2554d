"""Things that are worth saying, but not every time that they happen."""

import time
from collections.abc import Hashable


class Seldom:
    """Lets a key through once in so many seconds; remembers a bounded number of keys."""

    def __init__(self, seconds: float, most: int = 10_000) -> None:
        self._seconds, self._most = seconds, most
        self._last: dict[Hashable, float] = {}

    def lets(self, key: Hashable = None) -> bool:
        """Say whether it may be said now, and remember that it was."""
        now = time.monotonic()
        last = self._last.pop(key, None)
        if last is not None and now - last < self._seconds:
            self._last[key] = last
            return False
        while len(self._last) >= self._most:
            self._last.pop(next(iter(self._last)))
        self._last[key] = now
        return True
