"""Where made tiles are kept: what was asked for last in memory, what took long on disk as well.

One body a tile, with the version that it is right at. It stays right until a change touches it.
"""

import time
from pathlib import Path

from tiles.disk import Disk
from tiles.memory import Kept, Key, Memory
from tiles.touches import Touches

IN_MEMORY = 64 << 20  # bytes per process
WORTH_KEEPING = 0.003  # seconds: a tile that took longer is kept on disk too


class Cache:
    """Tiles of all layers; `limit` bounds the disk (bytes).

    `worth`: what takes longer (seconds) is kept on disk; none: WORTH_KEEPING.
    """

    def __init__(self, path: Path, limit: int, worth: float | None = None) -> None:
        self._worth = worth
        self._versions: dict[str, int] = {}
        self._memory = Memory(IN_MEMORY)
        self._disk = Disk(path, limit)

    def get(self, key: Key, touches: Touches) -> bytes | None:
        """Return a body that is right now (empty: nothing is there), or None."""
        kept = self._memory.get(key)
        if kept is not None and kept.version == touches.version:
            return kept.body
        if kept is None or not _good(kept, key, touches):
            kept = self._disk.get(key)
            if kept is None or not _good(kept, key, touches):
                return None
        if kept.version != touches.version:
            kept = Kept(touches.version, int(time.time()), kept.body)
            self._disk.confirm(key, kept)
        self._memory.put(key, kept)
        return kept.body

    def old(self, key: Key) -> Kept | None:
        """Return the newest of a tile that is kept, right or not."""
        found = [kept for kept in (self._memory.get(key), self._disk.get(key)) if kept is not None]
        return max(found, default=None)

    def has(self, key: Key, touches: Touches) -> bool:
        """Say whether a tile that is right now is kept on disk, for all processes."""
        version = self._disk.version(key)
        return version is not None and touches.good(version, key.z, key.x, key.y)

    def put(self, key: Key, version: int, body: bytes, took: float) -> None:
        """Keep a body that was made at a version and took so many seconds to make."""
        kept = Kept(version, int(time.time()), body)
        self._memory.put(key, kept)
        if took > (WORTH_KEEPING if self._worth is None else self._worth):
            self._disk.put(key, kept)

    def drop(self, layer: str, digest: str, version: int) -> None:
        """Let go of other definitions of a layer that has come to a version.

        One that is seen first, or has gone back, is of another database, perhaps: whatever is kept
        of versions beyond must not be taken for what will come.
        """
        before = self._versions.get(layer)
        self._versions[layer] = version
        self._disk.drop_others(layer, digest)
        if before is None or version < before:
            self._memory.drop_beyond(layer, version)
            self._disk.drop_beyond(layer, version)

    def flush(self) -> None:
        """Wait until all that was handed over is on disk."""
        self._disk.flush()

    def close(self) -> None:
        """Write what waits and let go of the file."""
        self._disk.close()


def _good(kept: Kept, key: Key, touches: Touches) -> bool:
    return touches.good(kept.version, key.z, key.x, key.y)
