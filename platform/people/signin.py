"""How API requests prove who they are: the session with CSRF, or a bearer token."""

from typing import Any

from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from core.errors import SignIn
from people import access, may
from people.models import User


class Session(APIKeyCookie):
    """The session cookie; Ninja checks the CSRF token on everything that writes."""

    param_name = "sessionid"

    def __init__(self) -> None:
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> may.Rights | None:
        """Return the signed-in user's rights."""
        user = request.user
        return may.of_user(user) if isinstance(user, User) and user.is_active else None


class Bearer(HttpBearer):
    """A bearer token of a person or device."""

    def authenticate(self, request: HttpRequest, token: str) -> may.Rights | None:
        """Return the token's rights; raises SignIn for one that opens nothing."""
        return access.of_bearer(token)


EITHER: list[Any] = [Bearer(), Session()]


def rights(request: HttpRequest) -> may.Rights:
    """Return who asks; for handlers behind EITHER."""
    found = getattr(request, "auth", None)
    if not isinstance(found, may.Rights):
        raise SignIn("sign in first", zh="请先登录")
    return found


def person(request: HttpRequest) -> User:
    """Return the user who asks; a device token is nobody here."""
    found = rights(request)
    user = User.objects.select_related("department").filter(pk=found.user_id).first()
    if user is None:
        raise SignIn("this needs a person's sign-in, not a device's", zh="需要人员登录")
    return user
