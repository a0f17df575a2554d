"""Watershed of a point as a layer."""

import numpy as np

from layers.terrain.analysis import Analysis, Areas, Number, Outcome, Task, Title, Topic
from layers.terrain.flow import flow
from layers.terrain.watershed import watershed


class Watershed(Analysis):
    """All ground whose water runs through a point."""

    topic = Topic.WATER
    title_zh, title_en = "汇水区", "Watershed"
    caution_zh = "由地面高程推算，不含管网；范围受所选区域边界限制"
    caution_en = "from the ground's heights, without drains; cut off where the chosen area ends"
    place = "point"
    shape = "polygon"
    numbers = (Number("snap", "吸附距离", "snap distance", "m", 0, 2000, 60),)
    columns = {
        "area_m2": Title("面积", "area", "m²"),
        "moved_m": Title("出口移动距离", "outlet moved by", "m"),
    }
    figures = columns
    colours = ("#2b6ca3", "#7fb2de")

    def run(self, task: Task) -> Outcome:
        """Return the watershed; its outlet is the greatest stream near the point."""
        column, row = task.point()
        task.tell("draining", 40)
        found = watershed(task.grid, flow(task.grid), column, row, task.numbers["snap"])
        figures = {"area_m2": round(found.area_m2, 1), "moved_m": round(found.moved_m, 1)}
        return Outcome(Areas(found.inside.astype(np.int32), [figures]), figures)
