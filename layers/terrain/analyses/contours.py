"""Contours as a layer."""

from layers.terrain.analysis import Analysis, Lines, Number, Outcome, Task, Title, Topic
from layers.terrain.contours import contours

MAIN = 5  # every fifth contour is a main one


class Contours(Analysis):
    """Lines of equal height."""

    topic = Topic.SURFACE
    title_zh, title_en = "等高线", "Contours"
    shape = "line"
    numbers = (
        Number("interval", "等高距", "interval", "m", 0.1, 1000, 10),
        Number("base", "起算高程", "base", "m", -500, 9000, 0),
    )
    columns = {
        "height_m": Title("高程", "height", "m"),
        "main": Title("计曲线（1 是）", "main contour (1 yes)"),
    }
    figures = {"lines": Title("条数", "lines")}
    colours = ("#8a5a2b", "#c99a66")

    def run(self, task: Task) -> Outcome:
        """Return the contours, each with its height."""
        interval, base = task.numbers["interval"], task.numbers["base"]
        found = contours(task.grid, interval, base)
        rows = [
            {
                "height_m": round(each.height, 3),
                "main": int(round((each.height - base) / interval) % MAIN == 0),
            }
            for each in found
        ]
        return Outcome(Lines([each.line for each in found], rows), {"lines": float(len(rows))})
