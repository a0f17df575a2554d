"""The whole state in one file: database, media, rasters, secrets (`restore` brings it back)."""

import contextlib
import datetime
import io
import json
import os
import shutil
import subprocess
import tarfile
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from city.launch import database
from city.launch.layout import ROOT, Layout
from city.launch.speech import Trouble, step

FOLDERS = ("media", "rasters", "imports", "catalog", "heads")
# the address and the superuser belong to the cluster that is there, not to the state
_LOCAL_SECRETS = ("database_url", "database_superuser")
MANIFEST, DUMP = "manifest.json", "database.dump"
FORMAT = 1
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
    run_client(layout, "pg_dump", url, "--format=custom", "--compress=3", f"--file={target}")


def run_client(layout: Layout, program: str, url: str, *arguments: str) -> None:
    """Run PostgreSQL's own client; the password goes by the environment, not the command line."""
    parts = urllib.parse.urlsplit(url)
    where = {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": urllib.parse.unquote(parts.username or ""),
        "PGPASSWORD": urllib.parse.unquote(parts.password or ""),
        "PGDATABASE": urllib.parse.unquote(parts.path.strip("/")),
    }
    done = subprocess.run(
        [_findrun_client(layout, program), *arguments],
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


def _findrun_client(layout: Layout, program: str) -> str:
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
        "format": FORMAT,
        "version": version(),
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    text = json.dumps(manifest, indent=1).encode()
    with tarfile.open(fileobj=file, mode="w|") as tar:
        head = tarfile.TarInfo(MANIFEST)
        head.size, head.mode, head.mtime = len(text), 0o600, int(time.time())
        tar.addfile(head, io.BytesIO(text))
        tar.add(dump, DUMP)
        for name in FOLDERS:
            add_files(tar, layout.data / name)
        for path in _secrets(layout):
            tar.add(path, f"secrets/{path.name}")


def add_files(tar: tarfile.TarFile, folder: Path) -> None:
    """Pack a folder's files under its name; what is taken away meanwhile belongs to no row."""
    for path in sorted(folder.rglob("*")):
        with contextlib.suppress(FileNotFoundError):
            tar.add(path, str(path.relative_to(folder.parent)), recursive=False)


def _secrets(layout: Layout) -> list[Path]:
    return [
        path
        for path in sorted(layout.secrets.iterdir())
        if path.name not in _LOCAL_SECRETS and path.suffix != ".part"
    ]


def copy_secrets(layout: Layout, folder: Path) -> None:
    """Copy the secrets that belong to the state into a folder of mode 700."""
    folder.mkdir(mode=0o700)
    for path in _secrets(layout):
        shutil.copy2(path, folder)


def version() -> str:
    """Return this program's version, from the changelog's newest heading."""
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("## ", 2)[1].split()[0]


def keep_newest(folder: Path, pattern: str, count: int = _KEPT) -> None:
    """Delete all but the newest safety copies (their names sort by time)."""
    for path in sorted(folder.glob(pattern))[:-count]:
        path.unlink()


def stamp() -> str:
    """Return the present time as part of a file name."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
