"""Tiles kept on disk: one SQLite file, shared by all processes, one body a tile.

Reads happen where they are asked for (a few microseconds from the page cache); writes are gathered
by one thread. A file that cannot be used is never the end of a tile: it is made again.
"""

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tiles.memory import Kept, Key

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (
    layer TEXT, digest TEXT, z INTEGER, x INTEGER, y INTEGER, form TEXT,
    version INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (layer, digest, z, x, y, form)
)
"""
_HERE = "layer = ?1 AND digest = ?2 AND z = ?3 AND x = ?4 AND y = ?5 AND form = ?6"
_GET = f"SELECT version, at, body FROM kept WHERE {_HERE}"
_VERSION = f"SELECT version FROM kept WHERE {_HERE}"
# another process may know of a later version than this one
_PUT = (
    "INSERT OR REPLACE INTO kept SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9"
    f" WHERE NOT EXISTS (SELECT 1 FROM kept WHERE {_HERE} AND version > ?7)"
)
_CONFIRM = f"UPDATE kept SET version = ?7, at = ?8 WHERE {_HERE} AND version < ?7"
_OTHERS = "DELETE FROM kept WHERE layer = ? AND digest <> ?"
_BEYOND = "DELETE FROM kept WHERE layer = ? AND version > ?"
_OLDEST = (
    "DELETE FROM kept WHERE rowid IN"
    " (SELECT rowid FROM kept ORDER BY rowid LIMIT (SELECT count(*) / 4 + 1 FROM kept))"
)
_USED = (
    "SELECT (page_count - freelist_count) * page_size"
    " FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
)
BATCH = 200
Work = Callable[[sqlite3.Connection], object]


class Disk:
    """A bounded store of tile bodies; `limit` in bytes."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit
        self._work: queue.Queue[Work | None] = queue.Queue(maxsize=5000)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._reader: sqlite3.Connection | None = self._prepare()
        self._writer = threading.Thread(target=self._write, name="tile cache", daemon=True)
        self._writer.start()

    def get(self, key: Key) -> Kept | None:
        """Return what is kept of a tile, of whatever version, or None."""
        row = self._row(_GET, key)
        return Kept(*row) if row else None

    def version(self, key: Key) -> int | None:
        """Return the version that a kept tile is right at, or None."""
        row = self._row(_VERSION, key)
        return row[0] if row else None

    def _row(self, query: str, key: Key) -> Any:
        if self._reader is None:
            return None
        try:
            return self._reader.execute(query, key).fetchone()
        except sqlite3.Error as error:
            log.warning("the tile cache cannot be read, tiles are made anew: %s", error)
            self._reader = None
            return None

    def put(self, key: Key, kept: Kept) -> None:
        """Hand a tile to the writing thread; when it is behind, the tile is not kept."""
        self._do(lambda base: base.execute(_PUT, (*key, *kept)))

    def confirm(self, key: Key, kept: Kept) -> None:
        """Note that an older body is right at a later version, too."""
        self._do(lambda base: base.execute(_CONFIRM, (*key, kept.version, kept.at)))

    def drop_others(self, layer: str, digest: str) -> None:
        """Let go of what a layer was under other definitions."""
        self._do(lambda base: base.execute(_OTHERS, (layer, digest)))

    def drop_beyond(self, layer: str, version: int) -> None:
        """Let go of versions that a layer has not reached yet."""
        self._do(lambda base: base.execute(_BEYOND, (layer, version)))

    def flush(self) -> None:
        """Wait until all that was handed over is written."""
        self._work.join()

    def close(self) -> None:
        """Write what waits and let go of the file."""
        self._work.put(None)
        self._writer.join(timeout=10)
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _do(self, work: Work) -> None:
        try:
            self._work.put_nowait(work)
        except queue.Full:
            log.info("the tile cache is behind: a tile was not kept")

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self._path, isolation_level=None, timeout=10)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=OFF")  # a cache may be lost, never waited for
        base.execute("PRAGMA mmap_size=1073741824")
        base.execute("DROP TABLE IF EXISTS tile")  # what earlier releases kept
        base.execute(SCHEMA)
        return base

    def _prepare(self) -> sqlite3.Connection | None:
        """Open the file; one that is damaged is thrown away once."""
        for _ in range(2):
            try:
                return self._open()
            except sqlite3.DatabaseError as error:
                log.warning("the tile cache %s is made anew: %s", self._path, error)
                for end in ("", "-wal", "-shm"):
                    self._path.with_name(self._path.name + end).unlink(missing_ok=True)
        return None

    def _write(self) -> None:
        try:
            base = self._open()
        except sqlite3.Error as error:
            log.warning("no tiles are kept on disk: %s", error)
            base = None
        while self._batch(base):
            pass
        if base is not None:
            base.close()

    def _batch(self, base: sqlite3.Connection | None) -> bool:
        """Do what waits, in one transaction; return False once asked to stop."""
        works = [self._work.get()]
        while len(works) < BATCH and not self._work.empty():
            works.append(self._work.get())
        if base is not None:
            try:
                base.execute("BEGIN IMMEDIATE")
                for work in filter(None, works):
                    work(base)
                if base.execute(_USED).fetchone()[0] > self._limit:
                    base.execute(_OLDEST)
                base.execute("COMMIT")
            except sqlite3.Error as error:  # a full disk, most often: tiles are served all the same
                log.warning("tiles could not be kept on disk: %s", error)
                if base.in_transaction:
                    base.execute("ROLLBACK")
        for _ in works:
            self._work.task_done()
        return None not in works
