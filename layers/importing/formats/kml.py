"""Reading KML: the placemarks of all its folders, each with its folder's name; nothing linked."""

from pathlib import Path

from layers.importing import markup, ogr
from layers.importing.format import Choice, Format
from layers.importing.table import ABSENT, Batch, Refused, Table, Unreadable, joined, table

_DRIVER = "LIBKML"
MOST_FOLDERS = 400  # each is a pass over the whole file
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
        folders = ogr.datasets(sound, _DRIVER)
        if len(folders) > MOST_FOLDERS:
            raise Unreadable(
                f"the KML has {len(folders):,} folders, more than {MOST_FOLDERS}",
                zh=f"KML 有 {len(folders)} 个文件夹，超过 {MOST_FOLDERS} 个",
                field="file",
                remedy="put the placemarks into fewer folders, or save it as GeoPackage",
            )
        tables = [(one, ogr.read(sound, _DRIVER, one)) for one in folders]
        whole = _joined([(one, joined(held.batches)) for one, held in tables])
        if not len(whole):
            raise Unreadable(
                "the KML holds no placemarks (a network link is not followed)",
                zh="KML 中没有地标（不跟随网络链接）",
                field="file",
            )
        notes = dict.fromkeys(note for _, held in tables for note in held.notes)
        return table(whole, "EPSG:4326", notes)


def _joined(folders: list[tuple[str, Batch]]) -> Batch:
    """Return the folders' rows as one, numbered on."""
    bare: list[Batch] = []
    first = 0
    for folder, held in folders:
        fields = {name: _bare(name, values) for name, values in held.fields.items()}
        if len(folders) > 1:
            fields["folder"] = [folder] * len(held)
        refused = [Refused(first + one.row, one.en, one.zh) for one in held.refused]
        bare.append(Batch(held.shapes, fields, refused))
        first += len(held)
    return joined(bare)


def _bare(name: str, values: list[object]) -> list[object]:
    """Leave out what the reader added and the file did not say."""
    added = _ADDED.get(name)
    return [ABSENT if one is None or one == added else one for one in values]
