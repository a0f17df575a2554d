"""A selection as a zipped Shapefile: UTF-8 with .cpg, its question and its columns beside it."""

import csv
from pathlib import Path

from layers.exporting import writing
from layers.exporting.form import Form, Taken, archived

_NAME, _TEXT = 10, 254  # bytes that the table of a Shapefile can hold


class Shapefile(Form):
    """Esri Shapefile; names of columns are cut to ten letters, which `.columns.txt` tells."""

    code, suffix, media = "shp", ".zip", "application/zip"

    def write(self, taken: Taken, folder: Path) -> Path:
        """Write .shp, .shx, .dbf, .prj, .cpg, the columns and the question as one archive."""
        inside = folder / "shapefile"
        inside.mkdir()
        names = _short(list(taken.columns))
        path = inside / f"{taken.layer.code}.shp"
        cut = writing.write(taken, path, "ESRI Shapefile", names, _TEXT, encoding="UTF-8")
        _tell(taken, names, cut, path.with_suffix(".columns.txt"))
        return archived(folder / f"{taken.layer.code}.zip", inside.iterdir(), taken)


def _short(names: list[str]) -> list[str]:
    """Return names of at most ten letters, each once."""
    found: list[str] = []
    for name in names:
        short, nth = name[:_NAME], 1
        while short in found:
            nth += 1
            short = f"{name[: _NAME - len(str(nth)) - 1]}_{nth}"
        found.append(short)
    return found


def _tell(taken: Taken, names: list[str], cut: dict[str, int], path: Path) -> None:
    """Write which column is which, and how many texts were too long for it."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        told = csv.writer(out)
        told.writerow(["field", "column", "zh", "en", "texts cut 截断"])
        for short, (name, column) in zip(names, taken.columns.items(), strict=True):
            told.writerow([short, name, column.zh, column.en, cut[name]])
