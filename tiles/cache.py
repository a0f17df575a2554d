"""Where made tiles are kept: what was asked for last in memory, what took long on disk as well."""

from pathlib import Path

from tiles.disk import Disk
from tiles.memory import Key, Memory

IN_MEMORY = 64 << 20  # bytes per process
WORTH_KEEPING = 0.003  # seconds: a tile that took longer is kept on disk too


class Cache:
    """Tiles of all layers by version; `limit` bounds the disk (bytes)."""

    def __init__(self, path: Path, limit: int) -> None:
        self._memory = Memory(IN_MEMORY)
        self._disk = Disk(path, limit)

    def get(self, key: Key) -> bytes | None:
        """Return a body that was made before (empty: nothing is there), or None."""
        body = self._memory.get(key)
        if body is None:
            body = self._disk.get(key)
            if body is not None:
                self._memory.put(key, body)
        return body

    def put(self, key: Key, body: bytes, took: float) -> None:
        """Keep a body that took so many seconds to make."""
        self._memory.put(key, body)
        if took > WORTH_KEEPING:
            self._disk.put(key, body)

    def drop(self, layer: str, version: str) -> None:
        """Let go of all other versions of a layer."""
        self._disk.drop(layer, version)

    def close(self) -> None:
        """Write what waits and let go of the file."""
        self._disk.close()
