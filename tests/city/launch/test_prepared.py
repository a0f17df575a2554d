"""A second start is quick only when nothing has changed since the first."""

import psycopg
import pytest

from city.launch import database, prepared
from city.launch.layout import Layout


@pytest.fixture
def remembered(layout: Layout) -> Layout:
    """A data folder whose database has one migration applied, and is known to."""
    with database.serving(layout) as url:
        with psycopg.connect(url) as connection:
            connection.execute(
                "CREATE TABLE django_migrations (id int, app text, name text, applied timestamptz)"
            )
            connection.execute("INSERT INTO django_migrations VALUES (1, 'a', '0001', now())")
        prepared.remember(layout)
    return layout


def test_what_was_prepared_is_known_until_something_changes(
    remembered: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.serving(remembered) as url:
        assert prepared.is_prepared(remembered)

        (remembered.data / "demo.pending").touch()
        assert not prepared.is_prepared(remembered)
        (remembered.data / "demo.pending").unlink()

        with monkeypatch.context() as patched:
            patched.setattr(prepared, "_fingerprint", lambda: "another version")
            assert not prepared.is_prepared(remembered)

        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM django_migrations")
        assert not prepared.is_prepared(remembered)

        with psycopg.connect(url) as connection:
            connection.execute("DROP TABLE django_migrations")
        assert not prepared.is_prepared(remembered)


def test_a_new_folder_is_not_prepared(layout: Layout) -> None:
    assert not prepared.is_prepared(layout)
