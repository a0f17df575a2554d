"""Feature pages in front of Django: `/ogc/collections/CODE/items` as GeoJSON.

What is asked and what is answered is `layers.ogc`'s; here are only rights, lines to the database
and bytes. Pages for people go to Django.
"""

import datetime
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

import psycopg
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from core.errors import Busy, Problem, Unknown
from layers import catalogue, rights, selection
from layers.layer import Layer
from layers.ogc import page, question
from layers.ogc.documents import GEOJSON
from people.access import rights_of
from people.may import Rights
from tiles import answers
from tiles.answers import Headers, Scope, Send
from tiles.asgi import Tiles, conninfo
from tiles.asgi import application as tiles
from tiles.maker import packed
from tiles.pool import SMALL, Pool
from tiles.reply import PACKED
from tiles.reply import SMALL as NOT_WORTH_PACKING

log = logging.getLogger(__name__)

LINES = 4  # database connections per process
ITEMS = re.compile(r"/ogc/collections/([a-z][a-z0-9_]{1,30})/items")
ANYBODYS: Headers = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Crs, Link"),
)
RightsOf = Callable[[Any], Awaitable[Rights]]


class Features:
    """The ASGI application; what it knows of layers it has from the tiles beside it."""

    def __init__(self, conninfo: str, beside: Tiles, who: RightsOf = rights_of) -> None:
        self._beside, self._who = beside, who
        self._pool = Pool(conninfo, LINES, SMALL.format(ms=selection.SLOWEST))
        self._open = False

    def answers(self, scope: Scope) -> bool:
        """Say whether a request is for a page of features as GeoJSON."""
        if scope["method"] not in ("GET", "HEAD") or not ITEMS.fullmatch(scope["path"]):
            return False
        accepted = dict(scope["headers"]).get(b"accept", b"")
        form = _given(scope).get("f") if b"f=" in scope["query_string"] else None
        return form != "html" if form is not None else b"html" not in accepted

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer one request; every refusal is a problem document."""
        try:
            await self._respond(scope, send)
        except Problem as error:
            await answers.problem(send, error, ANYBODYS)
        except psycopg.Error as error:
            problem = selection.refusal(error.sqlstate)
            if problem is None:
                log.error("%s could not be answered: %s", scope["path"], error)
                problem = Busy("the page could not be made", zh="暂时无法查询要素")
            await answers.problem(send, problem, ANYBODYS)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._open:
            await self._pool.close()
            self._open = False

    async def _respond(self, scope: Scope, send: Send) -> None:
        parts = await self._beside.open()
        given = _given(scope)
        question.check(given, question.OF_PAGE)
        layer = await self._layer(scope)
        if not parts.known.ready:
            raise Busy("the database cannot be reached", zh="数据库暂时无法访问")
        state = parts.known.state(layer.code)
        facts = question.Facts(state.version, state.features, state.bounds)
        asked = question.of_page(layer, facts, given)
        told = dict(scope["headers"])
        address = page.Asked(_url(scope, told), given)
        tag = _tag(layer, state.version, address)
        headers = (*_headers(asked), (b"etag", tag), *ANYBODYS)
        if told.get(b"if-none-match") == tag:
            await answers.answer(send, 304, headers)
            return
        body = page.document(asked, await self._found(asked), address)
        if b"gzip" in told.get(b"accept-encoding", b"") and len(body) > NOT_WORTH_PACKING:
            body, headers = packed(body), (*headers, PACKED)
        await answers.answer(send, 200, headers, body, whole=scope["method"] == "GET")

    async def _layer(self, scope: Scope) -> Layer:
        """Return the vector layer of a request that its sender may see."""
        match = ITEMS.fullmatch(scope["path"])
        layer = catalogue.known_layer(match[1] if match else "")
        if layer.sharing != "open":
            rights.ask(layer, await self._who(scope))
        if not layer.is_vector:
            raise Unknown(f"{layer.code} is a raster: it has no features", zh="栅格图层没有要素")
        return layer

    async def _found(self, asked: question.Question) -> page.Found:
        if not asked.facts.held:
            return page.Found([])  # a layer that was never filled has no table yet
        if not self._open:
            self._open = True
            await self._pool.open()
        clause = page.statement(asked)
        rows = await self._pool.rows(numbered(clause.sql), [written(one) for one in clause.values])
        shown, last = min(rows.ntuples, asked.limit), None
        if rows.ntuples > shown:
            last = int(rows.get_value(shown - 1, 0) or 0)
        return page.Found([rows.get_value(row, 1) or b"" for row in range(shown)], last)


def _given(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))


def numbered(sql: str) -> bytes:
    """Return a statement with the wire's placeholders ($1) in the place of psycopg's (%s)."""
    parts = sql.split("%s")
    return "".join(f"{part}${at}" for at, part in enumerate(parts[:-1], 1)).encode() + (
        parts[-1].encode()
    )


def written(value: object) -> bytes | None:
    """Return a bound value as PostgreSQL reads it from text."""
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value.isoformat().encode()
    return str(value).encode()


def _url(scope: Scope, told: dict[bytes, bytes]) -> str:
    host = told.get(b"host", b"").decode("latin-1")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        raise Problem(f"host {host!r} is not served here", zh="不提供该主机名的服务", field="Host")
    return f"{scope['scheme']}://{host}{scope['path']}"


def _tag(layer: Layer, version: int, address: page.Asked) -> bytes:
    """Return a weak tag: a page changes with its layer's version only, but for its time stamp."""
    asked = hashlib.blake2b(address.to().encode(), digest_size=8).hexdigest()
    return f'W/"{layer.version_key(version)}-{asked}"'.encode()


def _headers(asked: question.Question) -> Headers:
    told = page.headers(asked).items()
    return (
        (b"content-type", GEOJSON.encode()),
        *((name.lower().encode(), value.encode()) for name, value in told),
    )


application = Features(conninfo(), tiles)
