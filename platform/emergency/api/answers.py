"""Plans, hazard models, reports and the review over HTTP."""

import dataclasses
import json
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.http import HttpRequest
from ninja import Router, Schema, Status

from core.errors import Unknown
from emergency import public, report, review
from emergency.actions import hazards as running
from emergency.actions import plans as starting
from emergency.actions import reports as sending
from emergency.hazard import hazards
from emergency.models import HazardRun, Report
from emergency.plan import plans
from emergency.reading import seen_incident
from layers import questions
from people import may
from people.signin import rights

router = Router()


class Start(Schema):
    """For which incident, at which level."""

    incident: int
    level: int | None = None


class RunIn(Schema):
    """The numbers that a model asks for; the place, if it is not the incident's."""

    given: dict[str, float]
    lon: float | None = None
    lat: float | None = None


class ReportIn(Schema):
    """What only people know, by part."""

    given: dict[str, str] = {}


@router.get("/plans")
def listed(request: HttpRequest) -> dict[str, Any]:
    """List the plans with their groups and steps."""
    may.require(rights(request), "incident.see")
    return {"items": [plan.as_dict() for plan in plans().values()]}


@router.post("/plans/{code}/start")
def start(request: HttpRequest, code: str, given: Start) -> dict[str, Any]:
    """Start a plan for an incident; `started` is false where it runs already."""
    row, fresh = starting.start(code, given.incident, rights(request), given.level)
    return {**public.incident(row), "started": fresh}


@router.get("/hazards")
def models(request: HttpRequest) -> dict[str, Any]:
    """List the hazard models with what they ask for."""
    may.require(rights(request), "incident.see")
    items = [
        {
            "code": code,
            "title_zh": model.title_zh,
            "title_en": model.title_en,
            "inputs": [dataclasses.asdict(each) for each in model.inputs],
        }
        for code, model in hazards().items()
    ]
    return {"items": items}


@router.get("/incidents/{int:incident_id}/hazards")
def runs(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    """List an incident's runs, newest first, without who is inside."""
    row = seen_incident(incident_id, rights(request))
    return {"items": [_run(each) for each in row.hazard_runs.order_by("-pk")]}


@router.get("/incidents/{int:incident_id}/hazards/{int:run_id}")
def one_run(request: HttpRequest, incident_id: int, run_id: int) -> dict[str, Any]:
    """Return one run with who is inside its zones now, by one's own rights."""
    row = seen_incident(incident_id, rights(request))
    found = row.hazard_runs.filter(pk=run_id).first()
    if found is None:
        raise Unknown(f"there is no run {run_id}", zh=f"没有编号为 {run_id} 的模型结果")
    return _with_inside(found, rights(request))


@router.post("/incidents/{int:incident_id}/hazards/{model}", response={201: dict[str, Any]})
def run(request: HttpRequest, incident_id: int, model: str, given: RunIn) -> Status[dict[str, Any]]:
    """Run a model: its zones, each with who is inside."""
    at = None if given.lon is None or given.lat is None else (given.lon, given.lat)
    made = running.run(incident_id, model, given.given, rights(request), at)
    return Status(201, _with_inside(made, rights(request)))


def _run(row: HazardRun) -> dict[str, Any]:
    model = hazards().get(row.model)
    return {
        "id": row.pk,
        "incident": row.incident_id,
        "model": row.model,
        "title_zh": model.title_zh if model else row.model,
        "title_en": model.title_en if model else row.model,
        "lon": row.point.x,
        "lat": row.point.y,
        "given": row.given,
        "figures": row.figures,
        "zones": row.zones,
        "assumptions": row.assumptions,
        "by": row.by_id,
        "made_at": public.iso(row.made_at),
    }


def _with_inside(row: HazardRun, asker: may.Rights) -> dict[str, Any]:
    answer = _run(row)
    answer["zones"] = [zone | {"inside": _inside(zone, asker)} for zone in row.zones]
    return answer


def _inside(zone: dict[str, Any], asker: may.Rights) -> dict[str, Any]:
    area = GEOSGeometry(json.dumps(zone["geometry"]), srid=4326)
    return dataclasses.asdict(questions.inside(area, asker))


@router.get("/incidents/{int:incident_id}/reports")
def reports(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    """List the reports that were sent, first one first."""
    row = seen_incident(incident_id, rights(request))
    may.require(rights(request), "incident.command", row.scope)
    return {"items": [_report(each) for each in row.reports.order_by("number")]}


@router.post("/incidents/{int:incident_id}/reports", response={201: dict[str, Any]})
def send(request: HttpRequest, incident_id: int, given: ReportIn) -> Status[dict[str, Any]]:
    """Make the next report from the log: first, follow-up, and final once it is closed."""
    return Status(201, _report(sending.send(incident_id, given.given, rights(request))))


def _report(row: Report) -> dict[str, Any]:
    zh, en = report.title(row.kind, row.number)
    return {
        "id": row.pk,
        "incident": row.incident_id,
        "kind": str(row.kind),
        "number": row.number,
        "title_zh": zh,
        "title_en": en,
        "parts": row.content,
        "by": row.by_id,
        "made_at": public.iso(row.made_at),
        "page": f"/incidents/{row.incident_id}/reports/{row.number}/",
    }


@router.get("/incidents/{int:incident_id}/review")
def after_action(request: HttpRequest, incident_id: int) -> dict[str, Any]:
    """Return the times of every step, per unit too, late tasks, and who knew what when."""
    row = seen_incident(incident_id, rights(request))
    may.require(rights(request), "review.see", row.scope)
    return review.of_incident(row)
