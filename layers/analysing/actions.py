"""The only writer of analyses: ask for one, cancel it, and the steps of one that runs."""

import dataclasses
import json
import uuid
from typing import Any

import shapely

from core import clock, disk
from core.errors import Conflict, Invalid, Unknown
from layers import area as areas
from layers import catalogue
from layers.analysing import flooding
from layers.importing.making import check_code
from layers.jobs import Queue
from layers.layer import Layer
from layers.models import AnalysisJob, Stage, State
from layers.questions import HOMES
from layers.rights import ask as ask_layer
from layers.terrain.analysis import Analysis, analysis
from people.may import Rights, require

MOST_WAITING = 50
KIND = "affected"
_PICTURE = "_picture"


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
    against: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Affected:
    """Of a flood: the level (m; of flood levels any that was reached), and whose outlines."""

    level: float | None = None
    buildings: str = HOMES
    layer: str = ""
    title_zh: str = ""
    title_en: str = ""


queue = Queue(
    AnalysisJob,
    "analysis",
    "分析",
    "the analysis' process ended unexpectedly: its area may be too large",
    "分析进程意外终止：范围可能过大",
)


def ask(asked: Asked, rights: Rights, stage: Stage = Stage.WAITING) -> AnalysisJob:
    """Queue an analysis; raises Invalid, Unknown, Forbidden, Conflict or Full."""
    require(rights, "layer.edit")
    wanted = analysis(asked.kind)
    numbers = wanted.checked(asked.numbers)
    model = _model(asked.model, rights)
    against = _against(wanted, asked, rights)
    number = uuid.uuid4()
    titles = _titled(asked, wanted.title_zh, wanted.title_en, model)
    row = AnalysisJob(
        id=number,
        kind=asked.kind,
        model=model.code,
        against=against,
        layer=_code(asked, wanted, number),
        place=_place(wanted, asked.place),
        area=_area(asked.area) if asked.area is not None else None,
        numbers=numbers,
        **titles,
    )
    return _queued(row, rights, stage)


def ask_affected(flooded: uuid.UUID, asked: Affected, rights: Rights) -> AnalysisJob:
    """Queue the question which buildings a finished flood reaches; raises as `ask` does."""
    flood = queue.one(flooded, rights)
    level = flooding.level(flood, asked.level)
    model = _model(flood.model, rights)
    buildings = catalogue.layer(asked.buildings)
    ask_layer(buildings, rights)
    if buildings.shape != "polygon":
        raise Invalid("buildings are areas", zh="建筑图层须为面图层", field="buildings")
    number = uuid.uuid4()
    wanted = Asked(KIND, model.code, layer=asked.layer)
    row = AnalysisJob(
        id=number,
        kind=KIND,
        of=flood.pk,
        against=buildings.code,
        model=model.code,
        model_version=flood.model_version,
        layer=_code(wanted, None, number),
        place=flood.place,
        area=flood.area,
        numbers={"level": level},
        title_zh=(asked.title_zh or f"水位 {level:g} m 受淹{buildings.title_zh}")[:80],
        title_en=(asked.title_en or f"{buildings.title_en} in water at {level:g} m")[:80],
    )
    return _queued(row, rights, Stage.WAITING)


def _titled(asked: Asked, zh: str, en: str, model: Layer) -> dict[str, str]:
    return {
        "title_zh": (asked.title_zh or f"{zh}（{model.title_zh}）")[:80],
        "title_en": (asked.title_en or f"{en} ({model.title_en})")[:80],
    }


def _queued(row: AnalysisJob, rights: Rights, stage: Stage) -> AnalysisJob:
    """Store a job that waits, or that the caller runs at once; raises Conflict or Full."""
    disk.check()
    if AnalysisJob.objects.filter(stage=Stage.WAITING).count() >= MOST_WAITING:
        raise Conflict("many analyses wait already", zh="等待的分析过多", remedy="try again later")
    row.stage, row.asked_at = stage, clock.now()
    row.by, row.by_name = rights.actor, rights.name[:60]
    if stage == Stage.RUNNING:
        row.attempts, row.started_at = 1, clock.now()
    row.save(force_insert=True)
    return row


def _against(wanted: Analysis, asked: Asked, rights: Rights) -> str:
    """Return the second model's code; raises Invalid where one is missing, or is the first."""
    if not wanted.against:
        return ""
    if not asked.against or asked.against == asked.model:
        raise Invalid(
            "give a second elevation model", zh="请选择另一个高程模型", field="against",
            remedy="`against` is the layer of the model that is compared with `model`",
        )  # fmt: skip
    return _model(asked.against, rights).code


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


def _code(asked: Asked, wanted: Analysis | None, number: uuid.UUID) -> str:
    """Return the code of the layer to be made; only an analysis' own layer is made anew."""
    code = asked.layer or f"{asked.kind}_{number.hex[:6]}"
    check_code(code)
    made = AnalysisJob.objects.filter(layer=code).exists()
    both = [code] if wanted is None or wanted.shape else [code, picture_of(code)]
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


def shape(given: dict[str, Any] | None) -> shapely.Geometry | None:
    """Return kept GeoJSON as a shape in degrees."""
    return shapely.from_geojson(json.dumps(given)) if given is not None else None
