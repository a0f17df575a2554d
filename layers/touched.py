"""Where a layer changed: boxes in EPSG:3857, kept with the version that the change made.

What was drawn before a change and lies beside its boxes is still right after it. A change that
does not know where it was leaves no row: whoever follows the versions back finds the chain broken
there, and what is older counts as touched everywhere.
"""

from django.db.backends.utils import CursorWrapper

from layers.layer import Layer
from layers.models import Touched

Box = list[int]  # west, south, east, north in whole metres of EPSG:3857

SIDE = 16  # many boxes are gathered in a grid of so many cells a side over all of them
MOST = SIDE * SIDE  # boxes of one change
CHANGES = 32  # of a layer that are remembered

# hashed by number and compared as drawn: whatever the cause of a difference, it is found
_BOXES = """
WITH changed AS (
    SELECT n.geom AS after, o.geom AS before FROM {new} n FULL JOIN {old} o USING (fid)
    WHERE n.layer IS NULL OR o.layer IS NULL OR n.shown_from <> o.shown_from
       OR n.geom::bytea <> o.geom::bytea OR n.anchor::bytea IS DISTINCT FROM o.anchor::bytea
       OR (n.properties <> o.properties
           AND n.properties - %(hidden)s::text[] <> o.properties - %(hidden)s::text[])),
found AS (
    SELECT DISTINCT ST_XMin(geom) AS west, ST_YMin(geom) AS south,
                    ST_XMax(geom) AS east, ST_YMax(geom) AS north
    FROM changed CROSS JOIN LATERAL (VALUES (after), (before)) AS both_states (geom)
    WHERE geom IS NOT NULL),
boxed AS (SELECT row_number() OVER () AS nth, * FROM found),
round AS (
    SELECT count(*) AS boxes, min(west) AS west, min(south) AS south,
           max(east) + 1 AS east, max(north) + 1 AS north FROM boxed)
SELECT floor(min(b.west))::bigint, floor(min(b.south))::bigint,
       ceil(max(b.east))::bigint, ceil(max(b.north))::bigint
FROM boxed b CROSS JOIN round r
GROUP BY CASE WHEN r.boxes <= {most} THEN b.nth ELSE
    width_bucket((b.west + b.east) / 2, r.west, r.east, {side}) * 1000
    + width_bucket((b.south + b.north) / 2, r.south, r.north, {side}) END
"""


def boxes(cursor: CursorWrapper, layer: Layer, new: str) -> list[Box]:
    """Return where the table `new` is drawn otherwise than what stands: at most MOST boxes."""
    cursor.execute("SET LOCAL work_mem = '128MB'")  # a million rows are hashed in memory
    hidden = [name for name, column in layer.columns.items() if not column.tile]
    query = _BOXES.format(new=new, old=f"layers_feature_{layer.code}", most=MOST, side=SIDE)
    cursor.execute(query, {"hidden": hidden})
    return [list(box) for box in cursor.fetchall()]


def record(layer: str, before: int, version: int, found: list[Box]) -> None:
    """Keep where the change from one version to the next was, and forget changes long past."""
    Touched.objects.create(layer=layer, version=version, before=before, boxes=found)
    Touched.objects.filter(layer=layer, version__lte=version - CHANGES).delete()
