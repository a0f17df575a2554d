"""Reading a file as an import does, without the database."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from layers.importing import opening
from layers.importing.format import Choice
from tests.layers.handed import Held, Read


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what a test hands in and makes in a folder of its own."""
    monkeypatch.setattr(settings, "DATA", tmp_path)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file handed in: read("a.csv", b"…", member="…", east="…")."""

    def made(name: str, content: bytes | Path, member: str = "", **said: str) -> Held:
        work = tmp_path / f"work{len(list(tmp_path.iterdir()))}"
        work.mkdir()
        kept = work / f"file{Path(name).suffix}"
        if isinstance(content, Path):
            shutil.copy(content, kept)
        else:
            kept.write_bytes(content)
        inside = work / "inside"
        inside.mkdir()
        meant = opening.meant(kept, inside, member)
        assert meant.format is not None
        return Held.of(meant.format.read(meant.path, Choice(meant.dataset, **said)))

    return made
