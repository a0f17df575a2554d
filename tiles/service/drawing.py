"""Features as a picture by the catalogue's style: for clients that cannot draw vector tiles."""

import json
import math
import re
from typing import Any

import numpy as np
import shapely
from django.db import connection
from PIL import Image, ImageColor, ImageDraw
from pyproj import CRS, Transformer

from layers import asof
from layers.filtering import Clause
from layers.layer import PLAIN, WORLD, Layer, Paint
from layers.selection import during

Box = tuple[float, float, float, float]
FINE = 2  # drawn so many times larger, then smoothed
MOST = 30_000  # features of one picture
OWN_COLOUR = re.compile("#[0-9a-fA-F]{6}")
AT_ZOOM = 16  # the catalogue's sizes hold here

_READ = """
SELECT ST_AsBinary(ST_Transform(geom, %s::int)), properties FROM {table}
WHERE layer = %s AND {held} AND geom && ST_MakeEnvelope(%s, %s, %s, %s, 3857)
  AND shown_from <= %s::int LIMIT %s
"""


def picture(
    layer: Layer, thinned_to: int, bbox: Box, size: tuple[int, int], srs: str, when: str = ""
) -> Image.Image:
    """Return the layer's features in a box (frame `srs`, x before y) on clear ground.

    `when`: as it was on a day or moment; nothing is made ready for that, so all is drawn fine.
    """
    west, south, east, north = _web_box(bbox, srs)
    zoom = math.log2(WORLD / 256 / max((east - west) / size[0], 0.01))
    box, at = (west, south, east, north), max(0, math.floor(zoom + 0.5))
    rows = _read(layer, "" if when else _ready(layer, thinned_to, at), box, at, srs, when)
    large = (size[0] * FINE, size[1] * FINE)
    canvas = Image.new("RGBA", large, (0, 0, 0, 0))
    if rows:
        shapes = _on_canvas(rows, bbox, large)
        for paint in layer.paints:
            if paint.draw != "label" and paint.min_zoom - 0.5 <= zoom < paint.max_zoom + 0.5:
                chosen = [(shape, held[1]) for shape, held in zip(shapes, rows, strict=True)
                          if _fits(paint, held[1])]  # fmt: skip
                for colour, alike in _by_colour(paint, chosen).items():
                    canvas.alpha_composite(_painted(paint, colour, alike, large, zoom))
    return canvas.resize(size, Image.Resampling.BOX)


def _web_box(bbox: Box, srs: str) -> Box:
    if CRS.from_user_input(srs).to_epsg() == 3857:
        return bbox
    to_web = Transformer.from_crs(srs, "EPSG:3857", always_xy=True)
    found: Box = to_web.transform_bounds(*bbox, densify_pts=21)
    return found


def _ready(layer: Layer, thinned_to: int, at: int) -> str:
    """Return the level that is made ready for a zoom, as it is called in the store; "" for none."""
    band = layer.band(at, thinned_to)
    if band is not None:
        return str(band)
    return str(at) if layer.shape == "point" and at <= thinned_to else ""


def _read(
    layer: Layer, level: str, box: Box, at: int, srs: str, when: str
) -> list[tuple[bytes, dict[str, Any]]]:
    table, held = asof.store(when), during(when)
    if level:
        table, held = "layers_level", Clause("z = %s::int", (int(level),))
    code = CRS.from_user_input(srs).to_epsg()
    with connection.cursor() as cursor:
        asked = [code, layer.code, *held.values, *box, at, MOST]
        cursor.execute(_READ.format(table=table, held=held.sql), asked)
        return [
            (bytes(wkb), json.loads(told) if isinstance(told, str) else told)
            for wkb, told in cursor.fetchall()
        ]


def _on_canvas(rows: list[Any], bbox: Box, size: tuple[int, int]) -> list[shapely.Geometry]:
    """Return the shapes in pixels, y downwards."""
    west, south, east, north = bbox
    by = np.array([size[0] / (east - west), -size[1] / (north - south)])
    shapes = shapely.from_wkb([wkb for wkb, _ in rows])
    return list(shapely.transform(shapes, lambda at: (at - [west, north]) * by))


def _fits(paint: Paint, held: dict[str, Any]) -> bool:
    for column, values in paint.where.items():
        wanted = values if isinstance(values, list | tuple) else [values]
        if held.get(column) not in wanted:
            return False
    return True


def _by_colour(
    paint: Paint, chosen: list[tuple[shapely.Geometry, dict[str, Any]]]
) -> dict[str, list[shapely.Geometry]]:
    """Return the shapes by the colour that they are drawn in: one, or each one's own."""
    said = paint.day.get("colour", PLAIN)
    found: dict[str, list[shapely.Geometry]] = {}
    for shape, held in chosen:
        own = str(held.get(said[1:]) or "") if said.startswith("$") else said
        found.setdefault(own if OWN_COLOUR.fullmatch(own) else PLAIN, []).append(shape)
    return found


def _grown(pixels: float, zoom: float, least: float = 0.8) -> float:
    return float(max(min(least, pixels), pixels * 1.32 ** (zoom - AT_ZOOM)) * FINE)


def _painted(
    paint: Paint, colour: str, shapes: list[shapely.Geometry], size: tuple[int, int], zoom: float
) -> Image.Image:
    """Return one paint's picture in a colour: form by a mask, so that opacity is not laid twice."""
    look, result = paint.day, Image.new("RGBA", size, (0, 0, 0, 0))
    outline = look.get("outline")
    if outline and paint.draw != "fill":
        wider = _mask(paint.draw, shapes, size, _width(paint, zoom) + 1.2 * FINE)
        result.paste(_colour(outline), mask=wider)
    body = _mask(paint.draw, shapes, size, _width(paint, zoom))
    clear = Image.new("RGBA", size, (0, 0, 0, 0))
    clear.paste(_colour(colour), mask=body)
    opacity = float(look.get("opacity", 1))
    if opacity < 1:
        clear.putalpha(clear.getchannel("A").point(lambda value: int(value * opacity)))
    result.alpha_composite(clear)
    if outline and paint.draw == "fill":
        edges = _mask("line", list(shapely.boundary(shapes)), size, FINE)
        result.paste(_colour(outline), mask=edges)
    return result


def _width(paint: Paint, zoom: float) -> float:
    if paint.draw == "circle":
        return _grown(float(paint.day.get("radius", 3)), zoom, 1.5)
    return _grown(float(paint.day.get("width", 1)), zoom)


def _colour(text: str) -> tuple[int, ...]:
    return (*ImageColor.getrgb(text)[:3], 255)


def _mask(
    draw: str, shapes: list[shapely.Geometry], size: tuple[int, int], width: float
) -> Image.Image:
    mask = Image.new("L", size, 0)
    pen = ImageDraw.Draw(mask)
    for part in shapely.get_parts(shapes):
        if draw == "fill":
            pen.polygon(_flat(part.exterior), fill=255)
            for hole in part.interiors:
                pen.polygon(_flat(hole), fill=0)
        elif draw == "line":
            pen.line(_flat(part), fill=255, width=max(1, round(width)), joint="curve")
        else:
            x, y = part.x, part.y
            pen.ellipse((x - width, y - width, x + width, y + width), fill=255)
    return mask


def _flat(line: shapely.Geometry) -> list[float]:
    flat: list[float] = shapely.get_coordinates(line).ravel().tolist()
    return flat
