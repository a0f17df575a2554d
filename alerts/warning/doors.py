"""The public doors: the Atom feed, the messages themselves, and CAP coming in by token."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import parse_etags
from django.views.decorators.csrf import csrf_exempt

from alerts.cap.tree import LARGEST
from alerts.warning import atom
from alerts.warning.incoming.actions import Received, receive
from alerts.warning.models import CapMessage
from core.errors import NotThisWay, Problem, SignIn, TooLarge, Unknown
from people import access, may


def feed(request: HttpRequest) -> HttpResponse:
    """Answer the live warnings; 304 for who has them already."""
    if request.method not in ("GET", "HEAD"):
        return _refused(NotThisWay("read it by GET", zh="请以 GET 读取"))
    raw = atom.feed(atom.live(), request.build_absolute_uri)
    return _cached(request, raw, atom.MEDIA_TYPE)


def message(request: HttpRequest, identifier: str) -> HttpResponse:
    """Answer a message's very bytes, long after it has ended too."""
    if request.method not in ("GET", "HEAD"):
        return _refused(NotThisWay("read it by GET", zh="请以 GET 读取"))
    found = CapMessage.objects.filter(identifier=identifier, public=True).first()
    if found is None:
        return _refused(Unknown("there is no such public message", zh="没有此公开消息"))
    return _cached(request, bytes(found.raw), atom.CAP_TYPE)


@csrf_exempt  # a token is asked for; a session opens nothing here
def take(request: HttpRequest) -> HttpResponse:
    """Store a message of another service: 201 for a new one, 200 for one that had come before."""
    try:
        return _taken(receive(_body(request), _rights(request)))
    except Problem as problem:
        return _refused(problem)


def _body(request: HttpRequest) -> bytes:
    if request.method != "POST":
        raise NotThisWay("send a message by POST", zh="请以 POST 发送")
    if len(request.body) > LARGEST:
        raise TooLarge(
            f"a message may have {LARGEST >> 20} MB",
            zh=f"消息不得超过 {LARGEST >> 20} MB",
            remedy="nothing of it was taken",
        )
    return request.body


def _rights(request: HttpRequest) -> may.Rights:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise SignIn("send a bearer token", zh="请使用令牌（Bearer）")
    return access.of_bearer(secret.strip())


def _taken(got: Received) -> HttpResponse:
    row = got.warning
    body: dict[str, Any] = {
        "identifier": got.message.identifier,
        "sender": got.message.sender,
        "stored": True,
        "fresh": got.fresh,
        "warning": row.pk if row is not None else None,
        "state": str(row.state) if row is not None else None,
        "translated": got.message.translated,
    }
    options = {"ensure_ascii": False}
    return JsonResponse(body, status=201 if got.fresh else 200, json_dumps_params=options)


def _cached(request: HttpRequest, raw: bytes, media_type: str) -> HttpResponse:
    tag = f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    fresh = tag in asked or "*" in asked
    answer = HttpResponse(status=304) if fresh else HttpResponse(raw, content_type=media_type)
    answer["ETag"] = tag
    answer["Cache-Control"] = "public, no-cache"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _refused(problem: Problem) -> HttpResponse:
    answer = HttpResponse(
        problem.as_json(), status=problem.status, content_type="application/problem+json"
    )
    if isinstance(problem, SignIn):
        answer["WWW-Authenticate"] = "Bearer"
    return answer
