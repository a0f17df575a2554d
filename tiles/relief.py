"""Tiles of an elevation model, computed from its file: shade, slope, aspect, colours, codes.

A pixel's height depends on its place alone, not on the tile that asks: the way from the web grid to
the model's frame is taken at the same places for all tiles, and one overview serves a zoom. So
neighbouring tiles meet without a seam.
"""

import dataclasses
import functools
import io
import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from PIL import Image
from pyproj import CRS, Transformer
from rasterio.enums import Resampling
from rasterio.windows import Window

from layers.layer import WORLD
from layers.raster import HALF, TILE, cell_at
from layers.styles import lowest_and_highest
from layers.terrain import styles
from layers.terrain.grid import Heights, Lengths
from layers.terrain.sampling import STEP, between
from tiles import picture
from tiles.address import Tile

NODES = TILE // STEP + 3  # of a tile and one lattice cell round it
_QUICK = 1  # of zlib: the best level takes three times as long for a tenth less
_KEPT = 32  # files that a thread has open
_here = threading.local()


@dataclasses.dataclass(frozen=True, slots=True)
class _Model:
    """An open model at one resolution: `by` stored cells are one cell here, both ways."""

    source: rasterio.DatasetReader
    by: int
    into: Transformer

    @property
    def transform(self) -> Affine:
        """Return the way from (column, row) of its cells to its frame."""
        by = Affine.scale(self.by)
        found: Affine = self.source.transform @ by
        return found


def render(path: Path, version: str, facts: dict[str, Any], tile: Tile) -> bytes:
    """Return one encoded tile in its style, or b"" where nothing is known; call it in a thread."""
    model = _model(path, version, tile.z)
    heights = _heights(model, tile)
    if heights is None:
        return b""
    drawn = styles.draw(heights, _cells(tile), tile.style, *lowest_and_highest(facts))
    return _png(drawn) if tile.form == "png" else picture.encode(drawn, tile.form)


def _png(drawn: styles.Picture) -> bytes:
    """Return a PNG of no more bands than it needs: making one takes longer than the heights do."""
    grey = (drawn[0] == drawn[1]).all() and (drawn[1] == drawn[2]).all()
    bands = list(drawn[:1] if grey else drawn[:3])
    if drawn[3].min() < 255:
        bands.append(drawn[3])
    shown = bands[0] if len(bands) == 1 else np.stack(bands, axis=-1)
    out = io.BytesIO()
    Image.fromarray(shown).save(out, "PNG", compress_level=_QUICK)
    return out.getvalue()


def _heights(model: _Model, tile: Tile) -> Heights | None:
    """Return the tile's heights with a rim of one pixel; None if none is known."""
    columns, rows = _places(model, tile)
    window = _window(model, columns, rows)
    if window is None:
        return None
    cells = _read(model, window)
    all_round = between(cells, columns - window.col_off, rows - window.row_off)
    found = np.ascontiguousarray(all_round[STEP - 1 : 1 - STEP, STEP - 1 : 1 - STEP])
    return None if np.isnan(found).all() else found


def _places(model: _Model, tile: Tile) -> tuple[Lengths, Lengths]:
    """Return column and row in the model of each node: the middles of every STEPth pixel.

    Nodes are counted from the web grid's corner, so that neighbours have the same ones.
    """
    cell = cell_at(tile.z)
    nodes = np.arange(-1, NODES - 1) * STEP
    x = (tile.x * TILE + nodes + 0.5) * cell - HALF
    y = HALF - (tile.y * TILE + nodes + 0.5) * cell
    xs, ys = np.meshgrid(x, y)
    east, north = model.into.transform(xs, ys)
    columns, rows = ~model.transform @ (np.asarray(east), np.asarray(north))
    return columns, rows


def _window(model: _Model, columns: Lengths, rows: Lengths) -> Window | None:
    """Return the cells round all nodes, None if the model has none of them."""
    wide, high = max(1, model.source.width // model.by), max(1, model.source.height // model.by)
    if not (np.isfinite(columns).all() and np.isfinite(rows).all()):
        return None
    left, top = max(0, math.floor(columns.min()) - 1), max(0, math.floor(rows.min()) - 1)
    right, bottom = min(wide, math.ceil(columns.max()) + 1), min(high, math.ceil(rows.max()) + 1)
    if left >= right or top >= bottom:
        return None
    return Window(left, top, right - left, bottom - top)


def _read(model: _Model, window: Window) -> Heights:
    """Read cells as heights; where several stored ones are one, as their mean."""
    by, source = model.by, model.source
    left, top = int(window.col_off) * by, int(window.row_off) * by
    wide = min(source.width - left, int(window.width) * by)
    high = min(source.height - top, int(window.height) * by)
    cells = source.read(
        1,
        window=Window(left, top, wide, high),
        out_shape=(int(window.height), int(window.width)),
        resampling=Resampling.average if by > 1 else Resampling.nearest,
    )
    held: Heights = cells.astype(np.float32)
    if source.nodata is not None and not math.isnan(source.nodata):
        held[cells == source.nodata] = np.nan
    return held


def _cells(tile: Tile) -> Lengths:
    """Return a pixel's side on the ground (m) for each row of a tile and its rim."""
    cell = cell_at(tile.z)
    y = HALF - (tile.y * TILE + np.arange(-1, TILE + 1) + 0.5) * cell
    return np.asarray(cell / np.cosh(y * (2 * math.pi / WORLD)))


def _model(path: Path, version: str, zoom: int) -> _Model:
    """Return this thread's open model for a zoom; a new version is opened anew."""
    kept: dict[tuple[Path, str, int], _Model] = _here.__dict__.setdefault("kept", {})
    found = kept.get((path, version, zoom))
    if found is None:
        while len(kept) >= _KEPT:
            kept.pop(next(iter(kept))).source.close()
        found = kept[path, version, zoom] = _opened(path, zoom)
    return found


def _opened(path: Path, zoom: int) -> _Model:
    """Open a model at the overview whose cells are just finer than a zoom's pixels."""
    with rasterio.open(path) as source:
        finer = _finer(source, zoom)
        stored = [(nth, by) for nth, by in enumerate(source.overviews(1)) if by <= finer]
        crs = CRS.from_wkt(source.crs.to_wkt())
    level, of_it = stored[-1] if stored else (-1, 1)
    more = {"overview_level": level} if level >= 0 else {}
    return _Model(rasterio.open(path, **more), max(1, finer // of_it), _way(crs))


def _finer(source: rasterio.DatasetReader, zoom: int) -> int:
    """Return the power of two by which the model's cells are finer than the zoom's pixels."""
    middle = source.transform @ (source.width / 2, source.height / 2)
    beside = source.transform @ (source.width / 2 + 1, source.height / 2)
    back = _way(CRS.from_wkt(source.crs.to_wkt()))
    xs, ys = zip(middle, beside, strict=True)
    x, y = back.transform(xs, ys, direction="INVERSE")
    own = math.hypot(x[1] - x[0], y[1] - y[0])
    return int(2 ** max(0, math.floor(math.log2(cell_at(zoom) / own) + 1e-6)))


@functools.lru_cache(maxsize=32)
def _way(crs: CRS) -> Transformer:
    return Transformer.from_crs("EPSG:3857", crs, always_xy=True)
