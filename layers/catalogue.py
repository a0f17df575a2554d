"""The catalogue: every layer of the shelf, of this city's own folder, and of the database.

Files are read once at start. Layers that were imported stand in `layers_registered`; a process
follows that table: `layers()` looks itself, an event loop is told by `adopt` and reads `known()`.
"""

import functools
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Max

from core import shelf
from core.errors import Unknown
from layers.layer import Layer
from layers.models import Registered

log = logging.getLogger(__name__)

SHELF = Path(__file__).parent / "catalog"
Stamp = tuple[int, Any]


class _Known(NamedTuple):
    """What was read of the database, and all layers together."""

    stamp: Stamp
    layers: dict[str, Layer]


_NOTHING: Stamp = (0, None)
_now = _Known((-1, None), {})


@functools.cache
def of_files() -> dict[str, Layer]:
    """Return the layers of both folders by code; a city's own file replaces the shelf's."""
    own = Path(settings.DATA) / "catalog"
    return shelf.tables(SHELF, Layer) | shelf.tables(own, Layer)


def known() -> dict[str, Layer]:
    """Return what this process knows, by code, in drawing order; asks nobody."""
    if _now.stamp[0] < 0:
        adopt(_NOTHING, {})
    return _now.layers


def stamp() -> Stamp:
    """Return what `adopt` was last told: number of registered layers and their last change."""
    return _now.stamp


def adopt(at: Stamp, definitions: Mapping[str, dict[str, Any]]) -> None:
    """Take these definitions for all that the database registers; files go before them."""
    global _now
    found = {code: made for code, row in definitions.items() if (made := _made(code, row))}
    merged = found | of_files()
    ordered = dict(sorted(merged.items(), key=lambda item: (item[1].order, item[0])))
    _now = _Known(at, ordered)


def forget() -> None:
    """Read files and table anew at the next question (tests)."""
    global _now
    of_files.cache_clear()
    _now = _Known((-1, None), {})


def layers() -> dict[str, Layer]:
    """Return all layers by code, in drawing order, after a look at the database."""
    last = Registered.objects.aggregate(count=Count("code"), last=Max("changed_at"))
    at = (last["count"], last["last"])
    if at != _now.stamp:
        adopt(at, dict(Registered.objects.values_list("code", "definition")))
    return _now.layers


def layer(code: str) -> Layer:
    """Return one layer, after a look at the database; raises Unknown for a code of none."""
    return _one(layers(), code)


def known_layer(code: str) -> Layer:
    """Return one layer of those that this process knows; raises Unknown."""
    return _one(known(), code)


def _one(among: dict[str, Layer], code: str) -> Layer:
    found = among.get(code)
    if found is None:
        raise Unknown(f"there is no layer {code!r}", zh=f"没有图层 {code!r}", field="layer")
    return found


def _made(code: str, row: dict[str, Any]) -> Layer | None:
    """Return the layer of a definition; one that cannot be used is told in the log and left out."""
    kept = _now.layers.get(code)
    if kept is not None and kept.definition() == row:
        return kept
    columns = dict(row.get("columns") or {})  # pairs in order; an object in older rows
    try:
        return shelf.build(
            Layer, {"code": code, **row, "columns": columns}, f"layers_registered {code}"
        )
    except shelf.BadShelf as error:
        log.error("a registered layer cannot be used: %s", error)
        return None
