"""`up`: everything from an empty folder to a running city."""

import contextlib
import json
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from city import env
from city.launch import archiving, children, credentials, database, ports, prepared, probe, state
from city.launch.layout import Layout
from city.launch.processes import BACKLOG, MANAGE, all_processes
from city.launch.speech import Trouble, complain, say, show
from city.launch.supervisor import Supervisor

_PROBE_EVERY = 0.3  # seconds
_PATIENCE = 90.0  # seconds until it is said what is not ready
_GATEWAYS = (("ZHIHUI_HJ212_PORT", 9212), ("ZHIHUI_JT808_PORT", 9808))


def up(layout: Layout, ready_fd: int | None = None) -> int:
    """Start everything and stay until told to stop; `ready_fd` is told when all is ready."""
    layout.make()
    lock = state.take(layout)
    if lock is None:
        raise already_running(layout)
    with lock:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # nothing to renew yet
        _raise_file_limit()
        layout.check_disk()
        _check_certificate()
        credentials.ensure(layout, "secret_key", secrets.token_urlsafe(48))
        with _web_socket() as sock:
            _check_gateway_ports()
            with database.serving(layout, archiving.settle):
                report = prepare(layout)
                _listen(sock)
                return _supervise(layout, sock, report, ready_fd)


def already_running(layout: Layout) -> Trouble:
    """Say that this data folder has its supervisor, and where it answers."""
    running = state.status(layout)
    address = running.get("address", "…")
    pid = state.supervisor_pid(layout)
    return Trouble(
        f"指挥已在运行：{address}（进程 {pid}）。停止用 ./zhihui down；"
        "另开一套请设 ZHIHUI_DATA 与 ZHIHUI_HTTP_PORT。",
        f"Zhihui runs already at {address} (pid {pid}). Stop it by ./zhihui down; for a second one "
        "set ZHIHUI_DATA and ZHIHUI_HTTP_PORT.",
        code=3,
    )


def _raise_file_limit() -> None:
    # thousands of sockets, each a file
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _check_certificate() -> None:
    for name in ("ZHIHUI_TLS_CERT", "ZHIHUI_TLS_KEY"):
        other = "ZHIHUI_TLS_KEY" if name.endswith("CERT") else "ZHIHUI_TLS_CERT"
        path = env.text(name)
        if env.text(other) and not path:
            raise Trouble(
                f"设置了 {other}，但缺少 {name}：两者须同时设置。",
                f"{other} is set but {name} is not: set both, or neither.",
            )
        if path and not os.access(path, os.R_OK):
            raise Trouble(
                f"无法读取 {name}={path}：检查路径与权限。",
                f"{name}={path} cannot be read: check the path and its permissions.",
            )


@contextlib.contextmanager
def _web_socket() -> Iterator[socket.socket]:
    """Claim the address early, so that a taken port is said before the long work."""
    host = env.text("ZHIHUI_BIND", "127.0.0.1")
    with contextlib.closing(ports.claim(host, probe.port(), "ZHIHUI_HTTP_PORT")) as sock:
        yield sock


def _listen(sock: socket.socket) -> None:
    host, port = sock.getsockname()[:2]
    try:
        sock.listen(BACKLOG)
    except OSError as error:  # somebody else was faster since we bound it
        raise ports.refused(host, port, "ZHIHUI_HTTP_PORT", error) from error
    sock.set_inheritable(True)


def _check_gateway_ports() -> None:
    host = env.text("ZHIHUI_BIND", "127.0.0.1")
    for variable, default in _GATEWAYS:
        port = env.number(variable, default, high=65535)
        if port:
            ports.claim(host, port, variable).close()


def prepare(layout: Layout) -> dict[str, object]:
    """Migrate, make the first administrator, load the demo city; return what was made."""
    if prepared.is_prepared(layout):
        return {}
    report = layout.run / "prepare.json"
    report.unlink(missing_ok=True)
    code = children.run(
        [sys.executable, "-P", MANAGE, "prepare", f"--report={report}"],
        {"ZHIHUI_LOG_LEVEL": "WARNING", **database.child_environment(layout)},
    )
    if code:
        raise Trouble(
            "数据库准备失败，原因见上。修正后再次运行 ./zhihui up 即可继续；"
            "./zhihui doctor 可帮助定位。",
            "The database could not be prepared; the reason stands above. Mend it and run "
            "./zhihui up again, it goes on from there; ./zhihui doctor helps to find the cause.",
        )
    made: dict[str, object] = json.loads(report.read_text())
    report.unlink()
    prepared.remember(layout)
    return made


@dataclass
class _Readiness:
    """Asks until the web says that all is ready; says so once, and once that it takes long."""

    layout: Layout
    supervisor: Supervisor
    report: dict[str, object]
    ready_fd: int | None
    begun: float = field(default_factory=time.monotonic)
    asked: float = 0.0
    ready: bool = False
    warned: bool = False

    def look(self) -> None:
        """Ask now and then; nothing more once ready."""
        now = time.monotonic()
        if self.ready or now - self.asked < _PROBE_EVERY:
            return
        self.asked = now
        self.ready, words = probe.readiness()
        if self.ready:
            self._welcome()
        elif not self.warned and now - self.begun > _PATIENCE:
            self.warned = True
            complain(_not_ready(self.layout, words))

    def _welcome(self) -> None:
        self.supervisor.facts["ready"] = True
        self.supervisor.write_status()
        for line in welcome(self.layout, self.report):
            show(line)
        if self.ready_fd is not None:
            _go_into_background(self.layout, self.ready_fd)


def _not_ready(layout: Layout, words: str) -> Trouble:
    return Trouble(
        f"服务尚未就绪（{words}）。仍在等待；日志在 {layout.logs}，体检用 ./zhihui doctor。",
        f"Not ready yet ({words}). Still waiting; logs are in {layout.logs}, ./zhihui doctor "
        "checks each part.",
    )


def welcome(layout: Layout, report: dict[str, object]) -> list[str]:
    """Return the lines that say where it runs and how to sign in; a password made now is shown."""
    made = report.get("made")
    shown = {
        name: credentials.read(layout, name) for name in (made if isinstance(made, list) else [])
    }
    lines = ["", f"  指挥已就绪 Zhihui is ready:  {probe.public_address()}", ""]
    if "demo_password" in shown:
        people = "admin, dispatcher, inspector, planner, responder, supervisor"
        lines += [
            f"  登录 Sign in as:   {people}",
            f"  密码 Password:     {shown['demo_password']}   （只显示这一次 shown this once）",
        ]
    if "admin_password" in shown:
        lines += [
            "  登录 Sign in as:   admin",
            f"  密码 Password:     {shown['admin_password']}   （只显示这一次 shown this once）",
        ]
    kept = sorted(path.name for path in layout.secrets.glob("*_password"))
    if kept:
        lines.append(f"  密码保存在 Kept in: {layout.secrets}/{{{','.join(kept)}}}")
    if not _is_loopback() and not env.text("ZHIHUI_HOSTS"):
        lines.append(
            "  其他设备须用已登记的名称访问 For other devices set ZHIHUI_HOSTS=name,address"
        )
    lines.append("  停止 Stop:         Ctrl-C, ./zhihui down")
    return [*lines, ""]


def _is_loopback() -> bool:
    return env.text("ZHIHUI_BIND", "127.0.0.1") in ("127.0.0.1", "::1", "localhost")


def _supervise(
    layout: Layout, sock: socket.socket, report: dict[str, object], ready_fd: int | None
) -> int:
    facts: dict[str, object] = {
        "address": probe.public_address(),
        "database": "private" if database.is_private() else "DATABASE_URL",
        "ready": False,
    }
    processes = all_processes(sock, _archives(layout))
    supervisor = Supervisor(layout, processes, lambda: database.revive(layout), facts)
    readiness = _Readiness(layout, supervisor, report, ready_fd)
    supervisor.listen_to_signals()
    say("启动 web、gateway、worker", "starting web, gateway, worker")
    supervisor.run(readiness.look)
    return 0


def _archives(layout: Layout) -> bool:
    return database.is_private() and database.cluster_of(layout).vault is not None


def _go_into_background(layout: Layout, ready_fd: int) -> None:
    """Leave the terminal to the waiting parent and go on with a log."""
    with (layout.logs / "up.log").open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    os.write(ready_fd, b"1")
    os.close(ready_fd)


def detach(layout: Layout) -> int:
    """Start `up` in a session of its own and return once it is ready."""
    if state.supervisor_pid(layout) is not None:
        trouble = already_running(layout)
        say(trouble.zh, trouble.en)
        return 0
    ours, theirs = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "city.launch", "up", f"--ready-fd={theirs}"],
        stdin=subprocess.DEVNULL,
        pass_fds=[theirs],
        start_new_session=True,
    )
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        try:
            ready = pipe.read(1)
        except KeyboardInterrupt:
            child.terminate()
            return child.wait() or 130
    return 0 if ready else child.wait() or 1
