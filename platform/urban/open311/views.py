"""The doors of Open311: which address is what, in which form."""

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from core.errors import TooMany
from urban.open311 import catalogue, requests
from urban.open311.answer import Refusal, Tree, error, respond
from urban.throttle import Throttle

_PATH = re.compile(r"(?P<what>[a-z]+)(?:/(?P<one>[^/]{1,60}))?\.(?P<form>xml|json)")
_FILED = Throttle("open311", most=600, seconds=600)


@csrf_exempt  # no session opens this door: writers show their api_key
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Answer any address under /open311/v2/."""
    match = _PATH.fullmatch(path)
    form = match["form"] if match else "xml"
    try:
        if match is None:
            raise Refusal(404, "There is nothing here.", "此地址不存在。")
        return _answered(request, match["what"], match["one"] or "", form)
    except Refusal as refusal:
        return error(refusal, form)


def _answered(request: HttpRequest, what: str, one: str, form: str) -> HttpResponse:
    if request.method == "POST" and (what, one) == ("requests", ""):
        try:
            _FILED.count(request)
        except TooMany as problem:
            raise Refusal(429, f"{problem.detail}.", problem.zh) from problem
        return respond(requests.file(request), form, 201)
    if request.method not in ("GET", "HEAD"):
        raise Refusal(405, "Not by this method.", "此地址不支持该方法。")
    return respond(_found(request, what, one), form)


def _found(request: HttpRequest, what: str, one: str) -> Tree:
    if what == "services":
        return catalogue.definition(one) if one else catalogue.listing()
    if what == "requests":
        return requests.one(one) if one else requests.listed(request.GET)
    if what == "discovery" and not one:
        return catalogue.discovery(request.build_absolute_uri("/open311/v2/"))
    if what == "tokens":
        raise Refusal(404, "No tokens are given here: requests get their id at once.", "无此令牌。")
    raise Refusal(404, "There is nothing here.", "此地址不存在。")
