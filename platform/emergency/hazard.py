"""The contract of a hazard model: numbers in, shapes out; a new model is one file in `hazards/`.

Models are pure: no database, no clock. Shapes are GeoJSON in EPSG:4326. Every result states its
assumptions, in both languages, because nobody must take a contour for the truth.
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from core.shelf import classes


@dataclasses.dataclass(frozen=True, slots=True)
class Input:
    """One number that a model asks for: unit, least, most and what is taken when nobody says."""

    name: str
    title_zh: str
    title_en: str
    unit: str
    least: float
    most: float
    default: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Zone:
    """One area of a result: how dangerous it is (1 worst … 4) and its GeoJSON geometry."""

    severity: int
    title_zh: str
    title_en: str
    geometry: dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a model says: zones, worst first; figures by name; assumptions as (zh, en)."""

    zones: Sequence[Zone]
    figures: Mapping[str, float]
    assumptions: Sequence[tuple[str, str]]


class Hazard(ABC):
    """A hazard model."""

    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    inputs: ClassVar[Sequence[Input]]

    @abstractmethod
    def run(self, lon: float, lat: float, given: Mapping[str, float]) -> Outcome:
        """Return the zones around a place (EPSG:4326); raises ValueError for what cannot be."""


@cache
def hazards() -> dict[str, Hazard]:
    """Return the shelf by name."""
    found = classes("emergency.hazards", Hazard)  # type: ignore[type-abstract]
    return {name: hazard() for name, hazard in found}
