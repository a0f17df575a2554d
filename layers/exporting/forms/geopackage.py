"""A selection as a GeoPackage: the question is its metadata and its table's description."""

from pathlib import Path

from layers.exporting import writing
from layers.exporting.form import Form, Taken


class GeoPackage(Form):
    """OGC GeoPackage with one table of the layer's code."""

    code, suffix, media = "gpkg", ".gpkg", "application/geopackage+sqlite3"

    def write(self, taken: Taken, folder: Path) -> Path:
        """Write one table with the layer's own columns; its key is the feature's number.

        Of what comes in several batches `fid` is a column beside the key `row`.
        """
        path = folder / f"{taken.layer.code}.gpkg"
        writing.write(
            taken, path, "GPKG", list(taken.columns), layer=taken.layer.code,
            dataset_metadata={"zhihui": taken.told},
            layer_options={
                "IDENTIFIER": taken.layer.title_zh, "DESCRIPTION": taken.told, "FID": "fid",
            },
        )  # fmt: skip
        return path
