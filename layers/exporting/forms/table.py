"""A selection as a CSV table: UTF-8 with its mark, WKT, no text that a spreadsheet would run."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely

from layers.exporting.form import Batch, Form, Taken, archived

_RUN = ("=", "+", "-", "@", "\t", "\r")


class Table(Form):
    """CSV (RFC 4180) in an archive with its question; points have columns of degrees too."""

    code, suffix, media = "csv", ".zip", "application/zip"

    def write(self, taken: Taken, folder: Path) -> Path:
        """Write every feature as a line; the last column is its shape."""
        path = folder / f"{taken.layer.code}.csv"
        points = taken.layer.shape == "point"
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            lines = csv.writer(out)
            lines.writerow([*taken.columns, *(("lon", "lat") if points else ()), "wkt"])
            for batch in taken.batches:
                lines.writerows(_lines(taken, batch, points=points))
        return archived(folder / f"{taken.layer.code}.zip", [path], taken)


def _lines(taken: Taken, batch: Batch, *, points: bool) -> Iterator[tuple[Any, ...]]:
    columns = [[_cell(value) for value in batch.values(name)] for name in taken.columns]
    if points:
        centres = shapely.centroid(batch.shapes)
        columns += [shapely.get_x(centres).round(7).tolist()]
        columns += [shapely.get_y(centres).round(7).tolist()]
    columns.append(shapely.to_wkt(batch.shapes, rounding_precision=7).tolist())
    return zip(*columns, strict=True)


def _cell(value: Any) -> Any:
    """Return a cell; a text that would be taken for a formula gets an apostrophe in front."""
    if isinstance(value, str) and value.startswith(_RUN):
        return f"'{value}"
    return "" if value is None else value
