"""Level fill from a point as a layer."""

import numpy as np

from core.errors import Invalid
from layers.terrain.analysis import Analysis, Areas, Number, Outcome, Task, Title, Topic
from layers.terrain.spill import at, flood, spill


class Flood(Analysis):
    """What stands in water at a level, where water from the point can get to."""

    topic = Topic.WATER
    title_zh, title_en = "连通淹没", "Flood"
    caution_zh = "静水面连通填充，不是水动力模型：不含时间、流量、管网、泵闸，也不含窄于像元的堤墙"
    caution_en = (
        "a level fill and no hydraulic model: no time, discharge, drains, pumps or gates, "
        "and no wall thinner than a cell"
    )
    place = "point"
    shape = "polygon"
    numbers = (
        Number("level", "水位（模型高程基准）", "level, in the model's heights", "m", -500, 9000),
    )
    columns = {
        "level_m": Title("水位", "level", "m"),
        "area_m2": Title("淹没面积", "area", "m²"),
        "volume_m3": Title("水量", "volume", "m³"),
        "deepest_m": Title("最大水深", "deepest", "m"),
    }
    figures = columns
    colours = ("#1f6fd0", "#5fa4f0")

    def run(self, task: Task) -> Outcome:
        """Return the flooded area with its volume and greatest depth."""
        column, row = task.point()
        ground, level = task.grid.ground(column, row), task.numbers["level"]
        if level < ground:
            raise Invalid(
                f"the ground there lies at {ground:.2f} m, above the level",
                zh=f"该点地面高程 {ground:.2f} m，高于水位",
                field="level",
                remedy="point at the water, or give a higher level",
            )
        task.tell("flooding", 40)
        found = flood(task.grid, spill(task.grid, at(column, row, task.grid)), level)
        figures = {
            "level_m": level,
            "area_m2": round(found.area_m2, 1),
            "volume_m3": round(found.volume_m3, 1),
            "deepest_m": round(found.deepest, 2),
        }
        return Outcome(Areas(found.wet.astype(np.int32), [figures]), figures)
