"""What a thing looks like before it is registered, and the properties that Zhihui knows by name."""

import dataclasses
import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class StreamSpec:
    """One series: property code, the seconds expected between readings, the unit if not usual.

    `series` is the device's own word for it, where its protocol has one (a34004-Rtd).
    """

    property: str
    interval_s: int = 0
    unit: str = ""
    series: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ThingSpec:
    """A station, vehicle or phone to register; lon/lat in degrees, EPSG:4326."""

    code: str
    name: str
    name_en: str
    kind: str
    lon: float | None
    lat: float | None
    scope: str
    streams: tuple[StreamSpec, ...] = ()
    properties: dict[str, Any] = dataclasses.field(default_factory=dict)
    datum: str = "wgs84"
    simulated: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Property:
    """A property that Zhihui's own stations measure."""

    code: str
    name: str
    name_en: str
    unit: str
    unit_name: str
    definition: str


@cache
def properties() -> dict[str, Property]:
    """Return the known properties by code."""
    path = Path(__file__).with_name("properties.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return {code: Property(code=code, **row) for code, row in rows.items()}
