"""One picture out of several: pieces painted onto the web tile grid, later ones on top."""

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.enums import ColorInterp, Resampling
from rasterio.transform import from_origin
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from core.errors import Invalid
from layers import relief
from layers.layer import WORLD
from layers.raster import HALF, TILE, cell_at

STRIP = 8 * TILE  # pixels a side of what is held in memory at once
MOST = 16_000_000_000  # pixels of the box round all pieces
SPARSE = 40  # so many times the pieces' own pixels may the box have
SMALL = 100_000_000  # pixels of a box that may be as empty as it likes

Done = Callable[[float], None]
_CANVAS: dict[str, Any] = {
    "driver": "GTiff", "count": 4, "dtype": "uint8", "crs": "EPSG:3857", "tiled": True,
    "blockxsize": TILE, "blockysize": TILE, "compress": "zstd", "zstd_level": 1,
    "photometric": "RGB", "alpha": "YES", "sparse_ok": True, "bigtiff": "IF_SAFER",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """An 8-bit picture with 3 bands, or 4 of which the last is how opaque it is; and its frame.

    `classes`: its colours mean something, so none may be blended with another.
    """

    path: Path
    crs: str
    classes: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class _Grid:
    """Whole web tiles of one zoom: first column and row, number of columns and rows."""

    zoom: int
    column: int
    row: int
    columns: int
    rows: int

    def canvas(self) -> dict[str, Any]:
        """Return it as rasterio's transform and size."""
        side, cell = cell_at(self.zoom) * TILE, cell_at(self.zoom)
        origin = (self.column * side - HALF, HALF - self.row * side)
        return {
            "transform": from_origin(*origin, cell, cell),
            "width": self.columns * TILE,
            "height": self.rows * TILE,
        }


def mosaic(pieces: Sequence[Piece], target: Path, done: Done = lambda _: None) -> None:
    """Write pieces, lowest first, as one COG of web tiles, as fine as the finest of them.

    `done` is told which share is painted; what it raises ends the work. Raises Invalid for pieces
    that lie too far apart.
    """
    own = [_own_grid(one) for one in pieces]
    zoom = max(grid.zoom for grid in own)
    parts = [_at(grid, zoom) for grid in own]
    whole = _round(parts)
    _check(whole, parts)
    classes = all(one.classes for one in pieces)
    rough = target.with_suffix(".part")
    try:
        with rasterio.open(rough, "w+", **_CANVAS, **whole.canvas()) as out:
            for nth, (piece, part) in enumerate(zip(pieces, parts, strict=True)):
                _paint(piece, part, whole, out, _share(done, nth, len(pieces)))
        relief.to_web_cog(rough, target, classes=classes)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        rough.unlink(missing_ok=True)


def _share(done: Done, nth: int, of: int) -> Done:
    """Return what is told of one piece as told of all."""
    return lambda share: done((nth + share) / of)


def _own_grid(piece: Piece) -> _Grid:
    """Return the web tiles that a piece touches, at the zoom that is about as fine as it is."""
    with rasterio.open(piece.path) as source, _on_web(source, piece, {}) as web:
        west, south, east, north = web.bounds
        sides = (east - west) / max(web.width, 1), (north - south) / max(web.height, 1)
        cell = min(sides) if web.width and web.height else 0.0
    if not 0 < cell < WORLD:
        raise Invalid(
            "the picture lies across 180° or beyond the map's edge: it has no place on the map",
            zh="影像跨越 180° 经线或超出地图边界，无法上图",
            field="file",
            remedy="cut it at the edge",
        )
    zoom = min(24, max(0, round(math.log2(WORLD / TILE / cell))))
    side, most = cell_at(zoom) * TILE, 2**zoom
    first, top = max(0, _floor((west + HALF) / side)), max(0, _floor((HALF - north) / side))
    last = min(most, max(first + 1, _ceil((east + HALF) / side)))
    bottom = min(most, max(top + 1, _ceil((HALF - south) / side)))
    return _Grid(zoom, first, top, last - first, bottom - top)


def _floor(tiles: float) -> int:
    """Round down, but not for what a pixel's rounding left beyond an edge."""
    return math.floor(tiles + 1e-6)


def _ceil(tiles: float) -> int:
    return math.ceil(tiles - 1e-6)


def _at(grid: _Grid, zoom: int) -> _Grid:
    by = 2 ** (zoom - grid.zoom)
    return _Grid(zoom, grid.column * by, grid.row * by, grid.columns * by, grid.rows * by)


def _round(parts: Sequence[_Grid]) -> _Grid:
    """Return the box round all."""
    first, top = min(one.column for one in parts), min(one.row for one in parts)
    last = max(one.column + one.columns for one in parts)
    bottom = max(one.row + one.rows for one in parts)
    return _Grid(parts[0].zoom, first, top, last - first, bottom - top)


def _check(whole: _Grid, parts: Sequence[_Grid]) -> None:
    pixels = whole.columns * whole.rows * TILE**2
    held = sum(one.columns * one.rows for one in parts) * TILE**2
    if pixels > MOST or pixels > max(SMALL, SPARSE * held):
        raise Invalid(
            f"the pieces of the day lie far apart: one picture of all would have"
            f" {pixels / 1e9:,.1f} billion pixels",
            zh=f"同日各幅影像相距过远，拼接后达 {pixels / 1e9:,.1f} 十亿像元",
            field="layer",
            remedy="import the distant piece into a layer of its own",
        )


@contextmanager
def _on_web(
    source: rasterio.DatasetReader, piece: Piece, grid: dict[str, Any]
) -> Iterator[WarpedVRT]:
    look: dict[str, Any] = {"src_crs": piece.crs, "crs": "EPSG:3857", **grid}
    look["resampling"] = Resampling.nearest if piece.classes else Resampling.cubic
    look["add_alpha"] = ColorInterp.alpha not in source.colorinterp
    with WarpedVRT(source, **look) as web:
        yield web


def _paint(
    piece: Piece, part: _Grid, whole: _Grid, out: rasterio.io.DatasetWriter, done: Done
) -> None:
    """Paint one piece over what is there, block by block, where it holds anything."""
    left, top = (part.column - whole.column) * TILE, (part.row - whole.row) * TILE
    wide, high = part.columns * TILE, part.rows * TILE
    places = list(itertools.product(range(0, high, STRIP), range(0, wide, STRIP)))
    with rasterio.open(piece.path) as source, _on_web(source, piece, part.canvas()) as web:
        for nth, (row, column) in enumerate(places):
            size = min(STRIP, wide - column), min(STRIP, high - row)
            fresh = web.read(window=Window(column, row, *size))
            if fresh[3].any():
                place = Window(left + column, top + row, *size)
                out.write(_over(fresh, out, place), window=place)
            done((nth + 1) / len(places))


def _over(fresh: Any, out: rasterio.io.DatasetWriter, place: Window) -> Any:
    """Return what is seen where a piece lies over the canvas; half clear edges are blended."""
    if fresh[3].min() == 255:
        return fresh
    below = out.read(window=place)
    if not below[3].any():
        return fresh
    above, under = fresh[3] / np.float32(255), below[3] / np.float32(255)
    seen = above + under * (1 - above)
    share = above / np.maximum(seen, 1e-6)
    mixed = fresh[:3] * share + below[:3] * (1 - share)
    return np.rint(np.concatenate([mixed, seen[None] * 255])).astype(np.uint8)
