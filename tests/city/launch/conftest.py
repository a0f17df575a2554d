"""A data folder of one's own, and the launcher called as a person calls it."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from city.launch import ports
from city.launch.layout import ROOT, Layout


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no setting of the machine that runs the tests reach the launcher under test."""
    for name in list(os.environ):
        if name.startswith("ZHIHUI_") or name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A data folder that the database's own user can reach too."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    made = Layout(tmp_path / "var")
    made.make()
    return made


@pytest.fixture
def eventually() -> Callable[[Callable[[], object], str], None]:
    """Wait for a condition, and say which one never came."""

    def wait(condition: Callable[[], object], what: str, limit: float = 30.0) -> None:
        deadline = time.monotonic() + limit
        while not condition():
            assert time.monotonic() < deadline, f"never came: {what}"
            time.sleep(0.05)

    return wait


class House:
    """One installation under test: its folder, its ports, its commands."""

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

    def start(self, *words: str, **more: object) -> "subprocess.Popen[str]":
        """Start a command and return it running."""
        command = [str(ROOT / "zhihui"), *words]
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            command,
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **more,
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
    folder = tmp_path_factory.mktemp("house")
    for part in (folder, *folder.parents[:2]):
        part.chmod(part.stat().st_mode | 0o055)
    made = House(folder / "var")
    yield made
    made.call("down")
