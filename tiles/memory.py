"""The tiles that were asked for last, in this process's memory, bounded by bytes."""

import collections
from typing import NamedTuple

OVERHEAD = 400  # bytes that a key, its strings and the table take beside the body


class Key(NamedTuple):
    """A tile of one version of a layer: an edit changes the version, so nothing old is found."""

    layer: str
    version: str
    z: int
    x: int
    y: int
    form: str


class Memory:
    """Least recently used first out."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._bodies: collections.OrderedDict[Key, bytes] = collections.OrderedDict()

    def get(self, key: Key) -> bytes | None:
        """Return a tile's body (empty for a tile with nothing in it) or None."""
        body = self._bodies.get(key)
        if body is not None:
            self._bodies.move_to_end(key)
        return body

    def put(self, key: Key, body: bytes) -> None:
        """Keep a body and let go of the oldest beyond the limit."""
        before = self._bodies.pop(key, None)
        if before is not None:
            self._held -= len(before) + OVERHEAD
        self._bodies[key] = body
        self._held += len(body) + OVERHEAD
        while self._held > self._limit:
            _, gone = self._bodies.popitem(last=False)
            self._held -= len(gone) + OVERHEAD

    def __len__(self) -> int:
        return len(self._bodies)
