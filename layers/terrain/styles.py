"""How an elevation model is drawn: its styles, and one web tile of heights in each of them."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from layers.terrain.aspect import LEVEL, QUARTERS, aspect
from layers.terrain.grid import Grid, Heights, Lengths
from layers.terrain.hillshade import hillshade
from layers.terrain.kernel import kernel
from layers.terrain.slope import slope

Picture = npt.NDArray[np.uint8]
Ramp = Sequence[tuple[float, tuple[int, int, int, int]]]
Named = Mapping[float, tuple[str, str]]  # what values are called, in Chinese and English

_NORTH, _EAST = (70, 110, 190, 230), (240, 200, 80, 230)
_SOUTH, _WEST = (205, 70, 50, 230), (120, 150, 90, 230)
_LOSSLESS = ("png",)
_ANY = ("png", "webp", "jpg")
BASE, STEP = 10_000.0, 0.1  # m: Mapbox's Terrain-RGB is (R·65536 + G·256 + B) · 0.1 - 10,000


@dataclasses.dataclass(frozen=True, slots=True)
class Style:
    """A way to draw heights; `ramp` gives colours to values of `unit`, straight between them.

    `over_lowest`: the ramp counts from the model's lowest ground, and is drawn together for a model
    that does not rise to its end, so that a plain shows its metres and a range its hundreds.
    """

    zh: str
    en: str
    forms: tuple[str, ...] = _ANY
    unit: str = ""
    ramp: Ramp = ()
    named: Named = dataclasses.field(default_factory=dict)
    over_lowest: bool = False


def stops(style: Style, lowest: float, highest: float | None) -> Ramp:
    """Return a style's ramp for a model of this lowest and highest ground (m; None: unknown)."""
    if not style.over_lowest:
        return style.ramp
    whole = style.ramp[-1][0]
    rise = whole if highest is None else min(max(highest - lowest, 1.0), whole)
    return [(lowest + value * rise / whole, colour) for value, colour in style.ramp]


STYLES = {
    "hillshade": Style("山体阴影", "Hillshade"),
    "slope": Style(
        "坡度", "Slope", unit="°",
        ramp=(
            (0.0, (255, 255, 255, 0)), (5.0, (250, 226, 140, 150)), (15.0, (240, 150, 60, 200)),
            (25.0, (205, 60, 45, 225)), (45.0, (110, 20, 60, 240)),
        ),
    ),
    "aspect": Style(
        "坡向", "Aspect", unit="°",
        ramp=(
            (LEVEL, (160, 160, 160, 0)), (LEVEL + 0.5, (160, 160, 160, 0)), (0.0, _NORTH),
            (90.0, _EAST), (180.0, _SOUTH), (270.0, _WEST), (360.0, _NORTH),
        ),
        named=QUARTERS,
    ),
    "height": Style(
        "高程分色", "Colour by height", unit="m", over_lowest=True,
        ramp=(
            (0.0, (106, 148, 120, 255)), (50.0, (134, 160, 118, 255)),
            (150.0, (168, 166, 118, 255)), (400.0, (170, 146, 112, 255)),
            (900.0, (152, 124, 108, 255)), (2000.0, (196, 190, 186, 255)),
        ),
    ),
    "terrain-rgb": Style("高程编码（Terrain-RGB）", "Terrain-RGB", forms=_LOSSLESS),
}  # fmt: skip


def draw(
    heights: Heights, cells: Lengths, style: str, lowest: float = 0.0, highest: float | None = None
) -> Picture:
    """Return red, green, blue and alpha of heights (m) that carry a rim of one cell.

    `cells`: a cell's side on the ground (m) for each row; `lowest` and `highest`: the whole model's
    ground (m).
    """
    inner = np.ascontiguousarray(heights[1:-1, 1:-1])
    if style == "terrain-rgb":
        return _encoded(inner)
    grid = Grid(heights, cells, cells)
    if style == "hillshade":
        return _grey(hillshade(grid)[1:-1, 1:-1])
    found = STYLES[style]
    values = inner if style == "height" else (slope if style == "slope" else aspect)(grid)
    if values is not inner:
        values = values[1:-1, 1:-1]
    ramp = stops(found, lowest, highest)
    at = np.array([value for value, _ in ramp])
    colours = np.array([colour for _, colour in ramp], np.float64)
    out: Picture = np.zeros((4, *inner.shape), np.uint8)
    _paint(values, at, colours, out)
    return out


def _grey(light: Heights) -> Picture:
    out: Picture = np.zeros((4, *light.shape), np.uint8)
    _shade(light, out)
    return out


def _encoded(heights: Heights) -> Picture:
    """Return heights as Mapbox's Terrain-RGB; unknown ground counts as sea level there."""
    out: Picture = np.full((4, *heights.shape), 255, np.uint8)
    _encode(heights, BASE, 1 / STEP, out)
    return out


@kernel
def _shade(light: Heights, out: Picture) -> None:
    for y in range(light.shape[0]):
        for x in range(light.shape[1]):
            value = light[y, x]
            if value == value:
                grey = np.uint8(value * 255 + 0.5)
                out[0, y, x] = out[1, y, x] = out[2, y, x] = grey
                out[3, y, x] = 255


@kernel
def _paint(values: Heights, at: Lengths, colours: Lengths, out: Picture) -> None:
    last = len(at) - 1
    for y in range(values.shape[0]):
        for x in range(values.shape[1]):
            value = values[y, x]
            if value != value:
                continue
            step = 0
            while step < last - 1 and value >= at[step + 1]:
                step += 1
            share = min(max((value - at[step]) / (at[step + 1] - at[step]), 0.0), 1.0)
            for band in range(4):
                low, high = colours[step, band], colours[step + 1, band]
                out[band, y, x] = np.uint8(low + (high - low) * share + 0.5)


@kernel
def _encode(heights: Heights, base: float, by: float, out: Picture) -> None:
    for y in range(heights.shape[0]):
        for x in range(heights.shape[1]):
            height = heights[y, x]
            if height != height:
                height = np.float32(0)
            code = int(np.floor((height + base) * by + 0.5))
            out[0, y, x] = (code >> 16) & 255
            out[1, y, x] = (code >> 8) & 255
            out[2, y, x] = code & 255
