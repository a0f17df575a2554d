"""The thin HTTP door: observations and positions in, answered when they are on disk.

Stands before Django in the switchboard, because Django's request costs ten times the work itself.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from asgiref.sync import sync_to_async

from alerts import ingest, tracking
from alerts.collector import Collector
from alerts.reading import Row, micros
from core.errors import Invalid, Problem, SignIn, TooLarge
from gateway import message, position
from people import access, may
from sensors import refusals, registry

log = logging.getLogger(__name__)

MAX_BODY = 16 * 1024 * 1024
SLOWEST = 20.0  # seconds a sender may take for its body
BASE = "/sensorthings/v1.1"
OF_STREAM = re.compile(BASE + r"/Datastreams\((\d{1,18})\)/Observations/?$")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class TooSlow(Problem):
    """The body did not come in time."""

    status, code, title = 408, "too_slow", "Request timeout"


class Door:
    """One per process: its collectors, and the addresses that it answers by POST."""

    def __init__(self) -> None:
        self.readings: Collector[Row] = ingest.collector()
        self.spots: Collector[tracking.Spot] = tracking.collector()

    def answers(self, scope: Scope) -> bool:
        """Say whether the request is this door's."""
        path: str = scope["path"]
        return scope["method"] == "POST" and (
            path.startswith(f"{BASE}/Observations")
            or path.startswith(f"{BASE}/CreateObservations")
            or (path.startswith(f"{BASE}/Datastreams(") and OF_STREAM.match(path) is not None)
            or path.rstrip("/") == "/api/v1/positions"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        sender = str((scope.get("client") or ("?",))[0])
        rights = may.NOBODY
        body = b""
        try:
            rights = await _rights(scope)
            body = await _body(scope, receive)
            await self._serve(scope, rights, body, send)
        except Problem as problem:
            if problem.status < 500:
                await refusals.note("http", sender, rights.thing_id, problem, body)
            await _answer(send, problem.status, problem.as_json(), problem=True)

    async def _serve(self, scope: Scope, rights: may.Rights, body: bytes, send: Send) -> None:
        path = scope["path"].rstrip("/")
        if path == "/api/v1/positions":
            spots = position.read(body, await _registry(), rights)
            _raise_first(await self.spots.submit(spots))
            await _answer(send, 201, b'{"accepted":%d}' % len(spots))
        elif path.endswith("/CreateObservations"):
            await self._create(rights, body, send)
        else:
            await self._one(scope, path, rights, body, send)

    async def _one(
        self, scope: Scope, path: str, rights: may.Rights, body: bytes, send: Send
    ) -> None:
        try:
            given = message.one.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise message.malformed(error) from error
        named = OF_STREAM.match(path)
        if named is None and given.Datastream is None:
            raise Invalid("Datastream is missing", zh="缺少 Datastream", field="Datastream")
        stream_id = int(named[1]) if named else given.Datastream.id  # type: ignore[union-attr]
        snapshot = await _registry(stream_id)
        row = message.row(message.stream_of(snapshot, rights, stream_id), given)
        _raise_first(await self.readings.submit([row]))
        link = _link(scope, row)
        await _answer(send, 201, _created(row, given, link), ((b"location", link.encode()),))

    async def _create(self, rights: may.Rights, body: bytes, send: Send) -> None:
        usual = message.plain_rows(await _registry(), rights, body)
        if usual and len(usual) <= message.MAX_ROWS:
            _raise_first(await self.readings.submit(usual))
            await _answer(send, 201, b"[" + b",".join(map(_quoted, usual)) + b"]")
        else:
            await self._create_row_by_row(rights, body, send)

    async def _create_row_by_row(self, rights: may.Rights, body: bytes, send: Send) -> None:
        try:
            given = message.groups.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise message.malformed(error) from error
        if sum(len(group.dataArray) for group in given) > message.MAX_ROWS:
            raise TooLarge(f"more than {message.MAX_ROWS} rows in one message", zh="行数过多")
        snapshot = await _registry(*(group.Datastream.id for group in given))
        rows = [r for group in given for r in message.array_rows(snapshot, rights, group)]
        good = [row for row in rows if isinstance(row, Row)]
        stored = iter(await self.readings.submit(good) if good else [])
        answer = [_cell(row, next(stored) if isinstance(row, Row) else row) for row in rows]
        if rows and not good and len(given) > 0:
            raise next(row for row in rows if isinstance(row, Problem))
        await _answer(send, 201, msgspec.json.encode(answer))


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


def _link(scope: Scope, row: Row) -> str:
    host = access.headers(scope).get(b"host", b"localhost").decode("latin-1")
    return f"{scope.get('scheme', 'http')}://{host}{BASE}/Observations('{_id(row)}')"


def _created(row: Row, given: message.Observation, link: str) -> bytes:
    return msgspec.json.encode(
        {
            "@iot.id": _id(row),
            "@iot.selfLink": link,
            "phenomenonTime": given.phenomenonTime or row.time,
            "resultTime": given.resultTime,
            "result": given.result,
            "Datastream@iot.navigationLink": f"{BASE}/Datastreams({row.datastream_id})",
        }
    )


def _raise_first(results: list[Problem | None]) -> None:
    for problem in results:
        if problem is not None:
            raise problem


async def _rights(scope: Scope) -> may.Rights:
    """Return the sender's rights; a browser's session may not post here (no CSRF check)."""
    if b"authorization" not in access.headers(scope):
        raise SignIn(
            "a bearer token is needed",
            zh="需要令牌",
            remedy="send Authorization: Bearer with the device's token",
        )
    return await access.rights_of(scope)


async def _registry(*stream_ids: int) -> registry.Snapshot:
    """Return the registry in memory; asks the database for a stream that is not in it."""
    snapshot = registry.remembered()
    if snapshot.number < 0 or any(i not in snapshot.streams for i in stream_ids):
        snapshot = await sync_to_async(registry.current)()
    return snapshot


async def _body(scope: Scope, receive: Receive) -> bytes:
    """Read the body within limits of size and time."""
    length = access.headers(scope).get(b"content-length", b"0")
    if length.isdigit() and int(length) > MAX_BODY:
        raise _too_large()
    first = await _next(receive)
    if not first.get("more_body"):
        return bytes(first.get("body", b""))
    parts, size = [first.get("body", b"")], len(first.get("body", b""))
    try:
        async with asyncio.timeout(SLOWEST):
            more = True
            while more:
                got = await receive()
                if got["type"] == "http.disconnect":
                    raise Invalid("the sender hung up", zh="发送方已断开")
                parts.append(got.get("body", b""))
                size += len(parts[-1])
                more = got.get("more_body", False)
                if size > MAX_BODY:
                    raise _too_large()
    except TimeoutError:
        raise _too_slow() from None
    return b"".join(parts)


async def _next(receive: Receive) -> dict[str, Any]:
    try:
        async with asyncio.timeout(SLOWEST):
            return await receive()
    except TimeoutError:
        raise _too_slow() from None


def _too_large() -> TooLarge:
    return TooLarge(
        f"a body may have {MAX_BODY // 1024 // 1024} MB",
        zh=f"请求体不得超过 {MAX_BODY // 1024 // 1024} MB",
        remedy="split the message; nothing of it was taken",
    )


def _too_slow() -> TooSlow:
    return TooSlow(
        f"the body did not arrive within {SLOWEST:.0f} s",
        zh=f"请求体未在 {SLOWEST:.0f} 秒内到达",
        remedy="send it again over a better line; nothing of it was taken",
    )


async def _answer(
    send: Send,
    status: int,
    body: bytes,
    headers: tuple[tuple[bytes, bytes], ...] = (),
    problem: bool = False,
) -> None:
    kind = b"application/problem+json" if problem else b"application/json"
    length = str(len(body)).encode()
    more = ((b"connection", b"close"),) if status in (408, 413) else ()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", kind), (b"content-length", length), *headers, *more],
        }
    )
    await send({"type": "http.response.body", "body": body})
