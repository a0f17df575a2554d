"""A layer's look as a MapLibre style (version 8), as MapLibre GL and QGIS read it.

MapLibre counts zooms of tiles of 512 pixels, the catalogue of 256: the same scale is one less here.
"""

import math
from typing import Any, NamedTuple, get_args
from urllib.parse import parse_qs

from core.errors import Invalid
from layers.layer import PLAIN, Layer, Light, Paint

AT_ZOOM = 16  # the catalogue gives sizes in CSS pixels at this zoom
GROWTH, TEXT_GROWTH = 1.32, 1.04  # a zoom: lines and points, text
TEXT_LEAST, TEXT_MOST = 0.85, 1.15  # of the size that is named
LAST = 24
CASING, CASED_FROM = 1.6, 1.5  # pixels that an edge adds, and the width from which it is drawn
FONT = ["Noto Sans CJK SC Medium"]
LANGUAGES = ("zh", "en")
Json = dict[str, Any]


class Asked(NamedTuple):
    """By which light, and in which language, a style is asked for."""

    light: Light
    language: str


def asked(query: bytes) -> Asked:
    """Read `?light=day|night&language=zh|en`; raises Invalid for any other."""
    told = parse_qs(query.decode("latin-1"))
    light, language = (told.get(name, [first])[0] for name, first in
                       (("light", "day"), ("language", "zh")))  # fmt: skip
    if light not in get_args(Light):
        raise Invalid("light is day or night", zh="light 只能是 day 或 night", field="light")
    if language not in LANGUAGES:
        raise Invalid("language is zh or en", zh="language 只能是 zh 或 en", field="language")
    return Asked("night" if light == "night" else "day", language)


def document(layer: Layer, tilejson: Json, wanted: Asked) -> Json:
    """Return the style of one layer whose TileJSON this is."""
    lon, lat, zoom = tilejson["center"]
    source = {key: tilejson[key] for key in ("tiles", "minzoom", "maxzoom", "bounds", "scheme")}
    source["attribution"] = tilejson["attribution"]
    source |= {"type": "vector"} if layer.is_vector else {"type": "raster", "tileSize": 256}
    return {
        "version": 8,
        "name": layer.title_zh if wanted.language == "zh" else layer.title_en,
        "center": [lon, lat],
        "zoom": max(0, zoom - 1),
        "sources": {layer.code: source},
        "layers": _layers(layer, wanted),
    }


def _layers(layer: Layer, wanted: Asked) -> list[Json]:
    if not layer.is_vector:
        return [{"id": layer.code, "type": "raster", "source": layer.code}]
    made = [
        _casing(layer, paint, at, wanted.light)
        for at, paint in enumerate(layer.paints)
        if paint.draw == "line" and _look(paint, wanted.light).get("outline")
    ]  # below all lines of the layer, so that junctions stay open
    for at, paint in enumerate(layer.paints):
        made += _painted(layer, paint, at, wanted)
    return made


def _painted(layer: Layer, paint: Paint, at: int, wanted: Asked) -> list[Json]:
    look = _look(paint, wanted.light)
    clear = look.get("opacity", 1)
    if paint.draw == "label":
        return [_label(layer, paint, at, wanted)]
    if paint.draw == "circle":
        drawn = {
            "circle-color": _colour(look["colour"]),
            "circle-opacity": clear,
            "circle-radius": grown(look.get("radius", 3), 1.2),
        }
        if look.get("outline"):
            drawn |= {"circle-stroke-color": look["outline"], "circle-stroke-width": 1}
        return [_one(layer, paint, f"{at}", "circle", paint=drawn)]
    if paint.draw == "line":
        return [_line(layer, paint, f"{at}", look, _colour(look["colour"]))]
    filled = {"fill-color": _colour(look["colour"]), "fill-opacity": clear}
    made = [_one(layer, paint, f"{at}", "fill", paint=filled)]
    if look.get("outline"):
        made.append(_line(layer, paint, f"{at}-edge", look, look["outline"]))
    return made


def _look(paint: Paint, light: Light) -> Json:
    look: Json = paint.night if light == "night" else paint.day
    return look


def _one(layer: Layer, of: Paint, name: str, kind: str, **drawn: Any) -> Json:
    made: Json = {
        "id": f"{layer.code}-{name}",
        "type": kind,
        "source": layer.code,
        "source-layer": layer.tile_layer(of),
        **drawn,
    }
    if of.min_zoom:
        made["minzoom"] = max(0, of.min_zoom - 1)
    if of.max_zoom < LAST:
        made["maxzoom"] = of.max_zoom  # its last zoom is drawn still; MapLibre's bound is not
    if of.where:
        made["filter"] = _filter(of.where)
    return made


def _filter(where: Json) -> list[Any]:
    every: list[Any] = []
    for column, values in where.items():
        listed = list(values) if isinstance(values, list | tuple) else [values]
        every.append(["in", ["get", column], ["literal", listed]])
    return every[0] if len(every) == 1 else ["all", *every]


def _colour(said: str) -> str | list[Any]:
    """Return a colour, or the expression for a feature's own."""
    return ["to-color", ["get", said[1:]], PLAIN] if said.startswith("$") else said


def _line(layer: Layer, paint: Paint, name: str, look: Json, colour: str | list[Any]) -> Json:
    width = look.get("width", 1)
    drawn: Json = {
        "line-color": colour,
        "line-opacity": look.get("opacity", 1),
        "line-width": grown(width),
    }
    if look.get("dash"):
        drawn["line-dasharray"] = [length / width for length in look["dash"]]  # in widths
    ends = {"line-cap": "butt" if look.get("dash") else "round", "line-join": "round"}
    return _one(layer, paint, name, "line", layout=ends, paint=drawn)


def _casing(layer: Layer, paint: Paint, at: int, light: Light) -> Json:
    look = _look(paint, light)
    width = look.get("width", 1)
    made = _line(layer, paint, f"{at}-casing", look, look["outline"])
    made["paint"]["line-width"] = _growing(
        [(zoom, _at(width, zoom) + CASING) for zoom in (0, LAST)], GROWTH
    )
    wide = _zoom_of(CASED_FROM / width, GROWTH) - 1
    made["minzoom"] = round(min(LAST, max(0, made.get("minzoom", 0), wide)), 2)
    return made


def _label(layer: Layer, paint: Paint, at: int, wanted: Asked) -> Json:
    look = _look(paint, wanted.light)
    own: list[Any] = ["to-string", ["get", paint.text or "name"]]
    english = wanted.language == "en" and paint.text_en
    named = ["case", ["to-boolean", ["get", paint.text_en]], ["get", paint.text_en], own]
    size = look.get("size", 12)
    stops = [(_zoom_of(part, TEXT_GROWTH), size * part) for part in (TEXT_LEAST, TEXT_MOST)]
    layout = {
        "text-field": named if english else own,
        "text-font": FONT,
        "text-size": _growing(stops, TEXT_GROWTH),
        **({"symbol-placement": "line"} if layer.shape == "line" else {}),
    }
    drawn = {"text-color": look["colour"]}
    if look.get("halo"):
        drawn |= {"text-halo-color": look["halo"], "text-halo-width": 1}
    return _one(layer, paint, f"{at}", "symbol", layout=layout, paint=drawn)


def grown(pixels: float, least: float = 0.4) -> list[Any]:
    """Return a size that grows with the map, slower than it, and never vanishes."""
    floor = min(least, pixels)
    return _growing([(_zoom_of(floor / pixels, GROWTH), floor), (LAST, _at(pixels, LAST))], GROWTH)


def _at(pixels: float, zoom: float) -> float:
    return pixels * float(GROWTH ** (zoom - AT_ZOOM))


def _zoom_of(part: float, growth: float) -> float:
    """Return the zoom at which a size is such a part of what it is at the zoom it is named for."""
    return AT_ZOOM + math.log(part) / math.log(growth)


def _growing(stops: list[tuple[float, float]], growth: float) -> list[Any]:
    """Return the expression of a size between zooms of the catalogue."""
    told = [round(each, 3) for zoom, size in stops for each in (zoom - 1, size)]
    return ["interpolate", ["exponential", growth], ["zoom"], *told]
