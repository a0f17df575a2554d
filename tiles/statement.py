"""The one statement that makes a vector tile of a layer, in three forms by zoom.

`$1`, `$2`, `$3` are zoom, column and row, always cast: a driver that binds small numbers as int2
would lose the index over (z, geom), which matches int4 only.
"""

import functools
from typing import NamedTuple

from layers.layer import WORLD, Layer
from layers.staging import typed

EXTENT, BUFFER = 4096, 64
MOST = 65536  # features of a tile of the past
_HERE = "ST_TileEnvelope($1::int, $2::int, $3::int)"
_ROUND = f"ST_TileEnvelope($1::int, $2::int, $3::int, margin => {BUFFER / EXTENT})"
_DRAWN = f"ST_AsMVTGeom(geom, {_HERE}, {EXTENT}, {BUFFER}, true) AS geom"
_ANCHOR = f"ST_AsMVTGeom(anchor, {_HERE}, {EXTENT}, 0, true) AS geom"


class Statement(NamedTuple):
    """A statement and the name that it is prepared under."""

    name: bytes
    text: bytes


def of(layer: Layer, zoom: int, thinned_to: int) -> Statement:
    """Return the statement for one zoom: features, generalised band, or thinned where dense."""
    return _statement(layer, _form(layer, zoom, thinned_to))


def _form(layer: Layer, zoom: int, thinned_to: int) -> str:
    band = layer.band(zoom, thinned_to)
    if band is not None:
        return f"band{band}"
    return "thinned" if layer.shape == "point" and zoom <= thinned_to else "features"


@functools.cache
def _statement(layer: Layer, form: str) -> Statement:
    return Statement(f"{layer.code}_{layer.digest}_{form}".encode(), text(layer, form).encode())


@functools.cache
def then(layer: Layer, zoom: int) -> Statement:
    """Return the statement of the layer as it was at `$4`: living rows and ended ones, as drawn.

    Nothing is made ready for the past: what is under half a pixel is left out, and a tile that
    would hold more than MOST features holds that many.
    """
    tolerance = WORLD / 2**zoom / 512
    seen = {
        "point": "true",
        "line": f"ST_XMax(geom) - ST_XMin(geom) + ST_YMax(geom) - ST_YMin(geom) > {tolerance}",
        "polygon": f"ST_Area(geom) > {tolerance} ^ 2",
    }[layer.shape]
    kept = "fid, geom, anchor, properties, shown_from"
    rows = (
        f"(SELECT {kept} FROM layers_feature WHERE layer = '{layer.code}'"
        f" AND geom && {_ROUND} AND valid_from <= $4::timestamptz"
        f" UNION ALL SELECT {kept} FROM layers_past WHERE layer = '{layer.code}'"
        f" AND geom && {_ROUND} AND valid_from <= $4::timestamptz AND valid_to > $4::timestamptz)"
    )
    columns = typed(layer, past=True)
    drawn = (
        f"SELECT fid{columns}, {_DRAWN} FROM {rows} ever WHERE {seen}{_shown(layer)} LIMIT {MOST}"
    )
    parts = [_mvt(layer.code, drawn)]
    if layer.label and layer.shape == "polygon":
        names = f"SELECT fid{columns}, {_ANCHOR} FROM {rows} ever WHERE anchor && {_HERE}"
        parts.append(_mvt(f"{layer.code}_label", f"{names} AND {seen}{_shown(layer)} LIMIT {MOST}"))
    name = f"{layer.code}_{layer.digest}_then{zoom}"
    return Statement(name.encode(), f"SELECT {' || '.join(parts)}".encode())


def text(layer: Layer, form: str) -> str:
    """Return the SQL of a layer's tile; `form` is features, thinned or bandN."""
    if form == "thinned":
        rows = f"{_features(layer, 'NOT ' + _dense(layer))} UNION ALL {_thinned(layer)}"
    elif form == "features":
        rows = _features(layer)
    else:
        rows = _band(layer, int(form.removeprefix("band")))
    parts = [_mvt(layer.code, rows)]
    if layer.label and layer.shape == "polygon":
        parts.append(_mvt(f"{layer.code}_label", _labels(layer, form)))
    return f"SELECT {' || '.join(parts)}"


def _mvt(name: str, rows: str) -> str:
    return f"(SELECT ST_AsMVT(t, '{name}', {EXTENT}, 'geom', 'fid') FROM ({rows}) t)"


def _features(layer: Layer, only: str = "") -> str:
    n = ", NULL::int AS n" if only else ""
    return (
        f"SELECT fid{typed(layer)}{n}, {_DRAWN} FROM layers_feature_{layer.code} "
        f"WHERE geom && {_ROUND}{_shown(layer)}{' AND ' + only if only else ''}"
    )


def _thinned(layer: Layer) -> str:
    return (
        f"SELECT fid{typed(layer)}, n, {_DRAWN} FROM layers_level_{layer.code} "
        f"WHERE z = $1::int AND geom && {_ROUND} AND {_dense(layer)}"
    )


def _band(layer: Layer, band: int) -> str:
    return (
        f"SELECT fid{typed(layer)}, {_DRAWN} FROM layers_level_{layer.code} "
        f"WHERE z = {band} AND geom && {_ROUND}{_shown(layer)}"
    )


def _labels(layer: Layer, form: str) -> str:
    """Return one point per area, in the tile that holds it, so that a name stands once."""
    table, at = f"layers_feature_{layer.code}", ""
    if form != "features":
        table, at = (f"layers_level_{layer.code}", f"z = {int(form.removeprefix('band'))} AND ")
    return (
        f"SELECT fid{typed(layer)}, {_ANCHOR} FROM {table} "
        f"WHERE {at}geom && {_HERE} AND anchor && {_HERE}{_shown(layer)}"
    )


def _shown(layer: Layer) -> str:
    return " AND shown_from <= $1::int" if layer.thin else ""


def _dense(layer: Layer) -> str:
    return (
        f"EXISTS (SELECT FROM layers_dense WHERE layer = '{layer.code}' "
        "AND z = $1::int AND x = $2::int AND y = $3::int)"
    )
