"""The contract of a terrain analysis: a grid and numbers in, a picture, areas or lines out.

A new analysis is one file in `analyses/`. Analyses are pure: no database, no files, no clock. What
they make is registered as a layer that carries the numbers it was made from.
"""

import dataclasses
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import shapely

from core.errors import Invalid
from core.shelf import classes
from layers.terrain.grid import Grid, Heights, Mask

Tell = Callable[[str, int], None]  # the step, and how far all is in per cent
Colour = tuple[int, int, int, int]
_SHELF = "layers.terrain.analyses"


@dataclasses.dataclass(frozen=True, slots=True)
class Number:
    """One number that an analysis asks for: unit, least, most, and what is taken if none is given.

    One that is `optional` and not given is left out; without a default the others must be given.
    """

    name: str
    title_zh: str
    title_en: str
    unit: str
    least: float
    most: float
    default: float | None = None
    optional: bool = False

    def checked(self, given: Mapping[str, float]) -> float | None:
        """Return the number to reckon with; raises Invalid for none, or one that cannot be."""
        value = given.get(self.name, self.default)
        if value is None:
            if self.optional:
                return None
            raise Invalid(f"{self.name} is missing", zh=f"缺少{self.title_zh}", field=self.name)
        if not (math.isfinite(value) and self.least <= value <= self.most):
            limits = f"{self.least:g} … {self.most:g} {self.unit}".strip()
            raise Invalid(
                f"{self.name} lies within {limits}",
                zh=f"{self.title_zh}应在 {limits} 之间",
                field=self.name,
            )
        return float(value)


@dataclasses.dataclass(frozen=True, slots=True)
class Title:
    """What a column or a figure is called, and its unit."""

    zh: str
    en: str
    unit: str = ""


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What one analysis works on: the grid, where on it (cell, or cells inside), and numbers.

    `other` is a second surface on the same cells.
    """

    grid: Grid
    cell: tuple[int, int] | None
    inside: Mask | None
    numbers: Mapping[str, float]
    tell: Tell
    other: Grid | None = None

    def point(self) -> tuple[int, int]:
        """Return column and row of the cell that was pointed at."""
        if self.cell is None:
            raise Invalid("a point is needed", zh="请在地图上指定一个点", field="place")
        return self.cell


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Values:
    """A raster: NaN where there is nothing, drawn in colours between those of a ramp.

    `named`: what some values of the ramp are called, in Chinese and English.
    """

    values: Heights
    unit: str
    ramp: Sequence[tuple[float, Colour]]
    named: Mapping[float, tuple[str, str]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Areas of cells: those labelled 1 have the first row of properties, and so on; 0 is none."""

    labels: npt.NDArray[np.int32]
    rows: Sequence[dict[str, Any]]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines over (column, row) places, each with its properties."""

    lines: Sequence[shapely.LineString]
    rows: Sequence[dict[str, Any]]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What an analysis made, and figures about it."""

    made: Values | Areas | Lines
    figures: dict[str, float] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Class:
    """Features that are called and drawn alike: the code that stands in their column."""

    zh: str
    en: str
    colours: tuple[str, str]  # by day and by night


class Topic(StrEnum):
    """What an analysis is about, in the order in which a planner is offered them."""

    SURFACE = "surface"
    SIGHT = "sight"
    WATER = "water"
    EARTH = "earth"


class Analysis(ABC):
    """One analysis; its code is the name of its file."""

    topic: ClassVar[Topic]
    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    caution_zh: ClassVar[str] = ""
    caution_en: ClassVar[str] = ""
    place: ClassVar[str] = ""
    against: ClassVar[bool] = False  # a second model is compared, inside the area if one is drawn
    numbers: ClassVar[tuple[Number, ...]] = ()
    shape: ClassVar[str] = ""  # of the features it makes, "" for a raster
    columns: ClassVar[dict[str, Title]] = {}
    figures: ClassVar[dict[str, Title]] = {}
    colours: ClassVar[tuple[str, str]] = ("#7a4ea3", "#b491d6")  # by day and by night
    classed: ClassVar[str] = ""  # the column whose codes `classes` tells apart
    classes: ClassVar[dict[str, Class]] = {}

    def checked(self, given: Mapping[str, float]) -> dict[str, float]:
        """Return all numbers to reckon with; raises Invalid."""
        known = {number.name for number in self.numbers}
        if odd := sorted(set(given) - known):
            raise Invalid(
                f"{odd[0]!r} is no number of this analysis", zh="未知参数", field="numbers",
                remedy=f"it has {', '.join(sorted(known)) or 'none'}",
            )  # fmt: skip
        found = {number.name: number.checked(given) for number in self.numbers}
        return {name: value for name, value in found.items() if value is not None}

    def reach(self, numbers: Mapping[str, float]) -> float | None:
        """Return how far round its point the analysis looks (m); None: as far as it is let."""
        return None

    @abstractmethod
    def run(self, task: Task) -> Outcome:
        """Do the analysis; raises Invalid where the ground does not allow it."""


@cache
def analyses() -> dict[str, Analysis]:
    """Return every analysis of the shelf by its code, those of one topic together."""
    made = [(name, one()) for name, one in classes(_SHELF, Analysis)]  # type: ignore[type-abstract]
    order = list(Topic)
    return dict(sorted(made, key=lambda each: (order.index(each[1].topic), each[0])))


def analysis(code: str) -> Analysis:
    """Return one analysis; raises Invalid."""
    found = analyses().get(code)
    if found is None:
        raise Invalid(
            f"there is no analysis {code!r}", zh=f"没有名为 {code} 的分析", field="kind",
            remedy=f"there are {', '.join(analyses())}",
        )  # fmt: skip
    return found
