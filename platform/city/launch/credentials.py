"""Keys and passwords that are made at first start and kept under ZHIHUI_DATA, mode 600."""

import os
import secrets
from pathlib import Path

from city.launch.layout import Layout

_LETTERS = "abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"  # none that look alike


def password(length: int = 16) -> str:
    """Return a password that can be read out and typed (about 90 bits at 16 letters)."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def read(layout: Layout, name: str) -> str:
    """Return a kept secret, or "" when there is none."""
    path = layout.secrets / name
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def write(layout: Layout, name: str, value: str) -> None:
    """Keep a secret, whole or not at all, readable by its owner only from the first byte."""
    layout.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_private(layout.secrets / name, value)


def _write_private(path: Path, value: str) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(value + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def ensure(layout: Layout, name: str, value: str) -> str:
    """Return the kept secret; keep `value` if there is none yet."""
    kept = read(layout, name)
    if kept:
        return kept
    write(layout, name, value)
    return value
