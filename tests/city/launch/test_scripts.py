"""The launcher's shell part, the build machine's script and the container files are well formed."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from city.launch.layout import ROOT

SCRIPTS = Path(sysconfig.get_path("scripts"))
SHELL_SCRIPTS = (
    "zhihui",
    ".ci/run",
    "tests/fresh_machine.sh",
    "platform/city/launch/keep-wal.sh",
)


def call(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **more}
    return subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("script", SHELL_SCRIPTS)
def test_shell_scripts_have_no_known_fault(script: str) -> None:
    done = call(str(SCRIPTS / "shellcheck"), script)
    assert done.returncode == 0, done.stdout


def test_help_needs_nothing_installed(tmp_path: Path) -> None:
    shutil.copy(ROOT / "zhihui", tmp_path)
    done = call("dash", str(tmp_path / "zhihui"), "help")
    assert done.returncode == 0
    assert "./zhihui up" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["zhihui"]


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    shutil.copy(ROOT / "zhihui", tmp_path)
    (tmp_path / "file").touch()
    done = call("dash", str(tmp_path / "zhihui"), "up", ZHIHUI_DATA=str(tmp_path / "file" / "var"))
    assert done.returncode == 1
    assert "ZHIHUI_DATA" in done.stderr


def test_an_unknown_command_is_answered_with_the_known_ones() -> None:
    done = call(str(ROOT / "zhihui"), "dance")
    assert done.returncode == 2
    assert "'restore'" in done.stderr


def test_the_image_follows_the_rules() -> None:
    done = call(str(SCRIPTS / "hadolint"), "Dockerfile")
    assert done.returncode == 0, done.stdout


def test_the_services_are_well_formed_once_passwords_are_given() -> None:
    compose = str(SCRIPTS / "docker-compose")
    without = call(compose, "config", "--quiet")
    assert without.returncode != 0
    assert "set a password" in without.stderr
    named = ("DB", "ADMIN", "READER", "GEOSERVER")
    given = {f"ZHIHUI_{name}_PASSWORD": name for name in named}
    for name in given:
        less = {key: value for key, value in given.items() if key != name}
        assert call(compose, "config", "--quiet", **less).returncode != 0, name
    whole = call(compose, "config", "--services", **given)
    assert whole.returncode == 0, whole.stderr
    assert set(whole.stdout.split()) == {
        "db", "prepare", "web", "gateway", "worker", "publish", "geoserver",
    }  # fmt: skip
