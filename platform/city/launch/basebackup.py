"""A base backup: the whole cluster as it stands, beside it the files and secrets of the city."""

import contextlib
import datetime
import fcntl
import json
import os
import shutil
import stat
import subprocess
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from city.launch import archive, archiving, credentials, database, state
from city.launch.cluster import SUPERUSER
from city.launch.layout import Layout
from city.launch.speech import Trouble, step
from city.launch.vault import FORMAT, MANIFEST, Base, Vault, position

_LOOK_EVERY = 0.1  # seconds
Alive = Callable[[], None]


class Busy(Trouble):
    """Another process takes a base backup, or restores from one."""


def _silent() -> None:
    """Tell nobody that the work goes on."""


def take(layout: Layout, alive: Alive = _silent) -> Base:
    """Make a base backup of the running system and delete what is beyond the number kept.

    `alive` is called now and then. One that is interrupted leaves nothing.
    """
    vault = archiving.required(layout)
    with alone(layout, "base"):
        try:
            vault.remove_halves()
            with step("基础备份", "taking a base backup"):
                _make(layout, vault, alive)
            _prune(layout, vault)
        except OSError as error:
            raise Trouble(
                f"无法写入归档 {vault.home}（{error.strerror}）：检查磁盘空间与权限。",
                f"The archive {vault.home} cannot be written ({error.strerror}): check disk space "
                "and permissions.",
            ) from error
    return vault.bases()[-1]


def _make(layout: Layout, vault: Vault, alive: Alive) -> None:
    previous = vault.bases()[-1:]
    _check_room(vault, previous)
    name = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    part = vault.base / f".{name}.part"
    part.mkdir(mode=0o700)
    try:
        _fill(layout, part, previous, alive)
        part.rename(vault.base / name)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _prune(layout: Layout, vault: Vault) -> None:
    # a restore may be reading what would go; then the next base backup prunes
    with contextlib.suppress(Busy), alone(layout, "restore"):
        vault.prune(archiving.keep())


@contextlib.contextmanager
def alone(layout: Layout, work: str) -> Iterator[None]:
    """Let one process at a time take a base backup ("base"), or restore from one ("restore").

    A restore need not wait for a base backup: it ends it when it stops the database.
    """
    with (layout.run / f"{work}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(
                "另一个基础备份或恢复正在进行：请等它完成。",
                "Another base backup or restore is going on: wait for its end.",
            ) from error
        yield


def _check_room(vault: Vault, previous: list[Base]) -> None:
    # a full disk would stop the archiving of WAL, too
    needed = sum(_bytes_in(each.folder / "cluster") for each in previous)
    free = shutil.disk_usage(vault.base).free
    if free < needed:
        raise Trouble(
            f"归档磁盘只剩 {free >> 20} MB，基础备份约需 {needed >> 20} MB："
            "清理，减小 ZHIHUI_ARCHIVE_KEEP，或换更大的盘。",
            f"The archive's disk has {free >> 20} MB left, a base backup needs about "
            f"{needed >> 20} MB: make room, lower ZHIHUI_ARCHIVE_KEEP, or take a larger disk.",
        )


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _fill(layout: Layout, part: Path, previous: list[Base], alive: Alive) -> None:
    begun = datetime.datetime.now(datetime.UTC)
    _copy_cluster(layout, part / "cluster", alive)
    finished = datetime.datetime.now(datetime.UTC)
    # after the cluster: a file is written before the row that names it
    for name in archive.FOLDERS:
        kept = previous[0].folder / "files" / name if previous else None
        _copy_files(layout.data / name, part / "files" / name, kept, alive)
    archive.copy_secrets(layout, part / "secrets")
    about = {
        "format": FORMAT,
        "version": archive.version(),
        "begun": begun.isoformat(),
        "finished": finished.isoformat(),
        "postgresql": (layout.cluster / "PG_VERSION").read_text().strip(),
        **_facts(part / "cluster" / "backup_manifest"),
    }
    state.write_json(part / MANIFEST, about)
    subprocess.run(["sync", "-f", str(part)], check=False)


def _copy_cluster(layout: Layout, target: Path, alive: Alive) -> None:
    """Copy the cluster by the server's own means, with the WAL written meanwhile."""
    port = urllib.parse.urlsplit(database.url_of(layout)).port
    program = database.cluster_of(layout).bin / "pg_basebackup"
    command = [str(program), f"--pgdata={target}", "--format=tar", "--compress=1", "--no-password"]
    command += ["--wal-method=stream", "--checkpoint=fast", "--label=zhihui"]
    where = {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": SUPERUSER}
    where["PGPASSWORD"] = credentials.read(layout, "database_superuser")
    report = target.with_name("report")
    with report.open("w") as output:
        child = subprocess.Popen(
            command, env={**os.environ, **where}, stdin=subprocess.DEVNULL, stderr=output
        )
        code = _wait(child, alive)
    text = report.read_text(errors="replace").strip()[-800:]
    report.unlink()
    if code:
        raise Trouble("pg_basebackup 失败：", f"pg_basebackup failed: {text}")


def _wait(child: "subprocess.Popen[bytes]", alive: Alive) -> int:
    try:
        while True:
            alive()
            with contextlib.suppress(subprocess.TimeoutExpired):
                return child.wait(_LOOK_EVERY)
    except BaseException:
        child.kill()
        child.wait()
        raise


def _copy_files(source: Path, target: Path, previous: Path | None, alive: Alive) -> None:
    """Copy a folder; what the backup before has alike is linked, so that it is stored once."""
    for path in sorted(source.rglob("*")):
        alive()
        name = path.relative_to(source)
        with contextlib.suppress(FileNotFoundError):  # gone since we looked
            if stat.S_ISREG(path.lstat().st_mode):
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                _copy_one(path, target / name, previous and previous / name)


def _copy_one(path: Path, target: Path, kept: Path | None) -> None:
    now = path.stat()
    if kept and kept.is_file():
        before = kept.stat()
        if (before.st_size, before.st_mtime_ns) == (now.st_size, now.st_mtime_ns):
            with contextlib.suppress(OSError):  # a disk without links gets a copy
                target.hardlink_to(kept)
                return
    shutil.copy2(path, target)


def _facts(manifest: Path) -> dict[str, Any]:
    """Return timeline, WAL positions and size from PostgreSQL's own manifest."""
    whole = json.loads(manifest.read_text())
    reach = whole["WAL-Ranges"][-1]
    return {
        "timeline": reach["Timeline"],
        "start": position(reach["Start-LSN"]),
        "end": position(reach["End-LSN"]),
        "size": sum(file["Size"] for file in whole["Files"]),
    }
