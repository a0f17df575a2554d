"""The whole launcher on a data folder of its own: real cluster, real processes, real signals."""

import contextlib
import fcntl
import os
import pty
import signal
import socket
import ssl
import stat
import subprocess
import termios
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from city.launch import database, ports, state
from city.launch.layout import ROOT, Layout
from feed.picture import END

Wait = Callable[..., None]


class House:
    """One installation under test: its folder, its ports, its commands."""

    command = str(ROOT / "zhihui")

    def __init__(self, data: Path) -> None:
        self.layout = Layout(data)
        self.port = free_port()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("ZHIHUI_")},
            "ZHIHUI_DATA": str(data),
            "ZHIHUI_HTTP_PORT": str(self.port),
            "ZHIHUI_HJ212_PORT": "0",
            "ZHIHUI_JT808_PORT": "0",
            "ZHIHUI_DEMO": "0",
        }
        self.env.pop("DATABASE_URL", None)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command and return it running."""
        return subprocess.Popen(
            [self.command, *words],
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def call(self, *words: str, limit: float = 90.0) -> tuple[int, str]:
        """Run a command to its end and return its code and what it said."""
        process = self.start(*words)
        try:
            said, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return process.returncode, said


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with ports.bind("127.0.0.1", 0) as sock:
        port: int = sock.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """An installation that is stopped when its tests are over."""
    made = House(tmp_path_factory.mktemp("house") / "var")
    yield made
    made.call("down")


@pytest.fixture
def running(house: House) -> Iterator[None]:
    """Have it running, from whatever state the last test left."""
    code, said = house.call("up", "--detach")
    assert code == 0, said
    yield


def answers(house: House) -> bool:
    """Say whether the sign-in page comes."""
    try:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{house.port}/admin/login/", timeout=5
        ) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def processes_of(house: House) -> list[str]:
    """Return the command lines that belong to this data folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes()
            around = (folder / "environ").read_bytes()
            if str(house.layout.data).encode() in words + around:
                found.append(words.replace(b"\0", b" ").decode())
    return found


def pid_of(house: House, name: str) -> int:
    path = house.layout.run / f"{name}.pid"
    return int(path.read_text()) if path.exists() else 0


def change(house: House, statement: str) -> list[tuple[object, ...]]:
    """Run a statement as the application would."""
    url = (house.layout.secrets / "database_url").read_text().strip()
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_from_nothing_to_a_running_city(house: House) -> None:
    code, said = house.call("up", "--detach")
    assert code == 0, said
    assert f"http://127.0.0.1:{house.port}/" in said
    password = (house.layout.secrets / "admin_password").read_text().strip()
    assert said.count(password) == 1
    assert answers(house)
    for path in house.layout.secrets.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert change(house, "SELECT username, role FROM people_user") == [("admin", "admin")]


@pytest.mark.usefixtures("running")
def test_a_second_start_says_so_and_changes_nothing(house: House) -> None:
    before = pid_of(house, "web-1")
    code, said = house.call("up")
    assert code == 3
    assert f"http://127.0.0.1:{house.port}/" in said and "./zhihui down" in said
    code, said = house.call("up", "--detach")
    assert code == 0
    assert "已在运行" in said
    assert pid_of(house, "web-1") == before


@pytest.mark.usefixtures("running")
def test_status_and_doctor_find_all_well(house: House, eventually: Wait) -> None:
    code, said = house.call("status")
    assert code == 0, said
    for name in ("web-1", "web-2", "gateway", "worker", "database"):
        assert name in said
    eventually(lambda: house.call("doctor")[0] == 0, "a clean bill of health")


@pytest.mark.usefixtures("running")
def test_doctor_names_what_a_follower_of_the_feed_missed(house: House) -> None:
    with psycopg.connect(database.url_of(house.layout)) as held:
        held.execute(
            "INSERT INTO feed_missed (reader, seq, reason, at)"
            " VALUES ('closures', 7, 'ValueError: no', now())"
        )
        held.commit()
        code, said = house.call("doctor")
        held.execute("DELETE FROM feed_missed")
    assert code == 1 and "closures #7: ValueError: no" in said


@pytest.mark.usefixtures("running")
def test_doctor_names_a_loose_secret_and_its_remedy(house: House) -> None:
    path = house.layout.secrets / "secret_key"
    path.chmod(0o644)
    code, said = house.call("doctor")
    path.chmod(0o600)
    assert code == 1
    assert f"chmod -R go= {house.layout.secrets}" in said


@pytest.mark.usefixtures("running")
def test_a_killed_web_process_refuses_nobody(house: House, eventually: Wait) -> None:
    old = pid_of(house, "web-1")
    os.kill(old, signal.SIGKILL)
    eventually(lambda: answers(house) and pid_of(house, "web-1") not in (0, old), "a new web-1")
    assert answers(house)


@pytest.mark.usefixtures("running")
def test_a_killed_database_is_back_within_seconds(house: House, eventually: Wait) -> None:
    lock = house.layout.cluster / "postmaster.pid"
    old = lock.read_text().split("\n")[0]
    os.kill(int(old), signal.SIGKILL)

    def is_back() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            return change(house, "SELECT 1") == [(1,)]
        return False

    eventually(is_back, "the database")
    assert lock.read_text().split("\n")[0] != old


@pytest.mark.usefixtures("running")
def test_a_killed_supervisor_takes_its_children_along(house: House, eventually: Wait) -> None:
    pid = state.supervisor_pid(house.layout)
    assert pid
    children = [pid_of(house, name) for name in ("web-1", "web-2", "gateway", "worker")]
    os.kill(pid, signal.SIGKILL)
    eventually(
        lambda: not any(Path(f"/proc/{child}/environ").exists() for child in children),
        "their end",
    )
    code, said = house.call("up", "--detach")
    assert code == 0, said
    assert answers(house)


@pytest.mark.usefixtures("running")
def test_a_backup_brings_everything_back_while_it_runs(house: House, tmp_path: Path) -> None:
    media = house.layout.data / "media"
    media.mkdir(exist_ok=True)
    (media / "photo.jpg").write_bytes(b"before")
    change(house, "UPDATE people_user SET name_en = 'before'")
    change(
        house,
        "INSERT INTO layers_state (layer, version, count, thinned_to, updated_at, simulated,"
        " path, source, raster) VALUES ('places', 3, 1, -1, now(), false, '', '', '{}')",
    )
    origin = change(house, END)
    key = (house.layout.secrets / "secret_key").read_text()
    saved = tmp_path / "state.tar"
    assert house.call("backup", str(saved))[0] == 0
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600

    (media / "photo.jpg").write_bytes(b"after")
    (media / "later.jpg").write_bytes(b"after")
    change(house, "UPDATE people_user SET name_en = 'after'")
    (house.layout.secrets / "secret_key").write_text("another")

    code, said = house.call("restore", str(saved))
    assert code == 0, said
    assert [path.name for path in media.iterdir()] == ["photo.jpg"]
    assert (media / "photo.jpg").read_bytes() == b"before"
    assert change(house, "SELECT name_en FROM people_user") == [("before",)]
    assert (house.layout.secrets / "secret_key").read_text() == key
    assert list(house.layout.backups.glob("before-restore-*.tar"))
    assert change(house, END) != origin  # cursors from before are answered by a snapshot
    # browsers keep a version's tiles for good
    assert change(house, "SELECT version > 3 FROM layers_state WHERE layer = 'places'") == [(True,)]


def test_a_pending_migration_is_preceded_by_a_copy(house: House) -> None:
    house.call("down")
    code, said = house.call("manage", "migrate", "axes", "zero")
    assert code == 0, said
    code, said = house.call("up", "--detach")
    assert code == 0, said
    copies = list(house.layout.backups.glob("before-migration-*.tar"))
    assert len(copies) == 1
    # and with nothing pending there is none
    house.call("down")
    assert house.call("up", "--detach")[0] == 0
    assert list(house.layout.backups.glob("before-migration-*.tar")) == copies


def test_down_leaves_nothing_and_may_be_repeated(house: House, eventually: Wait) -> None:
    assert house.call("down")[0] == 0
    eventually(lambda: not processes_of(house), "the end of all processes")
    assert house.call("down")[0] == 0
    assert house.call("status")[0] == 3


def test_a_command_on_a_stopped_system_borrows_the_database(house: House) -> None:
    house.call("down")
    code, said = house.call("manage", "showmigrations", "people")
    assert code == 0
    assert "[X] 0001_initial" in said
    assert not (house.layout.cluster / "postmaster.pid").exists()


def test_a_failing_command_gives_its_code(house: House) -> None:
    code, said = house.call("manage", "no_such_command")
    assert code != 0
    assert "no_such_command" in said


def test_a_taken_port_is_said_at_once(house: House) -> None:
    house.call("down")
    with socket.create_server(("127.0.0.1", house.port)):
        code, said = house.call("up")
    assert code == 1
    assert f"ZHIHUI_HTTP_PORT={house.port + 1}" in said


def test_of_two_starts_at_once_one_runs_and_one_says_so(house: House, eventually: Wait) -> None:
    house.call("down")
    both = [house.start("up") for _ in range(2)]
    eventually(lambda: any(start.poll() is not None for start in both), "the loser's end")
    loser, winner = sorted(both, key=lambda start: start.poll() is None)
    assert loser.returncode == 3
    eventually(lambda: answers(house), "the winner's page")
    winner.terminate()
    assert winner.wait(60) == 0
    for start in both:
        start.communicate()


def test_ctrl_c_stops_all_of_it(house: House, eventually: Wait) -> None:
    house.call("down")
    start = house.start("up")
    eventually(lambda: state.status(house.layout).get("ready"), "readiness")
    os.killpg(start.pid, signal.SIGINT)
    said, _ = start.communicate(timeout=60)
    assert start.returncode == 0, said
    eventually(lambda: not processes_of(house), "the end of all processes")


def test_ctrl_c_during_the_preparation_leaves_nothing(house: House, eventually: Wait) -> None:
    house.call("down")
    start = house.start("up")
    eventually(lambda: (house.layout.cluster / "postmaster.pid").exists(), "the database")
    os.killpg(start.pid, signal.SIGINT)
    said, _ = start.communicate(timeout=60)
    assert start.returncode in (0, 130), said
    eventually(lambda: not processes_of(house), "the end of all processes")


def test_a_hung_up_terminal_stops_all_of_it(house: House, eventually: Wait) -> None:
    house.call("down")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(house.command, [house.command, "up"], house.env)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, b"\x30\0\xa0\0\0\0\0\0")
    drained = _drain(terminal)
    eventually(lambda: next(drained) and state.status(house.layout).get("ready"), "readiness")
    os.close(terminal)
    eventually(lambda: not processes_of(house), "the end of all processes", 60.0)
    os.waitpid(pid, 0)


def _drain(terminal: int) -> Iterator[bool]:
    os.set_blocking(terminal, False)
    while True:
        with contextlib.suppress(BlockingIOError):
            os.read(terminal, 65536)
        yield True


def test_https_from_the_launcher_itself(house: House, eventually: Wait, tmp_path: Path) -> None:
    house.call("down")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    words = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    )
    files = ["-keyout", str(key), "-out", str(certificate)]
    address = ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", *words.split(), *address, *files], check=True, capture_output=True)
    tls = {"ZHIHUI_TLS_CERT": str(certificate), "ZHIHUI_TLS_KEY": str(key)}
    house.env |= tls
    try:
        code, said = house.call("up", "--detach")
        assert code == 0, said
        assert f"https://127.0.0.1:{house.port}/" in said
        trusted = ssl.create_default_context(cafile=str(certificate))
        page_address = f"https://127.0.0.1:{house.port}/admin/login/"
        with urllib.request.urlopen(page_address, context=trusted, timeout=5) as page:
            assert page.headers["Strict-Transport-Security"]
        house.call("down")
        del house.env["ZHIHUI_TLS_KEY"]
        code, said = house.call("up")
        assert code == 1
        assert "ZHIHUI_TLS_KEY" in said
    finally:
        for name in tls:
            house.env.pop(name, None)
