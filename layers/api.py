"""The catalogue, single features, "what is here?", and heights."""

import dataclasses
import datetime
from typing import Annotated, Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from core import clock
from core.errors import Invalid, Unknown
from layers import (
    actions,
    area,
    asof,
    catalogue,
    elevation,
    groups,
    naming,
    questions,
    selection,
    styles,
)
from layers.asking.within import Within
from layers.exporting import taking
from layers.layer import Layer, Paint
from layers.metadata.entry import owner_of
from layers.models import Feature, State
from layers.pictures import dated
from layers.rights import ask, may_see
from people import may
from people.signin import EITHER, rights


def anybody(request: HttpRequest) -> may.Rights:
    """Let those through who did not sign in: they see what is open."""
    return may.NOBODY


router = Router(tags=["layers"], auth=[*EITHER, anybody])


class Place(Schema):
    """A position in WGS 84 degrees."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-85, le=85)]


class Here(Place):
    """A position, the layers that are asked (none: all), how far round it (metres), and when."""

    layers: str = ""
    within: Annotated[float, Field(ge=0, le=2000)] = 5
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    at: str = ""


class Drawn(Schema):
    """An area drawn on the map, a GeoJSON polygon in WGS 84; or what is reached in time."""

    area: dict[str, Any] | None = None
    reach: Within | None = None
    at: str = ""

    def ground(self, who: may.Rights) -> GEOSGeometry:
        """Return the area that is meant; raises Invalid, or a Problem without streets."""
        if self.area is None and self.reach is not None:
            return self.reach.reach(who).area
        return area.read(self.area or {})


@router.get("/layers")
def layers(request: HttpRequest, untiled: bool = False) -> dict[str, Any]:
    """List the layers that one may see, in drawing order, and the groups that they stand in.

    `untiled`: also what is not drawn.
    """
    states = State.objects.in_bulk()
    shown = [
        _summary(layer, states.get(code))
        for code, layer in catalogue.layers().items()
        if may_see(layer, rights(request)) and (layer.tiled or untiled)
    ]
    return {"items": shown, "groups": groups.told()}


@router.get("/layers/identify")
def identify(request: HttpRequest, here: Query[Here]) -> dict[str, Any]:
    """Say what lies at (or near) a place, in every layer asked, nearest first."""
    asked, then = _asked(here.layers, rights(request)), asof.read(here.at)
    place = Point(here.lon, here.lat, srid=4326)
    items = questions.near(place, asked, here.within, here.limit, then)
    return {"items": items, **then.told(asked)}


@router.post("/layers/inside", auth=EITHER)
def inside(request: HttpRequest, drawn: Drawn) -> dict[str, Any]:
    """Say what lies inside an area: features by layer, people (estimate), named sites."""
    then, drawn_area = asof.read(drawn.at), drawn.ground(rights(request))
    found = questions.inside(drawn_area, rights(request), then)
    size = {"square_km": round(area.square_km(drawn_area), 4)}
    return dataclasses.asdict(found) | size | then.told(found.counts)


@router.get("/layers/{code}")
def layer(request: HttpRequest, code: str) -> dict[str, Any]:
    """Describe one layer."""
    found = _visible(request, code)
    owner_zh, owner_en = owner_of(found)
    state = State.objects.filter(pk=code).first()
    own = state.source if state is not None and not found.is_vector else ""  # each picture's
    return _summary(found, state) | {
        "columns": {
            name: {key: told for key, told in dataclasses.asdict(one).items() if key != "source"}
            for name, one in found.columns.items()
        },
        "datum": found.datum,
        "owner": found.owner,
        "owner_zh": owner_zh,
        "owner_en": owner_en,
        "refresh": found.refresh,
        "source": own or found.source,
        "analysis": state.raster.get("analysis") if state is not None else None,
    }


class Asked(Schema):
    """Which features of a layer: a box, CQL2 text, the page; `at`: as it was on a day or moment."""

    bbox: str = ""
    filter: str = ""
    at: str = ""
    after: int | None = None
    limit: Annotated[int, Field(ge=1, le=selection.LARGEST)] = 100
    count: bool = False


class Chosen(Schema):
    """Which features of a layer are exported, and in which form."""

    bbox: str = ""
    filter: str = ""
    at: str = ""
    format: str = "geojson"


@router.get("/layers/{code}/features")
def features(request: HttpRequest, code: str, asked: Query[Asked]) -> dict[str, Any]:
    """List features by number; `next` is the `after` of the next page, null at the end."""
    layer, then = _vector(request, code), asof.read(asked.at)
    chosen = selection.select(layer, asked.bbox, asked.filter, then.of(code))
    items, after = chosen.page(asked.after, asked.limit)
    found: dict[str, Any] = {"type": "FeatureCollection", "features": items, "next": after}
    return found | ({"count": chosen.count()} if asked.count else {}) | then.told([code])


@router.get("/layers/{code}/export", auth=EITHER)
def export(request: HttpRequest, code: str, asked: Query[Chosen]) -> HttpResponseBase:
    """Hand out a selection as a file that carries the question that made it.

    `format` is geojson, gpkg, shp (zip), csv (zip) or kml; always EPSG:4326.
    """
    layer, then = _vector(request, code), asof.read(asked.at)
    chosen = selection.select(layer, asked.bbox, asked.filter, then.of(code))
    question = {"bbox": asked.bbox, "filter": asked.filter}
    question |= {"at": asked.at} if asked.at else {}
    handed = taking.hand_out(chosen, question, asked.format, rights(request))
    return handed.answer(request)


@router.delete("/layers/{code}", response={204: None}, auth=EITHER)
def remove(request: HttpRequest, code: str) -> Status[None]:
    """Take an imported layer away; layers of the catalogue's files stay."""
    may.require(rights(request), "layer.edit")
    actions.remove(code, rights(request).actor)
    return Status(204, None)


@router.get("/layers/{code}/features/{int:fid}")
def feature(request: HttpRequest, code: str, fid: int, at: str = "") -> dict[str, Any]:
    """Return one feature as GeoJSON, with the geometry as it came; `at`: as it was then."""
    found = _visible(request, code)
    if when := asof.read(at).of(code):
        return selection.one(found, fid, when)
    row = Feature.objects.filter(layer=found.code, fid=fid).first()
    if row is None:
        raise Unknown(f"layer {code} has no feature {fid}", zh=f"图层 {code} 没有要素 {fid}")
    return questions.geojson(row)


@router.get("/layers/{code}/features/{int:fid}/versions")
def versions(request: HttpRequest, code: str, fid: int) -> dict[str, Any]:
    """List what a feature is and was, newest first, each with its validity; gone ones too."""
    return {"items": selection.versions(_vector(request, code), fid)}


@router.get("/layers/{code}/history")
def changes(request: HttpRequest, code: str) -> dict[str, Any]:
    """List when a layer was filled and what that changed, newest first."""
    return {"items": questions.fillings(_vector(request, code).code)}


@router.get("/elevation")
def height(request: HttpRequest, place: Query[Place]) -> dict[str, Any]:
    """Return the ground's height in metres by the finest model that knows it, or null."""
    found = elevation.best(place.lon, place.lat, rights(request))
    return {
        "lon": place.lon,
        "lat": place.lat,
        "elevation_m": found.metres,
        "layer": found.layer.code,
        "title_zh": found.layer.title_zh,
        "title_en": found.layer.title_en,
        "cell_m": found.cell_m,
        "datum": found.layer.datum,
        "source": found.state.source,
        "source_date": found.state.source_date,
        "simulated": found.state.simulated,
    }


def _vector(request: HttpRequest, code: str) -> Layer:
    found = _visible(request, code)
    if not found.is_vector:
        raise Invalid(f"layer {code} is a raster: it has no features", zh="栅格图层没有要素")
    return found


def _visible(request: HttpRequest, code: str) -> Layer:
    found = catalogue.layer(code)
    ask(found, rights(request))
    return found


def _asked(codes: str, who: may.Rights) -> list[str]:
    """Return the vector layers of a question; a layer that is named must be one's to see."""
    if not codes:
        every = catalogue.layers().values()
        return [one.code for one in every if one.is_vector and may_see(one, who)]
    named = [catalogue.layer(code) for code in codes.split(",")]
    for one in named:
        ask(one, who)
    return [one.code for one in named if one.is_vector]


def _summary(layer: Layer, state: State | None) -> dict[str, Any]:
    lowest, highest = layer.zooms(state.raster if state else {})
    version = state.version if state else 0
    return {
        "code": layer.code,
        "title_zh": layer.title_zh,
        "title_en": layer.title_en,
        "group": layer.group if layer.group in groups.CODES else groups.OTHER.code,
        "letters": naming.letters(layer.title_zh),
        "registered": layer.code not in catalogue.of_files(),
        "kind": layer.kind,
        "shape": layer.shape,
        "heights": layer.heights,
        "tiles": layer.template(version) if layer.tiled else None,
        "tilejson": f"/tiles/{layer.code}.json" if layer.tiled else None,
        "minzoom": lowest,
        "maxzoom": highest,
        "style": [_paint(layer, paint) for paint in layer.paints],
        "attribution": dated.credit(state.raster if state else {}, layer.attribution),
        "simulated": state.simulated if state else layer.simulated,
        "sharing": layer.sharing,
        **_age(layer, state),
        **_of_raster(layer, state),
    }


def _of_raster(layer: Layer, state: State | None) -> dict[str, Any]:
    """Return what only rasters have: days, what colours mean; of heights styles and datums."""
    if layer.is_vector:
        return {}
    found: dict[str, Any] = {"dates": dated.days(state), "pictures": dated.told(state)}
    if state is not None and (stops := state.raster.get("legend")):
        found["ramp"] = {"unit": state.raster.get("unit", ""), "stops": stops}
    if layer.heights and state is not None and state.path:
        found["tilejson"] = f"/tiles/{layer.code}.json"
        found["styles"] = styles.told(layer, state.version, state.raster)
        found["heights"] = {
            name: state.raster.get(name)
            for name in ("cell_m", "unit", "horizontal", "vertical", "lowest", "highest")
        }
    return found


def _paint(layer: Layer, paint: Paint) -> dict[str, Any]:
    return {
        "draw": paint.draw,
        "tile_layer": layer.tile_layer(paint),
        "where": paint.where,
        "name_zh": paint.zh,
        "name_en": paint.en,
        "min_zoom": paint.min_zoom,
        "max_zoom": paint.max_zoom,
        "text": paint.text,
        "text_en": paint.text_en,
        "day": paint.day,
        "night": paint.night,
    }


def _age(layer: Layer, state: State | None) -> dict[str, Any]:
    """Return how much there is, where, and how old: `age` in seconds since its source was so."""
    if state is None or not state.count:
        empty = dict.fromkeys(("bounds", "updated_at", "age"))
        return {"version": state.version if state else 0, "count": 0, "source_date": "", **empty}
    date = state.source_date or layer.dated
    midnight = datetime.time(tzinfo=datetime.UTC)
    since = datetime.datetime.combine(date, midnight) if date else state.updated_at
    return {
        "version": state.version,
        "count": state.count,
        "bounds": state.bounds,
        "source_date": str(date or ""),
        "updated_at": state.updated_at.isoformat(),
        "age": (clock.now() - since).total_seconds(),
    }
