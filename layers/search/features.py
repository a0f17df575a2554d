"""Every vector layer as a source of the search: features by the column that names them."""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any

from django.db import connection

from layers import catalogue
from layers.layer import Layer
from layers.rights import may_see
from layers.search.source import Family, Found, Source
from people.may import Rights

OWN = {"places_division"}  # tables whose rows are sources themselves
CODES = ("code", "ref")
SITE, LINE, AREA, POINT = 4, 3, 2, 1  # weights
SAME = 1500  # metres of the web map: pieces of one name that lie nearer are one street

_FEATURES = """
SELECT fid AS id, zh, en, code, '' AS scope, {weight} AS weight, ST_X(at) AS lon, ST_Y(at) AS lat
FROM (SELECT fid, {zh} AS zh, {en} AS en, {code} AS code, {place} AS at
      FROM layers_feature WHERE layer = '{layer}') named
WHERE zh <> '' OR en <> '' OR code <> ''
"""
# a street comes in pieces: those of one name that hang together are one, found at its middle
_LINES = """
SELECT min(fid) AS id, zh, en, code, '' AS scope, {weight} AS weight,
       ST_X(ST_ClosestPoint(ST_Collect(original), ST_Centroid(ST_Collect(original)))) AS lon,
       ST_Y(ST_ClosestPoint(ST_Collect(original), ST_Centroid(ST_Collect(original)))) AS lat
FROM (SELECT fid, zh, en, code, original,
             ST_ClusterDBSCAN(geom, {same}, 1) OVER (PARTITION BY zh, en, code) AS piece
      FROM (SELECT fid, {zh} AS zh, {en} AS en, {code} AS code, geom, original
            FROM layers_feature WHERE layer = '{layer}') named
      WHERE zh <> '' OR en <> '' OR code <> '') grouped
GROUP BY zh, en, code, piece
"""
_NOW = """
SELECT fid, {zh}, {en}, {code}, simulated,
       ST_XMin(original), ST_YMin(original), ST_XMax(original), ST_YMax(original)
FROM layers_feature WHERE layer = '{layer}' AND fid = ANY(%s)
"""
_PLACES = {"point": "ST_Centroid(original)", "polygon": "ST_PointOnSurface(original)", "line": ""}


class Features(Source):
    """The features of one layer that have a name or a code."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self.code = f"layer/{layer.code}"
        self._columns = {
            "layer": layer.code,
            "zh": _text(_name_column(layer)),
            "en": _text("name_en" if "name_en" in layer.columns else ""),
            "code": _text(next((one for one in CODES if one in layer.columns), "")),
        }

    @cached_property
    def rows(self) -> str:
        """Return the statement that lists them."""
        layer = self._layer
        weight = {"line": LINE, "polygon": AREA}.get(layer.shape, POINT)
        form = _LINES if layer.shape == "line" else _FEATURES
        return form.format(
            **self._columns,
            weight=SITE if layer.site else weight,
            place=_PLACES[layer.shape],
            same=SAME,
        )

    def seen(self, rights: Rights, scopes: Sequence[str]) -> list[bool]:
        """Show all of a layer or nothing of it."""
        return [may_see(self._layer, rights)] * len(scopes)

    def now(self, ids: Sequence[int], rights: Rights) -> dict[int, Found]:
        """Return the features; none of a layer that has been closed since."""
        if not may_see(self._layer, rights):
            return {}
        with connection.cursor() as cursor:
            cursor.execute(_NOW.format(**self._columns), [list(ids)])
            return {row[0]: self._found(*row) for row in cursor.fetchall()}

    def _found(self, fid: int, zh: str, en: str, code: str, simulated: bool, *box: Any) -> Found:
        layer = self._layer
        west, south, east, north = box
        return Found(
            str(fid), zh, en, code, layer.code, layer.title_zh, layer.title_en, None, None,
            layer=layer.code, simulated=simulated,
            bounds=None if layer.shape == "point" else (west, south, east, north),
        )  # fmt: skip


def _text(column: str) -> str:
    return f"coalesce(properties ->> '{column}', '')" if column else "''"


def _name_column(layer: Layer) -> str:
    """Return the column that names a feature: its own, or what the map writes beside it."""
    if "name_zh" in layer.columns:
        return "name_zh"
    written = (paint.text for paint in layer.style if paint.draw == "label")
    named = (layer.label, *written)
    return next((one for one in named if one in layer.columns and one not in CODES), "")


class Layers(Family):
    """Every vector layer that names its features; a layer's version is its stamp."""

    stamps = "SELECT 'layer/' || layer, version || ' ' || updated_at FROM layers_state"

    def sources(self) -> Iterable[Source]:
        """Return the layers that have a column to search."""
        for layer in catalogue.layers().values():
            own = layer.table is not None and layer.table.table in OWN
            if layer.is_vector and not own and _is_named(layer):
                yield _features(layer)


@lru_cache(maxsize=1024)  # a layer is the same object until its definition changes
def _features(layer: Layer) -> Features:
    return Features(layer)


def _is_named(layer: Layer) -> bool:
    return bool(_name_column(layer)) or any(one in layer.columns for one in CODES)
