"""What is kept is bounded, shared, and never the end of a tile."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from layers import catalogue
from tiles.address import Tile
from tiles.cache import Cache
from tiles.disk import Disk
from tiles.known import NONE_YET
from tiles.maker import Maker, unpacked
from tiles.memory import OVERHEAD, Kept, Key, Memory
from tiles.served import served
from tiles.statement import Statement
from tiles.touches import follow

BODY = Kept(1, 1000, b"body")
FILLED = NONE_YET._replace(version=1, features=1)


def key(n: int, layer: str = "waters", digest: str = "a") -> Key:
    return Key(layer, digest, 14, n, 0, "mvt")


def blank(length: int) -> Kept:
    return Kept(1, 1000, bytes(length))


def test_memory_keeps_what_was_asked_for_last() -> None:
    memory = Memory(3 * (OVERHEAD + 100))
    for n in range(3):
        memory.put(key(n), blank(100))
    assert memory.get(key(0)) is not None
    memory.put(key(3), blank(100))
    assert memory.get(key(1)) is None and memory.get(key(0)) is not None and len(memory) == 3


def test_memory_counts_a_replaced_body_once() -> None:
    memory = Memory(2 * (OVERHEAD + 100))
    for _ in range(10):
        memory.put(key(0), blank(100))
    memory.put(key(1), blank(100))
    assert len(memory) == 2


def test_an_empty_tile_is_kept_too() -> None:
    memory = Memory(10_000)
    memory.put(key(0), blank(0))
    assert memory.get(key(0)) == blank(0)


def test_disk_is_shared_and_outlives_the_process(tmp_path: Path) -> None:
    one, other = Disk(tmp_path / "t.sqlite", 1 << 20), Disk(tmp_path / "t.sqlite", 1 << 20)
    one.put(key(1), BODY)
    one.flush()
    assert other.get(key(1)) == BODY and other.get(key(2)) is None
    one.close()
    other.close()
    again = Disk(tmp_path / "t.sqlite", 1 << 20)
    assert again.get(key(1)) == BODY
    again.close()


def test_what_a_layer_is_not_is_forgotten(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "t.sqlite", 1 << 20)
    for n, (layer, digest, version) in enumerate(
        (("waters", "old", 1), ("waters", "a", 9), ("waters", "a", 1), ("greens", "old", 9))
    ):
        cache.put(key(n, layer, digest), version, b"body", 1.0)
    cache.drop("waters", "a", 2)
    cache.close()
    disk = Disk(tmp_path / "t.sqlite", 1 << 20)
    assert disk.get(key(0, "waters", "old")) is None, "another definition"
    assert disk.get(key(1)) is None and cache.old(key(1)) is None, "of another database"
    assert disk.get(key(2)) and disk.get(key(3, "greens", "old"))
    disk.close()


def test_a_layer_that_has_gone_back_keeps_nothing_of_what_it_has_left(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "t.sqlite", 1 << 20)
    cache.drop("waters", "a", 5)
    cache.put(key(1), 5, b"left", 1.0)
    cache.drop("waters", "a", 3)
    cache.flush()
    assert cache.old(key(1)) is None
    assert cache.get(key(1), follow(5, ())) is None, "another version 5"
    cache.put(key(1), 3, b"body", 1.0)
    cache.drop("waters", "a", 4)
    assert cache.get(key(1), follow(3, ())) == b"body", "forward nothing is lost"
    cache.close()


def test_a_process_that_lags_behind_does_not_undo_what_is_newer(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "t.sqlite", 1 << 20)
    disk.put(key(1), Kept(7, 1000, b"new"))
    disk.put(key(1), Kept(6, 1001, b"old"))
    disk.confirm(key(1), Kept(6, 1001, b"new"))
    disk.flush()
    assert disk.get(key(1)) == Kept(7, 1000, b"new")
    disk.put(key(1), Kept(8, 1002, b"newer"))
    disk.flush()
    assert disk.get(key(1)) == Kept(8, 1002, b"newer")
    disk.close()


def test_an_older_tile_is_right_until_a_change_touches_it(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "t.sqlite", 1 << 20)
    cache.put(key(5), 1, b"body", 1.0)
    side = 40075016.68557849 / 2**14
    beside = round(5.5 * side - 20037508), round(20037508 - side / 2)
    here, there = [*beside, *beside], [0, 0, 9, 9]
    assert cache.get(key(5), follow(1, ())) == b"body"
    assert cache.get(key(5), follow(2, ())) is None, "nobody knows where it changed"
    assert cache.get(key(5), follow(2, [(2, 1, [here])])) is None
    assert cache.get(key(5), follow(3, [(2, 1, [there]), (3, 2, [here])])) is None
    assert cache.get(key(5), follow(3, [(3, 2, [there])])) is None, "the change to 2 is not known"
    assert cache.get(key(5), follow(3, [(2, 1, [there]), (3, 2, [there])])) == b"body"
    assert cache.get(key(5), follow(3, ())) == b"body", "it was confirmed at version 3"
    assert cache.get(key(5), follow(2, [(2, 1, [there])])) is None, "of a version that is not yet"
    cache.close()
    again = Cache(tmp_path / "t.sqlite", 1 << 20)
    assert again.get(key(5), follow(3, ())) == b"body", "on disk it was confirmed, too"
    again.close()


def test_disk_is_bounded(tmp_path: Path) -> None:
    disk = Disk(tmp_path / "t.sqlite", 300_000)
    for n in range(200):
        disk.put(key(n), blank(10_000))
        disk.flush()
    assert disk.get(key(199)) is not None and disk.get(key(0)) is None
    disk.close()
    with sqlite3.connect(tmp_path / "t.sqlite") as base:
        (held,) = base.execute("SELECT sum(length(body)) FROM kept").fetchone()
    assert held <= 300_000


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    path.write_bytes(b"this is no database, only words " * 200)
    disk = Disk(path, 1 << 20)
    disk.put(key(1), BODY)
    disk.flush()
    assert disk.get(key(1)) == BODY
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
    of_layer = served(catalogue.known_layer("waters"), FILLED, follow(1, ()))
    tile = Tile("waters", 14, 5, 0, "mvt")
    asking = [asyncio.create_task(maker.made(of_layer, tile)) for _ in range(100)]
    await asyncio.sleep(0)
    pool.may.set()
    bodies = await asyncio.gather(*asking)
    assert pool.asked == 1 and {unpacked(body) for body in bodies} == {b"\x1a tile"}
    assert maker.ready(of_layer, tile) == bodies[0]
    maker.close()
    cache.close()


async def test_a_tile_that_failed_is_tried_again(tmp_path: Path) -> None:
    pool, cache = SlowPool(), Cache(tmp_path / "t.sqlite", 1 << 20)
    maker = Maker(pool, cache)  # type: ignore[arg-type]
    pool.may.set()
    of_layer = served(catalogue.known_layer("waters"), FILLED, follow(1, ()))
    tile = Tile("waters", 14, 13, 0, "mvt")
    for asked in (1, 2):
        with pytest.raises(OSError, match="unlucky"):
            await maker.made(of_layer, tile)
        assert pool.asked == asked
    assert maker.ready(of_layer, tile) is None
    maker.close()
    cache.close()
