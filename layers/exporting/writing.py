"""Writing a selection by GDAL: columns in their types, gaps as gaps, one kind of geometry."""

import itertools
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from layers.exporting.form import Batch, Taken

_KINDS = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
_TYPES: dict[str, Any] = {"int": np.int64, "float": np.float64, "bool": np.bool_}
_lock = threading.Lock()  # GDAL's warnings belong to the whole process


def write(
    taken: Taken, path: Path, driver: str, names: Sequence[str], texts: int = 0, **more: Any
) -> dict[str, int]:
    """Write all columns under these names; `texts`: the most bytes of a text in UTF-8.

    Returns how many texts of each column were cut.
    """
    cut = dict.fromkeys(taken.columns, 0)
    first, second = next(taken.batches), next(taken.batches, None)
    rest = itertools.chain([second] if second else [], taken.batches)
    kind, multi = _kind(taken, first, several=second is not None)
    if second is not None and "layer_options" in more:  # a key cannot be given to what is appended
        more["layer_options"] = more["layer_options"] | {"FID": "row"}
    for nth, batch in enumerate(itertools.chain([first], rest)):
        columns = [(batch.values(name), one.type) for name, one in taken.columns.items()]
        for (values, type_), name in zip(columns, cut, strict=True):
            cut[name] += _too_long(values, texts) if type_ == "text" else 0
        filled = [_column(values, type_, texts) for values, type_ in columns]
        with _lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a date or a long name is stored otherwise
            pyogrio.raw.write(
                path, geometry=shapely.to_wkb(batch.shapes),
                field_data=[held for held, _ in filled], field_mask=[mask for _, mask in filled],
                fields=list(names), geometry_type=kind, promote_to_multi=multi, crs="EPSG:4326",
                driver=driver, append=nth > 0, **more,
            )  # fmt: skip
    return cut


def _kind(taken: Taken, first: Batch, *, several: bool) -> tuple[str, bool]:
    """Return the geometry type of all: plain if every shape is, else of collections.

    What comes in several batches is written as collections: a later one may hold some.
    """
    plain = _KINDS[taken.layer.shape]
    multi = several or any(str(one.geom_type).startswith("Multi") for one in first.shapes)
    return (f"Multi{plain}", True) if multi else (plain, False)


def _too_long(values: list[Any], most: int) -> int:
    if not most:
        return 0
    return sum(len(str(value).encode()) > most for value in values if value is not None)


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
