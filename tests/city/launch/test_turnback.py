"""The front door: a running city archives, is turned back to a moment, and forward again."""

import datetime
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from city.launch import database, state
from city.launch.layout import ROOT, Layout
from feed.picture import END

Wait = Callable[..., None]


class House:
    """One installation that archives: its folder, its port, its commands."""

    def __init__(self, data: Path, archive: Path) -> None:
        self.layout, self.archive = Layout(data), archive
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            self.port = sock.getsockname()[1]
        foreign = ("ZHIHUI_", "DATABASE_URL")
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(foreign)},
            "ZHIHUI_DATA": str(data),
            "ZHIHUI_HTTP_PORT": str(self.port),
            "ZHIHUI_HJ212_PORT": "0",
            "ZHIHUI_JT808_PORT": "0",
            "ZHIHUI_DEMO": "0",
            "ZHIHUI_WEB_WORKERS": "1",
            "ZHIHUI_ARCHIVE": str(archive),
        }

    def call(self, *words: str) -> tuple[int, str]:
        """Run a command to its end and return its code and what it said."""
        done = subprocess.run(
            [str(ROOT / "zhihui"), *words],
            env=self.env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout

    def do(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement as the application would."""
        with psycopg.connect(database.url_of(self.layout)) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def now(self) -> datetime.datetime:
        """Return the database's present moment."""
        moment = self.do("SELECT clock_timestamp()")[0][0]
        assert isinstance(moment, datetime.datetime)
        return moment

    def bases(self) -> int:
        """Return how many base backups there are."""
        vault = database.cluster_of(self.layout).vault
        return len(vault.bases()) if vault else 0


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running installation, stopped when its tests are over."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "archive").mkdir()
    made = House(folder / "var", folder / "archive")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        code, said = made.call("up", "--detach")
        assert code == 0, said
        yield made
        made.call("down")


@pytest.fixture(scope="module")
def moments() -> dict[str, datetime.datetime]:
    """Moments that one test notes for the next."""
    return {}


def test_the_first_base_backup_comes_by_itself(house: House, eventually: Wait) -> None:
    eventually(lambda: house.bases() == 1, "the first base backup")
    code, said = house.call("status")
    assert code == 0, said
    assert "基础备份 base backup" in said and "archived up to" in said
    eventually(lambda: house.call("doctor")[0] == 0, "a clean bill of health")


def test_a_moment_before_a_disaster_comes_back(
    house: House, moments: dict[str, datetime.datetime]
) -> None:
    media = house.layout.data / "media"
    media.mkdir(exist_ok=True)
    (media / "early.jpg").write_bytes(b"early")
    assert house.call("backup")[0] == 0
    house.do("CREATE TABLE kept AS SELECT 1 AS n")
    (media / "late.jpg").write_bytes(b"late")
    house.do("UPDATE people_user SET name_en = 'before'")
    moments["good"] = house.now()
    house.do("DROP TABLE kept")
    house.do("UPDATE people_user SET name_en = 'after'")
    (media / "early.jpg").unlink()
    moments["bad"] = house.now()
    house.do("CREATE TABLE later AS SELECT 2 AS n")
    origin = house.do(END)
    supervisor = state.supervisor_pid(house.layout)

    code, said = house.call("restore", "--at", moments["good"].isoformat())
    assert code == 0, said
    assert house.do("SELECT n FROM kept") == [(1,)]
    assert house.do("SELECT name_en FROM people_user") == [("before",)]
    assert house.do("SELECT to_regclass('later')") == [(None,)]
    assert sorted(path.name for path in media.iterdir()) == ["early.jpg", "late.jpg"]
    assert house.do(END) != origin  # cursors of the abandoned future are answered by a snapshot
    assert state.supervisor_pid(house.layout) == supervisor
    assert house.call("status")[0] == 0
    assert not house.layout.old_cluster.exists()
    assert not list(house.layout.data.glob("pg.*"))


def test_a_moment_that_is_not_covered_changes_nothing(house: House) -> None:
    house.do("CREATE TABLE third AS SELECT 4 AS n")
    ahead = house.now() + datetime.timedelta(hours=1)
    code, said = house.call("restore", "--at", ahead.isoformat())
    assert code == 1
    assert "归档未覆盖" in said and "without a gap. Choose a moment before that" in said
    code, said = house.call("restore", "--at", "2020-01-01T00:00:00+08:00")
    assert code == 1
    assert "No base backup leads to 2020-01-01T00:00:00+08:00; there are those of" in said
    code, said = house.call("restore")
    assert code == 1
    assert "restore --at" in said
    assert house.do("SELECT n FROM third") == [(4,)]


def test_a_new_machine_reaches_even_what_was_abandoned_from_the_archive_alone(
    house: House, moments: dict[str, datetime.datetime], eventually: Wait
) -> None:
    eventually(lambda: house.bases() == 3, "a base backup of the new timeline")
    key = (house.layout.secrets / "secret_key").read_text()
    assert house.call("down")[0] == 0
    shutil.rmtree(house.layout.data)
    code, said = house.call("restore", "--at", moments["bad"].isoformat())
    assert code == 0, said
    assert house.call("status")[0] == 3  # what did not run is not started
    assert (house.layout.secrets / "secret_key").read_text() == key
    assert (house.layout.data / "media" / "late.jpg").read_bytes() == b"late"
    code, said = house.call("up", "--detach")
    assert code == 0, said
    assert house.do("SELECT name_en FROM people_user") == [("after",)]
    assert house.do("SELECT to_regclass('kept'), to_regclass('third')") == [(None, None)]
