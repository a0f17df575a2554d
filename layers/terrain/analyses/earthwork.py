"""Cut and fill of an area as a layer."""

from typing import Any

import numpy as np

from layers.terrain.analysis import Analysis, Areas, Class, Number, Outcome, Task, Title, Topic
from layers.terrain.earthwork import balanced, to_level


class Earthwork(Analysis):
    """How much earth is moved to bring an area to a level."""

    topic = Topic.EARTH
    title_zh, title_en = "填挖方", "Cut and fill"
    caution_zh = "直壁开挖，未计边坡、松散系数与表土"
    caution_en = "upright walls: no batters, no bulking, no topsoil"
    place = "area"
    shape = "polygon"
    numbers = (
        Number("level", "设计高程（不填：填挖平衡）", "level (none: balanced)", "m", -500, 9000,
               optional=True),
    )  # fmt: skip
    columns = {
        "kind": Title("填挖", "cut or fill"),
        "volume_m3": Title("方量", "volume", "m³"),
        "area_m2": Title("面积", "area", "m²"),
        "level_m": Title("设计高程", "level", "m"),
    }
    figures = {
        "level_m": Title("设计高程", "level", "m"),
        "cut_m3": Title("挖方", "cut", "m³"),
        "fill_m3": Title("填方", "fill", "m³"),
        "surplus_m3": Title("余方", "surplus", "m³"),
        "known_m2": Title("有高程的面积", "area with heights", "m²"),
    }
    classed = "kind"
    classes = {
        "cut": Class("挖方", "cut", ("#a3522b", "#d99169")),
        "fill": Class("填方", "fill", ("#1f7a8c", "#6cc3d5")),
    }

    def run(self, task: Task) -> Outcome:
        """Return where is cut and where is filled, with volumes."""
        level = task.numbers.get("level", balanced(task.grid, task.inside))
        found = to_level(task.grid, level, task.inside)
        labels = np.where(found.change < 0, 1, np.where(found.change > 0, 2, 0)).astype(np.int32)
        height = round(level, 3)
        moved = {"cut": (found.cut_m3, found.cut_m2), "fill": (found.fill_m3, found.fill_m2)}
        rows: list[dict[str, Any]] = [
            {"kind": kind, "volume_m3": round(volume, 1), "area_m2": round(area, 1)}
            for kind, (volume, area) in moved.items()
        ]
        figures = {
            "level_m": height,
            "cut_m3": round(found.cut_m3, 1),
            "fill_m3": round(found.fill_m3, 1),
            "surplus_m3": round(found.surplus_m3, 1),
            "known_m2": round(found.known_m2, 1),
        }
        return Outcome(Areas(labels, [row | {"level_m": height} for row in rows]), figures)
