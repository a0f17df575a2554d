"""The city's divisions as rows to register: real names and codes, real or simulated outlines."""

from collections.abc import Iterator

import numpy as np
import shapely

from city.demo.frame import Frame
from city.demo.partition import Partition
from city.demo.plane import Geometry, Plane
from places import names
from places.actions import DivisionRow, PatrolRow
from places.models import Level

_PATROL = 3  # communities that one inspector walks


def rows(frame: Frame, partition: Partition, plane: Plane) -> Iterator[DivisionRow]:
    """Yield city, districts, streets and communities.

    Streets and communities have real names and codes but no published outlines: what is drawn is
    simulated, and so is the row. Development zones are statistical: they have no outline at all.
    """
    outline = shapely.to_wkb(frame.outline)
    yield DivisionRow(frame.code, frame.name, Level.CITY, None, outline)
    for unit in frame.districts:
        if unit.code != frame.code:
            wkb = shapely.to_wkb(unit.outline)
            yield DivisionRow(unit.code, unit.name, Level.DISTRICT, frame.code, wkb)
    for code, name in frame.zones:
        if code != frame.code:
            yield DivisionRow(code, name, Level.DISTRICT, frame.code)
    streets, communities = _lifted(partition.streets, plane), _lifted(partition.communities, plane)
    for code, name in frame.streets:
        drawn = streets.get(code)
        yield DivisionRow(code, name, Level.STREET, code[:6], drawn, simulated=bool(drawn))
    for code, name in frame.communities:
        drawn = communities.get(code)
        yield DivisionRow(code, name, Level.COMMUNITY, code[:9], drawn, simulated=bool(drawn))


def _lifted(outlines: dict[str, Geometry], plane: Plane) -> dict[str, bytes]:
    lifted = plane.lift(np.array(list(outlines.values()), dtype=object))
    return dict(zip(outlines, shapely.to_wkb(lifted).tolist(), strict=True))


def patrols(frame: Frame, partition: Partition, centre: set[str]) -> list[PatrolRow]:
    """Return patrol grids of a few neighbouring communities each, for the centre's streets."""
    found = []
    for street, name in frame.streets:
        drawn = [c for c, _ in frame.communities_of.get(street, ()) if c in partition.communities]
        if street[:6] not in centre:
            continue
        for number, start in enumerate(range(0, len(drawn), _PATROL), start=1):
            found.append(
                PatrolRow(
                    code=f"{street}-{number:02d}",
                    name_zh=f"{name}第{number}责任网格",
                    name_en=f"{names.english(name)} Patrol {number}",
                    communities=drawn[start : start + _PATROL],
                )
            )
    return found
