"""The spill raster as a layer: every flood of one source at once."""

import numpy as np

from layers.terrain.analysis import Analysis, Number, Outcome, Task, Title, Topic, Values
from layers.terrain.spill import NEVER, at, spill

_RAMP = (
    (0.0, (8, 48, 107, 210)),
    (0.5, (33, 113, 181, 190)),
    (2.0, (107, 174, 214, 160)),
    (5.0, (198, 219, 239, 120)),
    (10.0, (255, 255, 255, 0)),
)


class Levels(Analysis):
    """How far water must rise at a point before it reaches each cell."""

    topic = Topic.WATER
    title_zh, title_en = "淹没水位", "Flood levels"
    caution_zh = "静水面连通填充，不是水动力模型：不含时间、流量、管网、泵闸，也不含窄于像元的堤墙"
    caution_en = (
        "a level fill and no hydraulic model: no time, discharge, drains, pumps or gates, "
        "and no wall thinner than a cell"
    )
    place = "point"
    numbers = (Number("most", "最大涨幅", "greatest rise", "m", 0.1, 1000, 10),)
    figures = {
        "ground_m": Title("该点地面高程", "ground at the point", "m"),
        "reached_m2": Title("最大涨幅时的淹没面积", "area under the greatest rise", "m²"),
    }

    def run(self, task: Task) -> Outcome:
        """Return metres of rise over the point's ground; nothing where it is never reached."""
        column, row = task.point()
        ground = task.grid.ground(column, row)
        task.tell("flooding", 40)
        levels = spill(task.grid, at(column, row, task.grid))
        rise = levels - np.float32(ground)
        reached = (levels != NEVER) & (rise <= task.numbers["most"])
        values = np.where(reached, rise, np.float32(np.nan))
        figures = {"ground_m": round(ground, 2), "reached_m2": round(task.grid.area(reached), 1)}
        return Outcome(Values(values, "m", _RAMP), figures)
