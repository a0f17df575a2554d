"""The box of a question: four numbers, or six with heights, as every service reads it."""

import math

from core.errors import Invalid


def edges(text: str) -> list[float]:
    """Return a box's four numbers in the order in which they were written; raises Invalid.

    Of six numbers the heights (third and last) are left out: nothing here has any.
    """
    try:
        found = [float(edge) for edge in text.split(",")]
    except ValueError:
        found = []
    if len(found) == 6:
        found = [*found[:2], *found[3:5]]
    if len(found) != 4 or not all(map(math.isfinite, found)):
        raise bad()
    return found


def degrees(text: str) -> tuple[float, float, float, float]:
    """Return west, south, east, north in degrees; a box across the antimeridian has west > east.

    Raises Invalid for what lies beside the earth.
    """
    west, south, east, north = edges(text)
    if not (abs(west) <= 180 and abs(east) <= 180 and -90 <= south <= north <= 90):
        raise Invalid(
            "bbox is four numbers in degrees: west,south,east,north",
            zh="bbox 为四个以度为单位的数：西,南,东,北",
            field="bbox",
        )
    return west, south, east, north


def bad() -> Invalid:
    """Return the refusal of what is no box in any reference system."""
    return Invalid(
        "bbox is four numbers, least corner first, in the axis order of its reference system "
        "(degrees: west,south,east,north)",
        zh="bbox 为四个数：先小角点后大角点，按坐标系的轴序（经纬度：西,南,东,北）",
        field="bbox",
    )
