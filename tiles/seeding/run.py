"""One seeding from where it stands to its end, in a process of its own beside the web's.

It takes one database connection, where each web process has several, rests after every tile for as
long as the tile took, and keeps what it makes in the file that all processes share.
"""

import asyncio
import itertools
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from rasterio.errors import RasterioError

from core.errors import Busy, Problem
from layers import catalogue, jobs
from layers.layer import Layer
from layers.models import Seeding, Stage
from tiles.address import Tile
from tiles.asgi import Parts, conninfo
from tiles.cache import Cache
from tiles.known import Known
from tiles.maker import Maker
from tiles.pool import Pool
from tiles.seeding import actions, holes
from tiles.seeding.tiling import Place, Tiling

BATCH, BATCH_SECONDS = 200, 1.0  # after so much the row is told how far it is
PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds before a tile that failed is tried again; then it is a hole
IN_A_ROW = 20  # failed tiles after which the source counts as away
MOST_FAILED = 10_000  # failed tiles that are remembered by place


class SourceAway(Problem):
    """One tile after another fails: the seeding is given up."""

    status, code, title = 503, "source_away", "The tiles' source is away"


class Seeder:
    """Makes the tiles of one layer that the cache does not hold."""

    def __init__(self, layer: Layer, parts: Parts, cache: Cache) -> None:
        self._layer, self._parts, self._cache = layer, parts, cache
        self.failed: set[Place] = set()
        self._in_a_row = 0

    def held(self, place: Place) -> bool:
        """Say whether the cache holds a tile that is right now."""
        served = self._parts.serve(self._layer)
        return self._cache.has(served.key(self._tile(place)), served.touches)

    async def some(self, places: Iterator[Place], counts: actions.Counts) -> None:
        """Go through some tiles, for about a second, and count what became of them."""
        until = time.monotonic() + BATCH_SECONDS
        for place in itertools.islice(places, BATCH):
            await self._one(place, counts)
            counts.reached += 1
            if time.monotonic() > until:
                return

    async def _one(self, place: Place, counts: actions.Counts) -> None:
        if self.held(place):
            counts.kept += 1
            return
        began = time.monotonic()
        body = await self._made(place)
        if body is None:
            counts.failed += 1
            self._note_failed(place)
            return
        self._in_a_row = 0
        counts.made += 1
        counts.empty += not body
        await asyncio.sleep(min(1.0, time.monotonic() - began))

    async def _made(self, place: Place) -> bytes | None:
        """Make a tile; None if it failed as often as it may."""
        for pause in (0.0, *PAUSES):
            await asyncio.sleep(pause)
            try:
                return await self._parts.maker.made(
                    self._parts.serve(self._layer), self._tile(place)
                )
            except (Busy, psycopg.Error, RasterioError, OSError):
                continue
        return None

    def _note_failed(self, place: Place) -> None:
        if len(self.failed) < MOST_FAILED:
            self.failed.add(place)
        self._in_a_row += 1
        if self._in_a_row >= IN_A_ROW:
            raise SourceAway(
                f"{IN_A_ROW} tiles in a row could not be made: the source is away",
                zh=f"连续 {IN_A_ROW} 张瓦片生成失败：数据源不可用",
                remedy="ask again when it is back; what was made is kept",
            )

    def _tile(self, place: Place) -> Tile:
        return Tile(self._layer.code, *place, self._layer.form)


def run(number: uuid.UUID) -> Seeding:
    """Run a claimed seeding to its end; return the row as it then stands."""
    actions.queue.hold(number)
    row = Seeding.objects.get(pk=number)
    try:
        _run(row)
    except jobs.Cancelled:
        pass  # the row says so, and what was made is right and stays
    except SourceAway as problem:
        actions.queue.end(number, Stage.FAILED, said=jobs.said(problem))
    except Problem as problem:
        actions.queue.end(number, Stage.REFUSED, said=jobs.said(problem))
    row.refresh_from_db()
    return row


def check(code: str, tiling: Tiling) -> holes.Report:
    """Tell which tiles the cache does not hold, and make none."""
    with _opened(code) as (seeder, _, _):
        return holes.look(tiling, seeder.held)


def _run(row: Seeding) -> None:
    tiling = actions.tiling_of(row)
    counts = actions.Counts(row.reached, row.kept, row.made, row.empty, row.failed)
    with _opened(row.layer) as (seeder, cache, runner):
        places = tiling.after(counts.reached)
        while counts.reached < row.tiles:
            runner.run(seeder.some(places, counts))
            cache.flush()
            actions.reach(row, counts)
        report = holes.look(tiling, seeder.held, frozenset(seeder.failed))
    actions.queue.finish(row.pk, report=report.as_dict())


@contextmanager
def _opened(code: str) -> Iterator[tuple[Seeder, Cache, asyncio.Runner]]:
    """Open cache and connections; the loop runs only while one waits for it."""
    layer = catalogue.layer(code)
    path, limit = Path(settings.DATA) / "cache" / "tiles.sqlite", settings.TILE_CACHE_MB << 20
    cache = Cache(path, limit, worth=0.0)
    with asyncio.Runner() as runner:
        parts = runner.run(_open(cache))
        try:
            yield Seeder(layer, parts, cache), cache, runner
        finally:
            runner.run(_close(parts))
            cache.close()


async def _open(cache: Cache) -> Parts:
    pool = Pool(conninfo(), 1)
    known = Known(conninfo(), lambda code, state: None)
    await asyncio.gather(pool.open(), known.open())
    return Parts(known, pool, Maker(pool, cache), cache, {})


async def _close(parts: Parts) -> None:
    await parts.known.close()
    await parts.pool.close()
    parts.maker.close()
