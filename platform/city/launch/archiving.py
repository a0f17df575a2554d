"""Whether WAL is kept, where, and whether that works: settings, and what the server says of it."""

import datetime
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg

from city import env
from city.launch import database
from city.launch.cluster import Cluster
from city.launch.layout import Layout
from city.launch.speech import Trouble, complain, say
from city.launch.vault import Vault

_ASK = """
SELECT coalesce(last_archived_wal, ''), last_archived_time,
       coalesce(last_failed_wal, ''), last_failed_time, failed_count
FROM pg_stat_archiver
"""


def wanted() -> Path | None:
    """Return the folder that ZHIHUI_ARCHIVE names, None when it is empty."""
    return env.folder("ZHIHUI_ARCHIVE", Path()) if env.text("ZHIHUI_ARCHIVE") else None


def keep() -> int:
    """Return how many base backups are kept."""
    return env.number("ZHIHUI_ARCHIVE_KEEP", 7, low=1, high=1000)


def hour() -> int:
    """Return the hour of the nightly base backup in the city's time zone."""
    return env.number("ZHIHUI_ARCHIVE_HOUR", 3, high=23)


def settle(cluster: Cluster) -> None:
    """Turn archiving on or off as the environment says; a server that runs otherwise is stopped."""
    folder, vault = wanted(), cluster.vault
    if vault and vault.home.parent == folder and vault.home.name == str(cluster.identifier):
        if not vault.wal.is_dir():
            complain(away(vault))
        return
    if folder is None and vault is None:
        return
    if folder:
        _check(folder)
        say(f"WAL 归档到 {folder}", "WAL is archived there from now on")
    else:
        say("WAL 归档关闭", "WAL is not archived any more")
    cluster.stop()
    cluster.keep_wal_in(folder)


def _check(folder: Path) -> None:
    # never made by us: it may be the place of a disk that is not there today
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise Trouble(
            f"归档目录 ZHIHUI_ARCHIVE={folder} 不存在或不可写：先挂载磁盘、创建目录，再启动。",
            f"ZHIHUI_ARCHIVE={folder} does not exist or cannot be written: mount the disk and make "
            "the folder, then start again.",
        )


def away(vault: Vault) -> Trouble:
    """Say that the archive's folder, which was there, is not."""
    return Trouble(
        f"归档目录 {vault.home} 不在：检查磁盘是否挂载。在此期间 WAL 会堆积在数据盘。",
        f"The archive {vault.home} is away: check that its disk is mounted. Until it is back, WAL "
        "piles up on the data disk.",
    )


def required(layout: Layout) -> Vault:
    """Return the vault that the private cluster archives to; a Trouble where there is none."""
    vault = database.cluster_of(layout).vault if database.is_private() else None
    if vault is None:
        raise Trouble(
            "未启用归档：设 ZHIHUI_ARCHIVE 后 ./zhihui up；或 ./zhihui backup FILE 存为文件。",
            "There is no archive: set ZHIHUI_ARCHIVE=FOLDER and run ./zhihui up (private database "
            "only), or save into one file by ./zhihui backup FILE.",
        )
    if not vault.wal.is_dir():
        raise away(vault)
    return vault


@dataclass(frozen=True)
class Standing:
    """How archiving goes; what the server alone knows is None while it is down."""

    vault: Vault
    there: bool
    waiting: int  # WAL files in the cluster that are not archived yet
    free: int  # bytes on the archive's disk
    last_base: datetime.datetime | None
    base_size: int  # bytes of the newest base backup when unpacked
    upto: datetime.datetime | None = None
    failures: int = 0
    failing: str = ""  # the WAL file that cannot be archived now
    same_disk: bool = False


def standing(layout: Layout) -> Standing | None:
    """Return how archiving goes, None where it is off."""
    cluster = database.cluster_of(layout) if database.is_private() else None
    vault = cluster.vault if cluster else None
    if cluster is None or vault is None:
        return None
    there = vault.wal.is_dir()
    bases = vault.bases() if there else []
    upto, failures, failing = _ask(layout, cluster)
    if upto is None and there:
        upto = _last_kept(vault)
    return Standing(
        vault,
        there,
        len(list((cluster.home / "pg_wal" / "archive_status").glob("*.ready"))),
        shutil.disk_usage(vault.home).free if there else 0,
        bases[-1].finished if bases else None,
        bases[-1].size if bases else 0,
        upto,
        failures,
        failing,
        there and vault.home.stat().st_dev == layout.data.stat().st_dev,
    )


def _last_kept(vault: Vault) -> datetime.datetime | None:
    """Return when the newest WAL file came, as far as the archive itself knows."""
    times = [path.stat().st_mtime for path in vault.wal.glob("*.gz")]
    return datetime.datetime.fromtimestamp(max(times), datetime.UTC) if times else None


def _ask(layout: Layout, cluster: Cluster) -> tuple[datetime.datetime | None, int, str]:
    """Return up to when WAL is archived, how often that failed, and the file that fails now."""
    if cluster.running_port() is None:
        return None, 0, ""
    try:
        with psycopg.connect(database.url_of(layout), connect_timeout=5) as connection:
            row = connection.execute(_ASK).fetchone()
    except psycopg.Error:
        return None, 0, ""  # what is wrong with the server is said elsewhere
    assert row is not None
    _, done, failed, at, count = row
    fails_now = at is not None and (done is None or at > done)
    return done, count, failed if fails_now else ""
