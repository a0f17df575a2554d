"""A tile's address, read from the path."""

import functools
import re
from typing import Literal, NamedTuple

from core.errors import Problem, Unknown

PATH = re.compile(
    r"/tiles/([a-z][a-z0-9_]*)"
    r"(?:\.json|/(style)\.json|(?:/([a-z][a-z-]*))?/(\d{1,3})/(\d{1,9})/(\d{1,9})\.(mvt|png|webp|jpg))"
)


class BadZoom(Problem):
    """A zoom that the layer has no tiles for."""

    status, code, title = 400, "bad_zoom", "No tiles at this zoom"


class Tile(NamedTuple):
    """What is asked for: layer, place in the web tile matrix (XYZ, from the top left), form.

    `style` is how an elevation model is drawn, "" for all other layers.
    """

    layer: str
    z: int
    x: int
    y: int
    form: str
    style: str = ""


Document = Literal["tilejson", "style"]


@functools.lru_cache(maxsize=20_000)
def read(path: str) -> tuple[str, Tile | Document]:
    """Return a path's layer, and its tile or which document; raises Unknown for any other path."""
    found = PATH.fullmatch(path)
    if found is None:
        raise Unknown(
            "no such tile address",
            zh="瓦片地址无效",
            remedy="ask for /tiles/{layer}.json, /tiles/{layer}/style.json or"
            " /tiles/{layer}/{z}/{x}/{y}.mvt, .png, .webp or .jpg; of"
            " an elevation model for /tiles/{layer}/{style}/{z}/{x}/{y}.png",
        )
    layer, painted, style, z, x, y, form = found.groups()
    if form:
        return layer, Tile(layer, int(z), int(x), int(y), form, style or "")
    return layer, "style" if painted else "tilejson"
