"""WAL kept outside, base backups beside it: whole or not at all, and said when it fails."""

import datetime
import gzip
import os
import shutil
import subprocess
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from city.launch import (
    archivefindings,
    archiving,
    basebackup,
    credentials,
    database,
    exchange,
    keeper,
    turnback,
)
from city.launch.cluster import Cluster
from city.launch.layout import ROOT, Layout
from city.launch.speech import Trouble
from city.launch.vault import Vault

Wait = Callable[..., None]
KEEP_WAL = ROOT / "platform" / "city" / "launch" / "keep-wal.sh"


def keep_wal(path: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    words = ["sh", str(KEEP_WAL), str(path), path.name, str(folder)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_a_wal_file_is_kept_once_and_never_replaced_by_another(tmp_path: Path) -> None:
    path, folder = tmp_path / "000000010000000000000001", tmp_path / "it's a disk"
    folder.mkdir()
    path.write_bytes(b"wal" * 1000)
    assert keep_wal(path, folder).returncode == 0
    assert keep_wal(path, folder).returncode == 0  # PostgreSQL may ask again after a crash
    path.write_bytes(b"other")
    refused = keep_wal(path, folder)
    assert refused.returncode != 0 and "differs" in refused.stderr
    assert [each.name for each in folder.iterdir()] == [f"{path.name}.gz"]
    assert gzip.decompress((folder / f"{path.name}.gz").read_bytes()) == b"wal" * 1000


def test_a_folder_that_is_away_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "000000010000000000000001"
    path.write_bytes(b"wal")
    assert keep_wal(path, tmp_path / "away").returncode != 0
    assert not (tmp_path / "away").exists()


class City:
    """A private cluster that archives, without the city's processes."""

    def __init__(self, layout: Layout, archive: Path) -> None:
        self.layout, self.archive = layout, archive
        self.cluster = database.cluster_of(layout)

    @property
    def vault(self) -> Vault:
        return self.cluster.vault or Vault(Path("/nonexistent"))

    def ask(self, question: str) -> object:
        """Ask, or do, as the superuser."""
        port = urllib.parse.urlsplit(database.url_of(self.layout)).port or 0
        password = credentials.read(self.layout, "database_superuser")
        with database.superuser_connection(port, password, "city") as connection:
            cursor = connection.execute(question.encode())
            return (cursor.fetchone() or (None,))[0] if cursor.description else None

    def switch_wal(self) -> str:
        """End the present WAL file, so that it is archived; return its name."""
        self.ask("SELECT pg_current_xact_id()")
        return str(self.ask("SELECT pg_walfile_name(pg_switch_wal())"))

    def has_kept(self, name: str) -> bool:
        return (self.vault.wal / f"{name}.gz").exists()

    def sick(self) -> str:
        """Return what doctor finds wrong with the archive."""
        found = archivefindings.look(self.layout)
        return "\n".join(line for each in found if not each.good for line in each.lines())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for one city and its archive."""
    return tmp_path_factory.mktemp("city")


@pytest.fixture
def city(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[City]:
    """The module's city, archiving and serving."""
    layout = Layout(folder / "var")
    layout.make()
    archive = folder / "100% 'disk'"
    archive.mkdir(exist_ok=True)
    monkeypatch.setenv("ZHIHUI_ARCHIVE", str(archive))
    made = City(layout, archive)
    with database.serving(layout, archiving.settle):
        yield made
    made.cluster.stop()


def test_wal_goes_to_the_archive_compressed_and_may_come_late(city: City, eventually: Wait) -> None:
    assert city.ask("SHOW archive_mode") == "on"
    assert city.ask("SHOW archive_timeout") == "1min"
    name = city.switch_wal()
    eventually(lambda: city.has_kept(name), "the WAL file")
    assert city.vault.home == city.archive / str(city.cluster.identifier)

    away = city.vault.wal.rename(city.vault.home / "away")
    late = city.switch_wal()
    eventually(lambda: "cannot archive" in city.sick(), "the failure in doctor's words")
    assert "is away: check that its disk is mounted" in city.sick()
    assert "WAL piles up on the data disk" in city.sick()
    with pytest.raises(Trouble, match="is away"):
        basebackup.take(city.layout)
    away.rename(city.vault.wal)
    city.switch_wal()  # PostgreSQL would try again by itself, within a minute
    eventually(lambda: city.has_kept(late), "the late WAL file")
    eventually(lambda: "cannot archive" not in city.sick(), "doctor's consent")


def test_base_backups_beyond_the_number_kept_go_with_their_wal(
    city: City, monkeypatch: pytest.MonkeyPatch, eventually: Wait
) -> None:
    media = city.layout.data / "media" / "2026"
    media.mkdir(parents=True)
    (media / "photo.jpg").write_bytes(b"photo")
    monkeypatch.setenv("ZHIHUI_ARCHIVE_KEEP", "2")
    credentials.write(city.layout, "secret_key", "the key")

    first = basebackup.take(city.layout)
    assert "base backup" not in city.sick()
    name = city.switch_wal()
    eventually(lambda: city.has_kept(name), "the first WAL")
    second = basebackup.take(city.layout)
    assert city.vault.bases() == [first, second]
    third = basebackup.take(city.layout)
    assert city.vault.bases() == [second, third]
    assert min(city.vault.segments(1)) >= second.first_segment > first.first_segment
    assert not city.has_kept(name)
    assert third.size > 1 << 20
    assert {path.name for path in (third.folder / "secrets").iterdir()} == {"secret_key"}
    photo = third.folder / "files" / "media" / "2026" / "photo.jpg"
    assert photo.read_bytes() == b"photo"
    assert photo.stat().st_nlink == 2  # stored once for both


def test_an_interrupted_base_backup_leaves_no_half(city: City) -> None:
    before = city.vault.bases()

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        basebackup.take(city.layout, interrupted)
    assert set(city.vault.base.iterdir()) == {base.folder for base in before}

    (city.vault.base / ".20261121T000000Z.part").mkdir()  # what a killed one leaves
    with basebackup.alone(city.layout, "base"), pytest.raises(basebackup.Busy):
        basebackup.take(city.layout)
    basebackup.take(city.layout)
    assert not list(city.vault.base.glob(".*"))


def test_turned_off_and_on_again_a_new_base_backup_is_due(
    city: City, monkeypatch: pytest.MonkeyPatch, eventually: Wait
) -> None:
    now = datetime.datetime.now(datetime.UTC)
    base = basebackup.take(city.layout)
    name = city.switch_wal()
    eventually(lambda: city.has_kept(name), "the WAL file")
    assert not keeper.is_useless(city.vault, base)
    vault = city.vault

    monkeypatch.delenv("ZHIHUI_ARCHIVE")
    with database.serving(city.layout):  # a command without the variable changes nothing
        assert city.ask("SHOW archive_mode") == "on"
    with database.serving(city.layout, archiving.settle):
        assert city.ask("SHOW archive_mode") == "off"
        city.switch_wal()
        city.switch_wal()
        with pytest.raises(Trouble, match="set ZHIHUI_ARCHIVE"):
            basebackup.take(city.layout)
        assert not city.sick()

    monkeypatch.setenv("ZHIHUI_ARCHIVE", str(city.archive))
    with database.serving(city.layout, archiving.settle):
        assert city.vault == vault
        name = city.switch_wal()
        eventually(lambda: city.has_kept(name), "the WAL file")
        assert keeper.is_due(vault, now, now.hour)


def test_a_folder_that_is_not_there_is_refused_at_first(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (layout.cluster / "global").mkdir(parents=True)
    (layout.cluster / "global" / "pg_control").write_bytes(bytes(8))
    monkeypatch.setenv("ZHIHUI_ARCHIVE", str(tmp_path / "nothing"))
    with pytest.raises(Trouble, match="mount the disk"):
        archiving.settle(database.cluster_of(layout))


def test_a_damaged_base_backup_changes_nothing(city: City) -> None:
    base = basebackup.take(city.layout)
    packed = base.folder / "cluster" / "base.tar.gz"
    packed.write_bytes(packed.read_bytes()[: packed.stat().st_size // 2])
    at = datetime.datetime.now(datetime.UTC)
    with pytest.raises(Trouble, match="is not whole"):
        turnback.turn_back(city.layout, at)
    shutil.rmtree(base.folder)
    assert city.ask("SELECT 1") == 1
    assert not list(city.layout.data.glob("pg.*"))


def test_a_cluster_that_does_not_start_gives_its_place_back(city: City) -> None:
    city.ask("CREATE TABLE kept AS SELECT 7 AS n")
    base = basebackup.take(city.layout)
    (base.folder / "secrets" / "secret_key").write_text("another key")
    (city.layout.data / "media" / "2026" / "photo.jpg").unlink()
    broken = Cluster(city.layout.data / "pg.incoming", city.layout.logs / "incoming")
    shutil.copytree(city.cluster.home / "global", broken.home / "global")
    shutil.copy(city.cluster.home / "PG_VERSION", broken.home)
    for path in (broken.home, *broken.home.rglob("*")):
        broken.own(path)

    with pytest.raises(Trouble):
        exchange.put_in_place(city.layout, broken, 2, [base])
    with database.serving(city.layout):
        assert city.ask("SELECT n FROM kept") == 7
    assert city.vault.turns() == []
    assert credentials.read(city.layout, "secret_key") == "the key"
    assert not (city.layout.data / "media" / "2026" / "photo.jpg").exists()


def test_a_restore_cut_off_between_its_renames_loses_nothing(city: City) -> None:
    city.cluster.stop()
    city.cluster.home.rename(city.layout.old_cluster)
    with database.serving(city.layout):
        assert city.ask("SELECT n FROM kept") == 7
    assert not city.layout.old_cluster.exists()


def test_the_keeper_takes_one_at_once_where_there_is_none(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(city.vault.base)
    assert keeper.Keeper(city.layout).look() > 60  # what hinders it is said, and tried again later
    assert keeper.failure_note(city.layout).exists()
    assert "无法写入归档" in capsys.readouterr().err
    city.vault.base.mkdir(mode=0o700)
    assert keeper.Keeper(city.layout).look() < 60
    assert len(city.vault.bases()) == 1
    assert not keeper.failure_note(city.layout).exists()


def test_the_application_may_not_touch_the_archive(city: City) -> None:
    refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
    with psycopg.connect(database.url_of(city.layout)) as connection, refused:
        connection.execute("SELECT pg_switch_wal()")
    if os.geteuid() == 0:
        assert city.vault.base.stat().st_uid == 0  # not even the server's own user
