"""The only writer of users, departments, tokens and tickets."""

import datetime
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core import clock
from core.errors import Invalid
from people import devices
from people.models import Department, Role, Ticket, Token, TokenStamp, User, digest

TICKET_LIFE = datetime.timedelta(seconds=30)
TOKEN_LIFE = datetime.timedelta(hours=12)
DEVICE_TOKEN_LIFE = datetime.timedelta(days=3 * 365)


def enrol(
    username: str,
    role: Role,
    *,
    password: str | None,
    areas: Sequence[str] = (),
    department: Department | None = None,
    name_zh: str = "",
    name_en: str = "",
    simulated: bool = False,
) -> User:
    """Make a user; without a password they cannot sign in until one is set."""
    if User.objects.filter(username=username).exists():
        raise Invalid(
            f"user {username!r} already exists", zh=f"用户 {username!r} 已存在", field="username"
        )
    user = User(
        username=username,
        role=role,
        areas=list(areas),
        department=department,
        name_zh=name_zh,
        name_en=name_en,
        simulated=simulated,
    )
    user.set_password(password)
    user.save()
    return user


def found(code: str, name_zh: str, name_en: str, *, simulated: bool = False) -> Department:
    """Make a department, or return the one that has this code already."""
    names = {"name_zh": name_zh, "name_en": name_en, "simulated": simulated}
    return Department.objects.get_or_create(code=code, defaults=names)[0]


def issue_token(user: User, label: str = "api") -> tuple[str, Token]:
    """Make a bearer token with the user's rights; the secret is returned this once only."""
    secret = "zu_" + secrets.token_urlsafe(32)
    token = Token.objects.create(
        digest=digest(secret), label=label, user=user, expires_at=clock.now() + TOKEN_LIFE
    )
    return secret, token


def issue_device_token(
    thing_id: int, label: str, *, simulated: bool = False, secret: str = ""
) -> tuple[str, Token]:
    """Make a token that may write the readings of one thing and nothing else."""
    secret = secret or devices.PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        digest=digest(secret),
        label=label,
        thing_id=thing_id,
        expires_at=clock.now() + DEVICE_TOKEN_LIFE,
        simulated=simulated,
    )
    _stamp()
    return secret, token


def _stamp() -> None:
    """Let every process load the device tokens again."""
    TokenStamp.objects.update_or_create(pk=1, defaults={"number": time.time_ns()})


def revoke(token: Token) -> None:
    """End a token at once."""
    Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now())
    _stamp()


def issue_ticket(user: User) -> str:
    """Make a one-time pass for one socket, valid 30 s; the last day's used ones are swept out."""
    secret = secrets.token_urlsafe(24)
    now = clock.now()
    Ticket.objects.filter(expires_at__lt=now - datetime.timedelta(days=1)).delete()
    Ticket.objects.create(digest=digest(secret), user=user, expires_at=now + TICKET_LIFE)
    return secret


def redeem_ticket(secret: str) -> User | None:
    """Return the ticket's user once; a second use, or a late one, opens nothing."""
    now = clock.now()
    with transaction.atomic():
        used = Ticket.objects.filter(
            digest=digest(secret), used_at=None, expires_at__gt=now
        ).update(used_at=now)
        if not used:
            return None
        return Ticket.objects.select_related("user").get(digest=digest(secret)).user


def choose_language(user: User, language: str) -> None:
    """Remember the language somebody reads."""
    user.language = language
    user.save(update_fields=["language"])


def remove_simulated() -> tuple[int, int]:
    """Remove demo people and departments; returns how many went and how many were only retired.

    Somebody whose name stands under a real alert stays on record, but can no longer sign in.
    """
    gone = retired = 0
    for user in User.objects.filter(simulated=True, is_active=True):
        try:
            with transaction.atomic():
                user.delete()
            gone += 1
        except (ProtectedError, IntegrityError):
            user.is_active = False
            user.set_unusable_password()
            user.save()
            retired += 1
    Token.objects.filter(simulated=True).delete()
    for department in Department.objects.filter(simulated=True):
        with suppress(ProtectedError), transaction.atomic():
            department.delete()
    return gone, retired
