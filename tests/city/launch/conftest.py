"""A data folder of one's own, and a way to wait."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from city.launch.layout import Layout


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no setting of the machine that runs the tests reach the launcher under test."""
    for name in list(os.environ):
        if name.startswith("ZHIHUI_") or name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(name)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A data folder; for root's tests it lies where the database's own user cannot enter."""
    made = Layout(tmp_path / "var")
    made.make()
    return made


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Wait for a condition, and say which one never came."""

    def wait(condition: Callable[[], object], what: str, limit: float = 30.0) -> None:
        deadline = time.monotonic() + limit
        while not condition():
            assert time.monotonic() < deadline, f"never came: {what}"
            time.sleep(0.05)

    return wait
