"""From a tile that may be seen to its answer: 304, made before, made now, or as it last was."""

import asyncio
from typing import NamedTuple

import psycopg
from rasterio.errors import RasterioError

from core.errors import Busy
from tiles import picture, stale
from tiles.address import Tile
from tiles.answers import Headers, Scope, Send, answer
from tiles.maker import Maker, packed, unpacked
from tiles.memory import Kept
from tiles.served import Served

GZIP = b"\x1f\x8b"  # no vector tile begins so: its first byte is 0x1a
PACKED = (b"content-encoding", b"gzip")
SMALL = 860  # bytes: less is not worth packing, it fits one network packet


class Found(NamedTuple):
    """A body, and for how many seconds nobody knows whether it is still right (0: it is)."""

    body: bytes
    age: float = 0.0


async def reply(
    maker: Maker, served: Served, tile: Tile, scope: Scope, send: Send, lost: float
) -> None:
    """Answer with the tile, or with 304 if the one that the client has is right.

    `lost`: for how many seconds the database has not been seen.
    """
    told = dict(scope["headers"])
    headers = served.headers[tile.form, scope["query_string"] == served.query]
    tag = told.get(b"if-none-match")
    if not lost and tag is not None and served.holds(tag, tile):
        await answer(send, 304, headers)
        return
    found = await _find(maker, served, tile, lost)
    if found.age:
        headers = stale.headers(tile.form, found.age, served.layer.sharing == "open")
    await _send(tile.form, found.body, headers, told, send)


async def reply_old(kept: Kept, tile: Tile, everybody: bool, scope: Scope, send: Send) -> None:
    """Answer with a tile as it was, of which nothing else is known."""
    headers = stale.headers(tile.form, stale.age(kept.at), everybody)
    await _send(tile.form, kept.body, headers, dict(scope["headers"]), send)


async def _find(maker: Maker, served: Served, tile: Tile, lost: float) -> Found:
    """Return what lies ready, else what is made; an older body if that fails or takes long."""
    body = maker.ready(served, tile)
    if body is not None:
        return Found(body, lost)
    older = maker.older(served, tile)
    making = maker.made(served, tile)
    if older is None:
        return Found(await making)
    try:
        return Found(await asyncio.wait_for(making, stale.PATIENCE))
    except (Busy, TimeoutError, psycopg.Error, RasterioError, OSError):
        return Found(older.body, max(1.0, lost, stale.age(older.at)))


async def _send(
    form: str, body: bytes, headers: Headers, told: dict[bytes, bytes], send: Send
) -> None:
    if form != "mvt":
        await answer(send, 200, headers, body or picture.nothing(form))
        return
    if not body:
        await answer(send, 204, headers)
        return
    zips = b"gzip" in told.get(b"accept-encoding", b"")
    zipped = body[:2] == GZIP
    if not zips:
        body, zipped = unpacked(body) if zipped else body, False
    elif not zipped and len(body) > SMALL:
        body, zipped = packed(body), True
    await answer(send, 200, (*headers, PACKED) if zipped else headers, body)
