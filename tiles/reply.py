"""From a tile that may be seen to its answer: 304, made before, or made now; packed or plain."""

from tiles import picture
from tiles.address import Tile
from tiles.answers import Headers, Scope, Send, answer
from tiles.maker import Maker, packed, unpacked
from tiles.memory import Key
from tiles.served import Served

GZIP = b"\x1f\x8b"  # no vector tile begins so: its first byte is 0x1a
PACKED = (b"content-encoding", b"gzip")
SMALL = 860  # bytes: less is not worth packing, it fits one network packet


async def reply(maker: Maker, served: Served, tile: Tile, scope: Scope, send: Send) -> None:
    """Answer with the tile, or with 304 if the client has this version."""
    told = dict(scope["headers"])
    headers = served.headers[tile.form, scope["query_string"] == served.query]
    key = served.key(tile)
    if told.get(b"if-none-match") == served.tag:
        await answer(send, 304, headers)
    elif tile.form == "mvt":
        zips = b"gzip" in told.get(b"accept-encoding", b"")
        await _vector(maker, served, tile, key, headers, zips, send)
    else:
        await _raster(maker, served, tile, key, headers, send)


async def _vector(
    maker: Maker, served: Served, tile: Tile, key: Key, headers: Headers, zips: bool, send: Send
) -> None:
    body = maker.kept(key) if served.state.features else b""
    if body is None:
        body = await maker.made(served.layer, served.state, tile, key)
    if not body:
        await answer(send, 204, headers)
        return
    zipped = body[:2] == GZIP
    if not zips:
        body, zipped = unpacked(body) if zipped else body, False
    elif not zipped and len(body) > SMALL:
        body, zipped = packed(body), True
    await answer(send, 200, (*headers, PACKED) if zipped else headers, body)


async def _raster(
    maker: Maker, served: Served, tile: Tile, key: Key, headers: Headers, send: Send
) -> None:
    body: bytes | None = b""
    if served.state.path:
        body = maker.block(tile, served.state)
        if body is None:
            body = maker.kept(key)
        if body is None:
            body = await maker.made(served.layer, served.state, tile, key)
    await answer(send, 200, headers, body or picture.nothing(tile.form))
