"""Readings and positions to the sockets: latest wins, at most twice a second, within the view."""

import asyncio
import datetime
import logging
from collections.abc import Iterable

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from core import clock
from feed.hub import Hub, Subscriber
from feed.picture import Shown, of_item
from feed.projection import sources
from feed.topics import STATE_TOPICS
from people.may import Rights

log = logging.getLogger(__name__)

EVERY = 0.5  # seconds
OVERLAP = datetime.timedelta(seconds=5)  # a reading may commit seconds after it was stamped
BREATH = 200  # sockets served before the loop gets a turn

Key = tuple[str, str]


class Stream:
    """The newest states of this process and who has yet to hear of them."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._states: dict[Key, Shown] = {}
        self._since: datetime.datetime | None = None
        self._task: asyncio.Task[None] | None = None
        self._loaded = False

    def start(self) -> None:
        """Start looking twice a second; calling it again changes nothing."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._forever())

    async def stop(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _forever(self) -> None:
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await self.look()
            except Exception:
                log.exception("stream: a look at the states failed; the next follows")
            spent = asyncio.get_running_loop().time() - started
            await asyncio.sleep(max(0.05, EVERY - spent))

    async def look(self) -> None:
        """Read what has changed, if anybody wants it, and send it on."""
        wanting = [s for s in self._hub.subscribers() if s.topics & STATE_TOPICS]
        if not wanting and self._loaded:
            self._since = None  # nobody looks: the next look reads everything again
            self._loaded = False
            self._states.clear()
        if not wanting:
            return
        now = clock.now()
        changed = await sync_to_async(_read)(self._since)
        self._since, self._loaded = now - OVERLAP, True
        fresh = [shown for shown in changed if self._take(shown)]
        await self._send(wanting, fresh)

    def _take(self, shown: Shown) -> bool:
        key = (shown.topic, shown.id)
        before = self._states.get(key)
        if before is not None and before.tail == shown.tail:
            return False
        self._states[key] = shown
        return True

    async def _send(self, wanting: list[Subscriber], fresh: list[Shown]) -> None:
        for place, subscriber in enumerate(wanting):
            if not subscriber.live:
                continue
            if subscriber.outbox.behind:
                subscriber.stale.update((shown.topic, shown.id) for shown in fresh)
                continue
            self._push(subscriber, self._owed(subscriber))
            self._push(subscriber, fresh)
            if place % BREATH == BREATH - 1:
                await asyncio.sleep(0)

    def _owed(self, subscriber: Subscriber) -> list[Shown]:
        owed = [self._states[key] for key in subscriber.stale if key in self._states]
        subscriber.stale.clear()
        return owed

    def _push(self, subscriber: Subscriber, items: Iterable[Shown]) -> None:
        place = self._hub.cursor_of(subscriber)
        for shown in items:
            if self._shows(subscriber, shown):
                subscriber.outbox.push(f'{{"type":"event","cursor":"{place}",{shown.tail}')

    def _shows(self, subscriber: Subscriber, shown: Shown) -> bool:
        return (
            shown.topic in subscriber.topics
            and shown.within(subscriber.box)
            and shown.seen_by(subscriber.rights)
        )

    # --- for subscriptions -----------------------------------------------------------------------

    async def ready(self) -> None:
        """See to it that the present states are known before a snapshot is made of them."""
        if not self._loaded:
            now = clock.now()
            for shown in await sync_to_async(_read)(None):
                self._take(shown)
            self._since, self._loaded = now - OVERLAP, True

    def items(self, subscriber: Subscriber) -> list[Shown]:
        """Return the states in somebody's view, as far as they are known here."""
        return [shown for shown in self._states.values() if self._shows(subscriber, shown)]

    def send_all(self, subscriber: Subscriber) -> None:
        """Send the present value of everything in view (after a reconnection or a moved view)."""
        subscriber.stale.clear()
        self._push(subscriber, self._states.values())

    def hide(self, subscriber: Subscriber, before: Rights) -> list[Key]:
        """Return the states that somebody's changed rights no longer show."""
        return [
            key
            for key, shown in self._states.items()
            if shown.topic in subscriber.topics
            and shown.seen_by(before)
            and not shown.seen_by(subscriber.rights)
        ]


def _read(since: datetime.datetime | None) -> list[Shown]:
    close_old_connections()
    return [of_item(item, "latest") for each in sources().values() for item in each.latest(since)]


_streams: dict[Hub, Stream] = {}


def stream(hub: Hub) -> Stream:
    """Return the hub's stream of states, started."""
    found = _streams.get(hub)
    if found is None:
        found = _streams[hub] = Stream(hub)
    found.start()
    return found
