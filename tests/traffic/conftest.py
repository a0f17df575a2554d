"""A small town: a lattice of streets half a kilometre apart, in a city with two districts."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import shapely
from pyproj import Geod

from traffic import roads

EAST, NORTH = 113.68, 34.77  # the lattice's south-west corner
SIDE = 4  # blocks
_GEOD = Geod(ellps="GRS80")


def place(x: float, y: float) -> tuple[float, float]:
    """Return where a crossing lies: x blocks east and y blocks north, 500 m each."""
    lon, _, _ = _GEOD.fwd(EAST, NORTH, 90, 500.0 * x)
    _, lat, _ = _GEOD.fwd(EAST, NORTH, 0, 500.0 * y)
    return round(lon, 7), round(lat, 7)


def lattice() -> list[tuple[shapely.Geometry, dict[str, object]]]:
    """Return the streets: 50 km/h, named by row and column."""
    found: list[tuple[shapely.Geometry, dict[str, object]]] = []
    for i, j in np.ndindex(SIDE + 1, SIDE + 1):
        if i < SIDE:
            found.append((_street(place(i, j), place(i + 1, j)), _named(f"横{j}路", f"Row {j}")))
        if j < SIDE:
            found.append((_street(place(i, j), place(i, j + 1)), _named(f"纵{i}路", f"Column {i}")))
    return found


def _street(a: tuple[float, float], b: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([a, b])


def _named(zh: str, en: str) -> dict[str, object]:
    return {"class": "secondary", "speed_kmh": 50, "name_zh": zh, "name_en": en, "oneway": False}


@pytest.fixture
def town(fill: Callable[..., int]) -> Iterator[None]:
    """The streets in their layer, and no roads remembered from another test."""
    fill("streets", lattice())
    roads.forget()
    yield
    roads.forget()


@pytest.fixture
def no_town(real: None) -> Iterator[None]:
    """A city without streets."""
    roads.forget()
    yield
    roads.forget()
