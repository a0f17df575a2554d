"""Device tokens in the process's memory: a sensor's right is asked thousands of times a second.

Loaded whole and again after any change; whether there was one is asked at most once a second, off
the event loop. A revoked token is refused within two seconds.
"""

import asyncio
import datetime
import threading
import time

from asgiref.sync import sync_to_async

from people.models import Token, TokenStamp

LOOK_AGAIN = 1.0  # seconds
AT_ONCE = 0.05  # seconds between two looks for the sake of unknown tokens
TOO_OLD = 5.0  # seconds after which nobody is let in on what is remembered

PREFIX = "zd_"

Known = dict[str, tuple[int, datetime.datetime]]

_lock = threading.Lock()
_known: Known = {}
_number = -1
_checked = float("-inf")
_refreshing: "set[asyncio.Task[None]]" = set()


def refresh(sooner: bool = False) -> Known:
    """Ask whether tokens have changed and return those that are not revoked.

    `sooner`: somebody came with a token that is not known; it may have been issued just now.
    """
    global _known, _number, _checked
    with _lock:
        if time.monotonic() - _checked < (AT_ONCE if sooner else LOOK_AGAIN):
            return _known
        number = TokenStamp.objects.filter(pk=1).values_list("number", flat=True).first() or 0
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


async def known() -> Known:
    """Return the tokens; a look at the database happens beside, unless the last is too old."""
    age = time.monotonic() - _checked
    if age > TOO_OLD:
        return await sync_to_async(refresh)()
    if age > LOOK_AGAIN and not _refreshing:
        task = asyncio.get_running_loop().create_task(_beside())
        _refreshing.add(task)
        task.add_done_callback(_refreshing.discard)
    return _known


async def _beside() -> None:
    await sync_to_async(refresh)()


def forget() -> None:
    """Drop what is remembered."""
    global _known, _number, _checked
    with _lock:
        _known, _number, _checked = {}, -1, float("-inf")
