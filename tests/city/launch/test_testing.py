"""`./zhihui test` on a cluster of its own, which is gone afterwards however it ends."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from city.launch import testing
from city.launch.layout import ROOT

Wait = Callable[..., None]

LOOK = """
import os, pathlib, time, psycopg
def test_it():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone() == (False,)
    pathlib.Path(__file__).with_name("seen").touch()
    {}
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A folder with one for temporary files in it."""
    (tmp_path / "tmp").mkdir()
    return tmp_path


def start(scratch: Path, last: str) -> "subprocess.Popen[str]":
    path = scratch / "test_look.py"
    path.write_text(LOOK.format(last))
    options = ["-p", "no:django", "-p", "no:cacheprovider", "-c", os.devnull, "-q"]
    return subprocess.Popen(
        [str(ROOT / "zhihui"), "test", *options, f"--rootdir={scratch}", str(path)],
        env={**os.environ, "TMPDIR": str(scratch / "tmp")},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def leftovers(scratch: Path) -> list[str]:
    return [path.name for path in (scratch / "tmp").iterdir() if path.name.startswith("zhihui")]


@pytest.mark.parametrize(("last", "code"), [("pass", 0), ("assert False", 1)])
def test_the_exit_code_says_it(scratch: Path, last: str, code: int) -> None:
    process = start(scratch, last)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == code, said
    assert leftovers(scratch) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_leaves_no_cluster(
    scratch: Path, number: signal.Signals, eventually: Wait
) -> None:
    process = start(scratch, "time.sleep(99)")
    eventually((scratch / "seen").exists, "the test's start")
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 128 + number, said
    assert leftovers(scratch) == []


def test_the_browser_code_is_tested_too() -> None:
    """Each file of tests there is among what `./zhihui test` runs."""
    run = [word for _, command in testing._script_tests() for word in command]
    there = sorted((ROOT / "tests").rglob("*.test.mjs"))
    assert there and {str(path) for path in there} <= set(run)
