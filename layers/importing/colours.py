"""How a picture's values become colours: which bands, stretched or not, what is clear."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.windows import Window

from layers.importing import collar as edges
from layers.importing import rasters
from layers.importing.rasters import refused
from layers.importing.table import Unreadable

Pixels = npt.NDArray[Any]
Limits = tuple[tuple[float, float], ...]

STRIP = 512  # rows held in memory at once
LOOKED = 2048  # pixels a side of the sample that limits and classes are taken from
PERCENTILES = (2, 98)
MOST_CLASSES = 64  # colours: a palette with more in use is a photograph
_STRETCHED, _VALUES = "uint16", 1 << 16


@dataclasses.dataclass(frozen=True, slots=True)
class Colours:
    """What is read of a picture: bands (from 1), limits of each, what else is clear.

    `held`: how many pixels of each 16-bit value each band has, from which the limits are. `collar`:
    a value that is declared to be no-data where all bands have it; `outside`: a collar that nobody
    declared (`layers.importing.collar`). `palette`: red, green, blue, alpha of each value.
    `classes`: its colours mean something.
    """

    bands: tuple[int, ...]
    limits: Limits = ()
    held: Pixels | None = None
    collar: int | None = None
    outside: Pixels | None = None
    palette: Pixels | None = None
    classes: bool = False
    alpha: int = 0
    plain: bool = True

    def told(self) -> dict[str, Any]:
        """Return what a report says of it."""
        found: dict[str, Any] = {"bands": list(self.bands), "classes": self.classes}
        if self.limits:
            named = zip(self.bands, self.limits, strict=True)
            found["stretched"] = [
                {"band": band, "low": low, "high": high} for band, (low, high) in named
            ]
        if self.collar is not None:
            found["collar"] = self.collar
        if self.outside is not None:
            found["edge"] = round(edges.share(self.outside), 4)
        return found | ({"palette": len(self.palette)} if self.palette is not None else {})


def read(path: Path, bands: str, nodata: str) -> Colours:
    """Return how a picture is to be read; raises Unreadable with the reason why it cannot be."""
    with rasters.opened(path) as source:
        if _is_paletted(source):
            return _paletted(source)
        chosen = _chosen(source, bands)
        _check_values(source, chosen)
        alpha = _alpha(source)
        collar = int(nodata) if nodata else None
        masked = MaskFlags.all_valid not in source.mask_flag_enums[0] and not alpha
        undeclared = collar is None and not masked and not alpha
        outside = edges.outside(source, chosen, path.parent) if undeclared else None
        deep = source.dtypes[0] == _STRETCHED
        held = _held(source, Colours(chosen, collar=collar, outside=outside)) if deep else None
        plain = (
            not deep and collar is None and outside is None and not masked
            and chosen == (1, 2, 3) and source.count == (4 if alpha else 3)
        )  # fmt: skip
        limits = _limits([held]) if held is not None else ()
        return Colours(chosen, limits, held, collar, outside, alpha=alpha, plain=plain)


def together(every: Sequence[Colours], standing: Limits = ()) -> list[Colours]:
    """Return pictures of one day stretched alike, each pixel of theirs counting the same.

    Those of three bands go together, and those of one. `standing`: the limits of a mosaic that they
    are painted upon, which cannot be painted anew.
    """
    limits: dict[int, Limits] = {}
    for number in {len(one.bands) for one in every}:
        held = [one.held for one in every if one.held is not None and len(one.bands) == number]
        if held:
            limits[number] = standing if len(standing) == number else _limits(held)
    return [
        one if one.held is None else dataclasses.replace(one, limits=limits[len(one.bands)])
        for one in every
    ]


def prepare(path: Path, found: Colours, target: Path) -> Path:
    """Return a file of 8-bit red, green, blue and alpha on the picture's own grid.

    A picture that is so already is returned itself.
    """
    if found.plain:
        return path
    with rasters.opened(path) as source:
        form = {
            "driver": "GTiff", "count": 4, "dtype": "uint8", "width": source.width,
            "height": source.height, "crs": source.crs, "transform": source.transform,
            "compress": "zstd", "zstd_level": 1, "photometric": "RGB", "alpha": "YES",
            "tiled": True, "bigtiff": "IF_SAFER",
        }  # fmt: skip
        with rasterio.open(target, "w", **form) as out:
            if source.gcps[0]:
                out.gcps = source.gcps
            for row in range(0, source.height, STRIP):
                rows = min(STRIP, source.height - row)
                window = Window(0, row, source.width, rows)
                out.write(_painted(source, found, window), window=window)
    return target


def _painted(source: rasterio.DatasetReader, found: Colours, window: Window) -> Pixels:
    values = source.read(list(found.bands), window=window)
    clear = _clear(source, found, values, window)
    if found.palette is not None:
        bands = found.palette.T[:, values[0]]
        alpha = np.where(clear, 0, bands[3])
        return np.concatenate([bands[:3], alpha[None]]).astype(np.uint8)
    if found.limits:
        values = np.stack([_stretch(*each) for each in zip(values, found.limits, strict=True)])
    if len(values) == 1:
        values = np.repeat(values, 3, axis=0)
    alpha = np.where(clear, 0, 255) if not found.alpha else _opacity(source, found, window, clear)
    return np.concatenate([values, alpha[None]]).astype(np.uint8)


def _stretch(values: Pixels, limits: tuple[float, float]) -> Pixels:
    low, high = limits
    part = (values.astype(np.float32) - low) / max(high - low, 1.0)
    return np.asarray(np.rint(part.clip(0, 1) * 255), np.uint8)


def _opacity(
    source: rasterio.DatasetReader, found: Colours, window: Window, clear: Pixels
) -> Pixels:
    most = np.iinfo(source.dtypes[found.alpha - 1]).max
    alpha = source.read(found.alpha, window=window).astype(np.float32) * (255 / most)
    return np.where(clear, 0, np.rint(alpha))


def _clear(
    source: rasterio.DatasetReader, found: Colours, values: Pixels, window: Window
) -> Pixels:
    """Return where nothing is: by the file's own no-data or mask, and by what was declared."""
    masks = source.read_masks(list(found.bands), window=window)
    clear = (masks == 0).all(axis=0)
    if found.collar is not None:
        clear |= (values == found.collar).all(axis=0)
    if found.outside is not None:
        clear |= edges.clear(found.outside, window)
    return np.asarray(clear)


# --- what may be shown -------------------------------------------------------------------------


def _is_paletted(source: rasterio.DatasetReader) -> bool:
    return bool(source.count == 1 and source.colorinterp[0] == ColorInterp.palette)


def _paletted(source: rasterio.DatasetReader) -> Colours:
    if source.dtypes[0] not in ("uint8", "uint16"):
        raise refused("its palette is not of bytes", "调色板类型无法识别", "convert it to RGB")
    held = source.colormap(1)
    palette = np.zeros((max(held) + 1, 4), np.uint8)
    for value, colour in held.items():
        palette[value] = colour
    size = np.iinfo(source.dtypes[0]).max + 1
    palette = np.concatenate([palette, np.zeros((max(0, size - len(palette)), 4), np.uint8)])
    used = len(np.unique(source.read(1, out_shape=_sample(source))))
    return Colours((1,), palette=palette, classes=used <= MOST_CLASSES, plain=False)


def _alpha(source: rasterio.DatasetReader) -> int:
    """Return the band that says how opaque a pixel is, 0 for none."""
    held = source.colorinterp
    return held.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in held else 0


def _chosen(source: rasterio.DatasetReader, bands: str) -> tuple[int, ...]:
    """Return the bands that are red, green and blue, or the one that is grey."""
    alpha = _alpha(source)
    colours = [band for band in source.indexes if band != alpha]
    if bands:
        named = tuple(int(one) for one in bands.split(","))
        if not set(named) <= set(source.indexes):
            raise _bands(source, f"it has no band {max(named)}", f"没有第 {max(named)} 波段")
        return named
    if len(colours) not in (1, 3):
        told = f"it has {len(colours)} bands, and which are red, green and blue is not said"
        raise _bands(source, told, f"有 {len(colours)} 个波段，未说明哪三个为红、绿、蓝")
    return tuple(colours)


def _bands(source: rasterio.DatasetReader, en: str, zh: str) -> Unreadable:
    listed = ", ".join(_named(source, band) for band in source.indexes)
    return Unreadable(
        f"the raster is refused: {en}; its bands: {listed}",
        zh=f"栅格被拒绝：{zh}；现有波段：{listed}",
        field="bands",
        remedy="name three bands, red first, as `bands`: 4,3,2 (one band: grey)",
        bands=[_named(source, band) for band in source.indexes],
    )


def _named(source: rasterio.DatasetReader, band: int) -> str:
    told = source.descriptions[band - 1] or source.colorinterp[band - 1].name
    word = "" if told in ("undefined", "gray") else f" {told[:40]}"
    return f"{band}{word} ({source.dtypes[band - 1]})"


def _check_values(source: rasterio.DatasetReader, bands: tuple[int, ...]) -> None:
    kinds = sorted({source.dtypes[band - 1] for band in bands})
    if len(kinds) > 1 or kinds[0] not in ("uint8", _STRETCHED):
        told = ", ".join(kinds)
        raise refused(
            f"its values are {told}: measurements, not colours of 8 or 16 bits",
            f"像元类型为 {told}：是测量值，不是 8 位或 16 位色彩",
            "stretch it to 8 bits first; heights are imported as elevation",
        )


def _held(source: rasterio.DatasetReader, found: Colours) -> Pixels:
    """Return about how many pixels of each value each band has where the picture holds anything."""
    held = np.zeros((len(found.bands), _VALUES), np.int64)
    rows = max(1, source.height // LOOKED)
    every = max(1, source.width // LOOKED)
    for row in range(0, source.height, rows):
        window = Window(0, row, source.width, 1)
        values = source.read(list(found.bands), window=window)
        known = ~_clear(source, found, values, window)[:, ::every]
        for band, line in zip(held, values[:, :, ::every], strict=True):
            band += np.bincount(line[known], minlength=_VALUES)
    if not held.any():
        raise refused("it holds no pixel at all", "没有任何有效像元", "")
    return np.asarray(held * (rows * every))


def _limits(every: Sequence[Pixels]) -> Limits:
    """Return between which values each band is stretched: most of what the pictures really hold."""
    below = np.cumsum(np.sum(every, axis=0), axis=1)
    shares = [below[:, -1:] * (each / 100) for each in PERCENTILES]
    low, high = ((below < share).sum(axis=1) for share in shares)
    return tuple((float(one), float(other)) for one, other in zip(low, high, strict=True))


def _sample(source: rasterio.DatasetReader) -> tuple[int, int]:
    by = max(1.0, max(source.shape) / LOOKED)
    return max(1, int(source.height / by)), max(1, int(source.width / by))
