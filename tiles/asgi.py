"""The tile application: `/tiles/…` in front of Django, with its own connections to the database.

Every request is asked for its rights before anything is looked up in a cache.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import psycopg
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from rasterio.errors import RasterioError

from core.errors import Away, Busy, NotThisWay, Problem, Unknown
from core.shortcut import Done, Request
from layers import catalogue, rights
from layers.layer import Layer
from people import access
from people.access import rights_of
from people.may import Rights
from tiles import address, answers, maplibre, shortcut, then, tilejson
from tiles.address import Document, Tile
from tiles.answers import Receive, Scope, Send
from tiles.cache import Cache
from tiles.known import Known, LayerState
from tiles.maker import Maker
from tiles.pool import Pool
from tiles.reply import reply, reply_old
from tiles.served import Served, key_of, served

log = logging.getLogger(__name__)

LINES = 4  # database connections per process: two a core, so that one may wait while one runs
RightsOf = Callable[[Any], Awaitable[Rights]]


class Parts(NamedTuple):
    """What is open while the application lives."""

    known: Known
    pool: Pool
    maker: Maker
    cache: Cache | None
    served: dict[str, Served]

    def serve(self, layer: Layer) -> Served:
        """Return the layer as it stands now; raises Busy before the database was ever seen."""
        state = self.known.state(layer.code)
        found = self.served.get(layer.code)
        if found is None or found.state is not state or found.layer is not layer:
            if not self.known.ready:
                raise _away()
            touches = self.known.touches(layer.code)
            found = self.served[layer.code] = served(layer, state, touches)
        return found


class Tiles:
    """The ASGI application; opens its connections at the first request, in that request's loop."""

    def __init__(self, conninfo: str, path: Path, limit: int, who: RightsOf = rights_of) -> None:
        self._conninfo, self._path = conninfo, path
        self._limit, self._who = limit, who
        self._opening: asyncio.Task[Parts] | None = None

    shortcuts = (b"/tiles/",)

    def shortcut(self, request: Request, done: Done) -> bool:
        """Answer with a tile that lies ready; see `core.shortcut`."""
        tile = shortcut.asked_for(request)
        parts = self.at_hand()
        if tile is None or parts is None:
            return False
        served = parts.served.get(tile.layer)
        if parts.known.lost or served is None or served.state is not parts.known.state(tile.layer):
            return False
        return shortcut.taken(parts.maker, served, tile, request, done)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; every refusal is a problem document."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        try:
            await self._respond(scope, send)
        except Problem as error:
            await answers.problem(send, error)
        except (psycopg.Error, RasterioError, OSError) as error:
            log.error("%s could not be made: %s", scope["path"], error)
            await answers.problem(send, Busy("the tile could not be made", zh="无法生成瓦片"))

    async def open(self) -> Parts:
        """Connect to the database and open the caches, once."""
        if self._opening is None:
            self._opening = asyncio.create_task(self._open())
        return await asyncio.shield(self._opening)

    def at_hand(self) -> Parts | None:
        """Return what is open, or None before it is."""
        opening = self._opening
        return opening.result() if _opened(opening) else None

    async def close(self) -> None:
        """Let go of connections, threads and files."""
        if self._opening is None:
            return
        parts, self._opening = await self._opening, None
        await parts.known.close()
        await parts.pool.close()
        parts.maker.close()
        if parts.cache is not None:
            parts.cache.close()

    async def _open(self) -> Parts:
        cache = Cache(self._path, self._limit) if self._limit else None
        pool = Pool(self._conninfo, LINES)
        maker = Maker(pool, cache)

        def changed(code: str, state: LayerState) -> None:
            layer = catalogue.known().get(code)
            if layer is not None and cache is not None:
                cache.drop(code, layer.digest, state.version)

        known = Known(self._conninfo, changed)
        await asyncio.gather(pool.open(), known.open())
        return Parts(known, pool, maker, cache, {})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.open()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _respond(self, scope: Scope, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise NotThisWay("tiles can only be read", zh="瓦片只能读取")
        code, asked = address.read(scope["path"])
        opening = self._opening
        parts = opening.result() if opening and opening.done() else await self.open()
        layer, sure = await self._layer(code, parts.known.ready, scope)
        if not isinstance(asked, Tile):
            if not sure:
                raise Away
            await _document(asked, parts.serve(layer), scope, send)
        elif parts.known.ready:
            await _tile(parts, parts.serve(layer), asked, sure, scope, send)
        else:
            await _tile_unseen(parts, layer, asked, scope, send)

    async def _layer(self, code: str, ready: bool, scope: Scope) -> tuple[Layer, bool]:
        """Return the layer if it exists, has tiles, and the asker may see it.

        With it whether that is sure: while the database is away, it is if they might lately. Until
        the database was seen (`ready`), one that no file knows is not said to be none.
        """
        if not ready and code not in catalogue.known():
            raise _away()
        layer = catalogue.known_layer(code)
        if not layer.has_tiles:
            raise Unknown(f"layer {code} has no tiles", zh=f"图层 {layer.title_zh} 没有瓦片")
        if layer.sharing == "open":
            return layer, True
        try:
            who, sure = await self._who(scope), True
        except Away:
            last = access.lately(dict(scope["headers"]))
            if last is None:
                raise
            who, sure = last, False
        rights.ask(layer, who)
        return layer, sure


async def _tile(
    parts: Parts, served: Served, tile: Tile, sure: bool, scope: Scope, send: Send
) -> None:
    """Answer with a tile of a layer whose state is known; `sure`: its asker's rights are, too."""
    past = then.moment(scope["query_string"])
    if past and not served.layer.is_vector:
        served = then.pictured(served, past)
    served.check(tile)
    if past and served.layer.is_vector:
        if not sure:
            raise Away
        if await then.keeps(parts.pool, served):
            await then.reply(parts.pool, served, tile, past, scope, send)
            return
    lost = parts.known.lost or (0.0 if sure else 1.0)
    await reply(parts.maker, served, tile, scope, send, lost)


async def _tile_unseen(parts: Parts, layer: Layer, tile: Tile, scope: Scope, send: Send) -> None:
    """Answer before the database was ever seen: with what an earlier process kept on disk."""
    kept = parts.maker.old(key_of(layer, tile))
    if kept is None or then.asked(scope["query_string"]):
        raise _away()
    await reply_old(kept, tile, layer.sharing == "open", scope, send)


def _away() -> Busy:
    return Busy("the database cannot be reached", zh="数据库暂时无法访问")


def _opened(opening: "asyncio.Task[Parts] | None") -> TypeGuard["asyncio.Task[Parts]"]:
    """Say whether all is open."""
    return (
        opening is not None
        and opening.done()
        and not opening.cancelled()
        and opening.exception() is None
    )


async def _document(what: Document, served: Served, scope: Scope, send: Send) -> None:
    """Send the layer's TileJSON or its style, with addresses as the client wrote them."""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        raise Problem(f"host {host!r} is not served here", zh="不提供该主机名的服务", field="Host")
    past = then.moment(scope["query_string"])
    if past and not served.layer.is_vector:
        served = then.pictured(served, past)
    at = served.date or then.named(scope["query_string"])
    body = tilejson.document(served, f"{scope['scheme']}://{host}", at)
    if what == "style":
        body = maplibre.document(served.layer, body, maplibre.asked(scope["query_string"]))
    keeping = b"public, no-cache" if served.layer.sharing == "open" else b"private, no-cache"
    headers = ((b"cache-control", keeping), (b"access-control-allow-origin", b"*"))
    await answers.document(send, body, headers)


def conninfo() -> str:
    """Return the database's address in libpq's form."""
    base = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        host=base["HOST"],
        port=base["PORT"],
        user=base["USER"],
        password=base["PASSWORD"],
        dbname=base["NAME"],
    )


application = Tiles(
    conninfo(), Path(settings.DATA) / "cache" / "tiles.sqlite", settings.TILE_CACHE_MB << 20
)
