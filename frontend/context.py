"""What every page's template may use: the version, the theme, the browser's module map."""

import functools
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static

THEMES = ("dark", "light")
THEME_COOKIE = "zhihui_theme"

# bare names that our modules and the libraries among themselves import (no bundler: ADR 0004)
_MODULES = {
    "leaflet": "leaflet/leaflet-src.esm.js",
    "uplot": "uplot/uPlot.esm.js",
    "protomaps-leaflet": "protomaps-leaflet/index.js",
    "@protomaps/basemaps": "@protomaps/basemaps/index.js",
    "@mapbox/point-geometry": "@mapbox/point-geometry/index.js",
    "@mapbox/vector-tile": "@mapbox/vector-tile/index.js",
    "color2k": "color2k/index.exports.import.es.mjs",
    "fflate": "fflate/browser.js",
    "pbf": "pbf/index.js",
    "pmtiles": "pmtiles/index.js",
    "potpack": "potpack/index.mjs",
    "quickselect": "quickselect/index.js",
    "rbush": "rbush/index.js",
}


@functools.cache
def module_map() -> dict[str, dict[str, str]]:
    """Return the import map of the pages that use third-party modules."""
    return {"imports": {name: static(f"vendor/{path}") for name, path in _MODULES.items()}}


def theme(request: HttpRequest) -> str:
    """Return the theme that this browser was last set to; a control room is dark."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else THEMES[0]


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of base.html."""
    return {"version": settings.VERSION, "theme": theme(request), "module_map": module_map()}
