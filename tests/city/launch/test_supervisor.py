"""The supervisor with real processes: what dies comes back, what is stopped is gone."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from city.launch import state
from city.launch.layout import Layout
from city.launch.processes import Process
from city.launch.speech import Trouble
from city.launch.supervisor import Supervisor, trim_logs

Wait = Callable[..., None]

GOOD = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: exit(0)); {}; time.sleep(99)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(99)"
FAILING = "import sys; print('no such thing'); sys.exit(4)"
PARENT = (
    "import subprocess, sys, time;"
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(99)']);"
    "open(sys.argv[1], 'w').write(str(p.pid)); time.sleep(99)"
)


def process(name: str, code: str = GOOD.format("0"), *words: str, grace: float = 5.0) -> Process:
    return Process(name, (sys.executable, "-c", code, *words), grace=grace)


@contextmanager
def running(layout: Layout, *processes: Process) -> Iterator[Supervisor]:
    """Run a supervisor in a thread, so that the test can look on."""
    supervisor = Supervisor(layout, processes, lambda: False, {"address": "nowhere"})
    thread = threading.Thread(target=supervisor.run, args=(lambda: None,))
    thread.start()
    try:
        yield supervisor
    finally:
        supervisor.stopping.set()
        thread.join(30)
        assert not thread.is_alive()


def pid_of(layout: Layout, name: str) -> int:
    path = layout.run / f"{name}.pid"
    text = path.read_text().strip() if path.exists() else ""
    return int(text or 0)


def exists(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_killed_process_comes_back_alone(layout: Layout, eventually: Wait) -> None:
    with running(layout, process("web-1"), process("worker")):
        eventually(lambda: pid_of(layout, "web-1") and pid_of(layout, "worker"), "both")
        web, worker = pid_of(layout, "web-1"), pid_of(layout, "worker")
        os.kill(web, signal.SIGKILL)
        eventually(lambda: pid_of(layout, "web-1") not in (0, web), "a new web")
        assert pid_of(layout, "worker") == worker
        described = {p["name"]: p for p in state.status(layout)["processes"]}
        assert described["web-1"]["restarts"] == 1
        assert described["web-1"]["last_end"] == "SIGKILL"


def test_what_keeps_failing_waits_longer_each_time(layout: Layout, eventually: Wait) -> None:
    with running(layout, process("worker", FAILING)) as supervisor:
        child = supervisor.children[0]
        eventually(lambda: child.restarts >= 4, "four ends")
        assert child.last_end == "exit 4"
        assert child.due - time.monotonic() > 0.8
    assert (layout.logs / "worker.log").read_text().count("no such thing") >= 4


def test_stopping_leaves_nothing(layout: Layout, eventually: Wait) -> None:
    note = layout.data / "grandchild"
    with running(layout, process("worker", PARENT, str(note))):
        eventually(lambda: note.exists() and note.read_text(), "the grandchild")
        eventually(lambda: pid_of(layout, "worker"), "its number")
        pids = [pid_of(layout, "worker"), int(note.read_text())]
    eventually(lambda: not any(exists(pid) for pid in pids), "the end of both")
    assert not list(layout.run.glob("*.pid"))
    assert state.status(layout) == {}


def test_one_that_does_not_listen_is_killed_after_its_time(
    layout: Layout, eventually: Wait
) -> None:
    with running(layout, process("worker", DEAF, grace=0.3)) as supervisor:
        eventually(lambda: pid_of(layout, "worker"), "the process")
        pid = pid_of(layout, "worker")
        supervisor.stopping.set()
    assert not exists(pid)


def test_web_ends_before_gateway_before_worker(layout: Layout, eventually: Wait) -> None:
    log = layout.data / "order"
    last_words = (
        "import atexit, sys; atexit.register(lambda: open(sys.argv[1], 'a').write(sys.argv[2]))"
    )
    code = GOOD.format(last_words)
    names = ("web-1", "web-2", "gateway", "worker")
    with running(layout, *(process(n, code, str(log), n[0]) for n in names)):
        # A process lives a moment before its number is written down.
        eventually(lambda: all(pid_of(layout, n) for n in names), "all of them")
        eventually(lambda: all(_ready(pid_of(layout, n)) for n in names), "their handlers")
    assert log.read_text() == "wwgw"


def _ready(pid: int) -> bool:
    """Say whether the process catches TERM yet."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    caught = next(int(line.split()[1], 16) for line in lines if line.startswith("SigCgt"))
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def test_renewing_starts_all_of_them_anew(layout: Layout, eventually: Wait) -> None:
    with running(layout, process("web-1"), process("worker")) as supervisor:
        eventually(lambda: pid_of(layout, "web-1") and pid_of(layout, "worker"), "both")
        before = {pid_of(layout, "web-1"), pid_of(layout, "worker")}
        supervisor.renew = True
        eventually(
            lambda: (
                not {0, *before} & {pid_of(layout, "web-1"), pid_of(layout, "worker")}
                and len(supervisor.alive()) == 2
            ),
            "new ones",
        )


def test_a_database_that_does_not_come_back_at_once_stops_nothing(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> bool:
        raise Trouble("数据库没有起来", "the database did not start")

    supervisor = Supervisor(layout, [], fail, {})
    supervisor.look_after()
    assert "数据库没有起来" in capsys.readouterr().err


def test_logs_stay_small_while_they_are_written(layout: Layout) -> None:
    path = layout.logs / "web-1.log"
    with path.open("ab", buffering=0) as writer:
        writer.write(b"x" * 2000)
        trim_logs(layout.logs, size=1000)
        writer.write(b"y")
    assert path.read_bytes() == b"y"
    assert (layout.logs / "web-1.log.1").stat().st_size == 2000


def test_a_command_that_does_not_exist_is_tried_again(layout: Layout, eventually: Wait) -> None:
    with running(layout, Process("worker", ("/no/such/program",)), process("web-1")) as supervisor:
        eventually(lambda: supervisor.children[0].restarts >= 2, "a second try")
        assert "No such file" in supervisor.children[0].last_end
        eventually(lambda: pid_of(layout, "web-1"), "the other one")


def test_a_full_disk_ends_nothing(layout: Layout, eventually: Wait) -> None:
    with running(layout, process("web-1")) as supervisor:
        eventually(lambda: pid_of(layout, "web-1"), "the process")
        (layout.run / "status.json").unlink()
        (layout.run / "status.json").mkdir()  # nothing can be written there
        os.kill(pid_of(layout, "web-1"), signal.SIGKILL)
        eventually(lambda: supervisor.children[0].restarts and supervisor.alive(), "a new one")
        (layout.run / "status.json").rmdir()


def test_it_holds_still_as_long_as_a_restore_lasts(layout: Layout, eventually: Wait) -> None:
    with running(layout, process("web-1"), process("worker")) as supervisor:
        eventually(lambda: len(supervisor.alive()) == 2, "both")
        with state.held(layout):
            eventually(lambda: state.status(layout).get("held"), "its word")
            assert not supervisor.alive()
        eventually(lambda: len(supervisor.alive()) == 2, "both again")
        eventually(lambda: not state.status(layout)["held"], "its word")
