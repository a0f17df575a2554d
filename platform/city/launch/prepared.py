"""Whether this very version has prepared the database: a second start need not ask Django then.

Asked are the migrations on disk (ours, and by the lock file those of the libraries) and the table
of applied ones: whoever migrates, restores or swaps the database changes the answer.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg

from city.launch import database, state
from city.launch.layout import ROOT, Layout

_APPLIED = "SELECT count(*), max(id), min(applied)::text FROM django_migrations"


def is_prepared(layout: Layout) -> bool:
    """Say whether nothing has changed since `remember`."""
    if (layout.data / "demo.pending").exists():
        return False
    try:
        kept = json.loads(_file(layout).read_text())
    except (OSError, ValueError):
        return False
    return bool(kept == _facts(layout))


def remember(layout: Layout) -> None:
    """Keep what the database was prepared for."""
    state.write_json(_file(layout), _facts(layout))


def _file(layout: Layout) -> Path:
    return layout.run / "prepared.json"


def _facts(layout: Layout) -> dict[str, object]:
    return {"files": _fingerprint(), "applied": _applied(layout)}


def _applied(layout: Layout) -> list[object]:
    try:
        with psycopg.connect(database.url_of(layout)) as connection:
            row = connection.execute(_APPLIED).fetchone()
    except psycopg.errors.UndefinedTable:
        return []
    return list(row or ())


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in _migration_files():
        digest.update(path.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _migration_files() -> Iterator[Path]:
    yield ROOT / "requirements.lock"
    for pattern in ("platform/*/migrations/*.py", "[a-z]*/migrations/*.py"):
        yield from sorted(ROOT.glob(pattern))
