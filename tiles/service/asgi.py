"""The door of `/service`: who asks is decided here, maps are drawn in a process of their own."""

import asyncio
import logging
import math
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from urllib.parse import parse_qsl

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from core.errors import Busy, Invalid, NotThisWay, Problem
from layers import asof, catalogue
from layers.rights import may_see
from people.access import rights_of
from tiles import answers
from tiles.answers import Scope, Send
from tiles.service import child

log = logging.getLogger(__name__)

SLOWEST = 60.0  # seconds for one map
MOST = 8  # requests that may wait


class Service:
    """WMS and WMTS; the process is started at the first request and again after a fall."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._waiting = 0

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer one request; every refusal of ours is a problem document."""
        try:
            await self._respond(scope, send)
        except Problem as problem:
            await answers.problem(send, problem)

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    async def _respond(self, scope: Scope, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise NotThisWay("maps can only be read", zh="地图服务只读")
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
            raise Problem(
                f"host {host!r} is not served here", zh="不提供该主机名的服务", field="Host"
            )
        _check(scope["query_string"].decode("latin-1"))
        rights = await rights_of(dict(scope))
        seen = [code for code, layer in catalogue.known().items() if may_see(layer, rights)]
        asked = child.Asked(
            scope["path"],
            scope["query_string"].decode("latin-1"),
            host,
            scope.get("scheme", "http"),
            frozenset(seen),
        )
        found = await self._ask(asked)
        told = tuple((name.lower().encode(), value.encode("latin-1", "replace"))
                     for name, value in found.headers
                     if name.lower() not in ("content-length", "cache-control"))  # fmt: skip
        keeping = ((b"cache-control", b"private, no-cache"), (b"vary", b"Authorization, Cookie"))
        body = b"" if scope["method"] == "HEAD" else found.body
        await answers.answer(send, int(found.status.split()[0]), (*told, *keeping), body)

    async def _ask(self, asked: child.Asked) -> child.Answer:
        if self._waiting >= MOST:
            raise _busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(SLOWEST):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._open(), child.answer, asked)
        except (BrokenProcessPool, TimeoutError) as error:
            log.warning("the map process fell or hung: %r", error)
            self.close()
            raise _busy() from error
        finally:
            self._waiting -= 1

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=child.begin)
        return self._pool


def _check(query: str) -> None:
    """Refuse numbers that are none, which MapProxy would call its own failure, and days.

    A map of no day at all would be empty, and look as if nothing were there.
    """
    given = {name.upper(): value for name, value in parse_qsl(query, keep_blank_values=True)}
    box = given.get("BBOX", "0,0,0,0").split(",")
    places = [given.get(name, "1") for name in ("TILECOL", "TILEROW")]
    if len(box) != 4 or not all(_is_number(one) for one in (*box, *places)):
        raise Invalid("a box is four numbers", zh="范围应为四个数字", field="BBOX")
    for name in ("WIDTH", "HEIGHT"):
        if not re.fullmatch(r"0*[1-9]\d{0,5}", given.get(name, "1")):
            raise Invalid(
                f"{name} is a whole number of pixels", zh=f"{name} 应为像素数", field=name
            )
    if given.get("TIME", "") not in ("", child.NEWEST):
        _check_day(given["TIME"])
    if not re.fullmatch(r"(0x|#)?([0-9a-fA-F]{6}|[0-9a-fA-F]{8})?", given.get("BGCOLOR", "")):
        raise Invalid("a colour is written 0xRRGGBB", zh="颜色写作 0xRRGGBB", field="BGCOLOR")


def _check_day(text: str) -> None:
    try:
        asof.moment(text)
    except Invalid as error:
        raise Invalid(error.detail.replace("at is", "TIME is"), zh=error.zh.replace("at ", "TIME "),
                      field="TIME") from error  # fmt: skip


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _busy() -> Busy:
    return Busy("maps cannot be drawn now", zh="地图服务繁忙", remedy="ask again shortly")


application = Service()
