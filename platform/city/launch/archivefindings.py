"""What is to be said of the archive: its base backups, its WAL, its room."""

import datetime
import zoneinfo
from collections.abc import Iterator

from city import env
from city.launch import archiving, keeper
from city.launch.archiving import Standing
from city.launch.finding import Finding
from city.launch.layout import Layout

_OLD = datetime.timedelta(hours=26)
_LOW = 5 << 30  # bytes
_MANY = 8  # WAL files, 16 MB each, that may wait for a moment
_SEGMENT_MB = 16


def look(layout: Layout) -> Iterator[Finding]:
    """Say how the archive stands; one line where it is off."""
    standing = archiving.standing(layout)
    if standing is None:
        yield Finding(True, "归档 archive", "未启用 off (ZHIHUI_ARCHIVE)")
        return
    if not standing.there:
        trouble = archiving.away(standing.vault)
        yield Finding(False, "归档 archive", trouble.zh, trouble.en)
    else:
        yield _base(layout, standing)
        yield _room(standing)
    yield _wal(standing)


def _base(layout: Layout, standing: Standing) -> Finding:
    last = standing.last_base
    now = datetime.datetime.now(datetime.UTC)
    note = keeper.failure_note(layout)
    failed = note.read_text(encoding="utf-8").strip() if note.exists() else ""
    seen = f"{_local(last)}" if last else "还没有 none yet"
    return Finding(
        last is not None and now - last < _OLD and not failed,
        "基础备份 base backup",
        f"{seen}  {failed}".rstrip(),
        f"立即备份 take one now: ./zhihui backup; 日志 log: {layout.logs / (keeper.NAME + '.log')}",
    )


def _wal(standing: Standing) -> Finding:
    upto = _local(standing.upto) if standing.upto else "—"
    piled = f"{standing.waiting} 个文件待归档 files waiting ({standing.waiting * _SEGMENT_MB} MB)"
    seen = f"归档到 archived up to {upto}, {piled}, 失败 failures {standing.failures}"
    if standing.failing:
        seen += f", 无法归档 cannot archive {standing.failing}"
    return Finding(
        not standing.failing and standing.waiting <= _MANY,
        "WAL 归档 archiving",
        seen,
        f"WAL 堆积在数据盘，写满则数据库停止：检查 {standing.vault.wal} 的磁盘、空间与权限，"
        "恢复后自动补齐 WAL piles up on the data disk, and a full one stops the database: check "
        "disk, room and permissions there, it catches up by itself; the reason stands in "
        "logs/postgresql",
    )


def _room(standing: Standing) -> Finding:
    where = "与数据同盘，换盘更安全 same disk as the data, another one is safer"
    seen = f"{standing.free >> 30} GB 可用 free, {standing.vault.home}"
    return Finding(
        standing.free >= max(_LOW, standing.base_size),
        "归档磁盘 archive's disk",
        f"{seen} ({where})" if standing.same_disk else seen,
        "清理、减小 ZHIHUI_ARCHIVE_KEEP 或换更大的盘 make room, lower ZHIHUI_ARCHIVE_KEEP, or take "
        "a larger disk",
    )


def _local(moment: datetime.datetime) -> str:
    zone = zoneinfo.ZoneInfo(env.text("ZHIHUI_TIME_ZONE", "Asia/Shanghai"))
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
