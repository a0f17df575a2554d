"""Typed reading of the environment: the only place that touches os.environ for settings."""

import os
from pathlib import Path


class BadSetting(SystemExit):
    """A variable holds what nothing can be made of; the process stops with the sentence."""


def text(name: str, default: str = "") -> str:
    """Return the variable, or the first line of the file that NAME_FILE points to."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE={path} cannot be read: {error.strerror}") from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    """Return a yes/no variable; anything that is neither stops the start."""
    value = text(name).lower()
    if value in ("", "1", "0", "yes", "no", "true", "false", "on", "off"):
        return default if value == "" else value in ("1", "yes", "true", "on")
    raise BadSetting(f"{name}={value!r} is neither 1 nor 0: set it to 1 or 0")


def number(name: str, default: int, low: int = 0, high: int = 1 << 31) -> int:
    """Return a whole number within low … high."""
    value = text(name)
    if value == "":
        return default
    if not value.isdigit() or not low <= int(value) <= high:
        raise BadSetting(f"{name}={value!r} is not a whole number from {low} to {high}")
    return int(value)


def folder(name: str, default: Path) -> Path:
    """Return an absolute folder path; the folder itself is made by whoever writes to it."""
    return Path(text(name) or default).expanduser().resolve()


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without empty entries."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
