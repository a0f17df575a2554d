"""OGC API - Features: parse, ask for rights, answer in JSON or HTML; refusals are problems."""

import functools
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core import clock
from core.errors import Invalid, NotThisWay, Problem, Unknown
from layers import catalogue, questions, selection
from layers.layer import Layer
from layers.models import Feature, State
from layers.ogc import documents
from layers.ogc.documents import API, GEOJSON, HTML, JSON
from layers.rights import ask, may_see
from people import access, may
from people.models import User

ITEMS = ("limit", "bbox", "datetime", "filter", "filter-lang", "after", "crs", "filter-crs")
View = Callable[..., HttpResponse]


def _who(request: HttpRequest) -> may.Rights:
    given = request.headers.get("Authorization", "")
    if given.startswith("Bearer "):
        return access.of_bearer(given.removeprefix("Bearer ").strip())
    user = request.user
    return may.of_user(user) if isinstance(user, User) else may.NOBODY


def answers(*known: str) -> Callable[[View], View]:
    """Make a view refuse unknown parameters and other methods, and tell problems as such."""

    def around(view: View) -> View:
        @functools.wraps(view)
        def checked(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            try:
                _check(request, (*known, "f"))
                return view(request, *given, **named)
            except Problem as problem:
                return HttpResponse(
                    problem.as_json(),
                    status=problem.status,
                    content_type="application/problem+json",
                )

        return checked

    return around


def _check(request: HttpRequest, known: tuple[str, ...]) -> None:
    if request.method not in ("GET", "HEAD"):
        raise NotThisWay("this API only reads", zh="此接口只读")
    odd = sorted(set(request.GET) - set(known))
    if odd:
        raise Invalid(
            f"parameter {odd[0]!r} is not known", zh=f"未知参数 {odd[0]!r}", field=odd[0],
            remedy=f"known are {', '.join(known)}",
        )  # fmt: skip
    if request.GET.get("f", "json") not in ("json", "html"):
        raise Invalid("f is json or html", zh="f 为 json 或 html", field="f")


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/ogc")


def _answer(request: HttpRequest, body: dict[str, Any], type_: str = JSON) -> HttpResponse:
    if _wants_page(request):
        return render(
            request,
            "ogc.html",
            {"body": body, "title": body.get("title", "OGC API"), "here": request.path},
        )
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=type_)


def _wants_page(request: HttpRequest) -> bool:
    form = request.GET.get("f")
    if form is not None:
        return form == "html"
    return request.get_preferred_type([JSON, GEOJSON, HTML]) == HTML


@answers()
def landing(request: HttpRequest) -> HttpResponse:
    """Answer with the landing page."""
    return _answer(request, documents.landing(_root(request)))


@answers()
def api(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI definition of what one may see."""
    body = documents.openapi(_root(request), _seen(_who(request)))
    return _answer(request, body | {"title": body["info"]["title"]}, API)


@answers()
def conformance(request: HttpRequest) -> HttpResponse:
    """Answer with the conformance classes."""
    return _answer(request, documents.conformance(_root(request)))


@answers()
def collections(request: HttpRequest) -> HttpResponse:
    """List the vector layers that one may see."""
    states = State.objects.in_bulk()
    seen = [(layer, states.get(layer.code)) for layer in _seen(_who(request))]
    return _answer(request, documents.collections(_root(request), seen))


@answers()
def collection(request: HttpRequest, code: str) -> HttpResponse:
    """Describe one layer."""
    layer = _layer(request, code)
    state = State.objects.filter(pk=code).first()
    return _answer(request, documents.collection(_root(request), layer, state))


@answers()
def queryables(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a filter may name."""
    layer = _layer(request, code)
    return _answer(request, documents.queryables(_root(request), layer), "application/schema+json")


@answers(*ITEMS)
def items(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with a page of features."""
    layer, given = _layer(request, code), request.GET
    if given.get("filter-lang", "cql2-text") != "cql2-text":
        raise Invalid("filter-lang is cql2-text", zh="仅支持 cql2-text", field="filter-lang")
    for name in ("crs", "filter-crs"):
        if given.get(name, documents.CRS84) != documents.CRS84:
            raise Invalid("only CRS84 is served", zh="仅支持 CRS84", field=name)
    asked = (given.get(name, "") for name in ("bbox", "filter", "datetime"))
    chosen = selection.select(layer, *asked)
    found, after = chosen.page(_number(given.get("after"), "after"), _limit(given.get("limit")))
    body = documents.items(
        request.build_absolute_uri(request.path),
        {name: str(value) for name, value in given.items()},
        found, after, _matched(chosen),
        clock.now().isoformat().replace("+00:00", "Z"),
        HTML if _wants_page(request) else GEOJSON,
    )  # fmt: skip
    return _answer(request, body | {"title": layer.title_zh}, GEOJSON)


def _matched(chosen: selection.Selection) -> int | None:
    """Return how many there are, where that is known without counting."""
    if chosen.clause.values or chosen.when:
        return None
    return State.objects.filter(pk=chosen.layer.code).values_list("count", flat=True).first() or 0


@answers()
def item(request: HttpRequest, code: str, fid: str) -> HttpResponse:
    """Answer with one feature."""
    layer = _layer(request, code)
    row = None
    if fid.isdigit() and int(fid) < 2**63:
        row = Feature.objects.filter(layer=layer.code, fid=int(fid)).first()
    if row is None:
        raise Unknown(f"layer {code} has no feature {fid}", zh=f"图层 {code} 没有要素 {fid}")
    at = f"{_root(request)}/collections/{code}"
    body = questions.geojson(row) | {
        "links": [
            documents.link(f"{at}/items/{fid}?f=json", "self", GEOJSON),
            documents.link(f"{at}/items/{fid}?f=html", "alternate", HTML),
            documents.link(at, "collection", JSON),
        ]
    }
    return _answer(request, body, GEOJSON)


def _seen(who: may.Rights) -> list[Layer]:
    return [one for one in catalogue.layers().values() if one.is_vector and may_see(one, who)]


def _layer(request: HttpRequest, code: str) -> Layer:
    found = catalogue.layer(code)
    ask(found, _who(request))
    if not found.is_vector:
        raise Unknown(f"{code} is a raster: it has no features", zh="栅格图层没有要素")
    return found


def _limit(given: str | None) -> int:
    wanted = _number(given, "limit")
    if wanted is not None and wanted < 1:
        raise Invalid("limit is at least 1", zh="limit 至少为 1", field="limit")
    return min(wanted or 10, selection.LARGEST)


def _number(given: str | None, name: str) -> int | None:
    if given is None:
        return None
    if not given.lstrip("-").isdecimal() or len(given) > 18:
        raise Invalid(f"{name} is a whole number", zh=f"{name} 应为整数", field=name)
    return int(given)
