"""The thin HTTP door: observations and positions in, answered when they are on disk.

Stands before Django in the switchboard, because Django's request costs ten times the work itself.
"""

import asyncio
import logging
import re
from collections.abc import Sequence

from alerts import ingest, tracking
from alerts.collector import Collector
from alerts.reading import Row
from core import body, disk
from core.body import Receive, Scope, Send
from core.errors import Broken, Invalid, Problem, SignIn, TooLarge, Unknown
from core.shortcut import Done, Request
from gateway import lookup, message, position, receipt, usual
from gateway.receipt import BASE
from people import access, may
from sensors import refusals

log = logging.getLogger(__name__)

OF_STREAM = re.compile(BASE + r"/Datastreams\((\d{1,18})\)/Observations/?$")
ADDRESSES = frozenset({f"{BASE}/Observations", f"{BASE}/CreateObservations", "/api/v1/positions"})


class Door:
    """One per process: its collectors, and the addresses that it answers by POST."""

    def __init__(self) -> None:
        self.readings: Collector[Row] = ingest.collector()
        self.spots: Collector[tracking.Spot] = tracking.collector()

    async def close(self) -> None:
        """Finish what is on its way to the database."""
        await asyncio.gather(self.readings.close(), self.spots.close())

    def answers(self, scope: Scope) -> bool:
        """Say whether the request is this door's."""
        path: str = scope["path"]
        return scope["method"] == "POST" and (
            path.rstrip("/") in ADDRESSES or OF_STREAM.match(path) is not None
        )

    def shortcut(self, request: Request, done: Done) -> bool:
        """Take a usual message; see `core.shortcut`."""
        return usual.taken(self.readings, request, done)

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
        scheme, host = scope.get("scheme", "http"), access.headers(scope).get(b"host", b"")
        link, content = receipt.of_one(row, scheme, host)
        await _answer(send, 201, content, ((b"location", link),))

    async def _create(self, rights: may.Rights, content: bytes, send: Send) -> None:
        rows = message.plain_rows(await lookup.known(), rights, content)
        if rows and len(rows) <= message.MAX_ROWS:
            stored = await self.readings.submit(rows)
            await _answer(send, 201, _of_rows(rows, stored))
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
        results = [r if isinstance(r, Problem) else next(stored) for r in rows]
        await _answer(send, 201, _of_rows(rows, results))


def _of_rows(rows: Sequence[Row | Problem], problems: list[Problem | None]) -> bytes:
    """Return the answer row by row; raises the first problem when nothing at all was stored."""
    if problems and all(problems):
        _raise_first(problems)
    return receipt.of_rows(rows, problems)


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
