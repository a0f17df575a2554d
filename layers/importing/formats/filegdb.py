"""Reading an Esri file geodatabase: a folder NAME.gdb, which comes zipped."""

from pathlib import Path

from layers.importing import ogr
from layers.importing.format import Choice, Format
from layers.importing.table import Table, Unreadable

_DRIVER = "OpenFileGDB"


class FileGdb(Format):
    """File geodatabases of ArcGIS 9 and later."""

    name, suffixes = "FileGDB", (".gdb",)

    def datasets(self, path: Path) -> list[str]:
        """Return its feature classes."""
        if not path.is_dir():
            raise Unreadable(
                f"{path.name} is no file geodatabase: that is a folder",
                zh=f"{path.name} 不是文件地理数据库（应为文件夹）",
                field="file",
                remedy="zip the whole folder NAME.gdb",
            )
        return ogr.datasets(path, _DRIVER)

    def read(self, path: Path, choice: Choice) -> Table:
        """Read one feature class; curves become chords, which is said."""
        table = ogr.read(path, _DRIVER, choice.dataset)
        table.notes += ogr.curved(path, _DRIVER, choice.dataset)
        return table
