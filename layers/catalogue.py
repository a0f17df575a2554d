"""The catalogue: every layer of the shelf and of this city's own folder, read once at start."""

import functools
from pathlib import Path

from django.conf import settings

from core import shelf
from core.errors import Unknown
from layers.layer import Layer

SHELF = Path(__file__).parent / "catalog"


@functools.cache
def layers() -> dict[str, Layer]:
    """Return all layers by code, in drawing order; a city's own file replaces the shelf's."""
    own = Path(settings.DATA) / "catalog"
    found = shelf.tables(SHELF, Layer) | shelf.tables(own, Layer)
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def layer(code: str) -> Layer:
    """Return one layer; raises Unknown for a code that no file has."""
    found = layers().get(code)
    if found is None:
        raise Unknown(f"there is no layer {code!r}", zh=f"没有图层 {code!r}", field="layer")
    return found
