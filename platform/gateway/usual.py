"""The usual message of a device, taken the short way: a token in memory, times and numbers.

All else, every refusal included, is for the door (`gateway.http`), which looks closer.
"""

import asyncio
import re
from collections.abc import Callable

from alerts.collector import Collector, Result
from alerts.reading import Row
from core.errors import Problem
from core.shortcut import Done, Request, lines
from gateway import message, receipt
from gateway.receipt import BASE
from people import devices
from sensors import refusals, registry

_BASE = BASE.encode()
OF_STREAM = re.compile(re.escape(_BASE) + rb"/Datastreams\((\d{1,18})\)/Observations")
CREATE = _BASE + b"/CreateObservations"

_JSON = b"content-type: application/json\r\ncontent-length: %d\r\n"
_refusing: set[asyncio.Task[None]] = set()


def taken(readings: Collector[Row], request: Request, done: Done) -> bool:
    """Hand over the readings of a usual message; False, with nothing done, for any other."""
    rights = devices.at_hand(request.headers.get(b"authorization", b""))
    if rights is None or request.method != b"POST":
        return False
    known = registry.remembered()
    named = OF_STREAM.fullmatch(request.path)
    if named is not None:
        row = message.usual_row(known, rights, int(named[1]), request.body)
        rows = [] if row is None else [row]
        tell = _tell_one
    elif request.path == CREATE:
        rows = message.plain_rows(known, rights, request.body) or []
        tell = _tell_all
    else:
        return False
    if not 0 < len(rows) <= message.MAX_ROWS:
        return False

    def answer(result: Result) -> None:
        problem = _whole(result)
        if problem is None:
            tell(request, rows, result, done)
        else:
            _refuse(request, rights.thing_id, problem, done)

    try:
        readings.hand_over(rows, answer)
    except Problem:
        return False
    return True


Tell = Callable[[Request, list[Row], Result, Done], None]


def _whole(result: Result) -> Problem | None:
    """Return the problem if nothing at all was stored."""
    if isinstance(result, list):
        return result[0] if all(result) else None
    return result


def _tell_one(request: Request, rows: list[Row], result: Result, done: Done) -> None:
    host = request.headers.get(b"host", b"")
    link, body = receipt.of_one(rows[0], request.scheme, host)
    done(201, b"%slocation: %s\r\n" % (_JSON % len(body), link), body)


def _tell_all(request: Request, rows: list[Row], result: Result, done: Done) -> None:
    body = receipt.of_rows(rows, result) if isinstance(result, list) else receipt.of_all(rows)
    done(201, _JSON % len(body), body)


def _refuse(request: Request, thing_id: int | None, problem: Problem, done: Done) -> None:
    task = asyncio.get_running_loop().create_task(_refused(request, thing_id, problem, done))
    _refusing.add(task)
    task.add_done_callback(_refusing.discard)


async def _refused(request: Request, thing_id: int | None, problem: Problem, done: Done) -> None:
    """Keep what was refused, as the door does, and say why."""
    if problem.status < 500:
        await refusals.note("http", request.client, thing_id, problem, request.body)
    body = problem.as_json()
    kind = (b"content-type", b"application/problem+json")
    done(problem.status, lines(kind, (b"content-length", b"%d" % len(body))), body)
