"""A backup that is none, or one that reaches outside its folder, changes nothing."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from city.launch import archive, restore
from city.launch.layout import Layout
from city.launch.speech import Trouble


def make_tar(path: Path, **members: bytes) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, content in members.items():
            head = tarfile.TarInfo(name)
            head.size = len(content)
            tar.addfile(head, io.BytesIO(content))
    return path


def manifest(**changes: object) -> bytes:
    whole = {"format": 1, "version": archive.version(), "at": "2026-11-21T00:00:00+00:00"}
    return json.dumps(whole | changes).encode()


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, "not a whole backup"),
        ({"manifest.json": b"{"}, "not a whole backup"),
        ({"manifest.json": manifest()}, "not a whole backup"),
        ({"manifest.json": manifest(format=9), "database.dump": b"x"}, "not a whole backup"),
        ({"../outside": b"x"}, "unexpected member"),
        ({"/etc/outside": b"x"}, "unexpected member"),
        ({"elsewhere": b"x"}, "unexpected member"),
        ({"manifest.json": manifest(version="99.0"), "database.dump": b"x"}, "update the program"),
    ],
)
def test_what_is_no_backup_is_refused(
    layout: Layout, tmp_path: Path, members: dict[str, bytes], expected: str
) -> None:
    source = make_tar(tmp_path / "b.tar", **members)
    with pytest.raises(Trouble, match=expected):
        restore.bring_back(layout, source)
    assert not (tmp_path / "outside").exists()
    assert not list(layout.data.glob("restore-*"))
    assert not list(layout.backups.iterdir())


def test_a_link_in_a_backup_is_refused(layout: Layout, tmp_path: Path) -> None:
    source = tmp_path / "b.tar"
    with tarfile.open(source, "w") as tar:
        head = tarfile.TarInfo("media/link")
        head.type, head.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(head)
    with pytest.raises(Trouble, match="neither file nor folder"):
        restore.bring_back(layout, source)


def test_a_file_that_is_missing_is_said(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="not a whole backup"):
        restore.bring_back(layout, tmp_path / "nothing.tar")


def test_a_backup_into_no_folder_is_refused_before_the_work(layout: Layout) -> None:
    with pytest.raises(Trouble, match="does not exist"):
        archive.save(layout, layout.data / "none" / "b.tar")


def test_only_the_newest_safety_copies_are_kept(layout: Layout) -> None:
    for number in range(8):
        (layout.backups / f"before-migration-{number}.tar").touch()
    (layout.backups / "mine.tar").touch()
    archive.keep_newest(layout.backups, "before-migration-*.tar")
    kept = sorted(path.name for path in layout.backups.iterdir())
    assert kept == [*(f"before-migration-{n}.tar" for n in range(3, 8)), "mine.tar"]


class Vanishing(tarfile.TarFile):
    """Before each member is packed, somebody takes the file `gone` away."""

    gone: Path

    def add(self, name: object, *given: object, **more: object) -> None:
        self.gone.unlink(missing_ok=True)
        super().add(name, *given, **more)  # type: ignore[arg-type]


def test_what_was_handed_in_is_packed_and_what_goes_meanwhile_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "imports"
    (folder / "one").mkdir(parents=True)
    (folder / "one" / "wells.geojson").write_text("{}")
    (folder / "part").write_text("unfinished")
    with Vanishing.open(tmp_path / "b.tar", "w") as tar:
        assert isinstance(tar, Vanishing)
        tar.gone = folder / "part"
        archive.add_files(tar, folder)
    with tarfile.open(tmp_path / "b.tar") as tar:
        assert tar.getnames() == ["imports/one", "imports/one/wells.geojson"]
    assert "imports" in archive.FOLDERS
