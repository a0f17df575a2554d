"""What is kept is bounded, shared, and never the end of a tile."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from layers import catalogue
from tiles.address import Tile
from tiles.cache import Cache
from tiles.disk import Disk
from tiles.known import NONE_YET
from tiles.maker import Maker, unpacked
from tiles.memory import OVERHEAD, Key, Memory
from tiles.statement import Statement


def key(n: int, layer: str = "waters", version: str = "1.a") -> Key:
    return Key(layer, version, 14, n, 0, "mvt")


def test_memory_keeps_what_was_asked_for_last() -> None:
    memory = Memory(3 * (OVERHEAD + 100))
    for n in range(3):
        memory.put(key(n), bytes(100))
    assert memory.get(key(0)) is not None
    memory.put(key(3), bytes(100))
    assert memory.get(key(1)) is None and memory.get(key(0)) is not None and len(memory) == 3


def test_memory_counts_a_replaced_body_once() -> None:
    memory = Memory(2 * (OVERHEAD + 100))
    for _ in range(10):
        memory.put(key(0), bytes(100))
    memory.put(key(1), bytes(100))
    assert len(memory) == 2


def test_an_empty_tile_is_kept_too() -> None:
    memory = Memory(10_000)
    memory.put(key(0), b"")
    assert memory.get(key(0)) == b""


def test_disk_is_shared_and_outlives_the_process(tmp_path: Path) -> None:
    one, other = Disk(tmp_path / "t.sqlite", 1 << 20), Disk(tmp_path / "t.sqlite", 1 << 20)
    one.put(key(1), b"body")
    one.flush()
    assert other.get(key(1)) == b"body" and other.get(key(2)) is None
    one.close()
    other.close()
    again = Disk(tmp_path / "t.sqlite", 1 << 20)
    assert again.get(key(1)) == b"body"
    again.close()


def test_disk_forgets_other_versions(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "t.sqlite", 1 << 20)
    for layer, version in (("waters", "1.a"), ("waters", "2.a"), ("greens", "1.a")):
        disk.put(key(1, layer, version), b"body")
    disk.drop("waters", "2.a")
    disk.flush()
    assert disk.get(key(1, "waters", "1.a")) is None
    assert disk.get(key(1, "waters", "2.a")) and disk.get(key(1, "greens", "1.a"))
    disk.close()


def test_disk_is_bounded(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "t.sqlite", 300_000)
    for n in range(200):
        disk.put(key(n), bytes(10_000))
        disk.flush()
    assert disk.get(key(199)) is not None and disk.get(key(0)) is None
    disk.close()
    with sqlite3.connect(tmp_path / "t.sqlite") as base:
        (held,) = base.execute("SELECT sum(length(body)) FROM tile").fetchone()
    assert held <= 300_000


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    path.write_bytes(b"this is no database, only words " * 200)
    disk = Disk(path, 1 << 20)
    disk.put(key(1), b"body")
    disk.flush()
    assert disk.get(key(1)) == b"body"
    disk.close()


class SlowPool:
    """A database that counts what it is asked and answers when told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.may = asyncio.Event()

    async def tile(self, statement: Statement, z: int, x: int, y: int) -> bytes:
        self.asked += 1
        await self.may.wait()
        if x == 13:
            raise OSError("unlucky")
        return b"\x1a tile"


async def test_a_tile_asked_for_by_many_is_made_once(tmp_path: Path) -> None:
    pool, cache = SlowPool(), Cache(tmp_path / "t.sqlite", 1 << 20)
    maker = Maker(pool, cache)  # type: ignore[arg-type]
    layer: Any = catalogue.known_layer("waters")
    tile = Tile("waters", 14, 5, 0, "mvt")
    asking = [asyncio.create_task(maker.made(layer, NONE_YET, tile, key(5))) for _ in range(100)]
    await asyncio.sleep(0)
    pool.may.set()
    bodies = await asyncio.gather(*asking)
    assert pool.asked == 1 and {unpacked(body) for body in bodies} == {b"\x1a tile"}
    assert maker.kept(key(5)) == bodies[0]
    maker.close()
    cache.close()


async def test_a_tile_that_failed_is_tried_again(tmp_path: Path) -> None:
    pool, cache = SlowPool(), Cache(tmp_path / "t.sqlite", 1 << 20)
    maker = Maker(pool, cache)  # type: ignore[arg-type]
    pool.may.set()
    layer: Any = catalogue.known_layer("waters")
    for asked in (1, 2):
        with pytest.raises(OSError, match="unlucky"):
            await maker.made(layer, NONE_YET, Tile("waters", 14, 13, 0, "mvt"), key(13))
        assert pool.asked == asked
    assert maker.kept(key(13)) is None
    maker.close()
    cache.close()
