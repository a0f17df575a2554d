"""The contract of a scenario: which stations it speaks through, and what they say, when.

A scenario only says what stations would send; it is played through the public doors by
`city.stage`, like any other device's readings. Shelf: `city/scenarios/`.
"""

import dataclasses
import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from city.telemetry.packets import Packet
from core.shelf import classes


class Unplayable(Exception):
    """Why a scenario cannot be played here and what to do about it, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh, self.en = zh, en


@dataclasses.dataclass(frozen=True, slots=True)
class Station:
    """A station as the platform knows it: degrees, and its datastreams by property."""

    id: int
    code: str
    name_zh: str
    name_en: str
    kind: str
    lon: float | None
    lat: float | None
    scope: str
    streams: Mapping[str, int]
    newest: datetime.datetime | None = None
    about: Mapping[str, Any] = dataclasses.field(default_factory=dict)  # the thing's properties


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """A station that a scenario needs, to be registered where it is missing."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    properties: Sequence[str]
    interval_s: int
    lon: float | None = None
    lat: float | None = None
    about: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """One value of one station, by HTTP; `rubbish` is what a broken one sends instead, raw JSON."""

    station: str
    property: str
    value: float
    rubbish: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """What all stations say at a moment; `gaps` values are missing at the source.

    `packets` are uploads of HJ 212, which go through the gateway's TCP door.
    """

    at: datetime.datetime
    readings: Sequence[Reading] = ()
    gaps: int = 0
    packets: Sequence[Packet] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Published:
    """What an authority did and when; `severity` is the colour where it was a warning."""

    time: datetime.datetime
    zh: str
    en: str
    severity: int | None = None


class Scenario(ABC):
    """One scenario. `kinds` are the kinds of station that it speaks through."""

    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]
    moves: ClassVar[bool] = True  # whether its times may be shifted to end now
    peopled: ClassVar[bool] = False  # whether people act in it (city.night)
    compared_rule: ClassVar[str] = ""  # the rule whose colours are set beside `published`
    published: ClassVar[tuple[Published, ...]] = ()

    def __init__(self, *, rubbish: bool = False) -> None:
        """Set it up; with `rubbish` what is missing at the source is sent raw."""
        self.rubbish = rubbish

    def wanted(self) -> Sequence[Wanted]:
        """Return the stations that must be there; raises Unplayable."""
        return ()

    @abstractmethod
    def steps(self, stations: Sequence[Station]) -> Iterator[Step]:
        """Yield what the stations say, in order of time; raises Unplayable."""

    def notes(self, stations: Sequence[Station]) -> Sequence[tuple[str, str]]:
        """Return what a reader of the account should know, in both languages."""
        return ()


@cache
def scenarios() -> dict[str, type[Scenario]]:
    """Return the shelf by name: the file's name with hyphens."""
    found = classes("city.scenarios", Scenario)  # type: ignore[type-abstract]
    return {name.replace("_", "-"): scenario for name, scenario in found}
