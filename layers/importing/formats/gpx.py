"""Reading GPX: waypoints, routes or tracks."""

from pathlib import Path

from layers.importing import markup, ogr
from layers.importing.format import Choice, Format
from layers.importing.table import Table, joined, table

_DRIVER = "GPX"
_KINDS = ("waypoints", "routes", "tracks")


class Gpx(Format):
    """GPX 1.0 and 1.1 of a hand receiver."""

    name, suffixes = "GPX", (".gpx",)

    def datasets(self, path: Path) -> list[str]:
        """Return which of waypoints, routes and tracks it holds."""
        sound = markup.checked(path, ("gpx",), self.name)
        every = [one for one in ogr.datasets(sound, _DRIVER) if one in _KINDS]
        return [one for one in every if ogr.count(sound, _DRIVER, one)]

    def read(self, path: Path, choice: Choice) -> Table:
        """Read one kind; columns that no row fills are left out."""
        sound = markup.checked(path, ("gpx",), self.name)
        found = ogr.read(sound, _DRIVER, choice.dataset)
        whole = joined(found.batches)
        whole.fields = {
            name: held
            for name, held in whole.fields.items()
            if any(value is not None for value in held)
        }
        return table(whole, found.crs, found.notes)
