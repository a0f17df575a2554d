"""The WebSocket `/ws/feed/`: who it is, what they ask for; the hub does the rest."""

import asyncio
import json
import logging
import urllib.parse
from typing import Any

import psycopg
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from psycopg_pool import PoolTimeout

from core.asking import asked
from core.errors import Away, Problem, SignIn
from feed import hub as hubs
from feed import request, stream, subscription, watch
from feed.hub import Subscriber
from feed.outbox import Outbox
from people import access, actions, may

log = logging.getLogger(__name__)

NOT_SIGNED_IN, TOO_SLOW = 4001, 4008
TRY_AGAIN = 1013  # RFC 6455's registry: the server cannot serve now


class FeedConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket. Messages are served one after the other; events come from the hub."""

    async def connect(self) -> None:
        """Let staff in: session with a checked origin, one-time ticket, or bearer token."""
        if not _origin_is_ours(self.scope):
            await self.close()
            return
        code = NOT_SIGNED_IN
        try:
            rights = await self._who()
        except SignIn:
            rights = may.NOBODY
        except Away:
            rights, code = may.NOBODY, TRY_AGAIN
        await self.accept()
        if rights == may.NOBODY:
            await self.close(code)
            return
        self.hub = hubs.hub()
        self.stream = stream.stream(self.hub)
        watch.watch(self.hub, self.stream)
        self.subscriber = Subscriber(rights, Outbox(self.base_send, self._too_slow))
        self.subscriber.session_key = self._session_key
        self.subscriber.sign_out = self._sign_out
        self.turn = asyncio.Lock()

    async def _who(self) -> may.Rights:
        query = urllib.parse.parse_qs(self.scope["query_string"].decode("latin-1"))
        self._session_key = ""
        if "ticket" in query:
            user = await asked(actions.redeem_ticket, query["ticket"][0])
            return may.NOBODY if user is None else may.of_user(user)
        cookie = access.headers(self.scope).get(b"cookie", b"")
        self._session_key = access.session_key(cookie)
        return await access.rights_of(self.scope)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Serve one message."""
        try:
            asked = request.read(text_data if text_data is not None else "")
            if isinstance(asked, request.Ping):
                self.subscriber.outbox.push(json.dumps({"type": "pong", "t": asked.t}))
                return
            wish = request.wish(asked)
            async with self.turn:
                await subscription.subscribe(self.hub, self.stream, self.subscriber, wish)
        except Problem as problem:
            said = {**problem.as_dict(), "type": "error", "code": problem.code}
            self.subscriber.outbox.push(json.dumps(said, ensure_ascii=False))
        except (psycopg.Error, PoolTimeout, Away) as error:
            # what was missed cannot be read now: the client comes again with its cursor
            log.warning("socket: database away: %s", str(error).strip())
            await self.close(TRY_AGAIN)

    async def _too_slow(self) -> None:
        self.hub.leave(self.subscriber)
        await self.close(TOO_SLOW)

    async def _sign_out(self) -> None:
        self.hub.leave(self.subscriber)
        await self.close(NOT_SIGNED_IN)

    async def disconnect(self, code: int) -> None:
        """Forget the socket."""
        if hasattr(self, "subscriber"):
            self.hub.leave(self.subscriber)
            self.subscriber.outbox.close()


def _origin_is_ours(scope: dict[str, Any]) -> bool:
    """Say whether a browser's page is this server's own; programs send no Origin."""
    given = access.headers(scope)
    origin = given.get(b"origin")
    if origin is None:
        return True
    if origin.decode("latin-1") in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = urllib.parse.urlsplit(origin.decode("latin-1")).netloc
    return host != "" and host == given.get(b"host", b"").decode("latin-1")
