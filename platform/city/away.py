"""A database that is away, said to whoever asked Django for something."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from core.asking import is_away
from core.errors import Away

_MACHINES = ("/api/", "/sensorthings/")


class DatabaseAway:
    """Middleware: turns a lost or refused connection into 503, to be tried again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer if that is what the error is; any other goes on."""
        if not isinstance(error, OperationalError | InterfaceError) or not is_away(error):
            return None
        problem = Away()
        if request.path.startswith(_MACHINES):
            body, kind = problem.as_json(), "application/problem+json"
        else:
            body, kind = f"{problem.zh}\n{problem.detail}\n".encode(), "text/plain; charset=utf-8"
        answer = HttpResponse(body, status=problem.status, content_type=kind)
        answer["Retry-After"] = "5"
        return answer
