"""The styles of an elevation model's tiles, as catalogue and TileJSON tell them."""

from typing import Any

from layers.layer import Layer
from layers.terrain.styles import STYLES, Named, Ramp, stops


def told(
    layer: Layer, version: int, raster: dict[str, Any], origin: str = ""
) -> list[dict[str, Any]]:
    """Return each style with its titles, its tiles' addresses by form, and its legend."""
    ground = lowest_and_highest(raster)
    return [
        {
            "name": name,
            "title_zh": style.zh,
            "title_en": style.en,
            "tiles": [f"{origin}{layer.template_of(name, form, version)}" for form in style.forms],
            "unit": style.unit,
            "legend": legend(stops(style, *ground), style.named),
            **({"encoding": "mapbox"} if name == "terrain-rgb" else {}),
        }
        for name, style in STYLES.items()
    ]


def lowest_and_highest(raster: dict[str, Any]) -> tuple[float, float | None]:
    """Return an elevation model's lowest and highest ground (m), as far as they are known."""
    highest = raster.get("highest")
    return float(raster.get("lowest") or 0.0), None if highest is None else float(highest)


def legend(ramp: Ramp, named: Named) -> list[dict[str, Any]]:
    """Return the stops of a ramp: value, colour, and what it is called if it is.

    Of a ramp with names only those are told: the rest only closes a circle, or is not drawn.
    """
    return [
        {"value": round(value, 1), "rgba": list(colour)}
        | (dict(zip(("zh", "en"), named[value], strict=True)) if named else {})
        for value, colour in ramp
        if value in named or not named
    ]
