"""A layer that is filled anew keeps what it was: matching, lasting numbers, rows with an end.

What comes again keeps its number and since when it holds; what changed or is gone moves to
`layers_past` with its end. The living partition holds only what holds now, so that tiles and
questions about the present know nothing of this.
"""

import dataclasses
import datetime
import json
from typing import Any

from django.db.backends.utils import CursorWrapper

from core import clock
from core.errors import Invalid
from layers.layer import CODE, Layer

MOST_TOLD = 200  # rows of each kind that are told one by one; all are counted


@dataclasses.dataclass(frozen=True, slots=True)
class Renewal:
    """How a filling is compared with what stands: by a key column, or by geometry if none is given.

    `since`: from when on the new state holds; None: now.
    """

    key: str = ""
    since: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """What a filling changed: counts, and the first rows (number in the file, lasting number)."""

    since: datetime.datetime
    added: int = 0
    changed: int = 0
    removed: int = 0
    kept: int = 0
    rows: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return it as a report tells it."""
        return dataclasses.asdict(self) | {"since": self.since.isoformat()}


# to a tenth of a millimetre: another frame's numbers come back otherwise in their last digits
_SHAPE = "ST_AsBinary(ST_SnapToGrid(ST_Force2D(original), 1e-9))"
_DIGEST = f"md5({_SHAPE})::uuid"
_HELD = "jsonb_hash_extended(properties, 0)"  # equal for equal values, however they are written
_TWIN = """
SELECT min(fid), properties ->> %(key)s FROM layers_stage WHERE properties ? %(key)s
GROUP BY 2 HAVING count(*) > 1 ORDER BY 1 LIMIT 1
"""
_BY_KEY = """
CREATE TEMPORARY TABLE layers_match ON COMMIT DROP AS
SELECT s.fid AS new, o.fid AS old,
       {shape_s} = {shape_o} AND s.properties = o.properties AS same
FROM layers_stage s JOIN (
    SELECT DISTINCT ON (properties ->> %(key)s) * FROM {old} WHERE properties ? %(key)s
    ORDER BY properties ->> %(key)s, fid
) o ON s.properties ->> %(key)s = o.properties ->> %(key)s
"""
# twins (the same shape, the same words) are paired in their order; of fixed size, keys sort fast
_BY_ALL = """
CREATE TEMPORARY TABLE layers_match ON COMMIT DROP AS
SELECT s.fid AS new, o.fid AS old, true AS same
FROM (SELECT fid, shape, held, row_number() OVER (PARTITION BY shape, held ORDER BY fid) AS nth
      FROM (SELECT fid, {shape} AS shape, {held} AS held FROM layers_stage) stage) s
JOIN (SELECT fid, shape, held, row_number() OVER (PARTITION BY shape, held ORDER BY fid) AS nth
      FROM (SELECT fid, {shape} AS shape, {held} AS held FROM {old}) stands) o
USING (shape, held, nth)
"""
_BY_SHAPE = """
INSERT INTO layers_match
SELECT s.fid, o.fid, false
FROM (SELECT fid, {shape} AS shape, row_number() OVER (PARTITION BY {shape} ORDER BY fid) AS nth
      FROM layers_stage a WHERE NOT EXISTS (SELECT FROM layers_match WHERE new = a.fid)) s
JOIN (SELECT fid, {shape} AS shape, row_number() OVER (PARTITION BY {shape} ORDER BY fid) AS nth
      FROM {old} b WHERE NOT EXISTS (SELECT FROM layers_match WHERE old = b.fid)) o
USING (shape, nth)
"""
_CHANGED = """
SELECT s.fid, o.fid, {shape_s} <> {shape_o}, (
    SELECT coalesce(json_agg(name ORDER BY name), '[]')
    FROM jsonb_object_keys(s.properties || o.properties) name
    WHERE s.properties -> name IS DISTINCT FROM o.properties -> name)
FROM layers_match m JOIN layers_stage s ON s.fid = m.new JOIN {old} o ON o.fid = m.old
WHERE NOT m.same ORDER BY s.fid LIMIT %(most)s
"""
_REMOVED = """
SELECT fid FROM {old} o WHERE NOT EXISTS (SELECT FROM layers_match m WHERE m.old = o.fid)
ORDER BY fid LIMIT %(most)s
"""
_ADDED = """
SELECT fid FROM layers_stage s WHERE NOT EXISTS (SELECT FROM layers_match m WHERE m.new = s.fid)
ORDER BY fid LIMIT %(most)s
"""
_COUNTS = """
SELECT (SELECT count(*) FROM layers_stage), (SELECT count(*) FROM {old}),
       count(*), count(*) FILTER (WHERE same) FROM layers_match
"""
_RENUMBER = """
CREATE TEMPORARY TABLE layers_renewed ON COMMIT DROP AS
WITH added AS (
    SELECT fid, row_number() OVER (ORDER BY fid) AS nth FROM layers_stage s
    WHERE NOT EXISTS (SELECT FROM layers_match m WHERE m.new = s.fid))
SELECT coalesce(m.old, %(base)s + a.nth) AS fid, s.original, s.properties,
       CASE WHEN m.same THEN o.valid_from ELSE %(since)s END AS valid_from
FROM layers_stage s LEFT JOIN layers_match m ON m.new = s.fid LEFT JOIN added a ON a.fid = s.fid
LEFT JOIN {old} o ON o.fid = m.old
"""
_TAKE = "DROP TABLE layers_stage; ALTER TABLE layers_renewed RENAME TO layers_stage"
_COLUMNS = "layer, fid, geom, original, anchor, properties, shown_from, simulated, valid_from"
_KEEP = """
INSERT INTO layers_past ({columns}, valid_to)
SELECT {columns}, %(since)s FROM {old} o
WHERE NOT EXISTS (SELECT FROM layers_match m WHERE m.old = o.fid AND m.same)
"""
_HIGHEST = """
SELECT greatest((SELECT max(fid) FROM {old}),
                (SELECT max(fid) FROM layers_past WHERE layer = %s)),
       greatest((SELECT max(valid_from) FROM {old}),
                (SELECT max(valid_to) FROM layers_past WHERE layer = %s))
"""


def settle(cursor: CursorWrapper, layer: Layer, renewal: Renewal, *, fresh: bool) -> Change:
    """Compare the stage with the layer, give lasting numbers and keep what ends.

    Rows that it leaves without `valid_from` hold from the change's `since` on.
    `fresh`: what stands is not worth keeping (nothing, or simulated). Raises Invalid if the key
    stands twice in the file.
    """
    _check_key(cursor, renewal.key)
    if fresh or not _stands(cursor, layer):
        return _first(cursor, layer, renewal.since or clock.now())
    old = f"layers_feature_{layer.code}"
    cursor.execute("SET LOCAL work_mem = '128MB'")  # a million rows are hashed, not sorted on disk
    cursor.execute(_HIGHEST.format(old=old), [layer.code] * 2)
    base, newest = cursor.fetchone()
    since = _since(renewal.since, newest)
    _match(cursor, renewal.key, old)
    change = _told(cursor, old, since, base)
    values = {"since": since, "base": base}
    cursor.execute(_RENUMBER.format(old=old), values)
    cursor.execute(_TAKE)
    cursor.execute(_KEEP.format(old=old, columns=_COLUMNS), values)
    cursor.execute("DROP TABLE layers_match")
    return change


def forget(cursor: CursorWrapper, layer: str) -> None:
    """Drop all that a layer was."""
    cursor.execute("DELETE FROM layers_past WHERE layer = %s", [layer])


def _stands(cursor: CursorWrapper, layer: Layer) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM layers_feature WHERE layer = %s)", [layer.code])
    return bool(cursor.fetchone()[0])


def _first(cursor: CursorWrapper, layer: Layer, since: datetime.datetime) -> Change:
    forget(cursor, layer.code)
    cursor.execute("SELECT count(*) FROM layers_stage")
    return Change(min(since, clock.now()), added=cursor.fetchone()[0])


def _since(wished: datetime.datetime | None, newest: datetime.datetime) -> datetime.datetime:
    """Return the wished moment if it lies between the last change and now, else now."""
    now = max(clock.now(), newest + datetime.timedelta(microseconds=1))
    return wished if wished is not None and newest < wished < now else now


def _check_key(cursor: CursorWrapper, key: str) -> None:
    if not key:
        return
    if not CODE.fullmatch(key):
        raise Invalid(f"{key!r} is no column", zh=f"没有字段 {key!r}", field="key")
    cursor.execute(_TWIN, {"key": key})
    twin = cursor.fetchone()
    if twin:
        raise Invalid(
            f"the key {key} stands twice: {str(twin[1])[:60]!r}, first in row {twin[0]}",
            zh=f"键 {key} 重复：{str(twin[1])[:60]!r}，首见于第 {twin[0]} 行",
            field="key",
        )


def _match(cursor: CursorWrapper, key: str, old: str) -> None:
    if key:
        shapes = {f"shape_{of}": _of(of) for of in "so"}
        cursor.execute(_BY_KEY.format(old=old, **shapes), {"key": key})
    else:
        cursor.execute(_BY_ALL.format(old=old, shape=_DIGEST, held=_HELD))
        cursor.execute("ANALYZE layers_match")
        cursor.execute(_BY_SHAPE.format(old=old, shape=_DIGEST))
    cursor.execute("ANALYZE layers_match")


def _of(table: str) -> str:
    return _SHAPE.replace("original", f"{table}.original")


def _told(cursor: CursorWrapper, old: str, since: datetime.datetime, base: int) -> Change:
    cursor.execute(_COUNTS.format(old=old))
    new, before, matched, same = cursor.fetchone()
    most = {"most": MOST_TOLD}
    cursor.execute(_CHANGED.format(old=old, **{f"shape_{of}": _of(of) for of in "so"}), most)
    changed = [_changed(*row) for row in cursor.fetchall()]
    cursor.execute(_REMOVED.format(old=old), most)
    removed = [{"fid": fid} for (fid,) in cursor.fetchall()]
    cursor.execute(_ADDED, most)
    added = [{"row": row, "fid": base + nth} for nth, (row,) in enumerate(cursor.fetchall(), 1)]
    return Change(
        since, new - matched, matched - same, before - matched, same,
        {"added": added, "changed": changed, "removed": removed},
    )  # fmt: skip


def _changed(row: int, fid: int, moved: bool, fields: Any) -> dict[str, Any]:
    named = json.loads(fields) if isinstance(fields, str) else fields
    return {"row": row, "fid": fid, "geometry": moved, "fields": named}
