"""`status` and `down`: what runs, and its orderly end, seen from outside."""

import os
import signal
import time

from city.launch import archivefindings, database, state
from city.launch.layout import Layout
from city.launch.speech import Trouble, say, show, step
from core import heartbeat

_NOT_RUNNING = 3  # as init scripts answer
_PATIENCE = 90.0  # seconds for the supervisor to stop everything


def status(layout: Layout) -> int:
    """Print what runs, since when, on which port; 0 if all of it does, 3 if nothing does."""
    pid = state.supervisor_pid(layout)
    if pid is None:
        show(f"指挥未运行 Zhihui is not running   ({layout.data})")
        _show_database(layout)
        return _NOT_RUNNING
    found = state.status(layout)
    ready = "恢复中 restoring" if found.get("held") else _readiness(found)
    show(f"指挥 Zhihui  {found.get('address', '')}  {ready}  pid {pid}  {_ago(found.get('since'))}")
    whole = bool(found.get("ready"))
    for process in found.get("processes", []):
        whole &= process["pid"] is not None
        show(_line(layout, process))
    _show_database(layout)
    return 0 if whole else 1


def _readiness(found: dict[str, object]) -> str:
    return "已就绪 ready" if found.get("ready") else "启动中 starting"


def _line(layout: Layout, process: dict[str, object]) -> str:
    name = str(process["name"])
    beat = heartbeat.age(name, layout.run)
    parts = [
        f"  {name:10}",
        f"pid {process['pid']}" if process["pid"] else "停止 down",
        _ago(process["since"]),
        f"心跳 heartbeat {beat:.0f} s" if beat is not None else "",
        f"重启 restarts {process['restarts']} ({process['last_end']})"
        if process["restarts"]
        else "",
    ]
    return "  ".join(part for part in parts if part)


def _ago(since: object) -> str:
    if not isinstance(since, int | float) or not since:
        return ""
    return time.strftime("自 since %Y-%m-%d %H:%M:%S", time.localtime(since))


def _show_database(layout: Layout) -> None:
    if not database.is_private():
        show("  database    DATABASE_URL")
        return
    port = database.cluster_of(layout).running_port()
    where = f"127.0.0.1:{port}" if port else "停止 down"
    show(f"  database    {where}  {layout.cluster}")
    for finding in archivefindings.look(layout):
        for line in finding.lines():
            show(f"  {line}")


def down(layout: Layout) -> int:
    """Stop what runs here, and return once it is gone; nothing to stop is fine too."""
    pid = state.supervisor_pid(layout)
    if pid is None:
        _stop_leftovers(layout)
        say("指挥未运行", "Zhihui is not running")
        return 0
    with step("停止指挥", "stopping Zhihui"):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE
        while state.supervisor_pid(layout) is not None and time.monotonic() < deadline:
            time.sleep(0.1)
    if state.supervisor_pid(layout) is not None:
        raise Trouble(
            f"进程 {pid} 未在 {_PATIENCE:.0f} 秒内结束："
            f"查看 {layout.logs}/up.log，必要时 kill -9 {pid} 后再次 down。",
            f"Process {pid} did not end within {_PATIENCE:.0f} s: look into {layout.logs}/up.log; "
            f"if it must be, kill -9 {pid} and run down again.",
        )
    say("已停止", "stopped")
    return 0


def _stop_leftovers(layout: Layout) -> None:
    """Stop the database that a killed supervisor left behind (its other children end with it)."""
    if database.is_private() and database.cluster_of(layout).running_port() is not None:
        with database.serving(layout):
            say("停止遗留的数据库", "stopping the database that was left behind")
