"""The only writer of analyses: ask for one, cancel it, and the steps of one that runs."""

import dataclasses
import json
import uuid
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from core import clock, disk
from core.errors import Conflict, Invalid, Problem, Unknown
from layers import area as areas
from layers import catalogue
from layers.importing.making import check_code
from layers.layer import Layer
from layers.models import AnalysisJob, Stage, State
from layers.raster import stored
from layers.rights import ask as ask_layer
from layers.terrain.analysis import Analysis, analysis
from people.may import Rights, require

MOST_WAITING = 50
_PICTURE = "_picture"
_ATTEMPTS = 2  # an analysis that took its process with it twice is not tried again


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants: GeoJSON in EPSG:4326; a layer code of their own, or one is made."""

    kind: str
    model: str
    place: dict[str, Any] | None = None
    area: dict[str, Any] | None = None
    numbers: dict[str, float] = dataclasses.field(default_factory=dict)
    layer: str = ""
    title_zh: str = ""
    title_en: str = ""


class Cancelled(Problem):
    """The analysis was cancelled while it ran: what it was doing is undone."""

    status, code, title = 409, "cancelled", "The analysis was cancelled"


def ask(asked: Asked, rights: Rights, stage: Stage = Stage.WAITING) -> AnalysisJob:
    """Queue an analysis; raises Invalid, Unknown, Forbidden, Conflict or Full."""
    require(rights, "layer.edit")
    disk.check()
    wanted = analysis(asked.kind)
    numbers = wanted.checked(asked.numbers)
    model = _model(asked.model, rights)
    if AnalysisJob.objects.filter(stage=Stage.WAITING).count() >= MOST_WAITING:
        raise Conflict("many analyses wait already", zh="等待的分析过多", remedy="try again later")
    number = uuid.uuid4()
    return AnalysisJob.objects.create(
        id=number,
        kind=asked.kind,
        model=model.code,
        layer=_code(asked, wanted, number),
        place=_place(wanted, asked.place),
        area=_area(asked.area) if asked.area is not None else None,
        numbers=numbers,
        title_zh=(asked.title_zh or f"{wanted.title_zh}（{model.title_zh}）")[:80],
        title_en=(asked.title_en or f"{wanted.title_en} ({model.title_en})")[:80],
        stage=stage,
        attempts=1 if stage == Stage.RUNNING else 0,
        started_at=clock.now() if stage == Stage.RUNNING else None,
        by=rights.actor,
        by_name=rights.name[:60],
        asked_at=clock.now(),
    )


def _model(code: str, rights: Rights) -> Layer:
    found = catalogue.layer(code)
    ask_layer(found, rights)
    if not found.heights:
        raise Invalid(f"layer {code} is no elevation model", zh="该图层不是高程模型", field="model")
    if not State.objects.filter(layer=code).exclude(path="").exists():
        raise Unknown(f"elevation model {code} holds nothing yet", zh="该高程模型尚无数据")
    return found


def _place(wanted: Analysis, place: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the place as it is kept; raises Invalid if it is not what the analysis asks for."""
    if not wanted.place:
        return None
    if place is None:
        raise Invalid(
            f"the analysis needs a place: {wanted.place}", zh="请在地图上指定位置", field="place"
        )
    if wanted.place == "area":
        return _area(place)
    try:
        lon, lat = map(float, place["coordinates"][:2])
    except (KeyError, TypeError, ValueError) as error:
        raise _no_point() from error
    if place.get("type") != "Point" or not (-180 <= lon <= 180 and -85 <= lat <= 85):
        raise _no_point()
    return {"type": "Point", "coordinates": [lon, lat]}


def _area(given: dict[str, Any]) -> dict[str, Any]:
    """Return a drawn area as it is kept: its shape and nothing else that was sent."""
    kept: dict[str, Any] = json.loads(areas.read(given).json)
    return kept


def _no_point() -> Invalid:
    return Invalid("the place is no GeoJSON point", zh="位置须为 GeoJSON 点", field="place")


def _code(asked: Asked, wanted: Analysis, number: uuid.UUID) -> str:
    """Return the code of the layer to be made; only an analysis' own layer is made anew."""
    code = asked.layer or f"{asked.kind}_{number.hex[:6]}"
    check_code(code)
    made = AnalysisJob.objects.filter(layer=code).exists()
    both = [code] if wanted.shape else [code, picture_of(code)]
    if not made and any(each in catalogue.layers() for each in both):
        raise Conflict(
            f"layer {code} is not of an analysis",
            zh=f"图层 {code} 不是分析成果，不能覆盖",
            field="layer",
            remedy="choose another code",
        )
    return code


def picture_of(code: str) -> str:
    """Return the code of the picture beside a raster of values; raises Invalid for a long one."""
    check_code(f"{code}{_PICTURE}")
    return f"{code}{_PICTURE}"


def one(number: uuid.UUID, rights: Rights) -> AnalysisJob:
    """Return an analysis; raises Unknown."""
    require(rights, "layer.edit")
    return _found(AnalysisJob.objects.filter(pk=number))


def cancel(number: uuid.UUID, rights: Rights) -> AnalysisJob:
    """Stop an analysis; what runs is ended by the worker and leaves nothing behind."""
    require(rights, "layer.edit")
    with transaction.atomic():
        rows = AnalysisJob.objects.select_for_update(no_key=True)
        found = _found(rows.filter(pk=number))
        if found.over:
            raise Conflict("the analysis is over", zh="该分析已结束", stage=found.stage)
        found.stage, found.ended_at = Stage.CANCELLED, clock.now()
        found.save(update_fields=["stage", "ended_at"])
    return found


def _found(rows: QuerySet[AnalysisJob]) -> AnalysisJob:
    found = rows.first()
    if found is None:
        raise Unknown("there is no such analysis", zh="没有该分析")
    return found


# --- what the worker does --------------------------------------------------------------------


def claim() -> uuid.UUID | None:
    """Take the oldest analysis that waits; None if there is none."""
    with transaction.atomic():
        found = (
            AnalysisJob.objects.select_for_update(skip_locked=True)
            .filter(stage=Stage.WAITING)
            .order_by("asked_at")
            .first()
        )
        if found is None:
            return None
        found.stage, found.started_at = Stage.RUNNING, clock.now()
        found.attempts += 1
        found.save(update_fields=["stage", "started_at", "attempts"])
    return found.pk


def runs(number: uuid.UUID) -> bool:
    """Say whether an analysis is still wanted."""
    return AnalysisJob.objects.filter(pk=number, stage=Stage.RUNNING).exists()


def requeue_lost() -> None:
    """Put back what ran when its worker ended; what ended two workers is given up."""
    running = AnalysisJob.objects.filter(stage=Stage.RUNNING)
    running.filter(attempts__lt=_ATTEMPTS).update(stage=Stage.WAITING, progress=0)
    for found in running.filter(attempts__gte=_ATTEMPTS):
        lose(found.pk)


def lose(number: uuid.UUID) -> None:
    """Note that the process of an analysis ended without a word."""
    said = {
        "code": "lost",
        "en": "the analysis' process ended unexpectedly: its area may be too large",
        "zh": "分析进程意外终止：范围可能过大",
    }
    _end(number, Stage.FAILED, said=said)


def tell(number: uuid.UUID, doing: str, percent: int) -> None:
    """Note how far a running analysis is; raises Cancelled."""
    rows = AnalysisJob.objects.filter(pk=number, stage=Stage.RUNNING)
    if not rows.update(doing=doing, progress=percent):
        raise Cancelled("the analysis was cancelled", zh="分析已取消")


def refuse(number: uuid.UUID, said: dict[str, Any]) -> None:
    """Note that the analysis cannot be done; nothing of it was stored."""
    _end(number, Stage.REFUSED, said=said)


def finish(number: uuid.UUID, model_version: int, report: dict[str, Any]) -> None:
    """Note that the layer stands, in the transaction that makes it so; raises Cancelled."""
    if not _end(number, Stage.DONE, model_version=model_version, report=report, progress=100):
        raise Cancelled("the analysis was cancelled", zh="分析已取消")


def _end(number: uuid.UUID, stage: Stage, **more: Any) -> int:
    rows = AnalysisJob.objects.filter(pk=number, stage=Stage.RUNNING)
    return rows.update(stage=stage, ended_at=clock.now(), doing="", **more)


def clear(number: uuid.UUID) -> None:
    """Take away the files that an analysis which was ended left: those of no layer."""
    used = {stored(path) for path in State.objects.values_list("path", flat=True) if path}
    for made in (Path(settings.DATA) / "rasters").glob(f"*-{number.hex[:8]}.*"):
        if made not in used:
            made.unlink()


def shape(given: dict[str, Any] | None) -> shapely.Geometry | None:
    """Return kept GeoJSON as a shape in degrees."""
    return shapely.from_geojson(json.dumps(given)) if given is not None else None
