"""The contract of a hazard model: numbers in, shapes out; a new model is one file in `hazards/`.

Models are pure: no database, no clock. Shapes are GeoJSON in EPSG:4326. Every result states its
assumptions, in both languages, because nobody must take a contour for the truth.
"""

import dataclasses
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from core.shelf import classes


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that an input may take, where it is no free number."""

    value: float
    title_zh: str
    title_en: str


@dataclasses.dataclass(frozen=True, slots=True)
class Input:
    """One number that a model asks for: unit, least, most and what is taken when nobody says.

    Without a default it must be given; with choices it is one of theirs.
    """

    name: str
    title_zh: str
    title_en: str
    unit: str
    least: float
    most: float
    default: float | None = None
    choices: tuple[Choice, ...] = ()

    def checked(self, given: Mapping[str, float]) -> float:
        """Return the number to reckon with; raises Unfit for none, or one that cannot be."""
        value = given.get(self.name, self.default)
        if value is None:
            raise Unfit(self.name, f"{self.name} is missing", f"缺少{self.title_zh}")
        if not (math.isfinite(value) and self.least <= value <= self.most):
            limits = f"{self.least:g} … {self.most:g} {self.unit}".strip()
            raise Unfit(
                self.name, f"{self.name} lies within {limits}", f"{self.title_zh}应在 {limits} 之间"
            )
        if self.choices and value not in [choice.value for choice in self.choices]:
            raise Unfit(
                self.name, f"{self.name} is none of its choices", f"{self.title_zh}选项有误"
            )
        return float(value)


class Unfit(ValueError):
    """A number that a model cannot reckon with: which one, and why, in both languages."""

    def __init__(self, field: str, en: str, zh: str) -> None:
        super().__init__(en)
        self.field, self.zh = field, zh


@dataclasses.dataclass(frozen=True, slots=True)
class Zone:
    """One area of a result: how dangerous it is (1 worst … 4) and its GeoJSON geometry."""

    severity: int
    title_zh: str
    title_en: str
    geometry: dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One number of a result, with its unit and what it is."""

    title_zh: str
    title_en: str
    value: float | str
    unit: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What a model says: zones, worst first; figures by name; assumptions as (zh, en)."""

    zones: Sequence[Zone]
    figures: Mapping[str, Figure]
    assumptions: Sequence[tuple[str, str]]


class Hazard(ABC):
    """A hazard model."""

    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    inputs: ClassVar[Sequence[Input]]

    @abstractmethod
    def run(self, lon: float, lat: float, given: Mapping[str, float]) -> Outcome:
        """Return the zones around a place (EPSG:4326); raises Unfit for what cannot be."""

    def checked(self, given: Mapping[str, float]) -> dict[str, float]:
        """Return every input as it is to be reckoned with; raises Unfit, also for unknown names."""
        known = {each.name for each in self.inputs}
        for name in given:
            if name not in known:
                raise Unfit(name, f"{name} is no input of this model", f"没有输入项 {name}")
        return {each.name: each.checked(given) for each in self.inputs}


@cache
def hazards() -> dict[str, Hazard]:
    """Return the shelf by name."""
    found = classes("emergency.hazards", Hazard)  # type: ignore[type-abstract]
    return {name: hazard() for name, hazard in found}
