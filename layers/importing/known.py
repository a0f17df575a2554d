"""What is known of the city for comparison: places by name, outlines of registered layers."""

import dataclasses
import math
from typing import Any

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray
from shapely import STRtree

from layers import catalogue
from layers.importing.table import Shapes
from layers.staging import DIMENSION

MOST_NAMES, MOST_COLUMNS = 2000, 100
MOST_SHAPES, REACH = 48, 1500.0  # shapes that are looked at, and metres round each
MOST_NEAR, MOST_VERTICES = 4000, 40
_SAME = 300.0  # m: two known places of one name further apart than this are two places
_ENDINGS = ("地铁站", "火车站", "站")
Floats = NDArray[np.float64]

_NAMED = """
SELECT name, lon, lat FROM (
    SELECT name_zh AS name, ST_X(point) AS lon, ST_Y(point) AS lat FROM places_placename
    UNION ALL
    SELECT name_zh, ST_X(ST_Centroid(boundary)), ST_Y(ST_Centroid(boundary))
    FROM places_division WHERE level IN ('city', 'district') AND boundary IS NOT NULL
    UNION ALL
    SELECT properties ->> 'name_zh', ST_X(at), ST_Y(at)
    FROM layers_feature, LATERAL ST_Centroid(original) at WHERE layer = ANY(%(sites)s)
) known WHERE name = ANY(%(names)s)
"""
_NEAR = """
SELECT ST_AsBinary(geom) FROM layers_feature
WHERE layer = ANY(%(layers)s) AND geom && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 3857)
LIMIT %(most)s
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """Places that a file's rows name: which rows, and where the places are (degrees)."""

    which: NDArray[np.intp]
    places: Floats


def places_named(rows: list[dict[str, Any]]) -> Known:
    """Return the known places whose names stand in the rows, by the column that names most."""
    best = Known(np.empty(0, np.intp), np.empty((0, 2)))
    every = dict.fromkeys(name for row in rows[:200] for name in row)
    columns = [*every][:MOST_COLUMNS]
    for column in columns:
        texts = [row.get(column) for row in rows[:MOST_NAMES]]
        names = {at: _plain(text) for at, text in enumerate(texts) if isinstance(text, str)}
        found = _look_up(names) if names else best
        if len(found.which) > len(best.which):
            best = found
    return best


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()


def _bare(name: str) -> str:
    for ending in _ENDINGS:
        name = name.removesuffix(ending) or name
    return name


def _look_up(names: dict[int, str]) -> Known:
    """Look up names as they are, and with and without the ending of a station."""
    spelt = {_bare(name) + ending for name in names.values() for ending in ("", *_ENDINGS)}
    sites = [layer.code for layer in catalogue.layers().values() if layer.site]
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"sites": sites, "names": sorted(spelt | set(names.values()))})
        found = cursor.fetchall()
    at: dict[str, list[tuple[float, float]]] = {}
    for name, lon, lat in found:
        at.setdefault(_bare(name), []).append((lon, lat))
    sure = {name: np.mean(places, axis=0) for name, places in at.items() if _one_place(places)}
    which = [row for row, name in names.items() if _bare(name) in sure]
    places = [sure[_bare(names[row])] for row in which]
    return Known(np.array(which, np.intp), np.array(places, float).reshape(-1, 2))


def _one_place(places: list[tuple[float, float]]) -> bool:
    spread = np.ptp(np.array(places), axis=0) * 111_000.0
    return bool(np.hypot(*spread) <= _SAME)


def spread(shapes: Shapes) -> Shapes:
    """Return some shapes, spread evenly over the file."""
    return shapes[:: max(1, len(shapes) // MOST_SHAPES)][:MOST_SHAPES]


def near_shapes(shapes: Shapes) -> Floats:
    """Return metres from some of the shapes' vertices to the nearest registered outline.

    Vertices come in the same order whatever the shapes' datum, so that two calls compare.
    """
    sampled = _sample(shapes)
    dimension = int(shapely.get_dimensions(shapes[0]))
    wanted = next((shape for shape, of in DIMENSION.items() if of == dimension), "")
    layers = [one.code for one in catalogue.layers().values() if one.shape == wanted]
    apart = [_to_nearest(spot, layers) for spot in sampled]
    return np.concatenate(apart) if apart else np.empty(0)


def _sample(shapes: Shapes) -> list[Floats]:
    """Return a few vertices (degrees) of each feature."""
    every = [shapely.get_coordinates(one) for one in shapes]
    spots = [one[:-1] for one in every if len(one) > 1] or [one for one in every if len(one)]
    return [one[:: max(1, len(one) // MOST_VERTICES)] for one in spots]


def _to_nearest(degrees: Floats, layers: list[str]) -> Floats:
    """Return metres on the ground to the nearest outline, REACH where there is none."""
    radius = 6378137.0
    x = np.radians(degrees[:, 0]) * radius
    y = np.arctanh(np.sin(np.radians(degrees[:, 1]))) * radius
    shrink = math.cos(math.radians(float(degrees[0, 1])))
    reach = REACH / shrink
    asked: dict[str, Any] = {
        "layers": layers,
        "w": float(x.min() - reach),
        "s": float(y.min() - reach),
        "e": float(x.max() + reach),
        "n": float(y.max() + reach),
        "most": MOST_NEAR,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, asked)
        found = [bytes(row[0]) for row in cursor.fetchall()]
    if not found:
        return np.full(len(x), REACH)
    outlines = shapely.from_wkb(found)
    lines = np.where(shapely.get_dimensions(outlines) == 2, shapely.boundary(outlines), outlines)
    points = shapely.points(x, y)
    _, apart = STRtree(lines).query_nearest(points, return_distance=True, all_matches=False)
    return np.minimum(np.asarray(apart, float) * shrink, REACH)
