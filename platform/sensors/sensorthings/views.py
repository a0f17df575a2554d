"""The service over HTTP: who asks, what for, and the answer; errors are problem+json."""

from collections.abc import Callable
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InternalError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja.utils import check_csrf

from core.asking import is_away
from core.errors import Busy, Forbidden, Invalid, Problem, TooLarge
from people import access, may
from people.models import User
from sensors.sensorthings import address, landing, options, reader, writing
from sensors.sensorthings.address import Address
from sensors.sensorthings.options import Options
from sensors.sensorthings.reader import Place
from sensors.sensorthings.rendering import Renderer, plain
from sensors.sensorthings.writing import Made, NotHere, refuse

ROOT = "/sensorthings/v1.1"
SLOWEST = 10_000  # milliseconds that one statement of a reader may take


class TooHard(Busy):
    """A query that takes too long: nobody else shall wait for it."""

    code, title = "too_hard", "Query takes too long"


@csrf_exempt
def serve(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer one request. A session that writes needs its CSRF token; a bearer token does not."""
    try:
        answer = _METHODS.get(request.method or "")
        if answer is None:
            raise refuse(request.method or "", ", ".join(_METHODS))
        return answer(request, _rights(request), path.strip("/"))
    except Problem as problem:
        response = HttpResponse(
            problem.as_json(), status=problem.status, content_type="application/problem+json"
        )
        if isinstance(problem, NotHere):
            response["Allow"] = problem.more["allow"]
        return response


def _rights(request: HttpRequest) -> may.Rights:
    """Return who asks: the bearer of a token, or who is signed in."""
    given = request.headers.get("Authorization", "")
    if given[:7].lower() == "bearer ":
        return access.of_bearer(given[7:].strip())
    user = request.user
    if not isinstance(user, User):
        return may.NOBODY
    if request.method not in ("GET", "HEAD") and check_csrf(request) is not None:
        raise Forbidden(
            "the CSRF token is missing or wrong",
            zh="缺少 CSRF 令牌或令牌有误",
            remedy="send the cookie csrftoken as the header X-CSRFToken",
        )
    return may.of_user(user)


def _renderer(request: HttpRequest) -> Renderer:
    return Renderer(request.build_absolute_uri(ROOT))


def _json(shown: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(shown), status=status, content_type="application/json")


# --- reading -------------------------------------------------------------------------------------


def _read(request: HttpRequest, rights: may.Rights, path: str) -> HttpResponse:
    renderer = _renderer(request)
    if not path:
        return _json(landing.document(renderer.base))
    may.require(rights, "thing.see", thing_id=rights.thing_id)
    where = address.parse(path)
    asked = options.read((name, text) for name, texts in request.GET.lists() for text in texts)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute(f"SET LOCAL statement_timeout = {SLOWEST}")
            return _answer(renderer, rights, where, asked, path)
    except OperationalError as error:
        if is_away(error):
            raise
        raise _too_hard() from error
    except (DataError, InternalError) as error:
        raise _senseless(error) from error


def _answer(
    renderer: Renderer, rights: may.Rights, where: Address, asked: Options, path: str
) -> HttpResponse:
    place = reader.go(rights, where)
    if where.named:
        return _property(rights, place, where)
    if where.last.single:
        row = reader.one(rights, place, asked)
        if where.tail == "$ref":
            return _json({"@iot.selfLink": renderer.link(place.step.entity, row.id)})
        return _json(renderer.entity(row, place.step.entity, asked))
    if asked.data_array:
        return _data_array(renderer, rights, place, asked, path)
    page = reader.many(rights, place, asked)
    refs = where.tail == "$ref"
    return _json(renderer.collection(page, place.step.entity, asked, path, refs=refs))


def _data_array(
    renderer: Renderer, rights: may.Rights, place: Place, asked: Options, path: str
) -> HttpResponse:
    if place.step.entity.name != "Observation" or asked.expand:
        raise Invalid(
            "dataArray is for Observations without $expand",
            zh="dataArray 仅用于不展开的 Observations",
            field="$resultFormat",
        )
    return _json(renderer.data_array(reader.many(rights, place, asked), asked, path))


def _property(rights: may.Rights, place: Place, where: Address) -> HttpResponse:
    row = reader.one(rights, place, Options(select=(where.named,)))
    value = plain(row.values.get(where.named))
    if value is None:
        return HttpResponse(status=204)
    if where.tail != "$value":
        return _json({where.named: value})
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _too_hard() -> TooHard:
    return TooHard(
        f"the query took more than {SLOWEST // 1000} s and was stopped",
        zh=f"查询超过 {SLOWEST // 1000} 秒，已中止",
        remedy="ask for one Datastream, a stretch of time, or less at once",
    )


def _senseless(error: Exception) -> Invalid:
    words = str(error).strip().splitlines()[0]
    return Invalid(
        f"the query makes no sense to the database: {words}", zh="查询条件无效", field="$filter"
    )


# --- writing -------------------------------------------------------------------------------------


def _content(request: HttpRequest) -> bytes:
    try:
        return writing.body_of(request.content_type, request.body)
    except RequestDataTooBig as error:
        raise TooLarge("the body is too large", zh="请求体过大") from error


def _create(request: HttpRequest, rights: may.Rights, path: str) -> HttpResponse:
    if not path:
        raise refuse("POST", "GET, HEAD")
    may.require(rights, "thing.edit")
    made = writing.create(rights, address.parse(path), _content(request))
    return _shown(request, rights, made, 201)


def _patch(request: HttpRequest, rights: may.Rights, path: str) -> HttpResponse:
    return _change(request, rights, path, whole=False)


def _put(request: HttpRequest, rights: may.Rights, path: str) -> HttpResponse:
    return _change(request, rights, path, whole=True)


def _change(request: HttpRequest, rights: may.Rights, path: str, *, whole: bool) -> HttpResponse:
    if not path:
        raise refuse(request.method or "", "GET, HEAD")
    may.require(rights, "thing.edit")
    made = writing.change(rights, address.parse(path), _content(request), whole=whole)
    return _shown(request, rights, made, 200)


def _shown(request: HttpRequest, rights: may.Rights, made: Made, status: int) -> HttpResponse:
    renderer, entity = _renderer(request), made.step.entity
    row = writing.shown(rights, made)
    response = _json(renderer.entity(row, entity, Options()), status)
    if status == 201:
        response["Location"] = renderer.link(entity, row.id)
    return response


def _remove(request: HttpRequest, rights: may.Rights, path: str) -> HttpResponse:
    if not path:
        raise refuse("DELETE", "GET, HEAD")
    may.require(rights, "thing.edit")
    writing.remove(rights, address.parse(path))
    return _json({})


_METHODS: dict[str, Callable[[HttpRequest, may.Rights, str], HttpResponse]] = {
    "GET": _read,
    "HEAD": _read,
    "POST": _create,
    "PATCH": _patch,
    "PUT": _put,
    "DELETE": _remove,
}
