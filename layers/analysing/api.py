"""Terrain over HTTP: profiles at once; analyses to be asked for, followed, cancelled."""

import dataclasses
import uuid
from typing import Annotated, Any

import numpy as np
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from layers import elevation
from layers.analysing import actions, profiling
from layers.api import anybody
from layers.elevation import DEM
from layers.models import AnalysisJob
from layers.questions import HOMES
from layers.terrain.analysis import Analysis, Title, analyses
from people.may import require
from people.signin import EITHER, rights

router = Router(tags=["layers"], auth=EITHER)
SHOWN = 50
Words = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]  # no database keeps a NUL


class Asked(Schema):
    """An analysis: its kind, the elevation model, GeoJSON in EPSG:4326, and numbers.

    Of the model the box round `area` is read; without one all of it, or what the place needs.
    `against` is the second model where two are compared.
    """

    kind: str
    model: str = DEM
    against: Annotated[str, Field(max_length=31)] = ""
    place: dict[str, Any] | None = None
    area: dict[str, Any] | None = None
    numbers: dict[str, float] = {}
    layer: Annotated[str, Field(max_length=31)] = ""
    title_zh: Words = ""
    title_en: Words = ""


@router.get("/layers/analyses")
def listed(request: HttpRequest) -> dict[str, Any]:
    """List what can be analysed, and the latest analyses, newest first."""
    who = rights(request)
    require(who, "layer.edit")
    return {
        "kinds": [_kind(code, each) for code, each in analyses().items()],
        "models": [
            {"code": one.code, "title_zh": one.title_zh, "title_en": one.title_en}
            for one in elevation.models(who)
        ],
        "items": [public(row) for row in AnalysisJob.objects.all()[:SHOWN]],
    }


@router.post("/layers/analyses", response={201: dict[str, Any]})
def ask(request: HttpRequest, asked: Asked) -> Status[dict[str, Any]]:
    """Ask for an analysis; it becomes a layer."""
    return Status(201, public(actions.ask(actions.Asked(**asked.dict()), rights(request))))


@router.get("/layers/analyses/{uuid:number}")
def one(request: HttpRequest, number: uuid.UUID) -> dict[str, Any]:
    """Tell how far an analysis is, and what it found."""
    return public(actions.queue.one(number, rights(request)))


@router.post("/layers/analyses/{uuid:number}/cancel")
def cancel(request: HttpRequest, number: uuid.UUID) -> dict[str, Any]:
    """Stop an analysis; nothing of it stays on the map."""
    return public(actions.queue.cancel(number, rights(request)))


class Affected(Schema):
    """Whose outlines are looked at, and the level (m): of flood levels only."""

    level: float | None = None
    buildings: str = HOMES
    layer: Annotated[str, Field(max_length=31)] = ""
    title_zh: Words = ""
    title_en: Words = ""


@router.post("/layers/analyses/{uuid:number}/affected", response={201: dict[str, Any]})
def affected(request: HttpRequest, number: uuid.UUID, asked: Affected) -> Status[dict[str, Any]]:
    """Ask which buildings a finished flood reaches, and how deep; they become a layer."""
    wanted = actions.Affected(**asked.dict())
    return Status(201, public(actions.ask_affected(number, wanted, rights(request))))


class Along(Schema):
    """A GeoJSON line (EPSG:4326), the model (none: the finest), and a sample every so far (m)."""

    line: dict[str, Any]
    model: str = ""
    step_m: Annotated[float, Field(ge=0)] = 0


@router.post("/elevation/profile", auth=[*EITHER, anybody])
def profile(request: HttpRequest, asked: Along) -> dict[str, Any]:
    """Return the ground's heights (m, null: unknown) along a line, with where each sample lies."""
    found = profiling.along(asked.line, asked.model, asked.step_m, rights(request))
    ground = found.profile
    known = ground.height[~np.isnan(ground.height)]
    return {
        "layer": found.layer.code,
        "title_zh": found.layer.title_zh,
        "title_en": found.layer.title_en,
        "datum": found.layer.datum,
        "simulated": found.state.simulated,
        "cell_m": found.cell_m,
        "length_m": round(ground.length, 1),
        "climb_m": round(ground.climb, 2),
        "descent_m": round(ground.descent, 2),
        "steepest_percent": round(ground.steepest, 1),
        "lowest_m": round(float(known.min()), 2) if known.size else None,
        "highest_m": round(float(known.max()), 2) if known.size else None,
        "distance_m": np.round(ground.distance, 1).tolist(),
        "height_m": [None if one != one else round(one, 2) for one in ground.height.tolist()],
        "places": np.round(found.places, 7).tolist(),
    }


def public(row: AnalysisJob) -> dict[str, Any]:
    """Return an analysis as its owner sees it."""
    return {
        "kind": row.kind,
        "model": row.model,
        "model_version": row.model_version,
        "against": row.against,
        "of": str(row.of) if row.of else None,
        "layer": row.layer,
        "place": row.place,
        "area": row.area,
        "numbers": row.numbers,
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        **row.told(),
    }


def _kind(code: str, found: Analysis) -> dict[str, Any]:
    return {
        "kind": code,
        "topic": found.topic,
        "title_zh": found.title_zh,
        "title_en": found.title_en,
        "caution_zh": found.caution_zh,
        "caution_en": found.caution_en,
        "place": found.place,
        "against": found.against,
        "makes": found.shape or "raster",
        "numbers": [dataclasses.asdict(number) for number in found.numbers],
        "columns": _titles(found.columns),
        "figures": _titles(found.figures),
    }


def _titles(titles: dict[str, Title]) -> dict[str, Any]:
    return {name: dataclasses.asdict(title) for name, title in titles.items()}
