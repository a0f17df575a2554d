"""The switchboard: hot paths are thin applications, everything else is Django."""

import gc
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "city.settings")
django.setup()

from channels.routing import URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.urls import path  # noqa: E402

from core import body  # noqa: E402
from core.body import Receive, Scope  # noqa: E402
from core.errors import Problem  # noqa: E402
from core.shortcut import Done, Request  # noqa: E402
from feed import hub as hubs  # noqa: E402
from feed.consumer import FeedConsumer  # noqa: E402
from gateway.http import Door  # noqa: E402
from tiles.asgi import application as tiles  # noqa: E402
from tiles.features.asgi import application as features  # noqa: E402
from tiles.service.asgi import application as service  # noqa: E402

log = logging.getLogger(__name__)


Send = Callable[[Any], Awaitable[None]]


class Switchboard:
    """One ASGI application of several; who answers is decided by the path alone."""

    def __init__(self) -> None:
        self.door = Door()
        self.django = get_asgi_application()
        self.sockets = URLRouter([path("ws/feed/", FeedConsumer.as_asgi())])

    shortcuts = (b"/sensorthings/v1.1/", b"/tiles/", b"/ogc/collections/")

    def shortcut(self, request: Request, done: Done) -> bool:
        """Take what needs neither a task nor Django; see `core.shortcut`."""
        if request.method == b"POST":
            return self.door.shortcut(request, done)
        if request.path.startswith(b"/ogc/"):
            return features.shortcut(request, done)
        return tiles.shortcut(request, done)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on."""
        if scope["type"] == "http":
            if self.door.answers(scope):
                await self.door(scope, receive, send)
            elif scope["path"].startswith("/tiles/"):
                await tiles(scope, receive, send)
            elif features.answers(scope):
                await features(scope, send)
            elif scope["path"].startswith("/service"):
                await tiles.open()  # it follows the catalogue
                await service(scope, send)
            else:
                await self._django(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._live(receive, send)

    async def _django(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with the body read: Django itself would wait for it, and keep it, without end."""
        if body.announced(scope):
            try:
                content = await body.read(scope, receive, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            except Problem as problem:
                await body.refuse(send, problem)
                return
            receive = body.again(content, receive)
        await self.django(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/ws/feed/":
            await send({"type": "websocket.close", "code": 4004})
            return
        await self.sockets(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start the hub with the process, so that the first console need not wait for it."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                hubs.hub()
                _settle()
                await send({"type": "lifespan.startup.complete"})
            else:
                await hubs.hub().stop()
                service.close()
                await features.close()
                await tiles.close()
                await self.door.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _settle() -> None:
    """Spare the collector what stays for good, and the readings, which leave no cycles behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


application = Switchboard()
