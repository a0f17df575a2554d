"""From a request that may be answered to its tile: version tag, caching headers, body."""

import functools
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
TAG = 0  # where the ETag stands among the headers
GZIP = b"\x1f\x8b"  # no vector tile begins so: its first byte is 0x1a
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
        tile, version = self.tile, self.layer.version_key(self.state.version)
        return Key(tile.layer, version, tile.z, tile.x, tile.y, tile.form)


async def reply(maker: Maker, asked: Asked, send: Send) -> None:
    """Answer with the tile, or with 304 if the client has this version."""
    key = asked.key
    fits = ("mvt",) if asked.layer.is_vector else ("webp", "png")
    if key.form not in fits:
        raise Unknown(
            f"layer {key.layer} has no .{key.form} tiles, only .{fits[0]}",
            zh=f"图层 {asked.layer.title_zh} 只有 .{fits[0]} 瓦片",
        )
    named = asked.query == b"v=" + key.version.encode()
    headers = _headers(key.layer, key.version, key.form, asked.layer.sharing == "open", named)
    if asked.headers.get(b"if-none-match") == headers[TAG][1]:
        await answer(send, 304, headers)
    elif asked.layer.is_vector:
        await _vector(maker, asked, key, headers, send)
    else:
        await _raster(maker, asked, key, headers, send)


@functools.lru_cache(maxsize=2000)
def _headers(layer: str, version: str, form: str, everybody: bool, named: bool) -> Headers:
    """Return type and caching rules: open tiles for good if the address names the version."""
    if not everybody:  # a browser asks again each time: whoever sits there now may be another
        keeping, vary = b"private, no-cache", b"Accept-Encoding, Authorization, Cookie"
    else:
        keeping, vary = (b"public, " + (FOR_GOOD if named else b"no-cache"), b"Accept-Encoding")
    return (
        (b"etag", f'W/"{layer}-{version}"'.encode()),
        (b"content-type", KINDS[form]),
        (b"cache-control", keeping),
        (b"vary", vary),
    )


async def _vector(maker: Maker, asked: Asked, key: Key, headers: Headers, send: Send) -> None:
    zipped = b"gzip" in asked.headers.get(b"accept-encoding", b"")
    body = await _body(maker, asked, key, zipped) if asked.state.features else b""
    if not body:
        await answer(send, 204, headers)
        return
    if body[:2] == GZIP:
        headers = (*headers, (b"content-encoding", b"gzip"))
    await answer(send, 200, headers, body)


async def _body(maker: Maker, asked: Asked, key: Key, zipped: bool) -> bytes:
    """Return a vector tile, packed if the client takes that and it is worth it."""
    if not maker.keeps:
        body = await maker.fresh(asked.layer, asked.state, asked.tile)
        return packed(body) if zipped and len(body) > SMALL else body
    kept = maker.kept(key)
    if kept is None:
        kept = await maker.made(asked.layer, asked.state, asked.tile, key)
    return kept if zipped or not kept else unpacked(kept)


async def _raster(maker: Maker, asked: Asked, key: Key, headers: Headers, send: Send) -> None:
    body: bytes | None = b""
    if asked.state.path:
        body = maker.block(asked.tile, asked.state)
        if body is None:
            body = maker.kept(key)
        if body is None:
            body = await maker.made(asked.layer, asked.state, asked.tile, key)
    await answer(send, 200, headers, body or picture.nothing(asked.tile.form))
