"""Reading KML: the placemarks of all its folders, each with its folder's name; nothing linked."""

from pathlib import Path

import numpy as np

from layers.importing import markup, ogr
from layers.importing.format import Choice, Format
from layers.importing.table import Refused, Table, Unreadable

_DRIVER = "LIBKML"
# what the reader adds to every row, filled or not
_ADDED = {
    "id": None, "timestamp": None, "begin": None, "end": None, "altitudeMode": None,
    "tessellate": -1, "extrude": 0, "visibility": -1, "drawOrder": None, "icon": None,
}  # fmt: skip


class Kml(Format):
    """OGC KML 2.2 and 2.3; a KMZ is unpacked first."""

    name, suffixes = "KML", (".kml",)

    def datasets(self, path: Path) -> list[str]:
        """Return one: folders are parts of a drawing, not data sets."""
        return [path.stem]

    def read(self, path: Path, choice: Choice) -> Table:
        """Read the placemarks of every folder, in the file's order."""
        sound = markup.checked(path, ("kml",), self.name)
        table = _joined(
            [(one, ogr.read(sound, _DRIVER, one)) for one in ogr.datasets(sound, _DRIVER)]
        )
        if not len(table):
            raise Unreadable(
                "the KML holds no placemarks (a network link is not followed)",
                zh="KML 中没有地标（不跟随网络链接）",
                field="file",
            )
        return table


def _joined(tables: list[tuple[str, Table]]) -> Table:
    """Return the folders' rows as one table, numbered on."""
    many = len(tables) > 1
    rows: list[dict[str, object]] = []
    refused: list[Refused] = []
    notes: list[tuple[str, str]] = []
    for folder, table in tables:
        refused += [Refused(one.row + len(rows), one.en, one.zh) for one in table.refused]
        notes += [note for note in table.notes if note not in notes]
        rows += [_bare(row) | ({"folder": folder} if many else {}) for row in table.rows]
    shapes = np.concatenate([np.empty(0, object), *(table.shapes for _, table in tables)])
    return Table(shapes, rows, "EPSG:4326", refused, notes)


def _bare(row: dict[str, object]) -> dict[str, object]:
    """Leave out what the reader added and the file did not say."""
    return {
        name: value
        for name, value in row.items()
        if value is not None and not (name in _ADDED and value == _ADDED[name])
    }
