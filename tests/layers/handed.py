"""Files as they are handed in, by somebody who may, and brought to their end."""

import dataclasses
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.importing.table import Refused, Table, joined
from layers.models import Import
from people.may import Rights
from people.models import Role


@dataclasses.dataclass(frozen=True)
class Held:
    """All that a format read of a file, as a format reads it without the rest of an import."""

    shapes: NDArray[np.object_]
    rows: list[dict[str, Any]]
    crs: str
    refused: list[Refused]
    notes: list[tuple[str, str]]

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def of(cls, found: Table) -> "Held":
        whole = joined(found.batches)
        rows = whole.rows(range(len(whole)))
        return cls(whole.shapes, rows, found.crs, whole.refused, found.notes)


Read = Callable[..., Held]

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
SQUARE = shapely.box(113.60, 34.70, 113.61, 34.71)
BOWTIE = shapely.Polygon([(113.6, 34.7), (113.7, 34.8), (113.7, 34.7), (113.6, 34.8)])


def feature(shape: shapely.Geometry | None, **properties: object) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(shape) if shape is not None else None
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def bring(
    content: bytes, file: str = "部件.geojson", datum: str = "EPSG:4490", **more: Any
) -> Import:
    wishes = Wishes(**more.pop("wishes", {}))
    given = actions.Given(file, datum=datum, wishes=wishes, **more)
    found = actions.hand_in(given, [content], len(content), PLANNER)
    claimed = actions.queue.claim()
    assert claimed is not None and claimed.pk == found.pk
    return run.run(found.pk)


def shapefile(folder: Path, encoding: str, keep: tuple[str, ...], prj: str = "") -> bytes:
    """Return a zipped Shapefile of two squares with Chinese names."""
    path = folder / "行政区.shp"
    shapes = shapely.to_wkb([SQUARE, shapely.affinity.translate(SQUARE, 0.02)])
    fields = [np.array(["金水区", "二七区"], dtype=object), np.array([1, 2])]
    pyogrio.raw.write(
        path, geometry=shapes, field_data=fields, fields=["名称", "编号"],
        geometry_type="Polygon", encoding=encoding, crs="EPSG:4490",
    )  # fmt: skip
    if prj:
        (folder / "行政区.prj").write_text(prj)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one in sorted(folder.glob("行政区.*")):
            if one.suffix in keep:
                archive.write(one, f"folder/{one.name}")
    return packed.getvalue()


ONE = collection(feature(SQUARE))
