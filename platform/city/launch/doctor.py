"""`doctor`: looks at each part and says how to mend what is wrong."""

import os
import shutil
import stat
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator

import psycopg

from city import env
from city.launch import archivefindings, database, ports, probe, state
from city.launch.cluster import newest_programs
from city.launch.finding import Finding
from city.launch.layout import Layout
from city.launch.processes import MANAGE
from city.launch.speech import Trouble, show
from core import heartbeat

_STALE = 30.0  # seconds without a heartbeat
_LOW_DISK = 5 << 30  # bytes
_SKEW = 5.0  # seconds between this clock and the database's


def doctor(layout: Layout) -> int:
    """Print every finding; 0 if all is right."""
    layout.make()
    good = True
    for look in _LOOKS:
        for finding in look(layout):
            good &= finding.good
            for line in finding.lines():
                show(line)
    return 0 if good else 1


def _packages(layout: Layout) -> Iterator[Finding]:
    if not database.is_private():
        return
    try:
        yield Finding(True, "PostgreSQL + PostGIS + pgRouting", str(newest_programs()))
        exists = database.cluster_of(layout).exists
        seen = (
            str(database.cluster_of(layout).bin) if exists else "首次启动时创建 made at first start"
        )
        yield Finding(True, "数据库集群 cluster", seen)
    except Trouble as trouble:
        yield Finding(False, "PostgreSQL", trouble.zh, trouble.en)


def _environment(layout: Layout) -> Iterator[Finding]:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(
        done.returncode == 0,
        "Python",
        f"{version} {sys.prefix} {done.stdout.strip()[:200]}",
        "rm -r .venv && ./zhihui setup",
    )


def _disk(layout: Layout) -> Iterator[Finding]:
    free = layout.free()
    yield Finding(
        free >= _LOW_DISK,
        "磁盘 disk",
        f"{free >> 30} GB 可用 free, {layout.data}",
        "清理旧备份与日志，或用 ZHIHUI_DATA 换盘 "
        f"delete old files in {layout.backups} and {layout.logs}, or move ZHIHUI_DATA",
    )


def _secrets(layout: Layout) -> Iterator[Finding]:
    loose = [
        path.name
        for path in (layout.secrets, *layout.secrets.iterdir())
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    yield Finding(
        not loose,
        "密钥权限 modes of the secrets",
        ", ".join(loose) or "只有所有者可读 readable by their owner only",
        f"chmod -R go= {layout.secrets}",
    )


def _database(layout: Layout) -> Iterator[Finding]:
    cluster = database.cluster_of(layout)
    if database.is_private() and cluster.running_port() is None:
        seen = "停止 down" if cluster.exists else "尚未创建 not made yet"
        running = state.supervisor_pid(layout) is not None
        yield Finding(not running, "数据库 database", seen, "./zhihui down; ./zhihui up")
        return
    try:
        with psycopg.connect(database.url_of(layout), connect_timeout=5) as connection:
            yield from _ask_database(connection)
            yield from _missed(connection)
    except psycopg.Error as error:
        host = urllib.parse.urlsplit(database.url_of(layout)).hostname
        yield Finding(
            False,
            "数据库 database",
            str(error).strip(),
            f"检查 {host} 是否可达、DATABASE_URL 是否正确 check that {host} answers and the "
            "address is right; the private one: ./zhihui down; ./zhihui up",
        )
        return
    yield _migrations(layout)


def _ask_database(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    before = time.time()
    row = connection.execute(
        "SELECT extract(epoch FROM clock_timestamp())::float8, current_setting('server_version'),"
        " current_setting('fsync'), current_setting('synchronous_commit')"
    ).fetchone()
    at, version, fsync, commit = row if row else (0.0, "", "", "")
    yield Finding(True, "数据库 database", f"PostgreSQL {version}")
    yield Finding(
        fsync == "on" and commit != "off",
        "落盘 durability",
        f"fsync={fsync} synchronous_commit={commit}",
        "ALTER SYSTEM RESET fsync; ALTER SYSTEM RESET synchronous_commit; SELECT pg_reload_conf()",
    )
    skew = float(str(at)) - before
    yield Finding(
        abs(skew) < _SKEW,
        "时钟 clock",
        f"{skew:+.1f} s",
        "两台机器启用 NTP switch NTP on: timedatectl set-ntp true",
    )


def _missed(connection: "psycopg.Connection[tuple[object, ...]]") -> Iterator[Finding]:
    """Name what followers of the feed could not take within the last day."""
    known = connection.execute("SELECT to_regclass('feed_missed')").fetchone()
    if known is None or known[0] is None:
        return
    rows = connection.execute(
        "SELECT reader, seq, reason FROM feed_missed WHERE at > now() - interval '1 day'"
        " ORDER BY at DESC"
    ).fetchall()
    seen = "; ".join(f"{reader} #{seq}: {reason}" for reader, seq, reason in rows[:3])
    yield Finding(
        not rows,
        "后续动作 followers",
        f"{len(rows)} 件未处理 missed within a day" + (f": {seen}" if rows else ""),
        "按原因人工补做 do by hand what should have followed; more in worker.log",
    )


def _migrations(layout: Layout) -> Finding:
    done = subprocess.run(
        [sys.executable, "-P", MANAGE, "migrate", "--check"],
        env=database.child_environment(layout),
        capture_output=True,
        text=True,
        check=False,
    )
    seen = (
        "已是最新 up to date"
        if done.returncode == 0
        else (done.stdout + done.stderr)[-300:].strip()
    )
    return Finding(done.returncode == 0, "迁移 migrations", seen, "./zhihui down; ./zhihui up")


def _processes(layout: Layout) -> Iterator[Finding]:
    if state.supervisor_pid(layout) is None:
        yield from _ports(layout)
        yield Finding(True, "进程 processes", "未运行 not running (./zhihui up)")
        return
    for process in state.status(layout).get("processes", []):
        yield _one_process(layout, process)
    ready, words = probe.readiness()
    yield Finding(ready, "就绪 readiness", words, f"日志 logs: {layout.logs}")


def _one_process(layout: Layout, process: dict[str, object]) -> Finding:
    name = str(process["name"])
    beat = heartbeat.age(name, layout.run)
    running = process["pid"] is not None
    seen = f"pid {process['pid']}, 重启 restarts {process['restarts']}"
    seen += f", 心跳 heartbeat {beat:.0f} s" if beat is not None else ", 无心跳 no heartbeat"
    good = running and beat is not None and beat < _STALE
    mend = f"tail -n 50 {layout.logs / (name + '.log')}; ./zhihui down; ./zhihui up"
    return Finding(good, name, seen, mend)


def _ports(layout: Layout) -> Iterator[Finding]:
    host = env.text("ZHIHUI_BIND", "127.0.0.1")
    wanted = [("ZHIHUI_HTTP_PORT", 8000), ("ZHIHUI_HJ212_PORT", 9212), ("ZHIHUI_JT808_PORT", 9808)]
    for variable, default in wanted:
        port = env.number(variable, default, high=65535)
        free = port == 0 or ports.is_free(host, port)
        seen = f"{port} " + ("空闲 free" if free else f"被占用 taken: {ports.holder(port)}")
        yield Finding(free, variable, seen, f"{variable}={port + 1} ./zhihui up")


def _programs(layout: Layout) -> Iterator[Finding]:
    if os.geteuid() == 0:
        found = shutil.which("setpriv")
        yield Finding(
            found is not None, "setpriv", found or "缺失 missing", "apt-get install util-linux"
        )


_LOOKS: tuple[Callable[[Layout], Iterator[Finding]], ...] = (
    _packages,
    _programs,
    _environment,
    _disk,
    _secrets,
    _database,
    archivefindings.look,
    _processes,
)
