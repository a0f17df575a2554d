"""OGC API - Features: parse, ask for rights, answer in JSON or HTML; refusals are problems."""

import functools
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from core.errors import NotThisWay, Problem, Unknown
from layers import catalogue, selection
from layers.layer import Layer
from layers.metadata import records
from layers.models import State
from layers.ogc import documents, openapi, page, question
from layers.ogc.documents import API, GEOJSON, HTML, JSON
from layers.rights import ask, may_see
from people import access, may
from people.models import User

View = Callable[..., HttpResponse]


def who(request: HttpRequest) -> may.Rights:
    """Return the rights of who asks; raises SignIn for a token that opens nothing."""
    given = request.headers.get("Authorization", "")
    if given.startswith("Bearer "):
        return access.of_bearer(given.removeprefix("Bearer ").strip())
    user = request.user
    return may.of_user(user) if isinstance(user, User) else may.NOBODY


def answers(*known: str) -> Callable[[View], View]:
    """Make a view refuse unknown parameters and other methods, and tell problems as such."""

    def around(view: View) -> View:
        @csrf_exempt  # it only reads: what writes is told so, not asked for a token
        @functools.wraps(view)
        def checked(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            try:
                if request.method not in ("GET", "HEAD"):
                    raise NotThisWay("this API only reads", zh="此接口只读")
                question.check(_given(request), known or ("f",))
                told = view(request, *given, **named)
            except Problem as problem:
                told = HttpResponse(
                    problem.as_json(),
                    status=problem.status,
                    content_type="application/problem+json",
                )
            # a cookie is never sent along to a page of another origin: it sees what is open
            told["Access-Control-Allow-Origin"] = "*"
            told["Access-Control-Expose-Headers"] = "Content-Crs, Link"
            return told

        return checked

    return around


def root(request: HttpRequest) -> str:
    """Return the address of /ogc as the client sees it."""
    return request.build_absolute_uri("/ogc")


def answer(
    request: HttpRequest, body: dict[str, Any], type_: str = JSON, title: str = ""
) -> HttpResponse:
    """Answer with a document as JSON, or as a page for people."""
    if _wants_page(request):
        return render(
            request,
            "ogc.html",
            {"body": body, "title": title or body.get("title", "OGC API"), "here": request.path},
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
    return answer(request, documents.landing(root(request)))


@answers()
def api(request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI definition of what one may see."""
    body = openapi.document(root(request), _seen(who(request)))
    return answer(request, body, API, body["info"]["title"])


@answers()
def conformance(request: HttpRequest) -> HttpResponse:
    """Answer with the conformance classes."""
    return answer(request, documents.conformance(root(request)))


@answers()
def collections(request: HttpRequest) -> HttpResponse:
    """List the vector layers that one may see."""
    states = State.objects.in_bulk()
    seen = [(layer, states.get(layer.code)) for layer in _seen(who(request))]
    body = documents.collections(root(request), seen)
    body["collections"].append(records.collection(root(request)))
    return answer(request, body)


@answers()
def collection(request: HttpRequest, code: str) -> HttpResponse:
    """Describe one layer."""
    layer = _layer(request, code)
    state = State.objects.filter(pk=code).first()
    return answer(request, documents.collection(root(request), layer, state))


@answers()
def queryables(request: HttpRequest, code: str) -> HttpResponse:
    """Say what a filter may name."""
    layer = _layer(request, code)
    return answer(request, documents.queryables(root(request), layer), documents.SCHEMA)


@answers(*question.OF_PAGE)
def items(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with a page of features."""
    layer = _layer(request, code)
    asked = question.of_page(layer, _facts(code), _given(request))
    found = page.Found()
    if not asked.nothing:
        query = page.statement(asked)
        ((text, count, last),) = selection.fetch(query.sql, list(query.values))
        found = page.found(asked, text.encode() if text else None, count, last)
    return _page(request, asked, page.document(asked, found, _asked(request)), layer.title_zh)


@answers(*question.OF_ONE)
def item(request: HttpRequest, code: str, fid: str) -> HttpResponse:
    """Answer with one feature."""
    layer = _layer(request, code)
    asked = question.of_one(layer, _facts(code), _given(request))
    rows: list[Any] = []
    if asked.facts.held and _is_number(fid):
        query = page.of_one(asked, int(fid))
        rows = selection.fetch(query.sql, list(query.values))
    if not rows:
        raise Unknown(f"layer {code} has no feature {fid}", zh=f"图层 {code} 没有要素 {fid}")
    body = page.feature(rows[0][0].encode(), _asked(request))
    return _page(request, asked, body, f"{layer.title_zh} {fid}")


def _is_number(fid: str) -> bool:
    return fid.isascii() and fid.isdecimal() and int(fid) < 2**63


def _page(request: HttpRequest, asked: question.Question, text: bytes, title: str) -> HttpResponse:
    if _wants_page(request):
        told = answer(request, json.loads(text), title=title)
    else:
        told = HttpResponse(text, content_type=GEOJSON)
    for name, value in page.headers(asked.layer.sharing == "open", asked.crs.uri).items():
        told[name] = value
    return told


def _facts(code: str) -> question.Facts:
    state = State.objects.filter(pk=code).first()
    if state is None:
        return question.Facts()
    return question.Facts(state.version, state.count, state.bounds, state.simulated)


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.GET.items()}


def _asked(request: HttpRequest) -> page.Asked:
    return page.Asked(request.build_absolute_uri(request.path), request.META["QUERY_STRING"])


def _seen(who: may.Rights) -> list[Layer]:
    return [one for one in catalogue.layers().values() if one.is_vector and may_see(one, who)]


def _layer(request: HttpRequest, code: str) -> Layer:
    found = catalogue.layer(code)
    ask(found, who(request))
    if not found.is_vector:
        raise Unknown(f"{code} is a raster: it has no features", zh="栅格图层没有要素")
    return found
