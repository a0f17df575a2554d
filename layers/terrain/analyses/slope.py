"""Slope as a layer."""

import numpy as np

from layers.terrain.analysis import Analysis, Outcome, Task, Title, Topic, Values
from layers.terrain.slope import slope

_RAMP = (
    (0.0, (255, 255, 255, 0)),
    (5.0, (250, 226, 140, 110)),
    (15.0, (240, 150, 60, 170)),
    (25.0, (205, 60, 45, 200)),
    (45.0, (110, 20, 60, 220)),
)


class Slope(Analysis):
    """How steep the ground is, in degrees."""

    topic = Topic.SURFACE
    title_zh, title_en = "坡度", "Slope"
    figures = {
        "mean_deg": Title("平均坡度", "mean slope", "°"),
        "steepest_deg": Title("最大坡度", "steepest slope", "°"),
        "over_25_m2": Title("25° 以上面积", "area over 25°", "m²"),
    }

    def run(self, task: Task) -> Outcome:
        """Return the slope of every cell."""
        steep = slope(task.grid)
        over = task.grid.area(np.nan_to_num(steep) > 25)
        figures = {
            "mean_deg": float(np.nanmean(steep)),
            "steepest_deg": float(np.nanmax(steep)),
            "over_25_m2": over,
        }
        return Outcome(Values(steep, "°", _RAMP), figures)
