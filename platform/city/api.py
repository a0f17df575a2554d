"""The product's JSON API: every package's router under one root, one form of error."""

import logging
from typing import Any

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from alerts.api import router as alerts
from alerts.delivery.api import router as deliveries
from alerts.warning.api import router as warnings
from core.errors import Invalid, Problem, SignIn, Unknown
from emergency.api import router as emergency
from environment.api import router as environment
from feed.api import router as feed
from layers.analysing.api import router as analyses
from layers.api import router as layers
from layers.asking.api import router as asking
from layers.editing.api import router as editing
from layers.importing.api import router as imports
from layers.pictures.api import router as pictures
from layers.search.api import router as search
from people.api import router as people
from people.signin import EITHER
from places.models import Division
from sensors.api import router as sensors
from tiles.seeding.api import router as seedings
from traffic.api import router as traffic
from urban.api import router as urban

log = logging.getLogger(__name__)

api = NinjaAPI(
    title="Zhihui 指挥",
    version=settings.VERSION,
    description="A city's common operating picture and the hands that act on it.",
    urls_namespace="api",
)
for router in (
    people,
    alerts,
    warnings,
    deliveries,
    sensors,
    feed,
    imports,
    analyses,
    asking,
    editing,
    layers,
    pictures,
    seedings,
    search,
    urban,
    environment,
    traffic,
    emergency,
):
    api.add_router("", router)


def _respond(problem: Problem) -> HttpResponse:
    return HttpResponse(
        problem.as_json(), status=problem.status, content_type="application/problem+json"
    )


@api.exception_handler(Problem)
def on_problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """Answer a refusal."""
    return _respond(error)


@api.exception_handler(AuthenticationError)
def on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer somebody who is not signed in."""
    return _respond(SignIn("sign in first", zh="请先登录", remedy="send a session or bearer token"))


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the first field that is wrong; all of them are listed beside."""
    first = error.errors[0]
    field = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "given"))
    problem = Invalid(first["msg"], zh="请求内容有误", field=field, errors=error.errors)
    return _respond(problem)


@api.exception_handler(HttpError)
def on_http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer what Ninja itself refuses (malformed JSON above all)."""
    problem = Invalid(str(error), zh="请求格式有误", remedy="send valid JSON in UTF-8")
    problem.status = error.status_code
    return _respond(problem)


@api.exception_handler(Http404)
def on_unknown(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer for an address that is none."""
    return _respond(Unknown("not found", zh="未找到"))


@api.get("/city", auth=EITHER, tags=["city"])
def city(request: HttpRequest) -> dict[str, Any]:
    """Say which city this is and where it lies (EPSG:4326)."""
    found = Division.objects.filter(level="city").order_by("code").first()
    extent = Division.objects.filter(level="city").aggregate(box=Extent("boundary"))["box"]
    bounds = list(extent) if extent else [112.7, 34.2, 114.3, 35.0]
    return {
        "code": found.code if found else None,
        "name_zh": found.name_zh if found else "未设城市",
        "name_en": found.name_en if found else "No city yet",
        "bounds": bounds,
        "center": [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2],
        "time_zone": settings.TIME_ZONE,
        "version": settings.VERSION,
        "simulated": Division.objects.filter(simulated=True).exists(),
    }
