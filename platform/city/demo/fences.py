"""Fences of the demo city: the shores of its largest lakes, where no vehicle has any business."""

import shapely
from django.contrib.gis.geos import GEOSGeometry

from alerts import rulebook
from city.demo import words
from city.demo.locate import Locator
from city.demo.plane import Plane
from city.demo.waters import Waters
from people.may import Rights
from people.models import Role

_BY = Rights(role=Role.ADMIN.value, name="demo_city")
_LAKES = 3
_SHORE = 60.0  # metres around the water
_FINE = 25.0  # metres that an outline may be off: few corners, which can be dragged


def draw(waters: Waters, plane: Plane, locator: Locator) -> int:
    """Draw them; returns how many."""
    largest = sorted(waters.lakes, key=lambda lake: -float(shapely.area(lake.shape)))[:_LAKES]
    for number, lake in enumerate(largest, start=1):
        shape = shapely.simplify(shapely.buffer(lake.shape, _SHORE), _FINE)
        middle = shapely.point_on_surface(shape)
        (lifted,) = plane.lift([shape])
        rulebook.draw_fence(
            f"shore-{number}",
            f"{lake.name_zh}水源保护区",
            f"{words.english(lake.name_zh)} Shore",
            GEOSGeometry(memoryview(lifted.wkb), srid=4326),
            locator.scope(middle.x, middle.y),
            _BY,
            simulated=True,
        )
    return len(largest)
