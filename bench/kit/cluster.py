"""A durable database for a benchmark: beside DATABASE_URL's, or in a private cluster of its own."""

import contextlib
import os
import tempfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import psycopg

from bench.kit.measure import Missing
from city.launch import database as launched
from city.launch import layout


@contextlib.contextmanager
def database(name: str) -> Iterator[str]:
    """Give the address of a database that no user data is in; refuse a cluster that may lose it.

    With DATABASE_URL a database `name` is made beside it (its role must be allowed to); without,
    a private cluster is started under ZHIHUI_DATA/bench and stopped afterwards.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given:
        _durable(given)
        yield _beside(given, name)
        return
    place = layout.Layout(layout.from_environment().data / "bench" / name)
    place.make()
    with launched.serving(place) as url:
        _durable(url)
        yield url


def _beside(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as base:
        if not base.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            base.execute(f"CREATE DATABASE {name}")
    return urllib.parse.urlsplit(url)._replace(path=f"/{name}").geturl()


def _durable(url: str) -> None:
    """Read the settings back: a limit measured without flushes would be none."""
    with psycopg.connect(url) as base:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            row = base.execute(f"SHOW {setting}").fetchone()
            if row is None or row[0] != "on":
                raise Missing(
                    f"{setting} is off in this cluster: nothing measured here would count"
                )


@contextlib.contextmanager
def city(name: str) -> Iterator[tuple[str, Path]]:
    """Give a database's address and an empty data folder, and set this process up for both."""
    with database(name) as url, tempfile.TemporaryDirectory(prefix="zhihui-bench-") as folder:
        os.environ["DATABASE_URL"] = url
        os.environ["ZHIHUI_DATA"] = folder
        os.environ.setdefault("ZHIHUI_SECRET_KEY", "only for this benchmark")
        yield url, Path(folder)
