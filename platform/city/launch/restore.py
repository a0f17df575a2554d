"""Bringing a backup back: made whole beside the present state, then swapped in."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
from pathlib import Path, PurePosixPath

from psycopg import sql

from city.launch import archive, cluster, credentials, database, state
from city.launch.layout import Layout
from city.launch.processes import MANAGE
from city.launch.speech import Trouble, say, step

_TOP = {archive.MANIFEST, archive.DUMP, "secrets", *archive.FOLDERS}
_INCOMING, _OUTGOING = "city_incoming", "city_outgoing"


def bring_back(layout: Layout, source: Path) -> Path:
    """Replace the state by that of `source`; return the safety copy of what was there.

    The new database is made beside the present one and swapped in when it is whole, so that a
    failure on the way changes nothing.
    """
    if not database.is_private():
        raise Trouble(
            "restore 只用于自带的数据库。外部数据库请用 pg_restore 恢复备份中的 database.dump。",
            "restore works on the private database. For one that DATABASE_URL names, use "
            f"pg_restore on {archive.DUMP} inside the backup.",
        )
    with tempfile.TemporaryDirectory(dir=layout.data, prefix="restore-") as name:
        folder = Path(name)
        _unpack(source, folder)
        safety = layout.backups / f"before-restore-{archive.stamp()}.tar"
        archive.save(layout, safety)
        archive.keep_newest(layout.backups, "before-restore-*.tar")
        with step("恢复数据库", "restoring the database"):
            _load(layout, folder / archive.DUMP)
        _swap_database(layout)
        _swap_files(layout, folder)
    pid = state.supervisor_pid(layout)
    if pid is not None:
        say("正在运行的系统将重新加载", "the running system starts its processes anew")
        os.kill(pid, signal.SIGUSR1)
    return safety


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                _unpack_one(tar, member, folder)
        manifest = json.loads((folder / archive.MANIFEST).read_text())
        whole = manifest["format"] == archive.FORMAT and (folder / archive.DUMP).exists()
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        raise _not_a_backup(source, str(error)) from error
    if not whole:
        raise _not_a_backup(source, "another format")
    refuse_newer(manifest["version"])


def refuse_newer(version: str) -> None:
    """Refuse the state of a newer program: its tables are not known here."""
    if _as_numbers(version) > _as_numbers(archive.version()):
        raise Trouble(
            f"备份来自更新的版本 {version}，本机为 {archive.version()}：请先升级程序。",
            f"The backup is of version {version}, this program is {archive.version()}: "
            "update the program first.",
        )


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one file; by hand, because Debian 12's Python has no extraction filters yet."""
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or path.parts[0] not in _TOP:
        raise ValueError(f"unexpected member {member.name!r}")
    target = folder / path
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        raise ValueError(f"{member.name!r} is neither file nor folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(content, file)
    os.utime(target, (member.mtime, member.mtime))


def _not_a_backup(source: Path, why: str) -> Trouble:
    return Trouble(
        f"{source} 不是完整的指挥备份：请检查文件是否存在、是否下载完整。",
        f"{source} is not a whole backup of Zhihui ({why}): check the name, and that the copy is "
        "complete.",
    )


def _as_numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in text.split(".") if word.isdigit())


def _superuser(layout: Layout) -> tuple[int, str]:
    parts = urllib.parse.urlsplit(database.url_of(layout))
    return parts.port or 0, credentials.read(layout, "database_superuser")


def _load(layout: Layout, dump: Path) -> None:
    """Fill a database of its own from the dump and bring it to this version's tables."""
    port, password = _superuser(layout)
    with database.superuser_connection(port, password) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_INCOMING}")
        connection.execute(f"CREATE DATABASE {_INCOMING} OWNER {database.ROLE} TEMPLATE template0")
        branch = database.begin_branch(connection, _INCOMING)
    where = f"postgres://{cluster.SUPERUSER}:{password}@127.0.0.1:{port}/{_INCOMING}"
    archive.run_client(
        layout, "pg_restore", where, f"--dbname={_INCOMING}", "--exit-on-error", str(dump)
    )
    kept = urllib.parse.urlsplit(database.url_of(layout)).password or ""
    done = subprocess.run(
        [sys.executable, "-P", MANAGE, "restored", f"--branch={branch}"],
        env={
            "ZHIHUI_LOG_LEVEL": "WARNING",
            **database.child_environment(layout),
            "DATABASE_URL": database.make_url(kept, port, _INCOMING),
        },
        check=False,
    )
    if done.returncode:
        raise Trouble(
            "备份无法迁移到当前版本，现有数据未改动。",
            "The backup could not be migrated to this version; nothing was changed.",
        )


def _swap_database(layout: Layout) -> None:
    port, password = _superuser(layout)
    present = sql.Identifier(database.DATABASE)
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with database.superuser_connection(port, password) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_OUTGOING}")
        connection.execute(allow.format(present, sql.SQL("false")))
        try:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
                [database.DATABASE],
            )
            with connection.transaction():
                connection.execute(f"ALTER DATABASE {database.DATABASE} RENAME TO {_OUTGOING}")
                connection.execute(f"ALTER DATABASE {_INCOMING} RENAME TO {database.DATABASE}")
        finally:
            connection.execute(allow.format(present, sql.SQL("true")))
        connection.execute(f"DROP DATABASE {_OUTGOING}")


def _swap_files(layout: Layout, folder: Path) -> None:
    for name in archive.FOLDERS:
        present, old = layout.data / name, folder / f"{name}.old"
        if present.exists():
            present.rename(old)
        if (folder / name).exists():
            (folder / name).rename(present)
    for path in (folder / "secrets").glob("*"):
        credentials.write(layout, path.name, path.read_text(encoding="utf-8").strip())
