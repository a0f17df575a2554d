"""The database that everything here works on: the private cluster, or the one of DATABASE_URL."""

import contextlib
import fcntl
import os
import time
import urllib.parse
from collections.abc import Callable, Iterator
from typing import IO

import psycopg
from psycopg import sql

from city import env
from city.launch import credentials, ports
from city.launch.cluster import SUPERUSER, Cluster
from city.launch.layout import Layout
from city.launch.speech import Trouble, step

Connection = psycopg.Connection[tuple[object, ...]]

ROLE = DATABASE = "city"
READER = "zhihui_reader"
_SHORTEST = 12  # characters of the reader's password
_READS = {
    "default_transaction_read_only": "on",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "30s",
}
_HOST = "127.0.0.1"
_EXTENSIONS = ("postgis", "pgrouting")  # only a superuser may make these two


def is_private() -> bool:
    """Say whether no database is named by the environment, so that ours is used."""
    return not env.text("DATABASE_URL")


def cluster_of(layout: Layout) -> Cluster:
    """Return the private cluster of a data folder."""
    return Cluster(layout.cluster, layout.logs / "postgresql")


def make_url(password: str, port: int, name: str = DATABASE) -> str:
    """Return the address by which the application signs in."""
    return f"postgres://{ROLE}:{password}@{_HOST}:{port}/{name}"


def url_of(layout: Layout) -> str:
    """Return the present address of the database, private or not ("" before the first start)."""
    given = env.text("DATABASE_URL").replace("postgis://", "postgres://", 1)
    return given or credentials.read(layout, "database_url")


def _as_it_is(cluster: Cluster) -> None:
    """Change nothing about a cluster before it serves."""


@contextlib.contextmanager
def serving(layout: Layout, settle: Callable[[Cluster], None] = _as_it_is) -> Iterator[str]:
    """Have the database running, and give its address; the last one out stops the private one.

    `settle` may change how the cluster is set up, before it is used.
    """
    if not is_private():
        _check_given(url_of(layout))
        yield url_of(layout)
        return
    with _user_lock(layout) as users:
        try:
            with start_lock(layout):
                fcntl.flock(users, fcntl.LOCK_SH)
                ensure(layout, settle)
            yield url_of(layout)
        finally:
            with start_lock(layout):
                _stop_if_last(layout, users)


def _check_given(url: str) -> None:
    known = "SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'"
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            has_postgis = connection.execute(known).fetchone()
    except psycopg.Error as error:
        raise Trouble(
            "无法连接 DATABASE_URL 指定的数据库："
            "检查服务器是否运行、地址与密码是否正确、防火墙是否放行。",
            "The database of DATABASE_URL does not answer; check that it runs, that address and "
            f"password are right, that no firewall stands between: {str(error).strip()}",
        ) from error
    if not has_postgis:
        raise Trouble(
            "DATABASE_URL 指定的服务器没有 PostGIS：请在该服务器上安装 postgresql-N-postgis-3。",
            "The server of DATABASE_URL has no PostGIS: install postgresql-N-postgis-3 there.",
        )


def _stop_if_last(layout: Layout, users: IO[str]) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    cluster_of(layout).stop()


@contextlib.contextmanager
def _user_lock(layout: Layout) -> Iterator[IO[str]]:
    """Held shared by each process that needs the private cluster to run."""
    with (layout.run / "database.users").open("a") as file:
        yield file


@contextlib.contextmanager
def start_lock(layout: Layout) -> Iterator[None]:
    """One process at a time makes, starts or stops the private cluster."""
    with (layout.run / "database.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def revive(layout: Layout) -> bool:
    """Start the private cluster again if it died; say whether that was needed.

    Always on the port that it had: the processes that wait for it know that one.
    """
    cluster = cluster_of(layout)
    if not is_private() or cluster.running_port() is not None:
        return False
    with start_lock(layout):
        _end_exchange(layout, cluster)
        cluster.start(_address(layout)[1])
    return True


def _end_exchange(layout: Layout, cluster: Cluster) -> None:
    """Put the cluster back that a restore had moved aside when it was cut off."""
    if not cluster.exists and layout.old_cluster.exists():
        layout.old_cluster.rename(cluster.home)


def ensure(layout: Layout, settle: Callable[[Cluster], None] = _as_it_is) -> None:
    """Have the private cluster made, running and holding our role and database."""
    cluster = cluster_of(layout)
    signed_in = bool(credentials.read(layout, "database_url"))
    password, port = _address(layout)
    superuser = _have_cluster(layout, cluster)
    settle(cluster)
    port = cluster.running_port() or _start(cluster, port)
    with superuser_connection(port, superuser) as connection:
        if not signed_in:
            make_role(connection, password, cluster.throw_away)
        make_reader(connection, env.text("ZHIHUI_READER_PASSWORD"))
        make_database(connection, port, superuser)
    url = make_url(password, port)
    if url != credentials.read(layout, "database_url"):
        credentials.write(layout, "database_url", url)


def _have_cluster(layout: Layout, cluster: Cluster) -> str:
    """Make the cluster if there is none; return the superuser's password, anew if it was lost."""
    kept = credentials.read(layout, "database_superuser")
    password = credentials.ensure(layout, "database_superuser", credentials.password(32))
    _end_exchange(layout, cluster)
    if not cluster.exists:
        _refuse_foreign_folder(layout)
        cluster.create(password)
    elif not kept:
        cluster.stop()
        cluster.reset_password(password)
    return password


def _address(layout: Layout) -> tuple[str, int]:
    parts = urllib.parse.urlsplit(credentials.read(layout, "database_url"))
    return parts.password or credentials.password(32), parts.port or ports.pick_cluster_port()


def _refuse_foreign_folder(layout: Layout) -> None:
    if layout.cluster.exists() and any(layout.cluster.iterdir()):
        raise Trouble(
            f"{layout.cluster} 不是完整的数据库目录："
            "请把它移走（或删除），再启动，然后用 ./zhihui restore 恢复备份。",
            f"{layout.cluster} is not a whole database folder: move it away (or delete it), start "
            "again, then bring a backup back by ./zhihui restore.",
        )


def _start(cluster: Cluster, port: int) -> int:
    """Start on the kept port, or on another one where that is taken; return which."""
    for _ in range(3):
        if not ports.is_free(_HOST, port):
            port = ports.pick_cluster_port()
        try:
            cluster.start(port)
        except Trouble:
            if ports.is_free(_HOST, port):
                raise
        else:
            return port
    raise Trouble(
        "数据库三次未能启动：端口总被其他程序抢先占用。请稍后重试。",
        "The database could not be started three times, another program took its port each time: "
        "try again.",
    )


def superuser_connection(port: int, password: str, name: str = "postgres") -> Connection:
    """Connect to the private cluster as its superuser, autocommitting."""
    return psycopg.connect(
        host=_HOST, port=port, user=SUPERUSER, password=password, dbname=name, autocommit=True
    )


def prepare_server(port: int, superuser: str, password: str, throw_away: bool = False) -> None:
    """Make the application's role (no superuser) and its database."""
    with superuser_connection(port, superuser) as connection:
        make_role(connection, password, throw_away)
        make_reader(connection, env.text("ZHIHUI_READER_PASSWORD"))
        make_database(connection, port, superuser)


def make_database(connection: Connection, port: int, superuser: str) -> None:
    """Make the extensions and the application's database, unless it is there."""
    known = "SELECT 1 FROM pg_database WHERE datname = %s"
    if connection.execute(known, [DATABASE]).fetchone():
        return
    with step("创建数据库", "making the database"):
        _make_extensions(port, superuser)
        # the names are constants, so nothing is put into this statement from outside
        connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")


def _make_extensions(port: int, superuser: str) -> None:
    # into template1: whatever database is made later has them, and its maker needs no superuser
    with superuser_connection(port, superuser, "template1") as connection:
        for name in _EXTENSIONS:
            connection.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def make_role(connection: Connection, password: str, throw_away: bool = False) -> None:
    """Make the application's role, or give it this password."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
        connection.execute(f"CREATE ROLE {ROLE} LOGIN")
    options = sql.SQL("CREATEDB" if throw_away else "NOCREATEDB")
    connection.execute(
        sql.SQL("ALTER ROLE {} {} PASSWORD {}").format(
            sql.Identifier(ROLE), options, sql.Literal(password)
        )
    )
    connection.execute(f"GRANT pg_monitor, pg_checkpoint TO {ROLE}")


def make_reader(connection: Connection, password: str) -> None:
    """Make the role that a GeoServer reads with; nobody signs in by it before it has a password.

    The application's role may not make roles: what the reader sees is its business
    (`tiles.geoserver.reader`), that there is one is ours.
    """
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [READER]).fetchone():
        connection.execute(f"CREATE ROLE {READER} NOLOGIN")
    for name, value in _READS.items():
        connection.execute(f"ALTER ROLE {READER} SET {name} = '{value}'")
    connection.execute(f"GRANT {READER} TO {ROLE}")
    if not password:
        return
    if len(password) < _SHORTEST:
        raise Trouble(
            f"ZHIHUI_READER_PASSWORD 至少 {_SHORTEST} 个字符。",
            f"ZHIHUI_READER_PASSWORD must have at least {_SHORTEST} characters.",
        )
    statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(READER), sql.Literal(password)))


def set_superuser_password(connection: Connection, password: str) -> None:
    """Have a recovered cluster take the password that is kept here."""
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(SUPERUSER), sql.Literal(password)))


def begin_branch(connection: Connection, name: str = DATABASE) -> int:
    """Give a restored database a branch of its own, later than any before (`feed.branch`)."""
    number = int(time.time())
    statement = sql.SQL("ALTER DATABASE {} SET zhihui.branch = {}")
    connection.execute(statement.format(sql.Identifier(name), sql.Literal(f"{number:08x}")))
    return number


def child_environment(layout: Layout) -> dict[str, str]:
    """Return what child processes get: the address is left to the kept file, which follows it."""
    return {**os.environ, "ZHIHUI_DATA": str(layout.data)}
