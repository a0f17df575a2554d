"""Starts the processes, replaces what dies, stops all of it in order."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from city.launch import state
from city.launch.layout import Layout
from city.launch.processes import Process, exit_words
from city.launch.speech import Trouble, complain, say, step

_LOOK_EVERY = 0.1  # seconds
_DATABASE_EVERY = 0.3
_LOGS_EVERY = 30.0
_LOG_SIZE = 50 << 20  # bytes
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 30.0  # seconds before a dead process is started again
_STEADY = 60.0  # a process that lived this long starts afresh with the first pause


@dataclass
class Child:
    """A process and its present life."""

    process: Process
    popen: "subprocess.Popen[bytes] | None" = None
    since: float = 0.0  # unix time
    begun: float = 0.0  # monotonic
    due: float = 0.0  # monotonic time of the next start
    restarts: int = 0
    quick_deaths: int = 0
    last_end: str = ""

    def describe(self) -> dict[str, object]:
        """Return what status shows."""
        return {
            "name": self.process.name,
            "pid": self.popen.pid if self.popen else None,
            "since": self.since,
            "restarts": self.restarts,
            "last_end": self.last_end,
        }


class Supervisor:
    """Runs until a signal says stop; the database is kept alive by `keep_database`."""

    def __init__(
        self,
        layout: Layout,
        processes: Sequence[Process],
        keep_database: Callable[[], bool],
        facts: dict[str, object],
    ) -> None:
        self.layout = layout
        self.children = [Child(process) for process in processes]
        self.keep_database = keep_database
        self.facts = facts
        self.stopping = threading.Event()
        self.hurry = False
        self.renew = False
        self.since = time.time()
        self._next_database = self._next_logs = 0.0
        self._database_pause = _DATABASE_EVERY

    def listen_to_signals(self) -> None:
        """Stop on Ctrl-C, TERM and a hung-up terminal; USR1 renews all processes."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGUSR1, self._renew)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.hurry = self.stopping.is_set() and number == signal.SIGINT
        self.stopping.set()

    def _renew(self, number: int, frame: FrameType | None) -> None:
        self.renew = True

    def run(self, each_round: Callable[[], None]) -> None:
        """Supervise until told to stop; `each_round` is called about ten times a second."""
        try:
            while not self.stopping.is_set():
                self.look_after()
                each_round()
                self.stopping.wait(_LOOK_EVERY)
        finally:
            self.stop_all()

    def look_after(self) -> None:
        """Do one round: bury, start, keep the database, trim the logs."""
        if self._holds_still():
            return
        now = time.monotonic()
        if self.renew:
            self.renew = False
            self._renew_all()
        for child in self.children:
            self._bury(child, now)
            if child.popen is None and now >= child.due:
                self._start(child, now)
        if now >= self._next_database:
            self._look_after_database()
            self._next_database = time.monotonic() + self._database_pause
        if now >= self._next_logs:
            self._next_logs = now + _LOGS_EVERY
            trim_logs(self.layout.logs)

    def _holds_still(self) -> bool:
        """Stop all processes while a restore puts another database in place; say whether it does.

        The sockets stay ours: whoever connects meanwhile waits instead of being refused.
        """
        held = state.is_held(self.layout)
        if held != bool(self.facts.get("held")):
            self.facts["held"] = held
            if held:
                self._renew_all()
            self.write_status()
        return held

    def _look_after_database(self) -> None:
        try:
            if self.keep_database():
                say("数据库已重新启动", "the database had died and was started again")
        except Trouble as trouble:
            # its orphans may still be ending, or the disk is full: tried again, less and less often
            complain(trouble)
            self._database_pause = min(_LONGEST_PAUSE, self._database_pause * 2)
        else:
            self._database_pause = _DATABASE_EVERY

    def _start(self, child: Child, now: float) -> None:
        process = child.process
        try:
            with self.log_of(process).open("ab") as log:
                child.popen = subprocess.Popen(
                    process.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **process.extra, "ZHIHUI_PROCESS": process.name},
                    pass_fds=[sock.fileno() for sock in process.sockets],
                    start_new_session=True,  # Ctrl-C on the terminal reaches the supervisor alone
                )
        except OSError as error:  # no memory, no file: that may pass
            self._postpone(child, now, str(error))
            return
        child.since, child.begun = time.time(), now
        self.write_status()

    def _bury(self, child: Child, now: float) -> None:
        if child.popen is None or child.popen.poll() is None:
            return
        end_group(child.popen.pid)
        how = exit_words(child.popen.returncode)
        child.popen = None
        if now - child.begun > _STEADY:
            child.quick_deaths = 0
        self._postpone(child, now, how)

    def _postpone(self, child: Child, now: float, how: str) -> None:
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**child.quick_deaths)
        child.due, child.last_end = now + pause, how
        child.restarts += 1
        child.quick_deaths += 1
        say(
            f"{child.process.name} 已退出（{how}），{pause:.1f} 秒后重启，"
            f"日志 {self.log_of(child.process)}",
            f"— {child.process.name} ended ({how}), again in {pause:.1f} s",
        )
        self.write_status()

    def log_of(self, process: Process) -> Path:
        """Return where the process writes."""
        return self.layout.logs / f"{process.name}.log"

    def alive(self) -> list[Child]:
        """Return the children that run now."""
        return [child for child in self.children if child.popen and child.popen.poll() is None]

    def _renew_all(self) -> None:
        say("正在重启全部进程", "renewing all processes")
        for kind in self._kinds():
            self._stop_kind(kind)
        for child in self.children:
            child.popen, child.due = None, 0.0

    def stop_all(self) -> None:
        """Stop web, gateway and worker in this order; what does not end in its time is killed."""
        for kind in self._kinds():
            self._stop_kind(kind)
        for child in self.children:
            (self.layout.run / f"{child.process.name}.pid").unlink(missing_ok=True)
        (self.layout.run / "status.json").unlink(missing_ok=True)

    def _kinds(self) -> list[str]:
        return list(dict.fromkeys(child.process.kind for child in self.children))

    def _stop_kind(self, kind: str) -> None:
        ending = [child for child in self.alive() if child.process.kind == kind]
        with step(f"停止 {kind}", f"stopping {kind}"):
            for child in ending:
                tell(child, signal.SIGTERM)
            deadline = time.monotonic() + max((c.process.grace for c in ending), default=0.0)
            while any(is_alive(child) for child in ending):
                if self.hurry or time.monotonic() > deadline:
                    break
                time.sleep(0.05)
        for child in ending:
            if is_alive(child):
                say(f"{child.process.name} 未按时退出，强制结束", "did not end in time: killed")
            finish(child)

    def write_status(self) -> None:
        """Leave for `status`, `down` and `doctor` what runs."""
        described = [child.describe() for child in self.children]
        value = {**self.facts, "pid": os.getpid(), "since": self.since, "processes": described}
        with contextlib.suppress(OSError):  # a full disk must not end what still runs
            state.write_json(self.layout.run / "status.json", value)
            for child in self.children:
                _write_pid(self.layout.run / f"{child.process.name}.pid", child)


def _write_pid(path: Path, child: Child) -> None:
    if child.popen is None:
        path.unlink(missing_ok=True)
    else:
        state.write_text(path, f"{child.popen.pid}\n")


def is_alive(child: Child) -> bool:
    """Say whether the child's process still runs."""
    return child.popen is not None and child.popen.poll() is None


def tell(child: Child, number: signal.Signals) -> None:
    """Send a signal to a child that may be gone already."""
    if child.popen is not None:
        with contextlib.suppress(ProcessLookupError):
            child.popen.send_signal(number)


def finish(child: Child) -> None:
    """Kill what is left of a child and its own children, and collect it."""
    if child.popen is None:
        return
    end_group(child.popen.pid)
    child.popen.wait()


def end_group(pid: int) -> None:
    """Kill a process group, so that no grandchild outlives its parent."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def trim_logs(folder: Path, size: int = _LOG_SIZE) -> None:
    """Keep each log under `size` bytes and one older copy (writers append, so that is safe)."""
    for path in folder.glob("*.log"):
        if path.stat().st_size > size:
            with contextlib.suppress(OSError):  # no room for the copy is a reason to cut, too
                shutil.copyfile(path, path.with_name(path.name + ".1"))
            os.truncate(path, 0)
