"""From a request that may be answered to its tile: version tag, caching headers, body."""

from typing import NamedTuple

from core.errors import Unknown
from layers.layer import Layer
from tiles import picture
from tiles.address import Tile
from tiles.answers import KINDS, Headers, Send, answer
from tiles.known import LayerState
from tiles.maker import Maker, packed, unpacked
from tiles.memory import Key

FOR_GOOD = b"max-age=31536000, immutable"
SMALL = 860  # bytes: less is not worth packing, it fits one network packet


class Asked(NamedTuple):
    """A tile that may be seen, the layer's state at this moment, and what the client said."""

    tile: Tile
    layer: Layer
    state: LayerState
    headers: dict[bytes, bytes]
    query: bytes

    @property
    def key(self) -> Key:
        """Return what the tile is kept under."""
        tile, version = self.tile, self.state.key(self.layer)
        return Key(tile.layer, version, tile.z, tile.x, tile.y, tile.form)


async def reply(maker: Maker, asked: Asked, send: Send) -> None:
    """Answer with the tile, or with 304 if the client has this version."""
    fits = ("mvt",) if asked.layer.is_vector else ("webp", "png")
    if asked.tile.form not in fits:
        raise Unknown(
            f"layer {asked.layer.code} has no .{asked.tile.form} tiles, only .{fits[0]}",
            zh=f"图层 {asked.layer.title_zh} 只有 .{fits[0]} 瓦片",
        )
    key = asked.key
    tag = b'W/"%s-%s"' % (key.layer.encode(), key.version.encode())
    headers = _headers(asked, key, tag)
    if asked.headers.get(b"if-none-match") == tag:
        await answer(send, 304, headers)
    elif asked.layer.is_vector:
        await _vector(maker, asked, key, headers, send)
    else:
        await _raster(maker, asked, key, headers, send)


def _headers(asked: Asked, key: Key, tag: bytes) -> Headers:
    """Return the caching rules: open tiles for good if the address names the version."""
    everybody = asked.layer.sharing == "open"
    if not everybody:  # a browser asks again each time: whoever sits there now may be another
        keeping, vary = b"private, no-cache", b"Accept-Encoding, Authorization, Cookie"
    elif asked.query == b"v=" + key.version.encode():
        keeping, vary = b"public, " + FOR_GOOD, b"Accept-Encoding"
    else:
        keeping, vary = b"public, no-cache", b"Accept-Encoding"
    return [
        (b"content-type", KINDS[asked.tile.form]),
        (b"cache-control", keeping),
        (b"etag", tag),
        (b"vary", vary),
    ]


async def _vector(maker: Maker, asked: Asked, key: Key, headers: Headers, send: Send) -> None:
    zipped = b"gzip" in asked.headers.get(b"accept-encoding", b"")
    if not asked.state.count:
        body = b""
    elif maker.keeps:
        body = maker.kept(key)
        if body is None:
            body = await maker.made(asked.layer, asked.state, asked.tile, key)
        if body and not zipped:
            body = unpacked(body)
    else:
        body = await maker.fresh(asked.layer, asked.state, asked.tile)
        zipped = zipped and len(body) > SMALL
        body = packed(body) if zipped else body
    if not body:
        await answer(send, 204, headers)
        return
    if zipped:
        headers.append((b"content-encoding", b"gzip"))
    await answer(send, 200, headers, body)


async def _raster(maker: Maker, asked: Asked, key: Key, headers: Headers, send: Send) -> None:
    body: bytes | None = b""
    if asked.state.path:
        body = maker.block(asked.tile, asked.state)
        if body is None:
            body = maker.kept(key)
        if body is None:
            body = await maker.made(asked.layer, asked.state, asked.tile, key)
    await answer(send, 200, headers, body or picture.nothing(asked.tile.form))
