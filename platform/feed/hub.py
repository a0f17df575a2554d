"""One reader per process tails the log once and hands every event to this process's sockets.

Events go by topic and rights, never by the map's view: what must not be missed is not missed for
being off screen. A frame is made once for all sockets of one subscription and rights class.
"""

import asyncio
import itertools
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from feed import cursor, sql
from feed.outbox import Outbox
from feed.picture import END, NEW, Logged, Picture, Shown, of_row
from feed.projection import Box
from feed.topics import EVENT_TOPICS
from feed.wire import Frame
from people.may import Rights

log = logging.getLogger(__name__)

POLL = 0.2  # seconds between looks when no notification comes
PAGE = 500  # events read at once
WINDOW = 20_000  # events that a returning client is sent one by one; beyond that a snapshot
RECENT = 2000  # events kept in memory for those who were away for a moment
READERS = 4  # database sessions for all who return to this process
BEHIND = 1.0  # seconds that this process may lie behind another one

Line = psycopg.AsyncConnection[dict[str, Any]]


def dsn(name: str = "zhihui hub") -> str:
    """Return the database's address for a direct connection (LISTEN needs a session of its own)."""
    db = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        host=db["HOST"] or None,
        port=db["PORT"],
        user=db["USER"],
        password=db["PASSWORD"] or None,
        dbname=db["NAME"],
        application_name=name,
        options="-c jit=off -c max_parallel_workers_per_gather=0",
    )


class Subscriber:
    """One socket: who it is, what it wants, and its way out."""

    def __init__(self, rights: Rights, outbox: Outbox) -> None:
        self.rights, self.outbox = rights, outbox
        self.session_key = ""
        self.topics: frozenset[str] = frozenset()
        self.box: Box | None = None
        self.live = False
        self.stale: set[tuple[str, str]] = set()
        self.sign_out: Callable[[], Awaitable[None]] | None = None

    @property
    def group(self) -> tuple[frozenset[str], tuple[Any, ...]]:
        """Return what sockets share that get the very same frames."""
        return self.topics, self.rights.group


class Hub:
    """The process's reader of the log and its sockets."""

    def __init__(self) -> None:
        self.picture: Picture | None = None
        self.ready = asyncio.Event()
        self._groups: dict[Any, dict[Subscriber, None]] = defaultdict(dict)
        self._task: asyncio.Task[None] | None = None
        self._archive: AsyncConnectionPool[Line] | None = None
        self._recent: deque[Logged] = deque(maxlen=RECENT)

    # --- sockets ---------------------------------------------------------------------------------

    def subscribers(self) -> list[Subscriber]:
        """Return every live socket."""
        return [each for group in self._groups.values() for each in group]

    def join(self, subscriber: Subscriber) -> None:
        """Let a socket have every event after the picture's number."""
        subscriber.live = True
        self._groups[subscriber.group][subscriber] = None

    def leave(self, subscriber: Subscriber) -> None:
        """Stop sending to a socket."""
        subscriber.live = False
        group = self._groups.get(subscriber.group)
        if group is not None:
            group.pop(subscriber, None)
            if not group:
                del self._groups[subscriber.group]

    def cursor_of(self, subscriber: Subscriber, seq: int | None = None) -> str:
        """Return the place in the log, for this subscription."""
        assert self.picture is not None
        at = self.picture.seq if seq is None else seq
        rights = cursor.fingerprint(subscriber.rights)
        return str(cursor.Cursor(self.picture.origin, at, subscriber.topics, rights))

    # --- the reader ------------------------------------------------------------------------------

    def start(self) -> None:
        """Start reading; calling it again changes nothing."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._forever())

    async def stop(self) -> None:
        """Stop reading."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._archive is not None:
            await self._archive.close()
            self._archive = None

    async def past(self, after: int, limit: int) -> list[Logged]:
        """Return events after a number, up to where the picture stands.

        Those who were away for long share a few sessions, each held for one page only: a thousand
        of them, or some that do not read what they asked for, take nothing from the others.
        """
        assert self.picture is not None
        if self._recent and self._recent[0].seq <= after + 1:
            start = after + 1 - self._recent[0].seq
            return list(itertools.islice(self._recent, start, start + limit))
        async with (await self._readers()).connection() as connection:
            rows = await page(connection, after, limit, self.picture.seq)
        return [of_row(row) for row in rows]

    async def _readers(self) -> "AsyncConnectionPool[Line]":
        if self._archive is None:
            self._archive = AsyncConnectionPool(
                dsn("zhihui past"),
                connection_class=psycopg.AsyncConnection[dict[str, Any]],
                kwargs={"autocommit": True, "row_factory": dict_row},
                min_size=0,
                max_size=READERS,
                timeout=10,
                reconnect_timeout=2,
                check=AsyncConnectionPool.check_connection,
                open=False,
            )
            await self._archive.open()
        return self._archive

    async def level(self) -> None:
        """Wait until all that is committed by now has been delivered here (BEHIND s at most)."""
        async with (await self._readers()).connection() as connection:
            end = await (await connection.execute(END, prepare=True)).fetchone()
        if end is not None:
            await self.reach(end["seq"])

    async def reach(self, seq: int) -> None:
        """Wait a moment for a number that another process has shown already."""
        until = asyncio.get_running_loop().time() + BEHIND
        while self.picture is not None and self.picture.seq < seq:
            if asyncio.get_running_loop().time() > until:
                return
            await asyncio.sleep(0.02)

    async def _forever(self) -> None:
        pause = 0.1
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    dsn(), autocommit=True, row_factory=dict_row
                ) as connection:
                    if self.picture is None:
                        self.picture = await sync_to_async(_load)()
                        self.ready.set()
                    pause = 0.1
                    await self._tail(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("hub: database away, trying again: %s", str(error).strip())
            except Exception:
                log.exception("hub: the reader fell over and starts again")
            await asyncio.sleep(pause)
            pause = min(2.0, pause * 2)

    async def _tail(self, connection: Line) -> None:
        await connection.execute("LISTEN feed")
        while True:
            while await self._read_on(connection):
                pass
            await self._same_log(connection)
            async for _ in connection.notifies(timeout=POLL, stop_after=1):
                pass

    async def _read_on(self, connection: Line) -> bool:
        """Deliver one page; says whether there may be more."""
        assert self.picture is not None
        rows = await page(connection, self.picture.seq, PAGE)
        if rows and self.picture.origin == NEW:
            await self._same_log(connection)  # the first event gives the log its name
        for row in rows:
            self._deliver(of_row(row))
        return len(rows) == PAGE

    async def _same_log(self, connection: Line) -> None:
        """Notice that the database was restored to an earlier moment: everybody starts afresh."""
        assert self.picture is not None
        end = await (await connection.execute(END, prepare=True)).fetchone()
        assert end is not None
        if self.picture.seq == 0 and self.picture.origin == NEW:
            self.picture.origin = end["origin"]
        if end["origin"] == self.picture.origin and end["seq"] >= self.picture.seq:
            return
        log.warning("hub: the log is another one than before; every socket gets a new snapshot")
        self.picture = await sync_to_async(_load)()
        self._recent.clear()
        for subscriber in self.subscribers():
            items = self.picture.visible(subscriber.rights, topics_of_log(subscriber.topics))
            place = self.cursor_of(subscriber)
            subscriber.outbox.push(snapshot(place, items, ',"reset":true'))

    def _deliver(self, event: Logged) -> None:
        assert self.picture is not None
        before = self.picture.apply(event)
        self._recent.append(event)
        moved = before is not None and before.scope != event.scope
        for members in list(self._groups.values()):
            first = next(iter(members), None)
            if first is None or event.topic not in first.topics:
                continue
            frame = None
            if event.shown.seen_by(first.rights):
                place = self.cursor_of(first, event.seq)
                frame = f'{{"type":"event","cursor":"{place}",{event.shown.tail}'
            elif moved and before is not None and before.seen_by(first.rights):
                frame = gone(event.topic, event.entity_id)
            if frame is not None:
                shared = Frame(frame)
                for subscriber in members:
                    subscriber.outbox.push(shared)


def snapshot(place: str, items: list[Shown], more: str = "") -> str:
    """Return a snapshot frame."""
    body = ",".join("{" + shown.tail for shown in items)
    return f'{{"type":"snapshot","cursor":"{place}"{more},"items":[{body}]}}'


def gone(topic: str, entity_id: str) -> str:
    """Return the frame that says something left one's rights."""
    return f'{{"type":"gone","topic":"{topic}","id":"{entity_id}"}}'


async def page(
    connection: Line,
    after: int,
    limit: int,
    upto: int = 1 << 62,
) -> list[dict[str, Any]]:
    """Return the log's rows after a number, in order."""
    result = await connection.execute(sql.TAIL, [after, upto, limit], prepare=True)
    return await result.fetchall()


def _load() -> Picture:
    close_old_connections()
    return Picture.load()


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def standing() -> str | None:
    """Return where this process's reader stands in which log, None before it has read anything."""
    pictures = [each.picture for each in _hubs.values() if each.picture is not None]
    return f"{pictures[-1].origin}:{pictures[-1].seq}" if pictures else None


def hub() -> Hub:
    """Return this process's hub, started."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        for old in [each for each in _hubs if each.is_closed()]:
            del _hubs[old]
        found = _hubs[loop] = Hub()
    found.start()
    return found


def topics_of_log(topics: frozenset[str]) -> frozenset[str]:
    """Return those of the topics that the log carries."""
    return topics & EVENT_TOPICS
