"""Makes tiles: from memory, from disk, from the database or the raster, in this order."""

import asyncio
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from layers import raster
from layers.layer import Layer
from tiles import cog, picture, statement
from tiles.address import Tile
from tiles.disk import Disk
from tiles.known import LayerState
from tiles.memory import Key, Memory
from tiles.pool import Pool

WORTH_KEEPING = 0.003  # seconds: a tile that took longer is kept on disk too


class Maker:
    """Tiles of any layer; the same tile asked for twice at once is made once.

    Bodies of vector tiles are gzip; a body is empty where the layer has nothing.
    """

    def __init__(self, pool: Pool, memory: Memory | None, disk: Disk | None) -> None:
        self._pool, self._memory, self._disk = pool, memory, disk
        self._making: dict[Key, asyncio.Future[bytes]] = {}
        self._blocks: dict[str, tuple[int, cog.Blocks]] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="picture")

    def close(self) -> None:
        """Stop the threads; what runs is finished."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def block(self, tile: Tile, state: LayerState) -> bytes | None:
        """Return a raster tile that lies ready in its file, or None if it must be made."""
        if tile.form != "webp" or not cog.passes(state.raster):
            return None
        known = self._blocks.get(tile.layer)
        if known is None or known[0] != state.version:
            path = raster.stored(state.path)
            known = (state.version, cog.Blocks(path, state.raster["max_zoom"]))
            self._blocks[tile.layer] = known
        return known[1].get(tile.z, tile.x, tile.y)

    @property
    def keeps(self) -> bool:
        """Say whether tiles are kept at all."""
        return self._memory is not None

    def kept(self, key: Key) -> bytes | None:
        """Return a body that was made before, or None."""
        if self._memory is None or self._disk is None:
            return None
        body = self._memory.get(key)
        if body is None:
            body = self._disk.get(key)
            if body is not None:
                self._memory.put(key, body)
        return body

    async def fresh(self, layer: Layer, state: LayerState, tile: Tile) -> bytes:
        """Return a tile made now, plain, kept nowhere."""
        if layer.is_vector:
            query = statement.of(layer, tile.z, state.thinned_to)
            return await self._pool.tile(query, tile.z, tile.x, tile.y)
        block = self.block(tile._replace(form="webp"), state)
        if block is not None:
            return await self._in_thread(picture.recode, block, tile.form) if block else b""
        path, version = raster.stored(state.path), str(state.version)
        return await self._in_thread(picture.render, path, version, *tile[1:])

    async def _in_thread(self, work: Callable[..., bytes], *given: object) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *given)

    async def made(self, layer: Layer, state: LayerState, tile: Tile, key: Key) -> bytes:
        """Return a tile made now, or by another request that already waits for it."""
        making = self._making.get(key)
        if making is not None:
            return await asyncio.shield(making)
        making = self._making[key] = asyncio.get_running_loop().create_future()
        try:
            body = await self._make(layer, state, tile, key)
            making.set_result(body)
            return body
        except BaseException as error:
            making.set_exception(error)
            making.exception()  # seen: nobody else may have waited for it
            raise
        finally:
            del self._making[key]

    async def _make(self, layer: Layer, state: LayerState, tile: Tile, key: Key) -> bytes:
        began = time.perf_counter()
        body = await self.fresh(layer, state, tile)
        took = time.perf_counter() - began
        if body and layer.is_vector:
            body = packed(body)
        if self._memory is not None and self._disk is not None:
            self._memory.put(key, body)
            if took > WORTH_KEEPING:
                self._disk.put(key, body)
        return body


def packed(body: bytes) -> bytes:
    """Return the gzip form; the fastest level halves a tile, the best saves a tenth more."""
    return zlib.compress(body, 1, wbits=31)


def unpacked(body: bytes) -> bytes:
    """Return the plain form of a gzip body."""
    return zlib.decompress(body, wbits=31)
