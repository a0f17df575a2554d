"""The private cluster's settings, sized by the machine's memory."""

import os
from collections.abc import Mapping
from pathlib import Path

_MIB = 1 << 20

# Durable: an acknowledgement is given after commit, so a commit is on disk.
_ALWAYS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",  # a deep checkout breaks the 107 bytes of a socket's path
    "max_connections": "200",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "random_page_cost": "1.1",
    "effective_io_concurrency": "200",
    "jit": "off",  # slows the small interactive queries that a console makes
    "wal_level": "replica",
    "wal_compression": "on",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "logging_collector": "on",
    "log_filename": "'postgresql-%a.log'",  # a week of logs, then over the oldest
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_line_prefix": "'%m [%p] %u@%d '",
    "log_lock_waits": "on",
    "log_min_duration_statement": "1s",
    "track_io_timing": "on",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# at most a minute is lost with the machine; an idle minute's file compresses to a few KB
_ARCHIVING = {"archive_timeout": "60s"}
_THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def memory() -> int:
    """Return the bytes of memory that this machine or container may use."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.exists() else ""
    return min(pages, int(text)) if text.isdigit() else pages


def settings(
    log: Path, throw_away: bool = False, available: int | None = None, archive: str = ""
) -> str:
    """Return the text of the cluster's zhihui.conf; `throw_away` gives up durability (tests).

    `archive` is the command that keeps a WAL file; "" keeps none.
    """
    total = available or memory()
    buffers = max(128 * _MIB, min(total // 4, 4096 * _MIB))
    if throw_away:
        buffers = 256 * _MIB
    sized = {
        "shared_buffers": f"{buffers // _MIB}MB",
        "effective_cache_size": f"{total // 2 // _MIB}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64, min(total // 16 // _MIB, 512))}MB",
        "log_directory": quoted(str(log)),
    }
    chosen = _ALWAYS | sized | (_THROW_AWAY if throw_away else _DURABLE)
    if archive:
        chosen |= {"archive_mode": "on", "archive_command": quoted(archive)} | _ARCHIVING
    head = "# Written by the launcher at each start; ALTER SYSTEM overrides it and is kept.\n"
    return head + lines(chosen)


def lines(chosen: Mapping[str, str]) -> str:
    """Return settings as a configuration file writes them."""
    return "".join(f"{name} = {value}\n" for name, value in chosen.items())


def quoted(value: str) -> str:
    """Return a text as a configuration file quotes it."""
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
