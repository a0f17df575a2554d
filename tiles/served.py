"""What is the same for all tiles of one version of a layer: made once, not at each request."""

from typing import NamedTuple

from core.errors import Unknown
from core.shortcut import lines
from layers.layer import Layer
from layers.pictures import dated
from layers.pictures.dated import Shown
from layers.terrain.styles import STYLES
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
    date: str
    days: tuple[str, ...]
    pasts: dict[str, "Served"]

    def key(self, tile: Tile) -> Key:
        """Return what a tile is kept under."""
        return key_of(self.layer, tile, self.date)

    def dated(self, shown: Shown) -> "Served":
        """Return a raster layer as it was on a day of its own."""
        found = self.pasts.get(shown.date)
        if found is None:
            state = self.state._replace(
                path=shown.path,
                raster=shown.raster | {dated.CREDIT: shown.attribution},
                bounds=list(shown.bounds),
                source_date=shown.date,
            )
            found = self.pasts[shown.date] = served(
                self.layer, state, self.touches, shown.date, self.days
            )
        return found

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
        forms = self._forms(tile.style)
        if tile.form not in forms:
            raise Unknown(
                f"layer {tile.layer} has no .{tile.form} tiles, only .{', .'.join(forms)}",
                zh=f"图层 {self.layer.title_zh} 只有 .{'、.'.join(forms)} 瓦片",
            )

    def _forms(self, style: str) -> tuple[str, ...]:
        """Return the forms that the tiles of a style come in; raises Unknown for no style."""
        styles = STYLES if self.layer.heights else {}
        if not style and not styles:
            return self.forms
        if style not in styles:
            told = ", ".join(styles) or "none"
            asked = f"style {style!r}" if style else "tiles without a style"
            raise Unknown(
                f"layer {self.layer.code} has no {asked}; its styles: {told}",
                zh=f"图层 {self.layer.title_zh} 没有样式 {style!r}；现有：{told}",
                field="style",
            )
        return styles[style].forms


def served(
    layer: Layer,
    state: LayerState,
    touches: Touches,
    date: str = "",
    days: tuple[str, ...] | None = None,
) -> Served:
    """Gather what every tile of this version needs; `date`: of a picture of the past."""
    version = layer.version_key(state.version)
    forms = ("mvt",) if layer.is_vector else ("webp", "png", "jpg")
    tag = f'W/"{"-".join(filter(None, (layer.code, version, date)))}"'.encode()
    everybody = layer.sharing == "open"
    headers = {
        (form, named): _headers(tag, form, everybody, named)
        for form in forms
        for named in (False, True)
    }
    lowest, highest = layer.zooms(state.raster)
    query = b"v=" + version.encode() + (f"&at={date}".encode() if date else b"")
    heads = {of: lines(*each) for of, each in headers.items()}
    known = tuple(dated.days(state)) if days is None else days
    return Served(
        layer, state, touches, version, layer.digest, lowest, highest, forms, tag, query, headers,
        heads, date, known, {},
    )  # fmt: skip


def key_of(layer: Layer, tile: Tile, date: str = "") -> Key:
    """Return what a tile is kept under: the same place holds one a form, style and day."""
    form = "~".join(filter(None, (tile.form, tile.style, date)))
    return Key(layer.code, layer.digest, tile.z, tile.x, tile.y, form)


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
