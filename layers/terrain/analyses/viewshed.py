"""Viewshed as a layer."""

from collections.abc import Mapping

import numpy as np

from layers.terrain.analysis import Analysis, Number, Outcome, Task, Title, Topic, Values
from layers.terrain.viewshed import REFRACTION, near, viewshed

_RAMP = ((0.0, (30, 30, 40, 90)), (1.0, (60, 190, 90, 150)))
_NAMED = {1.0: ("可见", "seen"), 0.0: ("不可见", "hidden")}


class Viewshed(Analysis):
    """Which ground can be seen from a point."""

    topic = Topic.SIGHT
    title_zh, title_en = "通视", "Viewshed"
    caution_zh = "只考虑高程模型的地面：模型不含的建筑和树木不遮挡视线"
    caution_en = "ground of the elevation model only: buildings and trees outside it hide nothing"
    place = "point"
    numbers = (
        Number("observer", "视点离地高度", "observer's height", "m", 0, 1000, 1.6),
        Number("target", "目标离地高度", "target's height", "m", 0, 1000, 0),
        Number("radius", "半径", "radius", "m", 1, 50_000, 3000),
        Number("refraction", "大气折光系数", "refraction", "", 0, 1, REFRACTION),
    )
    figures = {"seen_m2": Title("可见面积", "area seen", "m²")}

    def reach(self, numbers: Mapping[str, float]) -> float:
        """Return the radius."""
        return numbers["radius"]

    def run(self, task: Task) -> Outcome:
        """Return 1 where it is seen, 0 where it is not, nothing beyond the radius."""
        column, row = task.point()
        seen = viewshed(task.grid, column, row, **task.numbers)
        asked = task.grid.known & near(task.grid, column, row, task.numbers["radius"])
        values = np.where(asked, seen, np.nan).astype(np.float32)
        return Outcome(Values(values, "", _RAMP, _NAMED), {"seen_m2": task.grid.area(seen)})
