"""Rights may change while a socket is open: looked at every few seconds, all sockets at once."""

import asyncio
import logging

from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import close_old_connections

from core import clock
from feed.hub import Hub
from feed.stream import Stream
from feed.subscription import rights_changed
from people import may
from people.models import User

log = logging.getLogger(__name__)

EVERY = 3.0  # seconds: so long may a revoked right still be served


class Watch:
    """Compares every open socket's rights with the present ones."""

    def __init__(self, hub: Hub, stream: Stream) -> None:
        self._hub, self._stream = hub, stream
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start; calling it again changes nothing."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._forever())

    async def _forever(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except Exception:
                log.exception("watch: rights could not be looked up; the next look follows")

    async def look(self) -> None:
        """Close sockets whose owner is signed out, take over changed rights."""
        sockets = self._hub.subscribers()
        users = {each.rights.user_id for each in sockets if each.rights.user_id}
        sessions = {each.session_key for each in sockets if each.session_key}
        rights, alive = await sync_to_async(_present)(users, sessions)
        for each in sockets:
            if not each.live or each.rights.user_id == 0:
                continue
            now = rights.get(each.rights.user_id, may.NOBODY)
            if now == may.NOBODY or (each.session_key and each.session_key not in alive):
                if each.sign_out is not None:
                    await each.sign_out()
            elif now.group != each.rights.group:
                rights_changed(self._hub, self._stream, each, now)


def _present(users: set[int], sessions: set[str]) -> tuple[dict[int, may.Rights], set[str]]:
    close_old_connections()
    found = {user.pk: may.of_user(user) for user in User.objects.filter(pk__in=users)}
    alive = Session.objects.filter(session_key__in=sessions, expire_date__gt=clock.now())
    return found, set(alive.values_list("session_key", flat=True))


_watches: dict[Hub, Watch] = {}


def watch(hub: Hub, stream: Stream) -> None:
    """See to it that a hub's sockets are watched."""
    found = _watches.get(hub)
    if found is None:
        found = _watches[hub] = Watch(hub, stream)
    found.start()
