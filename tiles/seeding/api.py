"""Seedings over HTTP: asked for, followed, cancelled; their holes as boxes for the map."""

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from core.errors import Unknown
from layers import catalogue
from layers.models import Seeding
from layers.rights import ask as ask_layer
from people.may import require
from people.signin import EITHER, rights
from tiles.seeding import actions, holes

router = Router(tags=["layers"], auth=EITHER)
SHOWN = 50
Zoom = Annotated[int, Field(ge=0, le=24)]
Lon = Annotated[float, Field(ge=-180, le=180)]
Lat = Annotated[float, Field(ge=-90, le=90)]


class Asked(Schema):
    """Which tiles: first and last zoom, and west, south, east, north in EPSG:4326."""

    zooms: tuple[Zoom, Zoom] | None = None
    box: tuple[Lon, Lat, Lon, Lat] | None = None


@router.get("/layers/{code}/seedings")
def listed(request: HttpRequest, code: str) -> dict[str, Any]:
    """List a layer's latest seedings, newest first."""
    require(rights(request), "layer.edit")
    layer = catalogue.layer(code)
    ask_layer(layer, rights(request))
    rows = Seeding.objects.filter(layer=layer.code)[:SHOWN]
    return {"items": [public(row) for row in rows], "most": actions.MOST}


@router.post("/layers/{code}/seedings", response={201: dict[str, Any]})
def ask(request: HttpRequest, code: str, asked: Asked) -> Status[dict[str, Any]]:
    """Ask for tiles to be made before anybody needs them; what is kept is not made again."""
    return Status(201, public(actions.ask(code, asked.zooms, asked.box, rights(request))))


@router.get("/layers/{code}/seedings/{uuid:number}")
def one(request: HttpRequest, code: str, number: uuid.UUID) -> dict[str, Any]:
    """Tell how far a seeding is, and at its end which tiles are not there."""
    return public(_one(request, code, number))


@router.get("/layers/{code}/seedings/{uuid:number}/holes")
def holes_of(request: HttpRequest, code: str, number: uuid.UUID) -> dict[str, Any]:
    """Return the tiles that are not there as GeoJSON boxes (the first thousand)."""
    return holes.geojson(_one(request, code, number).report.get("holes", []))


@router.delete("/layers/{code}/seedings/{uuid:number}")
def cancel(request: HttpRequest, code: str, number: uuid.UUID) -> dict[str, Any]:
    """Stop a seeding; what it made stays, for it is right."""
    _one(request, code, number)
    return public(actions.queue.cancel(number, rights(request)))


def public(row: Seeding) -> dict[str, Any]:
    """Return a seeding as its owner sees it."""
    return {
        "layer": row.layer,
        "zooms": [row.lowest, row.highest],
        "box": row.box,
        "tiles": row.tiles,
        "reached": row.reached,
        "kept": row.kept,
        "made": row.made,
        "empty": row.empty,
        "failed": row.failed,
        **row.told(),
    }


def _one(request: HttpRequest, code: str, number: uuid.UUID) -> Seeding:
    found = actions.queue.one(number, rights(request))
    if found.layer != code:
        raise Unknown("there is no such seeding", zh="没有该预生成任务")
    return found
