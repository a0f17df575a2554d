"""What a sender of observations is told of its rows: links of those that are on disk, and why not.

OGC 18-088 clauses 10.2 (a created entity's link) and 13.3 (CreateObservations).
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from alerts.reading import Row
from core.errors import Problem

BASE = "/sensorthings/v1.1"

_OBSERVATIONS = BASE.encode() + b"/Observations"
_UNIX = 946_684_800_000_000  # microseconds from 1970 to 2000
_HOST = re.compile(rb"[A-Za-z0-9.:\[\]_-]{1,255}")


def of_one(row: Row, scheme: str, host: bytes) -> tuple[bytes, bytes]:
    """Return the link to a stored row, and the body that says so.

    An observation's id is its datastream and the Unix microseconds of its time.
    """
    if not _HOST.fullmatch(host):
        host = b"localhost"  # it comes back in JSON and in a header: no rubbish, please
    number = b"%d.%d" % (row[0], row[1] + _UNIX)
    link = b"%s://%s%s('%s')" % (scheme.encode(), host, _OBSERVATIONS, number)
    return link, b'{"@iot.id":"%s","@iot.selfLink":"%s"}' % (number, link)


def of_all(rows: Sequence[Row]) -> bytes:
    """Return the links of rows that were all stored, as JSON."""
    base = _OBSERVATIONS.decode()
    links = [f"{base}('{row[0]}.{row[1] + _UNIX}')" for row in rows]
    return ('["' + '","'.join(links) + '"]').encode()


def of_rows(rows: Sequence[Row | Problem], problems: Sequence[Problem | None]) -> bytes:
    """Return what clause 13.3 asks for each row: its link, or `error` with the reason."""
    return msgspec.json.encode([_cell(*pair) for pair in zip(rows, problems, strict=True)])


def _cell(row: Any, problem: Problem | None) -> str:
    if problem is not None:
        return f"error: {problem.field or problem.code}: {problem.detail}"
    return f"{BASE}/Observations('{row[0]}.{row[1] + _UNIX}')"
