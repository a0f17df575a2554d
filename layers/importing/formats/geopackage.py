"""Reading a GeoPackage: its tables of features, never its views, triggers or virtual tables."""

import sqlite3
from contextlib import closing
from pathlib import Path

from layers.importing import ogr
from layers.importing.format import Choice, Format
from layers.importing.table import Table, Unreadable

_MAGIC = b"SQLite format 3\x00"
_DRIVER, _READ = "GPKG", "mode=ro&immutable=1"
_PLAIN = {
    "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON",
}  # fmt: skip
_TABLES = """
SELECT g.table_name, upper(g.geometry_type_name) FROM gpkg_geometry_columns g
JOIN sqlite_master m ON m.name = g.table_name AND m.type = 'table'
JOIN gpkg_contents c ON c.table_name = g.table_name AND c.data_type = 'features'
ORDER BY g.table_name
"""
_VIRTUAL = """
SELECT name FROM sqlite_master
WHERE sql LIKE 'CREATE VIRTUAL TABLE%' AND sql NOT LIKE '%USING "rtree"%'
  AND sql NOT LIKE '%USING rtree%' LIMIT 1
"""


class GeoPackage(Format):
    """OGC GeoPackage 1.0 to 1.4."""

    name, suffixes = "GeoPackage", (".gpkg",)

    def datasets(self, path: Path) -> list[str]:
        """Return its tables of features."""
        return list(_tables(path))

    def read(self, path: Path, choice: Choice) -> Table:
        """Read one table; curves become chords, which is said."""
        shape = _tables(path)[choice.dataset]
        table = ogr.read(path, _DRIVER, choice.dataset)
        if shape not in _PLAIN:
            table.notes += ogr.curved(path, _DRIVER, choice.dataset)
        return table


def _tables(path: Path) -> dict[str, str]:
    """Return the declared shape by table; SQLite looks without trusting what the file defines."""
    with path.open("rb") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            raise _refused("it does not begin like one", "文件头不符")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{_READ}", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            virtual = database.execute(_VIRTUAL).fetchone()
            if virtual:
                raise _refused(
                    f"it holds a virtual table {virtual[0]!r}", f"含有虚拟表 {virtual[0]!r}"
                )
            return dict(database.execute(_TABLES).fetchall())
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _refused(str(error), "数据库结构有误") from error


def _refused(en: str, zh: str) -> Unreadable:
    return Unreadable(
        f"the file is no GeoPackage that can be taken: {en}",
        zh=f"文件不是可用的 GeoPackage：{zh}",
        field="file",
    )
