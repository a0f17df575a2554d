"""Writing a selection by GDAL: columns in their types, gaps as gaps, one kind of geometry."""

import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from layers.exporting.form import Taken

_KINDS = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
_TYPES: dict[str, Any] = {"int": np.int64, "float": np.float64, "bool": np.bool_}
_lock = threading.Lock()  # GDAL's warnings belong to the whole process


def write(
    taken: Taken, path: Path, driver: str, names: Sequence[str], texts: int = 0, **more: Any
) -> None:
    """Write all columns under these names; `texts`: the most bytes of a text in UTF-8."""
    filled = [
        _column(taken.values(name), column.type, texts) for name, column in taken.columns.items()
    ]
    kind, multi = _kind(taken)
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a date or a long name is stored otherwise
        pyogrio.raw.write(
            path, geometry=shapely.to_wkb(taken.shapes), field_data=[held for held, _ in filled],
            field_mask=[mask for _, mask in filled], fields=list(names), geometry_type=kind,
            promote_to_multi=multi, crs="EPSG:4326", driver=driver, **more,
        )  # fmt: skip


def _kind(taken: Taken) -> tuple[str, bool]:
    """Return the geometry type of all: plain if every shape is, else of collections."""
    plain = _KINDS[taken.layer.shape]
    multi = any(str(one.geom_type).startswith("Multi") for one in taken.shapes)
    return (f"Multi{plain}", True) if multi else (plain, False)


def _column(values: list[Any], kind: str, texts: int) -> tuple[NDArray[Any], Any]:
    """Return a column in its type, and a mask of its gaps."""
    if kind in _TYPES:
        mask = np.array([value is None for value in values], bool)
        filled = [0 if value is None else value for value in values]
        return np.array(filled, _TYPES[kind]), mask
    return np.array([_text(value, texts) for value in values], object), None


def _text(value: Any, most: int) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text.encode()[:most].decode(errors="ignore") if most else text
