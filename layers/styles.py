"""The styles of an elevation model's tiles, as catalogue and TileJSON tell them."""

from typing import Any

from layers.layer import Layer
from layers.terrain.styles import STYLES, Style


def told(
    layer: Layer, version: int, raster: dict[str, Any], origin: str = ""
) -> list[dict[str, Any]]:
    """Return each style with its titles, its tiles' addresses by form, and its legend."""
    lowest = float(raster.get("lowest", 0.0))
    return [
        {
            "name": name,
            "title_zh": style.zh,
            "title_en": style.en,
            "tiles": [f"{origin}{layer.template_of(name, form, version)}" for form in style.forms],
            "unit": style.unit,
            "legend": _legend(style, lowest),
            **({"encoding": "mapbox"} if name == "terrain-rgb" else {}),
        }
        for name, style in STYLES.items()
    ]


def _legend(style: Style, lowest: float) -> list[dict[str, Any]]:
    above = lowest if style.over_lowest else 0.0
    return [
        {"value": round(value + above, 1), "rgba": list(colour)}
        for value, colour in style.ramp
        if value >= 0
    ]
