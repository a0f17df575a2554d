"""A cluster recovered to a moment, beside the present one, and proven there."""

import datetime
import gzip
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from city.launch import credentials, database, ports, tuning
from city.launch.cluster import SUPERUSER, Cluster
from city.launch.layout import Layout
from city.launch.moment import Way
from city.launch.processes import MANAGE
from city.launch.speech import Trouble, step

_RIGHTS = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
_WAL_NOW = "SELECT pg_walfile_name(pg_current_wal_lsn())"


def recover(layout: Layout, way: Way, wal: Path) -> tuple[Cluster, int]:
    """Return a stopped cluster as it was at the moment, proven whole, and its new timeline.

    It has this program's tables and the passwords kept here. A failure leaves nothing.
    """
    cluster = Cluster(layout.data / "pg.incoming", layout.logs / "postgresql-restore", reads=wal)
    cluster.remove()  # what a killed restore left, its server too
    _check_room(layout, way)
    try:
        with step("展开基础备份", "unpacking the base backup"):
            _unpack(cluster, way)
        timeline = _replay(layout, cluster, way, wal)
    except BaseException:
        cluster.remove()
        raise
    return cluster, timeline


def _check_room(layout: Layout, way: Way) -> None:
    free = layout.free()
    needed = way.base.size + (1 << 30)
    if free < needed:
        raise Trouble(
            f"{layout.data} 只剩 {free >> 20} MB，恢复需要 {needed >> 20} MB。请清理。",
            f"{layout.data} has {free >> 20} MB left, the restore needs {needed >> 20} MB: "
            "make room.",
        )


def _unpack(cluster: Cluster, way: Way) -> None:
    cluster.make_folder(cluster.home)
    cluster.make_folder(cluster.logs)
    source = way.base.folder / "cluster"
    _extract(cluster, source / "base.tar.gz", cluster.home)
    _extract(cluster, source / "pg_wal.tar.gz", cluster.home / "pg_wal")
    manifest = cluster.write("backup_manifest", (source / "backup_manifest").read_text())
    cluster.call("pg_verifybackup", "--quiet", "--no-parse-wal", str(cluster.home))
    manifest.unlink()


def _extract(cluster: Cluster, packed: Path, folder: Path) -> None:
    """Unpack as the cluster's user, so that all of it is its own."""
    with gzip.open(packed) as content:
        tar = subprocess.Popen(
            [*cluster.user(), "tar", "-xf", "-", "-C", str(folder)],
            cwd="/",
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert tar.stdin is not None
        try:
            with tar.stdin:
                shutil.copyfileobj(content, tar.stdin, 1 << 20)
            failed = bool(tar.wait())
        except (OSError, EOFError, zlib.error):
            tar.wait()
            failed = True
    if failed:
        raise Trouble(
            f"{packed} 不完整或磁盘已满：请用更早的基础备份（更早的时刻）。",
            f"{packed} is not whole, or the disk is full: try an earlier base backup.",
        )


def _replay(layout: Layout, cluster: Cluster, way: Way, wal: Path) -> int:
    port = ports.pick_cluster_port()
    with _socket_folder(cluster) as sockets:
        cluster = replace(cluster, more=_settings(cluster, way, wal, sockets))
        cluster.write("recovery.signal", "")
        with step(f"恢复到 {way.at.isoformat()}", "replaying WAL up to that moment"):
            cluster.start(port, wait=False)
            cluster.await_recovery()
        timeline, branch = _make_ours(layout, sockets, port)
        _prove(layout, way, port, branch)
        cluster.stop()
    (cluster.home / "zhihui-hba.conf").unlink()
    return timeline


@contextmanager
def _socket_folder(cluster: Cluster) -> Iterator[Path]:
    # its passwords may be other ones than those kept here; nobody else can enter this folder
    with tempfile.TemporaryDirectory(prefix="zhihui-pg-") as name:
        folder = Path(name)
        cluster.own(folder)
        yield folder


def _settings(cluster: Cluster, way: Way, wal: Path, sockets: Path) -> str:
    kept = shlex.quote(str(wal)).replace("%", "%%")
    rights = cluster.write("zhihui-hba.conf", _RIGHTS)
    at = way.at.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")
    chosen = {
        "hot_standby": "off",
        "restore_command": f"test -e {kept}/%f.gz && gzip -dc {kept}/%f.gz >%p",
        "recovery_target_time": at,
        "recovery_target_timeline": str(way.timeline),
        "recovery_target_action": "promote",
        "archive_mode": "on",
        # nothing leaves before it is proven; the timeline's history waits for the first real start
        "archive_command": "",
        "unix_socket_directories": str(sockets),
        "hba_file": str(rights),
    }
    return tuning.lines({name: tuning.quoted(value) for name, value in chosen.items()})


def _make_ours(layout: Layout, sockets: Path, port: int) -> tuple[int, int]:
    """Give it the passwords kept here and a branch of its own; return its timeline and that."""
    superuser = credentials.ensure(layout, "database_superuser", credentials.password(32))
    with psycopg.connect(
        host=str(sockets), port=port, user=SUPERUSER, dbname="postgres", autocommit=True
    ) as connection:
        database.set_superuser_password(connection, superuser)
        database.make_role(connection, _role_password(layout))
        branch = database.begin_branch(connection)
        row = connection.execute(_WAL_NOW).fetchone()
    assert row is not None
    return int(str(row[0])[:8], 16), branch


def _role_password(layout: Layout) -> str:
    """Return the kept password of the application; one is made where there is none yet."""
    kept = credentials.read(layout, "database_url")
    if not kept:
        kept = database.make_url(credentials.password(32), ports.pick_cluster_port())
        credentials.write(layout, "database_url", kept)
    return urllib.parse.urlsplit(kept).password or ""


def _prove(layout: Layout, way: Way, port: int, branch: int) -> None:
    """Bring the tables to this version and walk the whole feed."""
    key = way.base.folder / "secrets" / "secret_key"
    environment = {
        "ZHIHUI_LOG_LEVEL": "WARNING",
        **database.child_environment(layout),
        "DATABASE_URL": database.make_url(_role_password(layout), port),
    }
    if key.exists():  # checkpoints of that time are signed with it
        environment.setdefault("ZHIHUI_SECRET_KEY", key.read_text().strip())
    environment.setdefault("ZHIHUI_SECRET_KEY", secrets.token_urlsafe(48))
    with step("迁移并校验事件日志", "migrating, and verifying the feed"):
        done = subprocess.run(
            [sys.executable, "-P", MANAGE, "restored", "--verify", f"--branch={branch}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        tail = (done.stdout + done.stderr).strip()[-800:]
        raise Trouble(
            "恢复出的数据未通过迁移或校验，现有数据未改动。",
            f"What was recovered could not be migrated or verified; nothing was changed: {tail}",
        )
