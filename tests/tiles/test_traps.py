"""The traps that cost others most of their speed: each is sprung here and must not catch us."""

import asyncio
import random
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import shapely

from core.errors import Busy
from layers import catalogue
from layers.layer import THINNED_FROM
from layers.models import State
from tiles import statement
from tiles.asgi import LINES, conninfo
from tiles.pool import OPTIONS, Pool

from .conftest import Browser

AT = (14, 13363, 6506)


@pytest.fixture
def crowd(fill: Callable[..., int]) -> None:
    """More parts in one place than a tile may carry."""
    rnd = random.Random(3)
    points = [
        (shapely.Point(rnd.gauss(113.63, 0.003), rnd.gauss(34.71, 0.003)), {"code": str(n)})
        for n in range(THINNED_FROM * 2)
    ]
    fill("parts", points)


@pytest.fixture
def line(real: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection with the serving role's settings."""
    with psycopg.connect(conninfo(), autocommit=True, options=OPTIONS) as connection:
        yield connection


def plan(line: psycopg.Connection[Any], form: str, tile: tuple[int, int, int] = AT) -> str:
    text = statement.text(catalogue.known_layer("parts"), form)
    line.execute(f"PREPARE tile AS {text}")
    rows = line.execute(f"EXPLAIN (ANALYZE) EXECUTE tile ({', '.join(map(str, tile))})").fetchall()
    line.execute("DEALLOCATE tile")
    return "\n".join(row[0] for row in rows)


def backends() -> list[int]:
    with psycopg.connect(conninfo()) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE application_name = 'zhihui tiles' AND datname = current_database()"
        ).fetchall()
    return sorted(row[0] for row in rows)


def test_no_request_opens_a_connection(
    browser: Browser, crowd: None, dispatcher: Any, bearer: Any
) -> None:
    header, others = bearer(dispatcher), backends()  # a server of the session has lines too
    browser.get("/tiles/parts/14/0/0.mvt", authorization=header)
    before = backends()
    assert len(set(before) - set(others)) == LINES
    for x in range(20):
        browser.get(f"/tiles/parts/14/{x}/0.mvt", authorization=header)
    assert backends() == before


def test_no_parallel_workers_and_no_jit(line: psycopg.Connection[Any], crowd: None) -> None:
    shown = {
        name: line.execute(f"SHOW {name}").fetchone()
        for name in ("max_parallel_workers_per_gather", "jit", "default_transaction_read_only")
    }
    assert shown == {
        "max_parallel_workers_per_gather": ("0",),
        "jit": ("off",),
        "default_transaction_read_only": ("on",),
    }
    found = plan(line, "features")
    assert "Gather" not in found and "JIT" not in found


@pytest.mark.parametrize("layer", ["parts", "streets", "divisions"])
def test_every_bound_number_is_cast(layer: str) -> None:
    found = catalogue.known_layer(layer)
    for zoom in range(found.min_zoom, found.max_zoom + 1):
        text = statement.of(found, zoom, 15).text.decode()
        for number in ("$1", "$2", "$3"):
            assert text.count(number) == text.count(f"{number}::int")


def test_the_thinned_tile_uses_the_index_over_zoom_and_place(
    line: psycopg.Connection[Any], crowd: None
) -> None:
    found = plan(line, "thinned")
    levels = found[found.index("layers_level_parts") :]
    assert "z_geom_idx" in levels.split("\n")[0]
    assert "Index Cond: ((z = $1) AND (geom &&" in levels


def test_features_are_found_by_the_index_and_the_plan_is_made_once(
    line: psycopg.Connection[Any], crowd: None
) -> None:
    found = plan(line, "features", (18, 213800, 104100))
    assert "Index Scan using layers_feature_parts" in found and "$1" in found


def test_only_one_half_of_a_thinned_statement_runs(
    line: psycopg.Connection[Any], crowd: None
) -> None:
    assert plan(line, "thinned").count("never executed") >= 1


def test_a_crowded_tile_stays_small(
    browser: Browser, crowd: None, dispatcher: Any, bearer: Any
) -> None:
    header = bearer(dispatcher)
    last = State.objects.get(layer="parts").thinned_to
    for zoom in range(10, 19):
        x, y = int(AT[1] * 2 ** (zoom - 14)), int(AT[2] * 2 ** (zoom - 14))
        tile = browser.get(f"/tiles/parts/{zoom}/{x}/{y}.mvt", authorization=header).content
        assert len(tile) < 100_000
        if tile and zoom <= last:
            held = browser.layers(tile)["parts"]
            assert len(held) <= 70 * 70
    low = browser.layers(browser.get("/tiles/parts/10/835/406.mvt", authorization=header).content)
    assert sum(one["n"] for one in low["parts"]) >= THINNED_FROM * 2  # type: ignore[misc]


def test_a_broken_connection_is_mended(
    browser: Browser, crowd: None, dispatcher: Any, bearer: Any
) -> None:
    header, others = bearer(dispatcher), backends()
    path = "/tiles/parts/14/13363/6506.mvt"
    assert browser.get(path, authorization=header).status_code == 200
    before = sorted(set(backends()) - set(others))
    with psycopg.connect(conninfo(), autocommit=True) as connection:
        for pid in before:
            connection.execute("SELECT pg_terminate_backend(%s)", [pid])
    other = path.replace("6506", "6507")
    browser.until(lambda: browser.get(other, authorization=header).status_code in (200, 204))
    browser.until(lambda: len(set(backends()) - set(before) - set(others)) == LINES)


async def test_without_a_database_nobody_waits() -> None:
    pool = Pool("host=127.0.0.1 port=1 dbname=none connect_timeout=1", 2)
    await pool.open()
    query = statement.Statement(b"one", b"SELECT 'x'::bytea WHERE $1::int + $2::int + $3::int > 0")
    async with asyncio.timeout(2):
        with pytest.raises(Busy):
            await pool.tile(query, 1, 0, 0)
    await pool.close()


async def test_more_requests_than_connections_take_turns(real: None) -> None:
    pool = Pool(conninfo(), 2)
    await pool.open()
    query = statement.Statement(b"sum", b"SELECT ($1::int + $2::int + $3::int)::text::bytea")
    sums = await asyncio.gather(*(pool.tile(query, n, n, 1) for n in range(50)))
    assert sums == [str(2 * n + 1).encode() for n in range(50)]
    await pool.close()


async def test_a_statement_that_fails_leaves_its_connection_good(real: None) -> None:
    pool = Pool(conninfo(), 1)
    await pool.open()
    bad = statement.Statement(b"bad", b"SELECT (1 / ($1::int * $2::int * $3::int))::text::bytea")
    with pytest.raises(psycopg.DatabaseError, match="division by zero"):
        await pool.tile(bad, 1, 0, 0)
    assert await pool.tile(bad, 1, 1, 1) == b"1"
    await pool.close()
