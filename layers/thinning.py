"""What low zooms are drawn from: thinned points, simplified lines and areas."""

from typing import Any

from django.db.backends.utils import CursorWrapper

from layers.layer import THINNED_FROM, WORLD, Layer

# a coarser band is not made of at least so many features, so plain (corners), of which it keeps
# that part: it would hold what the next finer one holds
MANY, PLAIN, ALIKE = 50_000, 12, 0.9
CELLS = 6  # a tile is 2**6 = 64 cells wide: at most 4,096 thinned points

_GRID = """
CREATE TEMPORARY TABLE layers_cells ON COMMIT DROP AS
SELECT floor((ST_XMin(geom) + {half}) / {cell})::int AS cx,
       floor(({half} - ST_YMin(geom)) / {cell})::int AS cy,
       1 AS n, ST_XMin(geom) AS sx, ST_YMin(geom) AS sy, fid
FROM {features}
"""
_COARSER = """
CREATE TEMPORARY TABLE layers_coarser ON COMMIT DROP AS
SELECT cx >> {by} AS cx, cy >> {by} AS cy, sum(n)::int AS n, sum(sx) AS sx, sum(sy) AS sy,
       min(fid) AS fid
FROM layers_cells GROUP BY 1, 2;
DROP TABLE layers_cells;
ALTER TABLE layers_coarser RENAME TO layers_cells;
ANALYZE layers_cells;
"""
_TILES = """
CREATE TEMPORARY TABLE layers_tiles ON COMMIT DROP AS
SELECT cx >> {cells} AS x, cy >> {cells} AS y, sum(n)::int AS n FROM layers_cells GROUP BY 1, 2
"""
_DENSE = """
INSERT INTO layers_dense SELECT %(layer)s, %(z)s, x >> %(by)s, y >> %(by)s, sum(n)
FROM layers_tiles GROUP BY 3, 4 HAVING sum(n) > %(most)s
"""
# one ring of cells round a dense tile is kept too: its marks reach into the tile
_POINTS = """
INSERT INTO {levels} (layer, z, fid, n, geom, properties)
SELECT '{layer}', {z}, c.fid, c.n,
       coalesce(f.geom, ST_SetSRID(ST_MakePoint(c.sx / c.n, c.sy / c.n), 3857)) AS geom,
       coalesce(f.properties, '{{}}')
FROM layers_cells c LEFT JOIN {features} f ON c.n = 1 AND f.fid = c.fid
WHERE EXISTS (
    SELECT FROM layers_dense d WHERE d.layer = '{layer}' AND d.z = {z}
    AND d.x BETWEEN (c.cx - 1) >> {cells} AND (c.cx + 1) >> {cells}
    AND d.y BETWEEN (c.cy - 1) >> {cells} AND (c.cy + 1) >> {cells})
ORDER BY geom
"""
# features stand along the curve, and so do those that are made of them in their order
_BAND = """
INSERT INTO {levels} (layer, z, fid, geom, anchor, properties, shown_from)
SELECT layer, {z}, fid, geom, anchor, properties, shown_from FROM (
    SELECT layer, fid, {simpler} AS geom, anchor, properties, shown_from FROM {features}
    WHERE shown_from <= {z} AND {seen}) simplified
WHERE NOT ST_IsEmpty(geom)
"""
_SIMPLER = {
    "line": "ST_Simplify(geom, {tolerance}, true)",
    # what has four corners keeps them: nothing would be won, and a city's houses are such
    # and what comes out sound of the plain way needs no other one, which takes five times as long
    "polygon": "CASE WHEN ST_NPoints(geom) <= 5 THEN geom"
    " WHEN ST_IsValid(ST_Simplify(geom, {tolerance}, true))"
    " THEN ST_Simplify(geom, {tolerance}, true)"
    " ELSE ST_SimplifyPreserveTopology(geom, {tolerance}) END",
}
_SEEN = {
    "line": "ST_XMax(geom) - ST_XMin(geom) + ST_YMax(geom) - ST_YMin(geom) > {tolerance}",
    "polygon": "ST_Area(geom) > {tolerance} ^ 2",
}


def build(cursor: CursorWrapper, layer: Layer, features: str, levels: str) -> int:
    """Fill `levels` from the table `features`.

    Return the last zoom with thinned tiles of points; of lines and areas the first band from which
    on the finest serves; -1 if there is none.
    """
    cursor.execute("DELETE FROM layers_dense WHERE layer = %s", [layer.code])
    if layer.shape == "point":
        return _thin(cursor, layer, features, levels)
    shared_from = _shared_from(cursor, layer, features)
    for zoom in layer.bands():
        if layer.band(zoom, shared_from) != zoom:
            continue
        tolerance = _half_pixel(zoom)
        cursor.execute(
            _BAND.format(
                levels=levels,
                features=features,
                z=zoom,
                simpler=_SIMPLER[layer.shape].format(tolerance=tolerance),
                seen=_SEEN[layer.shape].format(tolerance=tolerance),
            )
        )
    return shared_from


def _half_pixel(zoom: int) -> float:
    """Return half a pixel of a 256-pixel tile, in metres of EPSG:3857."""
    return WORLD / float(2**zoom) / 512


def _shared_from(cursor: CursorWrapper, layer: Layer, features: str) -> int:
    """Return the first band that would hold much the same as the finest, or -1.

    A city's houses are such: plain, and each as large as a pixel in the next three bands.
    """
    if len(layer.bands()) < 2:
        return -1
    seen = ", ".join(
        f"count(*) FILTER (WHERE shown_from <= {zoom} AND "
        f"{_SEEN[layer.shape].format(tolerance=_half_pixel(zoom))})"
        for zoom in layer.bands()
    )
    cursor.execute(f"SELECT coalesce(avg(ST_NPoints(geom)), 0), {seen} FROM {features}")
    corners, *counts = cursor.fetchone()
    least = max(counts[-1] * ALIKE, MANY)
    same = [zoom for zoom, count in zip(layer.bands(), counts, strict=True) if count >= least]
    return same[0] if corners <= PLAIN and len(same) > 1 else -1


def _thin(cursor: CursorWrapper, layer: Layer, features: str, levels: str) -> int:
    """Write one point per cell, with its number, for every zoom that has dense tiles."""
    half, finest = WORLD / 2, layer.max_zoom + CELLS
    cursor.execute(_GRID.format(half=half, cell=WORLD / 2**finest, features=features))
    last = _find_dense(cursor, layer)
    coarser_by = layer.max_zoom - last
    for zoom in range(last, layer.min_zoom - 1, -1):
        cursor.execute(_COARSER.format(by=coarser_by))
        coarser_by = 1
        cursor.execute(
            _POINTS.format(levels=levels, layer=layer.code, features=features, z=zoom, cells=CELLS)
        )
    cursor.execute("DROP TABLE layers_cells")
    return last


def _find_dense(cursor: CursorWrapper, layer: Layer) -> int:
    """Note every tile with too many points; return the last zoom that has one, or -1."""
    last = -1
    cursor.execute(_TILES.format(cells=CELLS))
    for zoom in range(layer.max_zoom, layer.min_zoom - 1, -1):
        asked: dict[str, Any] = {
            "layer": layer.code,
            "z": zoom,
            "by": layer.max_zoom - zoom,
            "most": THINNED_FROM,
        }
        cursor.execute(_DENSE, asked)
        if cursor.rowcount and last < 0:
            last = zoom
    cursor.execute("DROP TABLE layers_tiles")
    return last
