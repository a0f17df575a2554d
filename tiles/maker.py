"""Makes tiles: from memory, from disk, from the database or the raster, in this order."""

import asyncio
import collections
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from layers import raster
from layers.layer import Layer
from tiles import cog, picture, relief, statement
from tiles.address import Tile
from tiles.cache import Cache
from tiles.known import LayerState
from tiles.memory import Kept, Key
from tiles.pool import Pool
from tiles.served import Served

OPEN = 256  # files whose blocks are handed through


class Maker:
    """Tiles of any layer; a body is empty where the layer has nothing."""

    def __init__(self, pool: Pool, cache: Cache | None) -> None:
        self._pool, self._cache = pool, cache
        self._making: dict[tuple[int, Key], asyncio.Task[bytes]] = {}
        self._blocks: collections.OrderedDict[str, tuple[int, cog.Blocks]] = (
            collections.OrderedDict()
        )
        self._standing: dict[tuple[str, str], cog.Blocks] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="picture")

    def close(self) -> None:
        """Stop the threads; what runs is finished."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def block(self, tile: Tile, state: LayerState) -> bytes | None:
        """Return a raster tile that lies ready in its file, or None if it must be made."""
        file = self._file(tile, state)
        return None if file is None else file.get(tile.z, tile.x, tile.y)

    def _file(self, tile: Tile, state: LayerState) -> cog.Blocks | None:
        """Return the file that a tile lies ready in; raises OSError while it is away."""
        if tile.form != "webp" or not cog.passes(state.raster):
            return None
        known = self._blocks.get(state.path)
        if known is None or known[0] != state.version:
            path = raster.stored(state.path)
            known = (state.version, cog.Blocks(path, state.raster["max_zoom"]))
            self._blocks[state.path] = known
            self._blocks.move_to_end(state.path)
            if len(self._blocks) > OPEN:
                self._blocks.popitem(last=False)
        return known[1]

    def ready(self, served: Served, tile: Tile) -> bytes | None:
        """Return a body that is right now: kept, a block, known to be empty; None: make it."""
        if tile.form == "mvt":
            if not served.state.features:
                return b""
        elif not served.state.path:
            return b""
        else:
            block = self._handed(served, tile)
            if block is not None:
                return block
        return None if self._cache is None else self._cache.get(served.key(tile), served.touches)

    def _handed(self, served: Served, tile: Tile) -> bytes | None:
        """Return a block; None if it must be made, which fails while the file is away."""
        try:
            file = self._file(tile, served.state)
        except OSError:
            return None
        if file is None:
            return None
        self._standing[tile.layer, served.date] = file
        return file.get(tile.z, tile.x, tile.y)

    def old(self, key: Key) -> Kept | None:
        """Return what was made before, right now or not, or None."""
        return self._cache.old(key) if self._cache is not None else None

    def older(self, served: Served, tile: Tile) -> Kept | None:
        """Return a tile as it last was: made before, or a block of the file that stood before.

        Such a file was right until the layer changed.
        """
        kept, before = self.old(served.key(tile)), self._standing.get((tile.layer, served.date))
        if kept is not None or before is None or tile.form != "webp":
            return kept
        body = before.get(tile.z, tile.x, tile.y)
        changed = int(served.state.updated_at.timestamp())
        return None if body is None else Kept(served.state.version, changed, body)

    async def fresh(self, layer: Layer, state: LayerState, tile: Tile) -> bytes:
        """Return a tile made now, plain, kept nowhere."""
        if layer.is_vector:
            query = statement.of(layer, tile.z, state.thinned_to)
            return await self._pool.tile(query, tile.z, tile.x, tile.y)
        path, version = raster.stored(state.path), str(state.version)
        if tile.style:
            return await self._in_thread(relief.render, path, version, state.raster, tile)
        block = self.block(tile._replace(form="webp"), state)
        if block is not None:
            return await self._in_thread(picture.recode, block, tile.form) if block else b""
        classes = bool(state.raster.get("classes"))
        return await self._in_thread(picture.render, path, version, tile, classes)

    async def _in_thread(self, work: Callable[..., bytes], *given: object) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    async def made(self, served: Served, tile: Tile) -> bytes:
        """Return a tile made now, or by another request that already waits for it.

        With a cache it is kept there, vector tiles packed.
        """
        if self._cache is None:
            return await self.fresh(served.layer, served.state, tile)
        wanted = served.state.version, served.key(tile)
        making = self._making.get(wanted)
        if making is None:
            making = asyncio.create_task(self._keep(self._cache, served, tile))
            self._making[wanted] = making
            making.add_done_callback(lambda ended: self._ended(wanted, ended))
        return await asyncio.shield(making)

    def _ended(self, wanted: tuple[int, Key], making: asyncio.Task[bytes]) -> None:
        del self._making[wanted]
        if not making.cancelled():
            making.exception()  # looked at: whoever asked may have gone away with an older body

    async def _keep(self, cache: Cache, served: Served, tile: Tile) -> bytes:
        began = time.perf_counter()
        body = await self.fresh(served.layer, served.state, tile)
        took = time.perf_counter() - began
        if body and served.layer.is_vector:
            body = packed(body)
        cache.put(served.key(tile), served.state.version, body, took)
        return body


def packed(body: bytes) -> bytes:
    """Return the gzip form; the fastest level halves a tile, the best saves a tenth more."""
    return zlib.compress(body, 1, wbits=31)


def unpacked(body: bytes) -> bytes:
    """Return the plain form of a gzip body."""
    return zlib.decompress(body, wbits=31)
