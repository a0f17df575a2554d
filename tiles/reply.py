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
PACKED = (b"content-encoding", b"gzip")
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
    body = maker.kept(key) if asked.state.features else b""
    if body is None:
        body = await maker.made(asked.layer, asked.state, asked.tile, key)
    if not body:
        await answer(send, 204, headers)
        return
    zipped = body[:2] == GZIP
    if b"gzip" not in asked.headers.get(b"accept-encoding", b""):
        body, zipped = unpacked(body) if zipped else body, False
    elif not zipped and len(body) > SMALL:
        body, zipped = packed(body), True
    await answer(send, 200, (*headers, PACKED) if zipped else headers, body)


async def _raster(maker: Maker, asked: Asked, key: Key, headers: Headers, send: Send) -> None:
    body: bytes | None = b""
    if asked.state.path:
        body = maker.block(asked.tile, asked.state)
        if body is None:
            body = maker.kept(key)
        if body is None:
            body = await maker.made(asked.layer, asked.state, asked.tile, key)
    await answer(send, 200, headers, body or picture.nothing(asked.tile.form))
