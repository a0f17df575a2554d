"""Questions of place over HTTP: choose features, figures by zone, join by location, measure."""

import dataclasses
import json
import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Field, Router, Schema

from core.errors import Invalid
from layers import area, asof, catalogue, filtering, questions, selection, sorting
from layers.asking import cells, figures, ground, joining, measure, nearness, reached, shapes
from layers.asking.within import Within
from layers.asof import AsOf
from layers.exporting import taking
from layers.layer import Layer
from layers.rights import ask
from layers.selection import Selection
from people.signin import EITHER, rights

router = Router(tags=["layers"], auth=EITHER)

Metres = Annotated[float, Field(ge=0, le=shapes.FARTHEST)]
Text = Annotated[str, Field(max_length=filtering.MOST)]


class Others(Schema):
    """Some of another layer's features, and how near they must be (metres; 0: they touch)."""

    layer: str
    filter: Text = ""
    within_m: Annotated[float, Field(ge=0, le=nearness.FARTHEST)] = 0


class Wanted(Schema):
    """Which features: by CQL2 text, by a shape and the ground round it, by time, by others near.

    `at`: all layers as they were on a day or at a moment; those without a past as they are now.
    """

    filter: Text = ""
    at: str = ""
    bbox: str = ""
    area: dict[str, Any] | None = None
    within_m: Metres = 0
    reach: Within | None = None
    beside: Others | None = None


class File(Wanted):
    """Which features go out, and in which form: geojson, gpkg, shp, csv or kml."""

    format: str = "geojson"


class Page(Wanted):
    """Which features, and which page of them; `count`: also how many there are in all.

    `sort`: a column, or `-column`; then `after` is the `next` of the page before, as it came.
    """

    sort: Annotated[str, Field(max_length=40)] = ""
    after: int | dict[str, Any] | None = None
    limit: Annotated[int, Field(ge=1, le=selection.LARGEST)] = 100
    count: bool = False


class Joined(Page):
    """Which features, the page, and the layer whose nearest feature is joined to each."""

    to: Others


class ByZone(Wanted):
    """Which features, the zones, and what is counted: `count`, `sum:people`, `length_km`.

    Instead of the zones of a layer, square cells of `cell_m` metres.
    """

    zones: Others | None = None
    cell_m: float | None = None
    measures: list[str] = ["count"]


class Shape(Schema):
    """A shape drawn on the map (GeoJSON, WGS 84)."""

    geometry: dict[str, Any]


class Room(Schema):
    """How people are reckoned where buildings tell none: a column of storeys, m² of floor each."""

    storeys: Annotated[str, Field(max_length=31)]
    m2_each: Annotated[float, Field(ge=1, le=1000)]


class Ground(Schema):
    """Some ground: drawn, with the metres round it, reached in time, or that of an analysis.

    `level` (m) says which water of flood levels is meant; `buildings`, whose people are told;
    `at`: what stood there on a day or at a moment; `room`: how their people are reckoned.
    """

    at: str = ""
    room: Room | None = None
    area: dict[str, Any] | None = None
    within_m: Metres = 0
    reach: Within | None = None
    analysis: uuid.UUID | None = None
    level: float | None = None
    buildings: str = questions.HOMES


@router.post("/layers/reach")
def reachable(request: HttpRequest, asked: Within) -> dict[str, Any]:
    """Return the ground within so many minutes over the streets, as GeoJSON, and how it was made.

    Driving goes by today's closures and one-way rules.
    """
    found = asked.reach(rights(request))
    size = round(area.square_km(found.area), 4)
    return found.told(asked.wanted()) | {"area": json.loads(found.area.json), "square_km": size}


@router.post("/layers/affected")
def affected(request: HttpRequest, asked: Ground) -> dict[str, Any]:
    """Say who and what some ground reaches: by layer, by district and street, sites by name."""
    who, then = rights(request), asof.read(asked.at)
    buildings, instead = _vector(request, asked.buildings).code, ""
    if asked.analysis is not None:
        places = ground.of_analysis(asked.analysis, asked.level, who)
        if own := ground.buildings_of(asked.analysis):
            buildings, instead = own
    elif asked.reach is not None:
        places = [asked.reach.reach(who).area]
    elif asked.area is not None:
        places = [shapes.around(shapes.read(asked.area), asked.within_m)]
    else:
        raise Invalid(
            "say which ground: area, reach or analysis",
            zh="请给出区域、可达范围或分析",
            field="area",
        )
    room = reached.Room(**asked.room.dict()) if asked.room else None
    found = reached.reached(places, who, buildings, instead, then, room)
    reckoned = {"room": dataclasses.asdict(room)} if room else {}
    return dataclasses.asdict(found) | reckoned | then.told(found.figures.counts)


@router.post("/measure")
def measured(request: HttpRequest, drawn: Shape) -> dict[str, Any]:
    """Measure a drawn line or area on the ellipsoid: metres and square metres."""
    return dataclasses.asdict(measure.measure(shapes.read(drawn.geometry)))


@router.post("/layers/{code}/select")
def select(request: HttpRequest, code: str, wanted: Page) -> dict[str, Any]:
    """List the features chosen by text, shape or nearness; `next` is the next page's `after`."""
    chosen, then = _chosen(request, code, wanted)
    found: dict[str, Any] = {"type": "FeatureCollection"} | _page(chosen, wanted)
    found |= {"count": chosen.count()} if wanted.count else {}
    return found | then.told(_asked(code, wanted))


def _page(chosen: Selection, wanted: Page) -> dict[str, Any]:
    after: int | dict[str, Any] | None = wanted.after
    if isinstance(after, int) if wanted.sort else isinstance(after, dict):
        raise Invalid("after is of another order", zh="after 属于另一种排序", field="after")
    if wanted.sort:
        by = sorting.order(chosen.layer, wanted.sort, past=bool(chosen.when))
        end = after if isinstance(after, dict) else None
        items, next_ = sorting.page(chosen, by, end, wanted.limit)
        return {"features": items, "next": next_}
    items, last = chosen.page(after if isinstance(after, int) else None, wanted.limit)
    return {"features": items, "next": last}


@router.post("/layers/{code}/select/export")
def export(request: HttpRequest, code: str, wanted: File) -> HttpResponseBase:
    """Hand the chosen features out as a file that carries the question (EPSG:4326)."""
    asked = wanted.dict(exclude_defaults=True, exclude={"format"})
    question = {key: one if isinstance(one, str) else json.dumps(one) for key, one in asked.items()}
    chosen, _ = _chosen(request, code, wanted)
    handed = taking.hand_out(chosen, question, wanted.format, rights(request))
    return handed.answer(request)


@router.post("/layers/{code}/joined")
def joined(request: HttpRequest, code: str, wanted: Joined) -> dict[str, Any]:
    """List the chosen features, each with the nearest of another layer as `joined`, or null."""
    found, then = select(request, code, wanted), asof.read(wanted.at)
    other = _of(request, wanted.to, then)
    fids = [one["id"] for one in found["features"]]
    own = selection.select(_vector(request, code), when=then.of(code))
    near = joining.nearest(own, fids, other, wanted.to.within_m)
    told = then.told([*_asked(code, wanted), wanted.to.layer])
    return (
        found
        | told
        | {"features": [one | {"joined": near.get(one["id"])} for one in found["features"]]}
    )


@router.post("/layers/{code}/figures")
def by_zone(request: HttpRequest, code: str, wanted: ByZone) -> dict[str, Any]:
    """Count and sum the chosen features by zone; a feature counts in one zone only."""
    chosen, then = _chosen(request, code, wanted)
    layers = _asked(code, wanted)
    if wanted.cell_m is not None:
        table = cells.by_cell(chosen, wanted.cell_m, wanted.measures)
    elif wanted.zones is None:
        raise Invalid("zones or cell_m is needed", zh="需要统计单元或格网边长", field="zones")
    else:
        table = figures.by_zone(chosen, _of(request, wanted.zones, then), wanted.measures)
        layers.append(wanted.zones.layer)
    return dataclasses.asdict(table) | then.told(layers)


def _asked(code: str, wanted: Wanted) -> list[str]:
    """Return the layers that a choice looks at."""
    return [code, *([wanted.beside.layer] if wanted.beside else [])]


def _chosen(request: HttpRequest, code: str, wanted: Wanted) -> tuple[Selection, AsOf]:
    """Return the features that are meant, and the day that they are meant of."""
    layer, then = _vector(request, code), asof.read(wanted.at)
    chosen = selection.select(layer, wanted.bbox, wanted.filter, then.of(code))
    clause = chosen.clause
    if wanted.area is not None:
        shape = shapes.around(shapes.read(wanted.area), wanted.within_m)
        clause = nearness.touching(shape) & clause
    elif wanted.within_m:
        raise Invalid(
            "within_m needs an area to lie round", zh="缓冲距离需要一个图形", field="within_m"
        )
    if wanted.reach is not None:
        clause = nearness.touching(wanted.reach.reach(rights(request)).area) & clause
    if wanted.beside is not None:
        other = _of(request, wanted.beside, then)
        clause = clause & nearness.beside(other, wanted.beside.within_m)
    return Selection(layer, clause, chosen.when), then


def _of(request: HttpRequest, others: Others, then: AsOf) -> Selection:
    layer = _vector(request, others.layer)
    return selection.select(layer, text=others.filter, when=then.of(layer.code))


def _vector(request: HttpRequest, code: str) -> Layer:
    """Return a layer of features, if they may be seen."""
    found = catalogue.layer(code)
    ask(found, rights(request))
    if not found.is_vector:
        raise Invalid(f"layer {code} is a raster: it has no features", zh="栅格图层没有要素")
    return found
