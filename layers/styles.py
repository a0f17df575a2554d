"""The styles of an elevation model's tiles, as catalogue and TileJSON tell them."""

from typing import Any

from layers.layer import Layer
from layers.terrain.styles import STYLES, Named, Ramp


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
            "legend": legend(style.ramp, style.named, lowest if style.over_lowest else 0.0),
            **({"encoding": "mapbox"} if name == "terrain-rgb" else {}),
        }
        for name, style in STYLES.items()
    ]


def legend(ramp: Ramp, named: Named, above: float = 0.0) -> list[dict[str, Any]]:
    """Return the stops of a ramp, lifted by `above`: value, colour, and what it is called if it is.

    Of a ramp with names only those are told: the rest only closes a circle, or is not drawn.
    """
    stops = [(value, colour) for value, colour in ramp if value in named or not named]
    return [
        {"value": round(value + above, 1), "rgba": list(colour)}
        | (dict(zip(("zh", "en"), named[value], strict=True)) if named else {})
        for value, colour in stops
    ]
