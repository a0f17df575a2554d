"""The contract of a form that a selection is handed out in; a new one is one file in `forms/`.

Each carries the question that made it: inside where the form has a place for it, else beside it in
the same archive.
"""

import abc
import dataclasses
import json
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import shapely
from numpy.typing import NDArray

from core import shelf
from core.errors import Invalid
from layers.layer import Column, Layer

SHELF = "layers.exporting.forms"


@dataclasses.dataclass(frozen=True)
class Batch:
    """Some features of a selection: as GeoJSON, as shapes, as columns."""

    features: list[dict[str, Any]]

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """Return the shapes in the features' order."""
        texts = [json.dumps(one["geometry"]) for one in self.features]
        return np.asarray(shapely.from_geojson(texts), dtype=object).reshape(-1)

    def values(self, name: str) -> list[Any]:
        """Return one column's values, None where a feature has none."""
        if name == "fid":
            return [one["id"] for one in self.features]
        return [one["properties"].get(name) for one in self.features]


@dataclasses.dataclass(frozen=True)
class Taken:
    """A selection as it is taken out, batch by batch (EPSG:4326), and what was asked.

    There is one batch at least, be it empty; each is read once. `about` tells title, attribution,
    question, version and moment, as JSON.
    """

    layer: Layer
    batches: Iterator[Batch]
    about: dict[str, Any]

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Return the layer's columns, the feature's number first."""
        number = Column(zh="编号", en="number", type="int")
        return {"fid": number, **self.layer.columns}

    @property
    def told(self) -> str:
        """Return what a person reads about it: the question as text."""
        return json.dumps(self.about, ensure_ascii=False, indent=1)


class Form(abc.ABC):
    """One form: how it is asked for, how its file ends, how it is written."""

    code: ClassVar[str]
    suffix: ClassVar[str]
    media: ClassVar[str]

    @abc.abstractmethod
    def write(self, taken: Taken, folder: Path) -> Path:
        """Write the selection as one file into `folder`; return the file."""


@cache
def forms() -> dict[str, Form]:
    """Return the shelf by code."""
    every = [kind() for _, kind in shelf.classes(SHELF, Form)]  # type: ignore[type-abstract]
    return {one.code: one for one in every}


def form(code: str) -> Form:
    """Return a form by its code; raises Invalid."""
    found = forms().get(code)
    if found is None:
        known = ", ".join(sorted(forms()))
        raise Invalid(
            f"format {code[:20]!r} is not known; known are {known}",
            zh=f"未知格式 {code[:20]!r}；可用：{known}",
            field="format",
        )
    return found


def archived(target: Path, parts: Iterable[Path], taken: Taken) -> Path:
    """Pack files with the question beside them (`.query.txt`: nobody reads that as data)."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(parts):
            archive.write(part, part.name)
        archive.writestr(f"{taken.layer.code}.query.txt", taken.told)
    return target
