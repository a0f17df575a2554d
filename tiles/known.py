"""What this process knows of the layers' state; a change anywhere arrives within a second."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import psycopg

from layers import catalogue
from layers.actions import CHANNEL
from tiles.touches import Touches, follow

log = logging.getLogger(__name__)

FIRST = 3.0  # seconds that the first request waits for the first look
EVERY = 1.0  # seconds: so late may a change be noticed if its notice is lost
LOST = 5.0  # seconds without a look, after which nobody can say what has changed since
_STATE = """
SELECT layer, version, count, thinned_to, path, raster, updated_at, simulated, source_date::text,
       ARRAY[ST_XMin(extent), ST_YMin(extent), ST_XMax(extent), ST_YMax(extent)]
FROM layers_state
"""

_STAMP = "SELECT count(*), max(changed_at) FROM layers_registered"
_TOUCHED = "SELECT layer, version, before, boxes FROM layers_touched WHERE layer = ANY(%s)"
_REGISTERED = "SELECT code, definition FROM layers_registered"


class LayerState(NamedTuple):
    """One row of `layers_state`, as tile serving needs it."""

    version: int
    features: int
    thinned_to: int
    path: str
    raster: dict[str, Any]
    updated_at: Any
    simulated: bool
    source_date: str | None
    bounds: list[float | None]


NONE_YET = LayerState(0, 0, -1, "", {}, None, False, None, [None] * 4)
NEVER = follow(0, ())


class Known:
    """Follows the state table: woken by notices, looking by itself every second."""

    def __init__(self, conninfo: str, changed: Callable[[str, LayerState], None]) -> None:
        self._conninfo, self._changed = conninfo, changed
        self._states: dict[str, LayerState] = {}
        self._touches: dict[str, Touches] = {}
        self._looked = -LOST
        self._first = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def state(self, layer: str) -> LayerState:
        """Return a layer's state; a layer that was never filled has version 0."""
        return self._states.get(layer, NONE_YET)

    def touches(self, layer: str) -> Touches:
        """Return where a layer changed of late."""
        return self._touches.get(layer, NEVER)

    @property
    def lost(self) -> float:
        """Return for how many seconds the database has not been seen; 0 while in touch."""
        since = time.monotonic() - self._looked
        return since if since > LOST else 0.0

    async def open(self) -> None:
        """Start to follow; returns when the first look has been taken, or after some seconds."""
        self._task = asyncio.create_task(self._follow())
        waiting = asyncio.create_task(self._first.wait())
        await asyncio.wait([waiting], timeout=FIRST)
        waiting.cancel()

    @property
    def ready(self) -> bool:
        """Say whether the database has been seen at all."""
        return self._first.is_set()

    async def close(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _follow(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True, application_name="zhihui tiles state"
                ) as connection:
                    await self._listen(connection)
            except psycopg.OperationalError as error:
                log.warning("the layers' state cannot be followed: %s", error)
                await asyncio.sleep(EVERY)

    async def _listen(self, connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        while True:
            await self._look(connection)
            async for _ in connection.notifies(timeout=EVERY, stop_after=1):
                pass

    async def _look(self, connection: psycopg.AsyncConnection[Any]) -> None:
        await self._follow_catalogue(connection)
        cursor = await connection.execute(_STATE)
        fresh = {row[0]: LayerState(*row[1:]) for row in await cursor.fetchall()}
        changed = [code for code in fresh if self.state(code).version != fresh[code].version]
        if changed:
            self._touches |= await _touches(connection, changed, fresh)
        for code in changed:
            self._changed(code, fresh[code])
        self._states = fresh
        self._looked = time.monotonic()
        self._first.set()

    async def _follow_catalogue(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Tell the catalogue of layers that were imported, changed or removed."""
        last = await (await connection.execute(_STAMP)).fetchone()
        if last is not None and tuple(last) != catalogue.stamp():
            rows = await (await connection.execute(_REGISTERED)).fetchall()
            catalogue.adopt((last[0], last[1]), dict(rows))


async def _touches(
    connection: psycopg.AsyncConnection[Any], codes: list[str], states: dict[str, LayerState]
) -> dict[str, Touches]:
    """Read where these layers changed of late."""
    rows = await (await connection.execute(_TOUCHED, [codes])).fetchall()
    found: dict[str, list[Any]] = {code: [] for code in codes}
    for code, *change in rows:
        found[code].append(tuple(change))
    return {code: follow(states[code].version, changes) for code, changes in found.items()}
