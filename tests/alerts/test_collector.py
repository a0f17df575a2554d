"""Group commit: every sender gets its own rows' fate, whatever the others sent."""

import asyncio
import threading
from collections.abc import Sequence

import psycopg
import pytest
from django.db import DataError, OperationalError, connection

from alerts import collector
from alerts.collector import Collector
from core.errors import Away, Broken, Busy, Full, Invalid, Problem


class Store:
    """What `commit` does: all or nothing, into a set; some rows it cannot take."""

    def __init__(self, poison: dict[int, Exception] | None = None) -> None:
        self.rows: set[int] = set()
        self.calls = 0
        self.poison = poison or {}

    def __call__(self, rows: Sequence[int]) -> None:
        self.calls += 1
        for row in rows:
            if row in self.poison:
                raise self.poison[row]
        self.rows |= set(rows)


def database(state: str) -> OperationalError:
    """Return the error that Django makes of one of PostgreSQL's."""
    error = OperationalError("…")
    error.__cause__ = psycopg.errors.lookup(state)("…")
    return error


async def together(door: Collector[int], *parcels: Sequence[int]) -> list[object]:
    return await asyncio.gather(*map(door.submit, parcels), return_exceptions=True)


async def test_all_is_well(real: None) -> None:
    store = Store()
    assert await together(Collector(store), [1, 2], [3], []) == [[None, None], [None], []]
    assert store.rows == {1, 2, 3}


@pytest.mark.parametrize(
    ("error", "kind"),
    [(DataError("no such number"), Invalid), (KeyError("a fault of ours"), Broken)],
)
async def test_only_the_row_that_fails_by_itself_is_refused(
    real: None, error: Exception, kind: type[Problem]
) -> None:
    store = Store({500: error, 501: error, 999: error})
    answers = await together(Collector(store, 1), range(1000), range(2000, 2010), [3000])
    first = answers[0]
    assert isinstance(first, list)
    assert [place for place, each in enumerate(first) if each is not None] == [500, 501, 999]
    assert isinstance(first[500], kind) and first[500].zh and first[500].remedy
    assert answers[1:] == [[None] * 10, [None]]
    assert len(store.rows) == 1008
    assert store.calls < 80  # by halves, not one by one


async def test_rows_beyond_all_limits_are_not_taken_for_a_database_that_is_away(
    real: None,
) -> None:
    store = Store({7: database("54001")})  # statement too complex
    answers = await together(Collector(store, 1), [6, 7, 8], [9])
    assert isinstance(answers[0], list) and isinstance(answers[0][1], Invalid)
    assert store.rows == {6, 8, 9}


async def test_a_full_disk_is_said_at_once(real: None) -> None:
    (answer,) = await together(Collector(Store({1: database("53100")}), 1), [1])
    assert isinstance(answer, Full)


async def test_a_database_that_comes_back_has_been_waited_for(real: None) -> None:
    store = Store({1: database("57P01")})
    door = Collector(store, 1)
    waiting = asyncio.create_task(door.submit([1, 2]))
    while store.calls < 3:
        await asyncio.sleep(0.01)
    store.poison.clear()
    assert await waiting == [None, None]


async def test_one_that_does_not_is_said_to_be_away(
    real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "PATIENCE", 0.2)
    (answer,) = await together(Collector(Store({1: database("08006")}), 1), [1])
    assert isinstance(answer, Away)


async def test_too_much_is_refused_and_the_next_is_taken(
    real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "MAX_WAITING", 10)
    store, hold = Store(), threading.Event()

    def slow(rows: Sequence[int]) -> None:
        hold.wait(60)
        store(rows)

    door = Collector(slow, 1)
    first = asyncio.create_task(door.submit([1]))
    await asyncio.sleep(0)
    second = asyncio.create_task(door.submit(range(2, 12)))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await door.submit([99])
    hold.set()
    assert await first == [None] and await second == [None] * 10
    assert await door.submit([99]) == [None]


async def test_a_sender_that_hangs_up_takes_nobody_along(real: None) -> None:
    hold = threading.Event()
    store = Store()

    def slow(rows: Sequence[int]) -> None:
        hold.wait(60)
        store(rows)

    door = Collector(slow, 1)
    gone, stays = (asyncio.create_task(door.submit([n])) for n in (1, 2))
    await asyncio.sleep(0)
    gone.cancel()
    hold.set()
    assert await stays == [None]
    assert 2 in store.rows


class Held(Store):
    """Holds whoever brings the row 1 until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def __call__(self, rows: Sequence[int]) -> None:
        if 1 in rows:
            self.go.wait(60)
        super().__call__(rows)


async def test_a_transaction_that_is_held_up_holds_nobody_else_up(real: None) -> None:
    store = Held()
    door = Collector(store)
    first = asyncio.create_task(door.submit([1]))
    await asyncio.sleep(0)
    assert await asyncio.wait_for(door.submit([2]), 10) == [None]
    assert not first.done()
    store.go.set()
    assert await first == [None]


async def test_small_parcels_wait_for_one_large_transaction(
    real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "LONG", 60)
    store = Held()
    door = Collector(store)
    first = asyncio.create_task(door.submit([1]))
    await asyncio.sleep(0)
    others = [asyncio.create_task(door.submit([n])) for n in range(2, 12)]
    await asyncio.sleep(0)
    store.go.set()
    await asyncio.gather(first, *others)
    assert store.calls == 2


async def test_much_does_not_wait(real: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "LONG", 60)
    store = Held()
    door = Collector(store)
    first = asyncio.create_task(door.submit([1]))
    await asyncio.sleep(0)
    many = range(2, 2 + collector.MUCH)
    assert await asyncio.wait_for(door.submit(many), 10) == [None] * collector.MUCH
    store.go.set()
    await first


async def test_a_sender_that_cannot_be_told_takes_nobody_along(real: None) -> None:
    door: Collector[int] = Collector(Store())

    def broken(result: object) -> None:
        raise RuntimeError("gone")

    door.hand_over([1], broken)
    assert await asyncio.wait_for(door.submit([2]), 10) == [None]


async def test_the_lanes_give_their_connections_back(real: None) -> None:
    used = []

    def commit(rows: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
        used.append(connection.connection)

    for _ in range(20):  # more than the process may have at once
        door = Collector(commit)
        assert await door.submit([1]) == [None]
        await door.close()
    assert len(used) == 20
