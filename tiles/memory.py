"""The tiles that were asked for last, in this process's memory, bounded by bytes."""

import collections
from typing import NamedTuple

OVERHEAD = 500  # bytes that a key, its strings, the entry and the table take beside the body


class Key(NamedTuple):
    """A tile of a layer as defined now: the digest changes with what its tiles carry."""

    layer: str
    digest: str
    z: int
    x: int
    y: int
    form: str


class Kept(NamedTuple):
    """A tile's body (empty: nothing is there), the version and second that it was right at."""

    version: int
    at: int
    body: bytes


class Memory:
    """Least recently used first out."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._kept: collections.OrderedDict[Key, Kept] = collections.OrderedDict()

    def get(self, key: Key) -> Kept | None:
        """Return what is kept of a tile, of whatever version, or None."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, key: Key, kept: Kept) -> None:
        """Keep a tile and let go of the oldest beyond the limit."""
        self._forget(key)
        self._kept[key] = kept
        self._held += len(kept.body) + OVERHEAD
        while self._held > self._limit:
            self._forget(next(iter(self._kept)))

    def drop_beyond(self, layer: str, version: int) -> None:
        """Let go of versions that a layer has not reached yet."""
        beyond = [
            key for key, kept in self._kept.items() if key.layer == layer and kept.version > version
        ]
        for key in beyond:
            self._forget(key)

    def _forget(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._held -= len(gone.body) + OVERHEAD

    def __len__(self) -> int:
        return len(self._kept)
