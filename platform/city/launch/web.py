"""One web process: uvicorn on a listening socket that the supervisor holds.

The socket outlives each process, so a dead one is replaced alone and no connection is refused.
"""

import argparse
import os
import resource
import socket

import uvicorn

from city import env
from city.launch.connection import Http, Socket
from city.launch.processes import BACKLOG
from core import heartbeat

_BEAT_EVERY = 5  # seconds
MOST_CONNECTIONS = 20_000
MAX_FRAME = 64 << 10  # bytes; a client says little


def configuration(name: str, application: str) -> uvicorn.Config:
    """Return how an application is served by the process of this name."""

    async def alive() -> None:
        # called by the event loop itself, so that a stuck loop shows
        heartbeat.beat(name)

    return uvicorn.Config(
        application,
        http=Http,
        ws=Socket,
        ws_max_size=MAX_FRAME,
        limit_concurrency=_most_connections(),
        ws_per_message_deflate=False,  # costs CPU for each socket; frames are small
        access_log=False,
        server_header=False,
        lifespan="on",
        backlog=BACKLOG,
        callback_notify=alive,
        timeout_notify=_BEAT_EVERY,
        timeout_graceful_shutdown=6,
        proxy_headers=bool(env.text("ZHIHUI_TRUSTED_PROXIES")),
        forwarded_allow_ips=env.text("ZHIHUI_TRUSTED_PROXIES") or None,
        ssl_certfile=env.text("ZHIHUI_TLS_CERT") or None,
        ssl_keyfile=env.text("ZHIHUI_TLS_KEY") or None,
    )


def _most_connections() -> int:
    """Return how many connections are taken: files must be left for the database and the disk."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(100, min(MOST_CONNECTIONS, soft - 256))


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="city.launch.web")
    parser.add_argument("--fd", type=int, required=True, help="a bound, listening socket")
    parser.add_argument("--name", default="web")
    parser.add_argument("--application", default="city.asgi:application")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "city.settings")
    server = uvicorn.Server(configuration(arguments.name, arguments.application))
    server.run(sockets=[socket.socket(fileno=arguments.fd)])


if __name__ == "__main__":
    main()
