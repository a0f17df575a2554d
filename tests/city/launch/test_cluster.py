"""A real private cluster: made whole, found again, revived, stopped by its last user."""

import os
import signal
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from city.launch import database, ports
from city.launch.cluster import Cluster
from city.launch.layout import Layout
from city.launch.speech import Trouble

Wait = Callable[..., None]


@pytest.fixture
def cluster(layout: Layout) -> Iterator[Cluster]:
    made = database.cluster_of(layout)
    yield made
    made.stop()


def ask(layout: Layout, question: str) -> object:
    with psycopg.connect(database.url_of(layout)) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def test_from_nothing_to_a_database_that_survives_a_second_start(
    layout: Layout, cluster: Cluster
) -> None:
    (layout.data / "pg.part").mkdir()  # what a first start leaves that was killed in initdb
    (layout.data / "pg.part" / "PG_VERSION").write_text("15\n")
    with database.serving(layout) as url:
        assert ask(layout, "SELECT count(*) FROM pg_extension WHERE extname ~ 'postgis|pgrouting'")
        assert ask(layout, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert ask(layout, "SHOW fsync") == "on"
        assert ask(layout, "SHOW jit") == "off"
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    assert cluster.running_port() is None
    with database.serving(layout) as again:
        assert again == url
        assert ask(layout, "SELECT n FROM kept") == 7


def test_the_server_is_not_roots(layout: Layout, cluster: Cluster) -> None:
    with database.serving(layout):
        pid = (cluster.home / "postmaster.pid").read_text().split("\n")[0]
        assert Path(f"/proc/{pid}").stat().st_uid != 0


def test_another_port_is_taken_when_the_kept_one_is_not_free(
    layout: Layout, cluster: Cluster
) -> None:
    with database.serving(layout) as url:
        kept = urllib.parse.urlsplit(url).port
    assert kept
    with ports.bind("127.0.0.1", kept) as other:
        other.listen()
        with database.serving(layout) as url:
            assert f":{kept}/" not in url
            assert ask(layout, "SELECT 1") == 1


def test_a_killed_server_is_revived_and_loses_nothing(
    layout: Layout, cluster: Cluster, eventually: Wait
) -> None:
    with database.serving(layout) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        os.kill(int((cluster.home / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)
        eventually(lambda: cluster.running_port() is None, "the server's end")
        assert database.revive(layout) is True
        assert database.revive(layout) is False
        assert ask(layout, "SELECT n FROM kept") == 7


def test_a_server_that_somebody_restarted_is_known_and_stopped(
    layout: Layout, cluster: Cluster
) -> None:
    with database.serving(layout):
        port = cluster.running_port()
        cluster.call(
            "pg_ctl", "restart", "-D", str(cluster.home), "-m", "immediate", "-s",
            "-o", f"-p {port}", "-l", "/dev/null",
        )  # fmt: skip
        assert cluster.running_port() == port, "it no longer names its folder"
        assert database.revive(layout) is False
    assert cluster.running_port() is None


def test_the_last_one_out_stops_the_server(layout: Layout, cluster: Cluster) -> None:
    with database.serving(layout):
        with database.serving(layout):
            pass
        assert ask(layout, "SELECT 1") == 1
    assert cluster.running_port() is None


def test_a_folder_that_is_no_cluster_is_left_alone(layout: Layout) -> None:
    layout.cluster.mkdir()
    (layout.cluster / "precious").write_text("data")
    with pytest.raises(Trouble, match="move it away"), database.serving(layout):
        pass
    assert (layout.cluster / "precious").read_text() == "data"


def test_a_cluster_of_another_version_says_what_to_install(layout: Layout) -> None:
    layout.cluster.mkdir()
    (layout.cluster / "PG_VERSION").write_text("11\n")
    with pytest.raises(Trouble, match="postgresql-11-postgis-3"), database.serving(layout):
        pass


def test_a_lost_password_is_set_anew(layout: Layout, cluster: Cluster) -> None:
    with database.serving(layout):
        pass
    for name in ("database_url", "database_superuser"):
        (layout.secrets / name).unlink()
    with database.serving(layout):
        assert ask(layout, "SELECT 1") == 1


def test_a_given_database_that_does_not_answer_is_said(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ports.bind("127.0.0.1", 0) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("DATABASE_URL", database.make_url("x", port))
        with pytest.raises(Trouble, match="does not answer"), database.serving(layout):
            pass
    assert not layout.cluster.exists()
