"""A small real city (石河子 659001: no districts, eight streets), drawn once for all tests."""

from dataclasses import dataclass

import pytest

from city.demo import cells, frame, ground, landuse, partition, site
from city.demo.frame import Frame
from city.demo.ground import Ground
from city.demo.locate import Locator
from city.demo.partition import Partition
from places.actions import CellRow

SMALL, SEED = "659001", 20210720


@dataclass(frozen=True)
class Drawn:
    """A city drawn in memory."""

    frame: Frame
    ground: Ground
    partition: Partition
    cells: list[CellRow]
    uses: list[str]
    locator: Locator


def draw(adcode: str, seed: int = SEED) -> Drawn:
    """Draw a city without a database."""
    found = frame.read(adcode)
    place = site.survey(found)
    laid = ground.lay(found, place, ground.survey_land(found, place, seed), seed)
    divided = partition.divide(laid)
    rows = cells.draw(divided, laid.town.density.shape[0], place.plane)
    locator = Locator(found, place.plane, divided, rows)
    return Drawn(found, laid, divided, rows, landuse.uses(laid), locator)


@pytest.fixture(scope="session")
def small() -> Drawn:
    """The small city."""
    return draw(SMALL)


@pytest.fixture(scope="session")
def haikou() -> Drawn:
    """A coastal city of four districts, two of them its centre."""
    return draw("460100")
