"""One analysis from beginning to end, in a process of its own: whole or not at all."""

import time
import uuid
from typing import Any

import shapely
from django.db import transaction

from core.errors import Invalid, Problem
from layers import jobs
from layers.analysing import actions, affected, reading, storing
from layers.models import AnalysisJob, Stage
from layers.terrain.analysis import Analysis, Task, analysis


def run(number: uuid.UUID) -> AnalysisJob:
    """Run a claimed analysis to its end; return the row as it then stands."""
    actions.queue.hold(number)
    row = AnalysisJob.objects.get(pk=number)
    begun = time.monotonic()
    try:
        (_affected if row.kind == actions.KIND else _run)(row, begun)
    except jobs.Cancelled:
        jobs.clear_rasters(number)
    except Problem as problem:
        jobs.clear_rasters(number)
        actions.queue.end(number, Stage.REFUSED, said=jobs.said(problem))
    row.refresh_from_db()
    return row


def _run(row: AnalysisJob, begun: float) -> None:
    def tell(what: str, percent: int) -> None:
        actions.queue.tell(row.pk, what, percent)

    wanted = analysis(row.kind)
    tell("reading", 5)
    model, state = storing.model(row.model)
    place = actions.shape(row.place)
    field = _field(row, wanted, state, place)
    if not field.grid.known.any():
        raise Invalid("no height is known there", zh="该范围没有高程数据", field="area")
    cell = field.cell(place.x, place.y) if isinstance(place, shapely.Point) else None
    within = actions.shape(row.area) if wanted.against else place
    inside = field.inside(within) if within is not None and cell is None else None
    other = storing.model(row.against) if wanted.against else None
    after = reading.onto(field, other[1]) if other else None
    tell("reckoning", 20)
    outcome = wanted.run(Task(field.grid, cell, inside, row.numbers, tell, after))
    tell("storing", 70)
    work = storing.Work(row, wanted, outcome, field, model, state, other)
    with transaction.atomic():
        stored = storing.store(work)
        report: dict[str, Any] = {
            "figures": outcome.figures,
            "rows": field.grid.shape[0],
            "columns": field.grid.shape[1],
            "cell_m": round(float(field.grid.cell_x.mean() * field.grid.cell_y.mean()) ** 0.5, 3),
            "seconds": round(time.monotonic() - begun, 1),
            **stored,
        }
        actions.queue.finish(row.pk, model_version=state.version, report=report)


def _affected(row: AnalysisJob, begun: float) -> None:
    """Tell which buildings a flood reaches: on the same cells that it was reckoned on."""

    def tell(what: str, percent: int) -> None:
        actions.queue.tell(row.pk, what, percent)

    tell("reading", 5)
    _, state = storing.model(row.model)
    field = _field(row, analysis("flood"), state, actions.shape(row.place))
    with transaction.atomic():
        report = affected.run(row, state, field, tell)
        report["seconds"] = round(time.monotonic() - begun, 1)
        actions.queue.finish(row.pk, report=report)


def _field(
    row: AnalysisJob, wanted: Analysis, state: Any, place: shapely.Geometry | None
) -> reading.Field:
    """Read what the analysis looks at: round its point, its own area, or the box round `area`."""
    reach = wanted.reach(row.numbers)
    if reach is not None:
        return reading.read(state, place, reach)
    confined = actions.shape(row.area)
    if confined is not None and isinstance(place, shapely.Point):
        confined = shapely.union(confined, place)
    return reading.read(state, confined if confined is not None else _own_area(place))


def _own_area(place: shapely.Geometry | None) -> shapely.Geometry | None:
    return None if isinstance(place, shapely.Point) else place
