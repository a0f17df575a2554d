"""TileJSON 3.0.0: how a client learns where a layer's tiles are and what they hold."""

from typing import Any
from urllib.parse import quote

from layers import styles
from layers.layer import Layer
from layers.pictures import dated
from tiles.served import Served

TYPES = {"int": "Number", "float": "Number", "bool": "Boolean", "text": "String"}
WORLD = [-180.0, -85.0511, 180.0, 85.0511]


def document(served: Served, origin: str, at: str = "") -> dict[str, Any]:
    """Return the layer's TileJSON; `origin` is scheme and host as the client wrote them.

    `at`: the day or moment that its tiles are asked for.
    """
    layer, state = served.layer, served.state
    past = f"&at={quote(at)}" if at else ""
    lowest, highest = layer.zooms(state.raster)
    known = [edge for edge in state.bounds if edge is not None]
    bounds = known if len(known) == 4 else WORLD
    body: dict[str, Any] = {
        "tilejson": "3.0.0",
        "scheme": "xyz",
        "name": layer.title_zh,
        "description": layer.title_en,
        "version": f"{state.version}.0.0",
        "attribution": dated.credit(state.raster, layer.attribution),
        "tiles": [origin + layer.template(state.version) + past],
        "minzoom": lowest,
        "maxzoom": highest,
        # what a layer was may lie where nothing of it is now
        "bounds": WORLD if at and layer.is_vector else bounds,
        "center": [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2, lowest],
    }
    if layer.is_vector:
        body["vector_layers"] = list(_vector_layers(layer, lowest, highest))
    else:
        body["dates"] = list(served.days)
    if layer.heights:
        body["styles"] = styles.told(layer, state.version, state.raster, origin)
        body["tiles"] = body["styles"][0]["tiles"]
    return body


def _vector_layers(layer: Layer, lowest: int, highest: int) -> list[dict[str, Any]]:
    fields = {name: TYPES[one.type] for name, one in layer.columns.items() if one.tile}
    counted = {"n": "Number"} if layer.shape == "point" else {}
    names = [(layer.code, fields | counted)]
    if layer.label and layer.shape == "polygon":
        names.append((f"{layer.code}_label", fields))
    return [
        {"id": name, "fields": held, "minzoom": lowest, "maxzoom": highest} for name, held in names
    ]
