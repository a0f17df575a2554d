"""What is asked of Django and goes wrong there, said as everything here says it: problem+json."""

import logging
from collections.abc import Callable

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from core.asking import is_away
from core.errors import (
    Away,
    Broken,
    Forbidden,
    Invalid,
    NotThisWay,
    Problem,
    TooMany,
    Unknown,
)

log = logging.getLogger(__name__)

_PROGRAMS = ("/api/", "/sensorthings/", "/alerts/cap", "/ogc", "/service")


class Programs:
    """Middleware: addresses for programs never answer with a page; a database that is away is 503.

    What PostgreSQL itself refuses in a value (U+0000, far too long) is the sender's mistake.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, and replace a page that says why not."""
        answer = self._get_response(request)
        kind = answer.get("Content-Type", "")
        if answer.status_code < 400 or not kind.startswith("text/html") or not _asks(request):
            return answer
        return _respond(request, _problem(answer.status_code))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for the database; any other error goes on."""
        if isinstance(error, OperationalError | InterfaceError) and is_away(error):
            return _respond(request, Away())
        if isinstance(error, DataError):
            log.warning("a value was refused by the database: %s", error)
            return _respond(request, _unstorable())
        return None


def _asks(request: HttpRequest) -> bool:
    return request.path.startswith(_PROGRAMS)


def _respond(request: HttpRequest, problem: Problem) -> HttpResponse:
    if _asks(request):
        body, kind = problem.as_json(), "application/problem+json"
    else:
        body, kind = f"{problem.zh}\n{problem.detail}\n".encode(), "text/plain; charset=utf-8"
    answer = HttpResponse(body, status=problem.status, content_type=kind)
    if problem.status == Away.status:
        answer["Retry-After"] = "5"
    return answer


def _unstorable() -> Invalid:
    return Invalid(
        "a value cannot be stored: it is too long, or holds the character U+0000",
        zh="有内容无法存储：过长，或含有字符 U+0000",
        remedy="shorten it, or leave such characters out",
    )


def _problem(status: int) -> Problem:
    """Return the problem that a page of this status tells people."""
    if status == 404:
        return Unknown("there is nothing here", zh="此地址不存在", remedy="see /api/v1/docs")
    if status == 405:
        return NotThisWay("not by this method", zh="此地址不支持该方法", remedy="see /api/v1/docs")
    if status == 403:
        return Forbidden(
            "the CSRF token is missing or wrong",
            zh="缺少 CSRF 令牌或令牌有误",
            remedy="send the cookie csrftoken as the header X-CSRFToken, or a bearer token",
        )
    if status == 429:
        return TooMany(
            "too many failed sign-ins from here",
            zh="登录失败次数过多，已暂时锁定",
            remedy="wait 15 minutes, or ask an administrator",
        )
    if status >= 500:
        return Broken()
    return Invalid("the request makes no sense", zh="请求无效", remedy="see /api/v1/docs")
