"""Two elevation models compared: what was gained and lost from the one to the other."""

import math
from collections.abc import Sequence

import numpy as np

from core.errors import Invalid
from layers.terrain.analysis import Analysis, Colour, Number, Outcome, Task, Title, Topic, Values
from layers.terrain.earthwork import between
from layers.terrain.grid import Grid, Heights, Mask

_LOST: Colour = (178, 58, 32, 220)
_GAINED: Colour = (28, 96, 176, 220)
_SAME: Colour = (255, 255, 255, 0)
_MOST_SHARE = 98  # per cent of the changes that the colours tell apart


class Between(Analysis):
    """The change of height from one model to another, and the volumes of earth."""

    topic = Topic.EARTH
    title_zh, title_en = "两期高程比较", "Two models compared"
    caution_zh = "两个模型须为同一高程基准；第二个模型重采样到第一个的像元上；未扣除建筑与植被"
    caution_en = (
        "both models must stand on the same height datum; the second is resampled to the first's "
        "cells; buildings and plants are not taken away"
    )
    against = True
    numbers = (
        Number("least", "小于此值视为未变", "changes below this count as none", "m", 0, 100, 0),
    )
    figures = {
        "gained_m3": Title("填方（增高）", "in: gained", "m³"),
        "lost_m3": Title("挖方（降低）", "out: lost", "m³"),
        "net_m3": Title("净变化（填－挖）", "net: in less out", "m³"),
        "edge_m3": Title(
            "区域边缘像元误差，至多", "error of cells at the area's edge, at most", "m³"
        ),
        "gained_m2": Title("增高面积", "area gained", "m²"),
        "lost_m2": Title("降低面积", "area lost", "m²"),
        "known_m2": Title("两期都有高程的面积", "area known in both", "m²"),
        "unknown_m2": Title("缺少高程而未计的面积", "area left out, not known in both", "m²"),
    }

    def run(self, task: Task) -> Outcome:
        """Return the change in metres, second model less first, and its volumes."""
        if task.other is None:
            raise Invalid("a second model is needed", zh="请给出第二个高程模型", field="against")
        after = _unchanged(task.grid, task.other, task.numbers["least"])
        found = between(task.grid, after, task.inside)
        if not found.known_m2:
            raise Invalid(
                "no height is known there in both models", zh="两个模型在该范围没有共同的高程",
                field="area",
            )  # fmt: skip
        asked = task.grid.area(np.ones(task.grid.shape, np.bool_) if task.inside is None
                               else task.inside)  # fmt: skip
        figures = {
            "gained_m3": found.fill_m3,
            "lost_m3": found.cut_m3,
            "net_m3": found.fill_m3 - found.cut_m3,
            "edge_m3": _edge(task.grid, after.heights - task.grid.heights, task.inside),
            "gained_m2": found.fill_m2,
            "lost_m2": found.cut_m2,
            "known_m2": found.known_m2,
            "unknown_m2": max(0.0, asked - found.known_m2),
        }
        rounded = {name: round(value, 1) for name, value in figures.items()}
        return Outcome(Values(found.change, "m", _ramp(found.change)), rounded)


def _unchanged(before: Grid, after: Grid, least: float) -> Grid:
    """Return the second surface with the first's heights where they differ by too little."""
    if not least:
        return after
    same = np.abs(after.heights - before.heights) < np.float32(least)
    return Grid(np.where(same, before.heights, after.heights), after.cell_x, after.cell_y)


def _edge(grid: Grid, change: Heights, inside: Mask | None) -> float:
    """Return what the cells at an area's edge may be wrong by (m³): half of each, at most.

    A cell counts whole or not at all, by its middle; an edge cuts at most half of it off.
    """
    if inside is None:
        return 0.0
    at_edge = np.zeros_like(inside)
    across, down = inside[:, 1:] != inside[:, :-1], inside[1:] != inside[:-1]
    at_edge[:, 1:] |= across
    at_edge[:, :-1] |= across
    at_edge[1:] |= down
    at_edge[:-1] |= down
    moved = np.where(at_edge, np.abs(np.nan_to_num(change)), np.float32(0))
    return float(moved.sum(axis=1, dtype=np.float64) @ grid.areas) / 2


def _ramp(change: Heights) -> Sequence[tuple[float, Colour]]:
    """Return colours that are alike on both sides of no change, up to a round number of metres."""
    known = np.abs(change[~np.isnan(change)])
    most = max(float(np.percentile(known, _MOST_SHARE)), float(known.max()) / 10, 0.01)
    tens = 10.0 ** math.floor(math.log10(most))
    top = next(step * tens for step in (1, 2, 5, 10) if step * tens >= most)
    return ((-top, _LOST), (0.0, _SAME), (top, _GAINED))
