"""From a request to rights: session cookie or bearer token, remembered for seconds per process."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.module_loading import import_string

from core import clock
from core.asking import asked
from core.errors import SignIn
from people import devices, may
from people.models import Token, User, digest

REMEMBERED = 5.0  # seconds: so long may a revoked token or changed right still be believed
LATELY = 300.0  # seconds: so long may what was looked up stand for what cannot be looked up
_LIMIT = 50_000
_cache: dict[str, tuple[float, may.Rights]] = {}


def forget() -> None:
    """Drop what is remembered (after a change in this process; tests)."""
    _cache.clear()
    devices.forget()


def remembered(key: str) -> may.Rights | None:
    """Return rights looked up less than REMEMBERED seconds ago."""
    found = _cache.get(key)
    return found[1] if found and found[0] > time.monotonic() else None


def lately(given: dict[bytes, bytes]) -> may.Rights | None:
    """Return the rights behind a request's headers if they were confirmed here in LATELY seconds.

    For a database that is away, and what may then be shown a little longer. None: they were not,
    or what was found last opens nothing.
    """
    authorization = given.get(b"authorization", b"")
    if authorization[:7].lower() == b"bearer ":
        key = digest(authorization[7:].decode("latin-1").strip())
    else:
        key = "s:" + session_key(given.get(b"cookie", b""))
    until, rights = _cache.get(key, (float("-inf"), may.NOBODY))
    if rights is may.NOBODY or until + LATELY - REMEMBERED < time.monotonic():
        return None
    return rights


def _remember(key: str, rights: may.Rights) -> may.Rights:
    if len(_cache) > _LIMIT:
        _cache.clear()
    _cache[key] = (time.monotonic() + REMEMBERED, rights)
    return rights


def of_bearer(secret: str) -> may.Rights:
    """Return a token's rights; raises SignIn for one that opens nothing."""
    key = digest(secret)
    if secret.startswith(devices.PREFIX):
        return _of_device(key, devices.refresh(devices.SOON))
    known = remembered(key)
    if known is None:
        known = _remember(key, _look_up(key))
    if known is may.NOBODY:
        raise _opens_nothing()
    return known


def _opens_nothing() -> SignIn:
    return SignIn(
        "this token is unknown, expired or revoked",
        zh="令牌无效、已过期或已吊销",
        remedy="ask for a new token at POST /api/v1/auth/token",
    )


def _of_device(key: str, known: devices.Known) -> may.Rights:
    found = known.get(key)
    if found is None or clock.now() >= found[1]:
        raise _opens_nothing()
    return may.of_thing(found[0])


def _look_up(key: str) -> may.Rights:
    token = Token.objects.select_related("user").filter(digest=key).first()
    if token is None or not token.good_at(clock.now()):
        return may.NOBODY
    return may.of_user(token.user) if token.user is not None else may.NOBODY


def of_session(session_key: str) -> may.Rights:
    """Return the rights of a signed-in session, or NOBODY's."""
    known = remembered("s:" + session_key)
    if known is not None:
        return known
    request = HttpRequest()
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    request.session = store(session_key)
    user = get_user(request)
    rights = may.of_user(user) if isinstance(user, User) else may.NOBODY
    return _remember("s:" + session_key, rights)


def headers(scope: dict[str, Any]) -> dict[bytes, bytes]:
    """Return an ASGI scope's headers as a mapping; of repeated ones the last counts."""
    return dict(scope["headers"])


def session_key(raw: bytes) -> str:
    """Return the session's key from a Cookie header, or nothing (a key needs no unquoting)."""
    name = settings.SESSION_COOKIE_NAME.encode()
    for pair in raw.split(b";"):
        key, _, value = pair.strip().partition(b"=")
        if key == name:
            return value.decode("latin-1")
    return ""


def at_hand(given: dict[bytes, bytes]) -> may.Rights | None:
    """Return the rights behind a request's headers if they are remembered; None: ask rights_of."""
    authorization = given.get(b"authorization", b"")
    if authorization[:7].lower() == b"bearer ":
        secret = authorization[7:].decode("latin-1").strip()
        if secret.startswith(devices.PREFIX):
            return devices.at_hand(authorization)
        known = remembered(digest(secret))
        return None if known is may.NOBODY else known
    key = session_key(given.get(b"cookie", b""))
    return remembered("s:" + key) if key else may.NOBODY


async def rights_of(scope: dict[str, Any]) -> may.Rights:
    """Return the rights behind an ASGI request: bearer token first, then session, else NOBODY.

    Raises SignIn for a token that opens nothing.
    """
    given = headers(scope)
    authorization = given.get(b"authorization", b"")
    if authorization[:7].lower() == b"bearer ":
        secret = authorization[7:].decode("latin-1").strip()
        if secret.startswith(devices.PREFIX):
            key = digest(secret)
            return _of_device(key, await devices.known(key))
        known = remembered(digest(secret))
        if known is not None and known is not may.NOBODY:
            return known
        return await asked(of_bearer, secret)
    if b"cookie" not in given:
        return may.NOBODY
    key = session_key(given[b"cookie"])
    if not key:
        return may.NOBODY
    known = remembered("s:" + key)
    return known if known is not None else await asked(of_session, key)
