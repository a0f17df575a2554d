"""Feature pages in front of Django: `/ogc/collections/CODE/items` as GeoJSON.

What is asked and what is answered is `layers.ogc`'s; here are only rights, lines to the database
and bytes. Pages for people go to Django.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from psycopg.pq.abc import PGresult

from core.errors import Busy, Problem
from core.shortcut import Done, Request, lines
from layers import catalogue, rights, selection
from layers.layer import Layer
from layers.ogc import page
from people.access import at_hand, rights_of
from people.may import Rights
from tiles import answers
from tiles.answers import Headers, Scope, Send
from tiles.asgi import Parts, Tiles, conninfo
from tiles.asgi import application as tiles
from tiles.features import asked as asking
from tiles.features import wire
from tiles.features.asked import Asked
from tiles.maker import packed
from tiles.pool import SMALL, Answer, Pool
from tiles.reply import PACKED
from tiles.reply import SMALL as NOT_WORTH_PACKING
from tiles.statement import Statement

log = logging.getLogger(__name__)

LINES = 2  # database connections per process, beside those of the tiles
RightsOf = Callable[[Any], Awaitable[Rights]]


class Features:
    """The ASGI application; what it knows of layers it has from the tiles beside it."""

    def __init__(self, conninfo: str, beside: Tiles, who: RightsOf = rights_of) -> None:
        self._beside, self._who = beside, who
        self._planning = Pool(conninfo, LINES, SMALL.format(ms=selection.SLOWEST))
        self._open = False
        self._answering: set[asyncio.Task[None]] = set()

    def answers(self, scope: Scope) -> bool:
        """Say whether a request is for a page of features as GeoJSON."""
        if scope["method"] not in ("GET", "HEAD") or not asking.code(scope["path"]):
            return False
        return asking.wants_json(scope["query_string"], dict(scope["headers"]))

    def shortcut(self, request: Request, done: Done) -> bool:
        """Take the usual question of somebody whose rights are at hand; see `core.shortcut`."""
        parts = self._beside.at_hand()
        if parts is None or request.method != b"GET" or not parts.known.ready:
            return False
        asked = _usual(request, parts)
        if asked is None:
            return False
        if asked.has_it:
            done(304, lines(*asked.headers), b"")
            return True

        def come(answer: Answer | None) -> None:
            if answer is None or answer.exception() is not None:
                self._later(parts, asked, done)
            else:
                _tell(asked, _found_in(asked, answer.result()), done)

        if asked.question.facts.held:
            parts.pool.ask(*_prepared(asked), come)
        else:
            _tell(asked, page.Found(), done)
        return True

    def _later(self, parts: Parts, asked: Asked, done: Done) -> None:
        """Answer by a task: once more, or why not."""
        task = asyncio.create_task(self._answer(parts, asked, done))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer one request; every refusal is a problem document."""
        try:
            await self._respond(scope, send)
        except Problem as error:
            await answers.problem(send, error, asking.ANYBODYS)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._open:
            await self._planning.close()
            self._open = False

    async def _respond(self, scope: Scope, send: Send) -> None:
        parts = await self._beside.open()
        told, query = dict(scope["headers"]), scope["query_string"]
        if not parts.known.ready:
            raise Busy("the database cannot be reached", zh="数据库暂时无法访问")
        layer = await self._layer(scope)
        url = asking.url(scope["scheme"], told, scope["path"])
        asked = asking.read(layer, parts.known.state(layer.code), url, query, told)
        if asked.has_it:
            await answers.answer(send, 304, asked.headers)
            return
        headers, body = _body(asked, await self._page(parts, asked))
        await answers.answer(send, 200, headers, body, whole=scope["method"] == "GET")

    async def _layer(self, scope: Scope) -> Layer:
        """Return the layer of a request that its sender may see."""
        asking.given(scope["query_string"])
        layer = catalogue.known_layer(asking.code(scope["path"]))
        if layer.sharing != "open":
            rights.ask(layer, await self._who(scope))
        return layer

    async def _answer(self, parts: Parts, asked: Asked, done: Done) -> None:
        """Answer the short way."""
        try:
            _tell(asked, await self._page(parts, asked), done)
        except Problem as problem:
            told = lines(*asking.PROBLEM, *asking.ANYBODYS)
            body = problem.as_json()
            done(problem.status, told + b"content-length: %d\r\n" % len(body), body)

    async def _page(self, parts: Parts, asked: Asked) -> page.Found:
        try:
            return await self._found(parts.pool, asked)
        except psycopg.Error as error:
            problem = selection.refusal(error.sqlstate)
            if problem is None:
                log.error("%s could not be answered: %s", asked.address.to(), error)
                problem = Busy("the page could not be made", zh="暂时无法查询要素")
            raise problem from error

    async def _found(self, prepared: Pool, asked: Asked) -> page.Found:
        if asked.question.nothing:
            return page.Found()
        if asked.question.usual:
            return _found_in(asked, await prepared.rows(*_prepared(asked)))
        if not self._open:
            self._open = True
            await self._planning.open()
        clause = page.statement(asked.question)
        values = [wire.written(one) for one in clause.values]
        return _found_in(asked, await self._planning.planned(wire.numbered(clause.sql), values))


def _prepared(asked: Asked) -> tuple[Statement, list[bytes | None]]:
    """Return the statement of a usual question, with its values for the wire."""
    clause = page.statement(asked.question)
    return wire.statement(clause.sql), [wire.written(one) for one in clause.values]


def _found_in(asked: Asked, result: PGresult) -> page.Found:
    text, count, last = (result.get_value(0, column) for column in range(3))
    return page.found(asked.question, text, int(count or 0), int(last) if last else None)


def _body(asked: Asked, found: page.Found) -> tuple[Headers, bytes]:
    """Return the answer's headers and body, packed for who wants it so."""
    body = page.document(asked.question, found, asked.address)
    if asked.zips and len(body) > NOT_WORTH_PACKING:
        return (*asked.headers, PACKED), packed(body)
    return asked.headers, body


def _tell(asked: Asked, found: page.Found, done: Done) -> None:
    headers, body = _body(asked, found)
    done(200, lines(*headers) + b"content-length: %d\r\n" % len(body), body)


def _usual(request: Request, parts: Parts) -> Asked | None:
    """Return what is asked if it may be answered the short way."""
    path = request.path.decode("latin-1")
    layer = catalogue.known().get(asking.code(path))
    if layer is None or not asking.wants_json(request.query, request.headers):
        return None
    if layer.sharing != "open":
        asker = at_hand(request.headers)
        if asker is None or not rights.may_see(layer, asker):
            return None
    try:
        url = asking.url(request.scheme, request.headers, path)
        state = parts.known.state(layer.code)
        asked = asking.read(layer, state, url, request.query, request.headers)
    except Problem:
        return None
    return asked if asked.question.usual else None


application = Features(conninfo(), tiles)
