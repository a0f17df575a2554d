"""Aspect as a layer."""

from layers.terrain.analysis import Analysis, Outcome, Task, Topic, Values
from layers.terrain.aspect import LEVEL, QUARTERS, aspect

_NORTH, _EAST = (70, 110, 190, 190), (240, 200, 80, 190)
_SOUTH, _WEST = (205, 70, 50, 190), (120, 150, 90, 190)
_RAMP = (
    (LEVEL, (160, 160, 160, 0)),
    (LEVEL + 0.5, (160, 160, 160, 0)),
    (0.0, _NORTH),
    (90.0, _EAST),
    (180.0, _SOUTH),
    (270.0, _WEST),
    (360.0, _NORTH),
)


class Aspect(Analysis):
    """Which way the ground falls, in degrees from north by east; level ground has -1."""

    topic = Topic.SURFACE
    title_zh, title_en = "坡向", "Aspect"

    def run(self, task: Task) -> Outcome:
        """Return the aspect of every cell."""
        return Outcome(Values(aspect(task.grid), "°", _RAMP, QUARTERS))
