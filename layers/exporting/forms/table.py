"""A selection as a CSV table: UTF-8 with its mark, WKT, no text that a spreadsheet would run."""

import csv
from pathlib import Path
from typing import Any

import shapely

from layers.exporting.form import Form, Taken, archived

_RUN = ("=", "+", "-", "@", "\t", "\r")


class Table(Form):
    """CSV (RFC 4180) in an archive with its question; points have columns of degrees too."""

    code, suffix, media = "csv", ".zip", "application/zip"

    def write(self, taken: Taken, folder: Path) -> Path:
        """Write every feature as a line; the last column is its shape."""
        path = folder / f"{taken.layer.code}.csv"
        columns = [[_cell(value) for value in taken.values(name)] for name in taken.columns]
        heads = list(taken.columns)
        if taken.layer.shape == "point":
            centres = shapely.centroid(taken.shapes)
            columns += [shapely.get_x(centres).round(7).tolist()]
            columns += [shapely.get_y(centres).round(7).tolist()]
            heads += ["lon", "lat"]
        columns.append(shapely.to_wkt(taken.shapes, rounding_precision=7).tolist())
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            lines = csv.writer(out)
            lines.writerow([*heads, "wkt"])
            lines.writerows(zip(*columns, strict=True))
        return archived(folder / f"{taken.layer.code}.zip", [path], taken)


def _cell(value: Any) -> Any:
    """Return a cell; a text that would be taken for a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.startswith(_RUN):
        return f"'{value}"
    return "" if value is None else value
