"""`run NAME`: one process in the foreground, for containers, where each stands alone."""

import os
import secrets
import urllib.parse

from city import env
from city.launch import credentials, database, ports, probe
from city.launch.layout import Layout
from city.launch.processes import BACKLOG, Process, become, managed, web
from city.launch.speech import Trouble

NAMES = ("database", "prepare", "web", "gateway", "worker")


def run(layout: Layout, name: str) -> None:
    """Become the named process; it writes to standard output and ends on TERM."""
    layout.make()
    credentials.ensure(layout, "secret_key", secrets.token_urlsafe(48))
    if name == "database":
        _become_database(layout)
    become(_web() if name == "web" else managed(name))


def _web() -> Process:
    sock = ports.claim(env.text("ZHIHUI_BIND", "127.0.0.1"), probe.port(), "ZHIHUI_HTTP_PORT")
    sock.listen(BACKLOG)
    return web(1, sock)


def _become_database(layout: Layout) -> None:
    """Serve the cluster to other containers under the name, password and port of DATABASE_URL."""
    parts = urllib.parse.urlsplit(env.text("DATABASE_URL"))
    if not parts.password or parts.path != f"/{database.DATABASE}":
        raise Trouble(
            f"run database 需要 DATABASE_URL=postgres://{database.ROLE}:密码@主机/{database.DATABASE}。",
            f"run database needs DATABASE_URL=postgres://{database.ROLE}:PASSWORD@HOST"
            f"/{database.DATABASE}.",
        )
    port = parts.port or 5432
    password = urllib.parse.unquote(parts.password)
    cluster = database.cluster_of(layout)
    superuser = credentials.ensure(layout, "database_superuser", credentials.password(32))
    if not cluster.exists:
        cluster.create(superuser)
        cluster.open_to_network()
    cluster.start(port)
    database.prepare_server(port, superuser, password)
    cluster.stop()
    os.chdir("/")
    command = cluster.foreground(port)
    os.execvp(command[0], command)
