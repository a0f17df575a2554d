"""The tree's own rules that no linter sees."""

import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "root_packages"
]


def test_platform_is_a_source_root_and_never_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert not (ROOT / "platform.py").exists()
    assert not (ROOT / "tests" / "platform").exists()


@pytest.mark.parametrize("name", PACKAGES)
def test_no_package_is_called_like_a_standard_module(name: str) -> None:
    assert name not in sys.stdlib_module_names


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_is_found_in_our_folder(name: str) -> None:
    found = find_spec(name)
    assert found is not None and found.origin is not None
    assert Path(found.origin).is_relative_to(ROOT)


@pytest.mark.parametrize("banned", ["services.py", "utils.py", "helpers.py", "signals.py"])
def test_nothing_hides_in_a_drawer(banned: str) -> None:
    ours = [ROOT / "platform", *(ROOT / name for name in ("alerts", "layers", "tiles", "frontend"))]
    assert not [path for folder in ours for path in folder.rglob(banned)]


def test_imports_point_down() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_only_actions_write_to_the_feed() -> None:
    allowed = {"actions.py", "rulebook.py", "log.py", "telling.py"}
    writers = [
        path.relative_to(ROOT)
        for folder in ("platform", "alerts", "layers", "tiles", "frontend")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"from feed.log import[^\n]*\brecord\b", path.read_text(encoding="utf-8"))
        and path.name not in allowed
    ]
    assert not writers


def test_commands_start_at_once() -> None:
    """Django's checks load every page of the city; `test_the_whole_city_passes` runs them once."""
    folders = [ROOT / "platform", *(ROOT / name for name in ("alerts", "layers", "tiles"))]
    commands = [path for one in folders for path in one.rglob("management/commands/[!_]*.py")]
    assert len(commands) > 15
    for path in commands:
        assert "class Command(Job):" in path.read_text(encoding="utf-8"), path


def test_the_whole_city_passes_djangos_checks() -> None:
    call_command("check", fail_level="WARNING")
