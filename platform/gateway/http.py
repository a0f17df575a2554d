"""The thin HTTP door: observations and positions in, answered when they are on disk.

Stands before Django in the switchboard, because Django's request costs ten times the work itself.
"""

import logging
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from alerts import ingest, tracking
from alerts.collector import Collector
from alerts.reading import Row, micros
from core import body, disk
from core.body import Receive, Scope, Send
from core.errors import Broken, Invalid, Problem, SignIn, TooLarge, Unknown
from gateway import lookup, message, position
from people import access, may
from sensors import refusals

log = logging.getLogger(__name__)

BASE = "/sensorthings/v1.1"
OF_STREAM = re.compile(BASE + r"/Datastreams\((\d{1,18})\)/Observations/?$")
ADDRESSES = frozenset({f"{BASE}/Observations", f"{BASE}/CreateObservations", "/api/v1/positions"})


class Door:
    """One per process: its collectors, and the addresses that it answers by POST."""

    def __init__(self) -> None:
        self.readings: Collector[Row] = ingest.collector()
        self.spots: Collector[tracking.Spot] = tracking.collector()

    def answers(self, scope: Scope) -> bool:
        """Say whether the request is this door's."""
        path: str = scope["path"]
        return scope["method"] == "POST" and (
            path.rstrip("/") in ADDRESSES or OF_STREAM.match(path) is not None
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        sender = str((scope.get("client") or ("?",))[0])
        rights = may.NOBODY
        content = b""
        try:
            rights = await _rights(scope)
            disk.check()
            content = await body.read(scope, receive)
            await self._serve(scope, rights, content, send)
        except Problem as problem:
            if problem.status < 500:
                await refusals.note("http", sender, rights.thing_id, problem, content)
            await body.refuse(send, problem)
        except Exception:
            log.exception("http: a message could not be served")
            await body.refuse(send, Broken())

    async def _serve(self, scope: Scope, rights: may.Rights, content: bytes, send: Send) -> None:
        path = scope["path"].rstrip("/")
        if path == "/api/v1/positions":
            spots = await _spots(content, rights)
            _raise_first(await self.spots.submit(spots))
            await _answer(send, 201, b'{"accepted":%d}' % len(spots))
        elif path.endswith("/CreateObservations"):
            await self._create(rights, content, send)
        else:
            await self._one(scope, path, rights, content, send)

    async def _one(
        self, scope: Scope, path: str, rights: may.Rights, content: bytes, send: Send
    ) -> None:
        given = message.decoded(message.one, content)
        named = OF_STREAM.match(path)
        if named is None and given.Datastream is None:
            raise Invalid(
                "Datastream is missing",
                zh="缺少 Datastream",
                field="Datastream",
                remedy='send "Datastream": {"@iot.id": …}, or post to its own Observations',
            )
        stream_id = int(named[1]) if named else given.Datastream.id  # type: ignore[union-attr]
        snapshot = await lookup.known(stream_id)
        row = message.row(message.stream_of(snapshot, rights, stream_id), given)
        _raise_first(await self.readings.submit([row]))
        link = _link(scope, row)
        content = b'{"@iot.id":"%s","@iot.selfLink":"%s"}' % (_id(row).encode(), link)
        await _answer(send, 201, content, ((b"location", link),))

    async def _create(self, rights: may.Rights, content: bytes, send: Send) -> None:
        usual = message.plain_rows(await lookup.known(), rights, content)
        if usual and len(usual) <= message.MAX_ROWS:
            stored = await self.readings.submit(usual)
            if any(stored):
                await _answer_cells(send, usual, stored)
            else:
                await _answer(send, 201, b"[" + b",".join(map(_quoted, usual)) + b"]")
        else:
            await self._create_row_by_row(rights, content, send)

    async def _create_row_by_row(self, rights: may.Rights, content: bytes, send: Send) -> None:
        given = message.decoded(message.groups, content)
        if sum(len(group.dataArray) for group in given) > message.MAX_ROWS:
            raise TooLarge(
                f"more than {message.MAX_ROWS} rows in one message",
                zh=f"一条消息不得超过 {message.MAX_ROWS} 行",
                remedy="split the message; nothing of it was taken",
            )
        snapshot = await lookup.known(*(group.Datastream.id for group in given))
        rows = [r for group in given for r in message.array_rows(snapshot, rights, group)]
        good = [row for row in rows if isinstance(row, Row)]
        stored = iter(await self.readings.submit(good) if good else [])
        await _answer_cells(
            send, rows, [r if isinstance(r, Problem) else next(stored) for r in rows]
        )


async def _answer_cells(
    send: Send, rows: Sequence[Row | Problem], problems: list[Problem | None]
) -> None:
    """Answer row by row; raises the first problem when nothing at all was stored."""
    if problems and all(problems):
        _raise_first(problems)
    cells = [_cell(row, problem) for row, problem in zip(rows, problems, strict=True)]
    await _answer(send, 201, msgspec.json.encode(cells))


def _cell(row: Any, problem: Problem | None) -> str:
    """Return what clause 13.3 asks for each row: its link, or `error` with the reason."""
    if problem is not None:
        return f"error: {problem.field or problem.code}: {problem.detail}"
    return f"{BASE}/Observations('{_id(row)}')"


def _quoted(row: Row) -> bytes:
    return b"\"%s/Observations('%d.%d')\"" % (_BASE, row[0], micros(row[1]) + _UNIX)


_BASE = BASE.encode()
_UNIX = 946_684_800_000_000  # microseconds from 1970 to 2000


def _id(row: Row) -> str:
    """Return an observation's id: its datastream and the Unix microseconds of its time."""
    return f"{row.datastream_id}.{micros(row.time) + _UNIX}"


def _link(scope: Scope, row: Row) -> bytes:
    host = access.headers(scope).get(b"host", b"localhost")
    if not _HOST.fullmatch(host):
        host = b"localhost"  # it comes back in JSON and in a header: no rubbish, please
    scheme = scope.get("scheme", "http").encode()
    return b"%s://%s%s/Observations('%s')" % (scheme, host, _BASE, _id(row).encode())


_HOST = re.compile(rb"[A-Za-z0-9.:\[\]_-]{1,255}")


def _raise_first(results: list[Problem | None]) -> None:
    for problem in results:
        if problem is not None:
            raise problem


async def _rights(scope: Scope) -> may.Rights:
    """Return the sender's rights; a browser's session may not post here (no CSRF check)."""
    if access.headers(scope).get(b"authorization", b"")[:7].lower() != b"bearer ":
        raise SignIn(
            "a bearer token is needed",
            zh="需要令牌",
            remedy="send Authorization: Bearer with the device's token",
        )
    return await access.rights_of(scope)


async def _spots(content: bytes, rights: may.Rights) -> list[tracking.Spot]:
    """Read positions; a thing that is not in memory is looked up."""
    try:
        return position.read(content, await lookup.known(), rights)
    except Unknown:
        return position.read(content, await lookup.again(), rights)


async def _answer(
    send: Send, status: int, content: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    length = str(len(content)).encode()
    kinds = ((b"content-type", b"application/json"), (b"content-length", length), *headers)
    await send({"type": "http.response.start", "status": status, "headers": kinds})
    await send({"type": "http.response.body", "body": content})
