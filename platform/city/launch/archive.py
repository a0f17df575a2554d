"""The whole state in one file: database, media, rasters, secrets; and back again."""

import contextlib
import datetime
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from psycopg import sql

from city.launch import cluster, credentials, database, state
from city.launch.layout import ROOT, Layout
from city.launch.processes import MANAGE
from city.launch.speech import Trouble, say, step

FOLDERS = ("media", "rasters")
# the address and the superuser belong to the cluster that is there, not to the state
_LOCAL_SECRETS = ("database_url", "database_superuser")
_MANIFEST, _DUMP = "manifest.json", "database.dump"
_TOP = {_MANIFEST, _DUMP, "secrets", *FOLDERS}
_FORMAT = 1
_KEPT = 5


def save(layout: Layout, target: Path) -> None:
    """Write the whole state to `target` (mode 600: it holds the secrets); the system may run."""
    _refuse_unwritable(target)
    part = target.with_name(target.name + ".part")
    dump = target.with_name(target.name + ".dump.part")
    try:
        with step("导出数据库", "dumping the database"):
            _dump(layout, database.url_of(layout), dump)
        with step("打包", "packing"), _private_file(part) as file:
            _pack(layout, dump, file)
        part.replace(target)
    except OSError as error:
        raise Trouble(
            f"无法写入备份 {target}（{error.strerror}）：检查磁盘空间与权限，或换一个位置。",
            f"The backup {target} cannot be written ({error.strerror}): check disk space and "
            "permissions, or choose another place.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
        dump.unlink(missing_ok=True)


def _refuse_unwritable(target: Path) -> None:
    if not target.parent.is_dir() or not os.access(target.parent, os.W_OK):
        raise Trouble(
            f"目录 {target.parent} 不存在或不可写：请先创建，或换一个位置。",
            f"The folder {target.parent} does not exist or cannot be written: make it, "
            "or choose another place.",
        )


@contextlib.contextmanager
def _private_file(path: Path) -> Iterator[Any]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _dump(layout: Layout, url: str, target: Path) -> None:
    target.touch(mode=0o600)
    _client(layout, "pg_dump", url, "--format=custom", "--compress=3", f"--file={target}")


def _client(layout: Layout, program: str, url: str, *arguments: str) -> None:
    """Run a PostgreSQL client; the password goes by the environment, never by the command line."""
    parts = urllib.parse.urlsplit(url)
    where = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": urllib.parse.unquote(parts.username or ""),
        "PGPASSWORD": urllib.parse.unquote(parts.password or ""),
        "PGDATABASE": urllib.parse.unquote(parts.path.strip("/")),
    }
    done = subprocess.run(
        [_find_client(layout, program), *arguments],
        env={**os.environ, **where},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Trouble(
            f"{program} 失败：",
            f"{program} failed: {done.stderr.strip()[-800:]}",
        )


def _find_client(layout: Layout, program: str) -> str:
    if database.is_private():
        return str(database.cluster_of(layout).bin / program)
    found = shutil.which(program)
    if found is None:
        raise Trouble(
            f"本机没有 {program}：请安装 postgresql-client（不低于服务器版本）。",
            f"There is no {program} here: install postgresql-client, no older than the server.",
        )
    return found


def _pack(layout: Layout, dump: Path, file: Any) -> None:
    manifest = {
        "format": _FORMAT,
        "version": version(),
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    text = json.dumps(manifest, indent=1).encode()
    with tarfile.open(fileobj=file, mode="w|") as tar:
        head = tarfile.TarInfo(_MANIFEST)
        head.size, head.mode, head.mtime = len(text), 0o600, int(time.time())
        tar.addfile(head, io.BytesIO(text))
        tar.add(dump, _DUMP)
        for name in FOLDERS:
            if (layout.data / name).is_dir():
                tar.add(layout.data / name, name)
        for path in sorted(layout.secrets.iterdir()):
            if path.name not in _LOCAL_SECRETS and path.suffix != ".part":
                tar.add(path, f"secrets/{path.name}")


def version() -> str:
    """Return this program's version, from the changelog's newest heading."""
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("## ", 2)[1].split()[0]


def keep_newest(folder: Path, pattern: str, count: int = _KEPT) -> None:
    """Delete all but the newest safety copies (their names sort by time)."""
    for path in sorted(folder.glob(pattern))[:-count]:
        path.unlink()


def bring_back(layout: Layout, source: Path) -> Path:
    """Replace the state by that of `source`; return the safety copy of what was there.

    The new database is made beside the present one and swapped in when it is whole, so that a
    failure on the way changes nothing.
    """
    if not database.is_private():
        raise Trouble(
            "restore 只用于自带的数据库。外部数据库请用 pg_restore 恢复备份中的 database.dump。",
            "restore works on the private database. For one that DATABASE_URL names, use "
            f"pg_restore on {_DUMP} inside the backup.",
        )
    with tempfile.TemporaryDirectory(dir=layout.data, prefix="restore-") as name:
        folder = Path(name)
        _unpack(source, folder)
        safety = layout.backups / f"before-restore-{stamp()}.tar"
        save(layout, safety)
        keep_newest(layout.backups, "before-restore-*.tar")
        with step("恢复数据库", "restoring the database"):
            _load(layout, folder / _DUMP)
        _swap_database(layout)
        _swap_files(layout, folder)
    pid = state.supervisor_pid(layout)
    if pid is not None:
        say("正在运行的系统将重新加载", "the running system starts its processes anew")
        os.kill(pid, signal.SIGUSR1)
    return safety


def stamp() -> str:
    """Return the present time as part of a file name."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                _unpack_one(tar, member, folder)
        manifest = json.loads((folder / _MANIFEST).read_text())
        whole = manifest["format"] == _FORMAT and (folder / _DUMP).exists()
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        raise _not_a_backup(source, str(error)) from error
    if not whole:
        raise _not_a_backup(source, "another format")
    if _as_numbers(manifest["version"]) > _as_numbers(version()):
        raise Trouble(
            f"备份来自更新的版本 {manifest['version']}，本机为 {version()}：请先升级程序。",
            f"The backup is of version {manifest['version']}, this program is {version()}: "
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


_INCOMING, _OUTGOING = "city_incoming", "city_outgoing"


def _superuser(layout: Layout) -> tuple[int, str]:
    parts = urllib.parse.urlsplit(database.url_of(layout))
    return parts.port or 0, credentials.read(layout, "database_superuser")


def _load(layout: Layout, dump: Path) -> None:
    """Fill a database of its own from the dump and bring it to this version's tables."""
    port, password = _superuser(layout)
    with database.superuser_connection(port, password) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {_INCOMING}")
        connection.execute(f"CREATE DATABASE {_INCOMING} OWNER {database.ROLE} TEMPLATE template0")
    where = f"postgres://{cluster.SUPERUSER}:{password}@127.0.0.1:{port}/{_INCOMING}"
    _client(layout, "pg_restore", where, f"--dbname={_INCOMING}", "--exit-on-error", str(dump))
    kept = urllib.parse.urlsplit(database.url_of(layout)).password or ""
    done = subprocess.run(
        [sys.executable, "-P", MANAGE, "migrate", "--no-input", "--skip-checks", "-v0"],
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
    for name in FOLDERS:
        present, old = layout.data / name, folder / f"{name}.old"
        if present.exists():
            present.rename(old)
        if (folder / name).exists():
            (folder / name).rename(present)
    for path in (folder / "secrets").glob("*"):
        credentials.write(layout, path.name, path.read_text(encoding="utf-8").strip())
