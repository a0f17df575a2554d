"""Who am I, tokens and tickets, and the names of colleagues."""

from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest
from ninja import Router, Schema

from core import clock
from core.errors import Invalid, SignIn
from people import actions, may
from people.models import STAFF, User
from people.signin import EITHER, person, rights

router = Router(tags=["people"])


class Credentials(Schema):
    """Name and password."""

    username: str
    password: str


class Language(Schema):
    """The language of the interface."""

    language: str


class TokenOut(Schema):
    """A bearer token, shown this once."""

    token: str
    expires: str


class TicketOut(Schema):
    """A one-time pass for a socket."""

    ticket: str
    expires: str


@router.post("/auth/token", auth=None, response=TokenOut)
def token(request: HttpRequest, given: Credentials) -> dict[str, str]:
    """Exchange name and password for a bearer token; throttled like the sign-in page."""
    user = authenticate(request, username=given.username, password=given.password)
    if not isinstance(user, User):
        raise SignIn("wrong name or password", zh="用户名或密码错误", field="password")
    secret, made = actions.issue_token(user)
    return {"token": secret, "expires": made.expires_at.isoformat()}


@router.post("/auth/ticket", auth=EITHER, response=TicketOut)
def ticket(request: HttpRequest) -> dict[str, str]:
    """Make a one-time pass that opens one WebSocket within 30 s."""
    secret = actions.issue_ticket(person(request))
    return {"ticket": secret, "expires": (clock.now() + actions.TICKET_LIFE).isoformat()}


def _me(user: User) -> dict[str, Any]:
    own = may.of_user(user)
    scope = own.areas[0] if own.areas else ""
    return {
        **_named(user),
        "areas": user.areas,
        "language": user.language,
        "may": sorted(verb for verb in may.RIGHTS if may.may(own, verb, scope)),
    }


def _named(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "name_zh": user.name_zh or user.username,
        "name_en": user.name_en or user.username,
        "role": user.role,
        "department": user.department.code if user.department else None,
    }


@router.get("/me", auth=EITHER)
def me(request: HttpRequest) -> dict[str, Any]:
    """Say who asks and what they may do."""
    return _me(person(request))


@router.patch("/me", auth=EITHER)
def set_language(request: HttpRequest, given: Language) -> dict[str, Any]:
    """Choose the language of the interface."""
    user = person(request)
    if given.language not in ("zh-hans", "en"):
        raise Invalid("language is zh-hans or en", zh="语言应为 zh-hans 或 en", field="language")
    actions.choose_language(user, given.language)
    return _me(user)


@router.get("/people", auth=EITHER)
def people(request: HttpRequest) -> dict[str, Any]:
    """List the staff by name, for assigning and for reading the log."""
    may.require(rights(request), "person.see")
    staff = User.objects.filter(role__in=STAFF, is_active=True).select_related("department")
    return {"items": [_named(user) for user in staff.order_by("username")]}
