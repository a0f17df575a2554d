"""Device tokens in the process's memory: a sensor's right is asked thousands of times a second.

Loaded whole and again after any change; whether there was one is asked at most once a second, off
the event loop. A revoked token is refused within two seconds.
"""

import asyncio
import datetime
import threading
import time
from contextlib import suppress

from core import clock
from core.asking import asked
from core.errors import Away
from people.may import Rights, of_thing
from people.models import Token, TokenStamp, digest

LOOK_AGAIN = 1.0  # seconds
SOON = 0.05  # seconds between two looks for tokens that are not known
TOO_OLD = 5.0  # seconds after which nobody is let in on what is remembered

PREFIX = "zd_"

Known = dict[str, tuple[int, datetime.datetime]]

_lock = threading.Lock()
_known: Known = {}
_number = -1
_checked = float("-inf")
_refreshing: "set[asyncio.Task[None]]" = set()


def refresh(look_again: float = LOOK_AGAIN) -> Known:
    """Ask whether tokens have changed and return those that are not revoked."""
    global _known, _number, _checked
    if time.monotonic() - _checked < look_again:
        return _known
    # asked before the lock is taken: a database that is away must not put everybody in a row
    number = TokenStamp.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    with _lock:
        if number != _number:
            rows = Token.objects.filter(thing_id__isnull=False, revoked_at=None)
            found = rows.values_list("digest", "thing_id", "expires_at")
            _known = {
                digest: (thing_id, until)
                for digest, thing_id, until in found
                if thing_id is not None
            }
            _number = number
        _checked = time.monotonic()
        return _known


async def known(key: str) -> Known:
    """Return the tokens; a look at the database happens beside, unless it is needed at once.

    It is when the last is too old, or knows nothing of `key`: that token may just have been made.
    """
    age = time.monotonic() - _checked
    if age > TOO_OLD:
        return await asked(refresh)
    if key not in _known:
        await asyncio.sleep(SOON)  # one look serves all who ask meanwhile
        return await asked(refresh, SOON)
    if age > LOOK_AGAIN and not _refreshing:
        task = asyncio.get_running_loop().create_task(_beside())
        _refreshing.add(task)
        task.add_done_callback(_refreshing.discard)
    return _known


async def _beside() -> None:
    with suppress(Away):  # whoever needs it will hear of it
        await asked(refresh)


def at_hand(authorization: bytes) -> Rights | None:
    """Return the rights of an Authorization header without asking anybody; None if that is unsure.

    Unsure is a token that is not remembered, and everybody once it is time to look again.
    """
    known = _known
    if time.monotonic() - _checked > LOOK_AGAIN:
        return None
    if _headers.of is not known:
        _headers.of, _headers.rights = known, {}
    found = _headers.rights.get(authorization)
    if found is None:
        secret = authorization[7:].decode("latin-1").strip()
        token = known.get(digest(secret))
        if token is None or authorization[:7].lower() != b"bearer ":
            return None
        found = _headers.rights[authorization] = (of_thing(token[0]), token[1])
    return found[0] if clock.now() < found[1] else None


class _Headers:
    """The headers seen so far of the tokens that are known now."""

    def __init__(self) -> None:
        self.of: Known = {}
        self.rights: dict[bytes, tuple[Rights, datetime.datetime]] = {}


_headers = _Headers()


def forget() -> None:
    """Drop what is remembered."""
    global _known, _number, _checked
    with _lock:
        _known, _number, _checked = {}, -1, float("-inf")
