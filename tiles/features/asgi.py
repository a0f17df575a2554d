"""Feature pages in front of Django: `/ogc/collections/CODE/items` as GeoJSON.

What is asked and what is answered is `layers.ogc`'s; here are only rights, lines to the database
and bytes. Pages for people go to Django.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

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
from tiles.pool import SMALL, Pool
from tiles.reply import PACKED
from tiles.reply import SMALL as NOT_WORTH_PACKING

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
        told = dict(scope["headers"])
        return asking.is_for_programs(scope["path"], scope["query_string"], told)

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
        task = asyncio.create_task(self._answer(parts, asked, done))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        return True

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
        layer = await self._layer(scope)
        if not parts.known.ready:
            raise Busy("the database cannot be reached", zh="数据库暂时无法访问")
        url = asking.url(scope["scheme"], told, scope["path"])
        asked = asking.read(layer, parts.known.state(layer.code), url, query, told)
        if asked.has_it:
            await answers.answer(send, 304, asked.headers)
            return
        headers, body = await self._page(parts, asked)
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
            headers, body = await self._page(parts, asked)
        except Problem as problem:
            told = lines(*asking.PROBLEM, *asking.ANYBODYS)
            body = problem.as_json()
            done(problem.status, told + b"content-length: %d\r\n" % len(body), body)
            return
        done(200, lines(*headers) + b"content-length: %d\r\n" % len(body), body)

    async def _page(self, parts: Parts, asked: Asked) -> tuple[Headers, bytes]:
        try:
            found = await self._found(parts.pool, asked)
        except psycopg.Error as error:
            problem = selection.refusal(error.sqlstate)
            if problem is None:
                log.error("%s could not be answered: %s", asked.address.to(), error)
                problem = Busy("the page could not be made", zh="暂时无法查询要素")
            raise problem from error
        body = page.document(asked.question, found, asked.address)
        if asked.zips and len(body) > NOT_WORTH_PACKING:
            return (*asked.headers, PACKED), packed(body)
        return asked.headers, body

    async def _found(self, prepared: Pool, asked: Asked) -> page.Found:
        question = asked.question
        if not question.answers:
            return page.Found()
        clause = page.statement(question)
        values = [wire.written(one) for one in clause.values]
        if question.usual:
            result = await prepared.rows(wire.statement(clause.sql), values)
        else:
            if not self._open:
                self._open = True
                await self._planning.open()
            result = await self._planning.planned(wire.numbered(clause.sql), values)
        text, count, last = (result.get_value(0, column) for column in range(3))
        return page.found(question, text, int(count or 0), int(last) if last else None)


def _usual(request: Request, parts: Parts) -> Asked | None:
    """Return what is asked if it may be answered the short way."""
    path = request.path.decode("latin-1")
    if not asking.is_for_programs(path, request.query, request.headers):
        return None
    layer = catalogue.known().get(asking.code(path))
    if layer is None:
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
