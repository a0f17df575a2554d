"""One import from beginning to end, in a process of its own: whole or not at all."""

import dataclasses
import datetime
import errno
import uuid
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from rasterio._err import CPLE_BaseError  # what a warp says of a place that is none
from rasterio.errors import RasterioError

from core import disk
from core.errors import Conflict, Full, Problem
from layers import actions as layers
from layers import catalogue, history, jobs, telling
from layers.history import Renewal
from layers.importing import (
    actions,
    datum,
    doubts,
    making,
    opening,
    picturing,
    rasters,
    relieving,
    rows,
    staying,
)
from layers.importing.format import Choice
from layers.importing.making import Wishes
from layers.importing.sample import Sample
from layers.importing.table import Table, Unreadable
from layers.layer import Column, Layer
from layers.models import Import, State

Tell = Callable[[str, int], None]


@dataclasses.dataclass(slots=True)
class Job:
    """An import that runs, and what its report will say."""

    row: Import
    folder: Path
    tell: Tell
    report: dict[str, Any]

    @property
    def wishes(self) -> Wishes:
        """Return what was wished of the layer."""
        return Wishes(**self.row.wishes)

    @property
    def code(self) -> str:
        """Return the layer's code, made from the file's name if none was chosen."""
        return self.row.layer or making.code_of(self.row.file)


def run(number: uuid.UUID) -> Import:
    """Run a claimed import to its end or question; return the row as it then stands."""
    actions.queue.hold(number)
    row = Import.objects.get(pk=number)
    report: dict[str, Any] = {"file": row.file, "size": row.size, "datum": row.datum}
    with TemporaryDirectory(dir=actions.kept(row).parent) as folder:
        job = Job(
            row, Path(folder), lambda what, part: actions.queue.tell(number, what, part), report
        )
        try:
            _import(job)
        except jobs.Cancelled:
            actions.clear(number)
        except doubts.Doubt as doubt:
            actions.ask(number, doubt, report)
        except Problem as problem:
            actions.refuse(number, problem, report | problem.more)
        except (MemoryError, OSError, RasterioError, CPLE_BaseError) as error:
            actions.refuse(number, _ended_by(error), report)
            jobs.clear_rasters(number)
    row.refresh_from_db()
    return row


def _ended_by(error: Exception) -> Problem:
    """Return what is to be said of a full machine or of damage that is met only while reading.

    Raises any other error of the system.
    """
    if isinstance(error, MemoryError):
        return Unreadable(
            "the file needs more memory than an import may take",
            zh="文件所需内存超过导入上限",
            field="file",
            remedy="cut it in pieces",
        )
    free = disk.free_mb()
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or free < settings.MIN_FREE_MB:
        return Full(free)
    if isinstance(error, RasterioError | CPLE_BaseError):
        return rasters.refused(
            "parts of it are damaged and cannot be read",
            "部分数据已损坏，无法读取",
            "copy it again",
        )
    raise error


def _import(job: Job) -> None:
    job.tell("reading", 5)
    meant = opening.meant(actions.kept(job.row), job.folder, job.wishes.member)
    if meant.format is None:
        _raster(job, meant.path)
        return
    choice = Choice(meant.dataset, job.wishes.east, job.wishes.north)
    _features(job, meant.format.read(meant.path, choice), meant.format.name)


# --- features ---------------------------------------------------------------------------------


def _features(job: Job, table: Table, form: str) -> None:
    sample = Sample(table.crs)
    survey = rows.Survey(job.folder, job.row.datum, coverage=job.wishes.coverage)
    _read(job, table, sample, survey)
    read = {"kind": "features", "format": form, "read": survey.read, "notes": table.notes}
    job.report |= read
    job.tell("checking", 45)
    _sure_of_datum(job, sample)
    judged = survey.judge(_replaced(job.row))
    known = _known(job.row)
    judged.columns = staying.under_own_names(judged.columns, known)
    job.report |= _told(judged)
    job.report["notes"] += judged.notes
    if judged.refused.count and job.wishes.strict:
        first = judged.refused.first[0]
        raise Unreadable(
            f"row {first.row} {first.en}, and every row was wanted",
            zh=f"第 {first.row} 行{first.zh}，而要求全部入库",
            field="file",
        )
    job.report["topology"] = judged.topology.as_dict()
    job.tell("storing", 60)
    _store(job, judged, known)


def _store(job: Job, judged: rows.Judged, known: Layer | None) -> None:
    """Register the layer and put the rows into it, in one transaction with the job's end."""
    columns = dict(judged.columns.values())
    layer = making.vector(job.code, job.row.file, job.row.datum, job.wishes, judged.shape, columns)
    filled = State.objects.filter(layer=layer.code, version__gt=0).exists()
    layer = staying.kept(layer, known, job.wishes, filled=filled)
    with transaction.atomic():
        actual = _registered(layer, job.row)
        renewal = Renewal(_key(job, columns), _since(job.wishes.source_date))
        own = actual.columns
        sure = {name for name, one in columns.items() if own.get(name, one).type == one.type}
        change = layers.renew(actual.code, judged.lines(), renewal, sure)
        job.report["change"] = change.as_dict()
        telling.tell(actual, "filled", job.row.by, file=job.row.file, **_counted(change))
        layers.date(actual.code, job.wishes.source_date, layer.source)
        actions.finish(job.row, layer.code, job.report)


def _counted(change: history.Change) -> dict[str, int]:
    return {name: getattr(change, name) for name in ("added", "changed", "removed", "kept")}


def _read(job: Job, table: Table, sample: Sample, survey: rows.Survey) -> None:
    """Read all rows, look at them and keep them aside; a job may be cancelled between batches."""
    for batch in table.batches:
        usable, refused = rows.usable(batch, survey.read + 1)
        sample.add(batch, usable)
        survey.add(batch, usable, refused)
        job.tell("reading", 5 + 40 * survey.read // max(table.count, survey.read, 1))


def _key(job: Job, columns: dict[str, Column]) -> str:
    """Return the key column's safe name, given by that or by its name in the file."""
    wished = job.wishes.key
    found = [name for name, one in columns.items() if wished in (name, one.zh)]
    if wished and not found:
        listed = ", ".join(one.zh for one in columns.values())
        raise Unreadable(
            f"the key {wished!r} is no column; it has: {listed}",
            zh=f"没有键字段 {wished!r}；现有：{listed}",
            field="key",
        )
    return found[0] if wished else ""


def _since(day: str) -> datetime.datetime | None:
    """Return the beginning of a day in the city, from which on its data hold."""
    if not day:
        return None
    at = datetime.datetime.fromisoformat(day)
    return at.replace(tzinfo=timezone.get_default_timezone())


def _sure_of_datum(job: Job, sample: Sample) -> None:
    """Compare the declared datum with what is known; an accepted doubt is only reported."""
    guess = doubts.guess(sample)
    job.report["guess"] = dataclasses.asdict(guess)
    if not job.row.datum:
        raise doubts.unsaid(guess)
    try:
        finding = doubts.raise_any(sample, job.row.datum)
    except doubts.Doubt as doubt:
        if not job.row.accepted:
            raise
        job.report["accepted"] = {"en": doubt.detail, "zh": doubt.zh}
    else:
        job.report["check"] = {"en": finding.en, "zh": finding.zh}


def _known(row: Import) -> Layer | None:
    """Return the registered layer that this import goes into; None for a new one, or a file's."""
    found = catalogue.layers().get(row.layer)
    return found if row.layer not in catalogue.of_files() else None


def _replaced(row: Import) -> str:
    """Return the shape of the layer that this import replaces, "" for a new one."""
    found = catalogue.layers().get(row.layer)
    return found.shape if found is not None else ""


def _registered(layer: Layer, row: Import) -> Layer:
    """Register the layer, or return the file's own one if that is what is refilled."""
    own = catalogue.of_files().get(layer.code)
    if own is None:
        layers.register(layer, row.by)
        return catalogue.layer(layer.code)
    missing = sorted(set(own.columns) - set(layer.columns))
    if own.kind != layer.kind or own.table is not None or missing == sorted(own.columns) != []:
        raise Conflict(
            f"layer {layer.code} is not of this file's kind",
            zh=f"图层 {layer.code} 与该文件类型不符",
            field="layer",
        )
    return own


def _told(judged: rows.Judged) -> dict[str, Any]:
    return {
        "stored": judged.stored,
        "refused": judged.refused.count,
        "repaired": judged.repaired.count,
        "rows": {
            "refused": [dataclasses.asdict(one) for one in judged.refused.first],
            "repaired": [dataclasses.asdict(one) for one in judged.repaired.first],
        },
    }


# --- rasters ----------------------------------------------------------------------------------


def _raster(job: Job, path: Path) -> None:
    kind = job.row.kind or rasters.kind_of(path)
    frame = rasters.frame_of(path)
    guess = datum.Guess(frame, f"the file itself says {frame}", f"文件自述为 {frame}")
    job.report |= {"kind": kind, "guess": dataclasses.asdict(guess)}
    if not job.row.datum:
        raise doubts.unsaid(guess)
    crs = rasters.check_place(path, job.row.datum)
    rasters.check_on_earth(path, crs)
    try:
        doubts.distance(rasters.middle(path), job.row.datum)
    except doubts.Doubt as doubt:
        if not job.row.accepted:
            raise
        job.report["accepted"] = {"en": doubt.detail, "zh": doubt.zh}
    folder = Path(settings.DATA) / "rasters"
    folder.mkdir(exist_ok=True)
    if kind == "elevation":
        relieving.heights(job.code, job.row, job.wishes, path, crs, folder, job.tell, job.report)
    else:
        picturing.picture(job.code, job.row, path, crs, folder, job.tell, job.report)
