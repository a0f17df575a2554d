"""Figures of a selection by square cells of the ground: how dense, where no zones are drawn.

Cells are squares of so many metres in the CGCS2000 Gauss-Krüger zone (3 degrees) of the layer's
middle, aligned with its kilometre lines. Only cells that hold something are told.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from core.errors import Invalid
from layers.asking.figures import (
    MOST_ZONES,
    Table,
    Zone,
    aggregate,
    check_measures,
    cut_size,
    is_cut,
    shown,
)
from layers.crs import zone_of
from layers.selection import Selection, fetch

LEAST, MOST = 50.0, 50_000.0  # m

Cell = tuple[int, int]

_PLACED = """
WITH placed AS MATERIALIZED (
    SELECT ST_Transform(coalesce(anchor, ST_PointOnSurface(geom)), %s::int) AS at, {values}
    FROM {store} WHERE layer = %s AND {where}
), found AS (
    SELECT floor(ST_X(at) / %s)::int AS i, floor(ST_Y(at) / %s)::int AS j, value FROM placed
) SELECT i, j, {figures} FROM found GROUP BY GROUPING SETS ((i, j), ()) LIMIT %s
"""
_PARTS = """
WITH parts AS (
    SELECT cell.i, cell.j, ST_Transform(ST_Intersection(ground, cell.geom), 4326) AS part
    FROM (
        SELECT ST_Transform(original, %s::int) AS ground
        FROM {store} WHERE layer = %s AND {where}
    ) feature CROSS JOIN LATERAL ST_SquareGrid(%s, ground) cell
    WHERE ST_Intersects(ground, cell.geom)
) SELECT i, j, sum({size}) FROM parts GROUP BY GROUPING SETS ((i, j), ()) LIMIT %s
"""


def by_cell(chosen: Selection, side: float, measures: Sequence[str]) -> Table:
    """Count and sum a selection by cells of `side` metres; raises Invalid for too many cells."""
    if not LEAST <= side <= MOST:
        raise Invalid(
            f"a cell's side must be {LEAST:g} to {MOST:g} metres",
            zh=f"格网边长应在 {LEAST:g} 至 {MOST:g} 米之间",
            field="cell_m",
        )
    check_measures(measures)
    srid = zone_of(_middle(chosen))
    found = {name: _figures(chosen, side, srid, name) for name in {*measures, "count"}}
    cells = sorted({cell for name in measures for cell in found[name] if cell is not None})
    return Table(
        measures=list(measures),
        zones=_zones(cells, side, srid, [found[name] for name in measures], measures),
        total=[shown(found[name].get(None), name) for name in measures],
        outside=0,
    )


def _middle(chosen: Selection) -> float:
    """Return the longitude that the grid is laid by: of now, so that days can be compared."""
    now = Selection(chosen.layer, chosen.clause).bounds()
    west, _, east, _ = now or chosen.bounds() or [0.0] * 4
    return (west + east) / 2


def _figures(chosen: Selection, side: float, srid: int, measure: str) -> dict[Cell | None, Any]:
    """Return one measure by cell; the key None holds that of all."""
    name, _, column = measure.partition(":")
    layer, where = chosen.layer, chosen.clause
    values: list[Any]
    if is_cut(measure):
        query = _PARTS.format(store=chosen.store, size=cut_size(layer, name), where=where.sql)
        values = [srid, layer.code, *where.values, side]
    else:
        figure, value, before = aggregate(chosen, name, column)
        query = _PLACED.format(store=chosen.store, values=value, figures=figure, where=where.sql)
        values = [srid, *before, layer.code, *where.values, side, side]
    rows = fetch(query, [*values, MOST_ZONES + 2])
    if len(rows) > MOST_ZONES + 1:
        raise Invalid(
            f"more than {MOST_ZONES} cells of {side:g} m hold something",
            zh=f"边长 {side:g} m 的格网超过 {MOST_ZONES} 个",
            field="cell_m",
            remedy="ask for larger cells, or choose a part of the layer",
        )
    return {None if i is None else (i, j): figure for i, j, figure in rows}


def _zones(
    cells: list[Cell],
    side: float,
    srid: int,
    found: list[dict[Cell | None, Any]],
    measures: Sequence[str],
) -> list[Zone]:
    """Return the cells as zones, named by the kilometres of their south-western corner."""
    if not cells:
        return []
    corners = np.array(cells, float)[:, None, :] + [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    back = Transformer.from_crs(srid, 4326, always_xy=True)
    lon, lat = back.transform(corners[..., 0].ravel() * side, corners[..., 1].ravel() * side)
    rings = np.stack((lon, lat), axis=-1).reshape(len(cells), 5, 2)
    named = list(zip(found, measures, strict=True))
    return [
        Zone(
            fid=number,
            name_zh=f"东 {_km(i, side)}，北 {_km(j, side)} km",
            name_en=f"E {_km(i, side)}, N {_km(j, side)} km",
            code=f"{srid}/{side:g}/{i}/{j}",
            square_km=side * side / 1e6,
            figures=[shown(one.get((i, j)), name) for one, name in named],
            geometry=shapely.geometry.mapping(shapely.Polygon(ring)),
        )
        for number, ((i, j), ring) in enumerate(zip(cells, rings, strict=True), 1)
    ]


def _km(number: int, side: float) -> str:
    """Return where a cell begins, in kilometres, as short as it may be for a list."""
    return f"{number * side / 1000:.2f}".rstrip("0").rstrip(".")
