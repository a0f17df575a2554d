"""MapProxy's configuration, made from the catalogue: every layer with tiles, in drawing order."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from layers.layer import Layer
from layers.models import State
from layers.pictures import dated

WITH_DAY = "/{Layer}/{time}/{TileMatrixSet}/{TileMatrix}/{TileCol}/{TileRow}.{Format}"
CRS = ["EPSG:4326", "EPSG:3857", "EPSG:4490"]
GRID = "webmercator"
_LARGEST = 4096  # pixels a side of one map


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """A layer that has something to show, and its state."""

    layer: Layer
    state: State


def drawn(layers: Mapping[str, Layer], states: Mapping[str, State]) -> list[Drawn]:
    """Return the layers that can be asked for, bottom first."""
    return [
        Drawn(layer, states[code])
        for code, layer in layers.items()
        if layer.tiled and code in states and states[code].count
    ]


def make(found: list[Drawn], title: str = "Zhihui 指挥") -> dict[str, Any]:
    """Return the configuration as MapProxy's YAML file would say it."""
    return {
        "services": {
            "wms": {
                "versions": ["1.1.1", "1.3.0"],
                "srs": CRS,
                "image_formats": ["image/png", "image/jpeg"],
                "max_output_pixels": [_LARGEST, _LARGEST],
                "md": {
                    "title": title,
                    "abstract": "城市空间框架的图层 Layers of the city's spatial framework",
                },
            },
            "wmts": {
                "kvp": True,
                "restful": True,
                "restful_template": WITH_DAY,
                "md": {"title": title, "abstract": "地图瓦片 Map tiles"},
            },
        },
        "layers": [_layer(one) for one in reversed(found)],
        "caches": {f"{one.layer.code}_tiles": _cache(one) for one in found},
        "sources": {f"{one.layer.code}_source": _source(one) for one in found},
        "grids": {GRID: {"base": "GLOBAL_WEBMERCATOR", "num_levels": 20}},
        "globals": {
            "srs": {"axis_order_ne": ["EPSG:4326", "EPSG:4490"]},
            "image": {"paletted": False},
        },
    }


def _layer(one: Drawn) -> dict[str, Any]:
    layer, days = one.layer, dated.days(one.state) if not one.layer.is_vector else []
    found: dict[str, Any] = {
        "name": layer.code,
        "title": f"{layer.title_zh} {layer.title_en}",
        # maps are drawn for what is asked; only tiles need the grid
        "sources": [f"{layer.code}_source"],
        "tile_sources": [f"{layer.code}_tiles"],
        "md": {"abstract": f"{layer.source} · {dated.credit(one.state.raster, layer.attribution)}"},
    }
    if len(days) > 1:  # MapProxy reads a single value as an interval
        found["dimensions"] = {"time": {"values": days, "default": days[-1]}}
    return found


def _cache(one: Drawn) -> dict[str, Any]:
    """Return a cache that keeps nothing: what it would keep is made in a moment."""
    return {
        "sources": [f"{one.layer.code}_source"],
        "grids": [GRID],
        "format": "image/png",
        "disable_storage": True,
        "meta_size": [1, 1],
        "meta_buffer": 0,
    }


def _source(one: Drawn) -> dict[str, Any]:
    bounds = one.state.bounds or [-180.0, -85.0, 180.0, 85.0]
    coverage = {"bbox": bounds, "srs": "EPSG:4326"}
    kind = "features" if one.layer.is_vector else "cog"
    return {"type": kind, "layer": one.layer.code, "coverage": coverage}
