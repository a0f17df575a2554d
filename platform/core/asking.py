"""Questions to the database from the event loop; one that is away is said to be so at once."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from core.errors import Away

P = ParamSpec("P")
R = TypeVar("R")

# SQLSTATE: connections that fail, are ended by an operator, or find no room
_AWAY = ("08", "57P", "53")

SOON = 0.5  # seconds after a failure in which nobody tries again

_away = False
_asking = 0
_failed = float("-inf")


def is_away(error: Exception) -> bool:
    """Say whether a database error means that it is away, rather than that it was asked wrongly."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_AWAY)


async def asked(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `call` in the thread for such questions; raises Away when the database is.

    All questions share that thread and each waits for a connection: while the database is known to
    be away one of them finds out whether it is back, and the others are answered at once.
    """
    global _away, _asking
    if _away and _asking:
        raise Away
    _asking += 1
    try:
        answer = await sync_to_async(_ask)(call, *args, **kwargs)
        _away = False
        return answer
    except Away:
        _away = True
        raise
    finally:
        _asking -= 1


def _ask(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    global _failed
    if time.monotonic() - _failed < SOON:
        raise Away  # whoever stood in the row behind the one that found out
    close_old_connections()
    try:
        return call(*args, **kwargs)
    except (OperationalError, InterfaceError) as error:
        _failed = time.monotonic()
        connection.close()
        raise Away from error
