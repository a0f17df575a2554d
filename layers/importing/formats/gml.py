"""Reading GML: feature types as data sets; no schema or reference is fetched."""

from pathlib import Path

from layers.importing import markup, ogr
from layers.importing.format import Choice, Format
from layers.importing.table import Table

_DRIVER = "GML"


class Gml(Format):
    """GML 2, 3.1 and 3.2 of simple features, also what a WFS answers."""

    name, suffixes = "GML", (".gml",)

    def datasets(self, path: Path) -> list[str]:
        """Return its feature types."""
        return ogr.datasets(markup.checked(path, (), self.name), _DRIVER)

    def read(self, path: Path, choice: Choice) -> Table:
        """Read one feature type; curves become chords, which is said."""
        sound = markup.checked(path, (), self.name)
        table = ogr.read(sound, _DRIVER, choice.dataset)
        table.notes += ogr.curved(sound, _DRIVER, choice.dataset)
        return table
