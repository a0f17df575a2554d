"""What is the same for all tiles of one version of a layer: made once, not at each request."""

from typing import NamedTuple

from core.errors import Unknown
from core.shortcut import lines
from layers.layer import Layer
from tiles.address import BadZoom, Tile
from tiles.answers import KINDS, Headers
from tiles.known import LayerState
from tiles.memory import Key
from tiles.touches import Touches

FOR_GOOD = b"max-age=31536000, immutable"


class Served(NamedTuple):
    """A layer at one version: its zooms, forms, tag and caching headers."""

    layer: Layer
    state: LayerState
    touches: Touches
    version: str
    digest: str
    lowest: int
    highest: int
    forms: tuple[str, ...]
    tag: bytes
    query: bytes
    headers: dict[tuple[str, bool], Headers]
    heads: dict[tuple[str, bool], bytes]

    def key(self, tile: Tile) -> Key:
        """Return what a tile is kept under."""
        return Key(tile.layer, self.digest, tile.z, tile.x, tile.y, tile.form)

    def holds(self, told: bytes, tile: Tile) -> bool:
        """Say whether the tag that a client tells is of a tile that is still right."""
        if told == self.tag:
            return True
        start, end = f'W/"{tile.layer}-'.encode(), f'.{self.digest}"'.encode()
        number = told[len(start) : -len(end)]
        if not (told.startswith(start) and told.endswith(end) and number.isdigit()):
            return False
        return len(number) < 12 and self.touches.good(int(number), tile.z, tile.x, tile.y)

    def check(self, tile: Tile) -> None:
        """Return for a tile that the layer may have; raises BadZoom or Unknown."""
        if not self.lowest <= tile.z <= self.highest:
            raise BadZoom(
                f"layer {tile.layer} has tiles from zoom {self.lowest} to {self.highest},"
                f" not at {tile.z}",
                zh=f"图层 {tile.layer} 的级别为 {self.lowest}–{self.highest}，没有 {tile.z} 级",
                field="z",
            )
        if tile.x >> tile.z or tile.y >> tile.z:
            most = (1 << tile.z) - 1
            raise Unknown(
                f"at zoom {tile.z} columns and rows run from 0 to {most}",
                zh=f"{tile.z} 级的行列号为 0–{most}",
                field="x" if tile.x >> tile.z else "y",
            )
        if tile.form not in self.forms:
            raise Unknown(
                f"layer {tile.layer} has no .{tile.form} tiles, only .{self.forms[0]}",
                zh=f"图层 {self.layer.title_zh} 只有 .{self.forms[0]} 瓦片",
            )


def served(layer: Layer, state: LayerState, touches: Touches) -> Served:
    """Gather what every tile of this version needs."""
    version = layer.version_key(state.version)
    forms = ("mvt",) if layer.is_vector else ("webp", "png")
    tag = f'W/"{layer.code}-{version}"'.encode()
    everybody = layer.sharing == "open"
    headers = {
        (form, named): _headers(tag, form, everybody, named)
        for form in forms
        for named in (False, True)
    }
    lowest, highest = layer.zooms(state.raster)
    query = b"v=" + version.encode()
    heads = {of: lines(*each) for of, each in headers.items()}
    return Served(
        layer, state, touches, version, layer.digest, lowest, highest, forms, tag, query, headers,
        heads,
    )  # fmt: skip


def _headers(tag: bytes, form: str, everybody: bool, named: bool) -> Headers:
    """Return type and caching rules: open tiles for good if the address names the version."""
    if not everybody:  # a browser asks again each time: whoever sits there now may be another
        keeping, vary = b"private, no-cache", b"Accept-Encoding, Authorization, Cookie"
    else:
        keeping, vary = b"public, " + (FOR_GOOD if named else b"no-cache"), b"Accept-Encoding"
    return (
        (b"etag", tag),
        (b"content-type", KINDS[form]),
        (b"cache-control", keeping),
        (b"vary", vary),
    )
