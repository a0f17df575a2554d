"""The log under writers that get in each other's way."""

import random
import threading
from collections.abc import Callable

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from core import clock
from feed import chain, sql
from feed.hub import dsn
from feed.log import Happening, encode, record
from feed.models import Entry, Event

Line = psycopg.Connection[tuple[object, ...]]
Statement = tuple[str, list[object]]
WRITERS, ROUNDS = 6, 25


def happening(number: int) -> Happening:
    return Happening("alert", "raised", "alert", str(number), "test", {"now": {"id": number}})


def numbers() -> list[int]:
    return list(Entry.objects.order_by("seq").values_list("seq", flat=True))


def together(count: int, work: Callable[[int, Line], None]) -> None:
    """Let `count` writers work at once, each with a connection; any complaint is the test's."""
    complaints: list[BaseException] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            with psycopg.connect(dsn(), autocommit=True) as line:
                start.wait(60)
                work(number, line)
        except BaseException as error:
            complaints.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not complaints, complaints
    assert not any(thread.is_alive() for thread in threads)


def steps(dice: random.Random, things: list[int], number: int) -> list[Statement]:
    """Return one writer's transaction, its parts in any order.

    It changes two things, in the order of their ids as all writers do, and adds a row that refers
    to any of them, which is checked at commit.
    """
    event: Statement = (sql.INSERT, [encode([happening(number)])])
    locks: list[Statement] = [
        ("SELECT 1 FROM sensors_thing WHERE id = %s FOR NO KEY UPDATE", [one])
        for one in sorted(dice.sample(things, 2))
    ]
    reference: Statement = (
        "INSERT INTO sensors_historicallocation (thing_id, time) VALUES (%s, %s)",
        [dice.choice(things), clock.now()],
    )
    for part in (event, reference):
        locks.insert(dice.randint(0, len(locks)), part)
    return locks


def test_foreign_keys_row_locks_and_events_in_any_order_do_not_deadlock(
    real: None, station: Callable[..., tuple[object, object]]
) -> None:
    things = [station(f"D{number}", "rain")[0].pk for number in range(4)]
    before = len(numbers())

    def work(number: int, line: Line) -> None:
        dice = random.Random(number)
        for turn in range(ROUNDS):
            with line.transaction():
                for statement, params in steps(dice, things, number * ROUNDS + turn):
                    line.execute(statement, params)

    together(WRITERS, work)
    assert numbers() == list(range(1, before + WRITERS * ROUNDS + 1))
    assert chain.verify().fault is None


def test_sixteen_writers_leave_no_gap_and_lose_nothing(real: None) -> None:
    each = 12

    def work(number: int, line: Line) -> None:
        for turn in range(each):
            with line.transaction() as whole:
                line.execute(sql.INSERT, [encode([happening(number * 100 + turn)])])
                with line.transaction(force_rollback=True):
                    line.execute(sql.INSERT, [encode([happening(-1)])])
                if turn % 4 == 3:
                    raise psycopg.Rollback(whole)

    together(16, work)
    kept = {str(n * 100 + t) for n in range(16) for t in range(each) if t % 4 != 3}
    assert numbers() == list(range(1, len(kept) + 1))
    assert set(Event.objects.values_list("entity_id", flat=True)) == kept
    assert chain.verify().fault is None


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_writer_that_would_read_an_old_end_of_the_log_is_refused(real: None, level: str) -> None:
    with pytest.raises(DatabaseError, match="READ COMMITTED, not"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        record(happening(1))
    assert Event.objects.count() == 0
    with transaction.atomic():
        record(happening(2))
    assert numbers() == [1]


def test_savepoints_that_are_rolled_back_leave_no_trace(real: None) -> None:
    # nothing is left at all
    with transaction.atomic(), pytest.raises(ZeroDivisionError), transaction.atomic():
        record(happening(1))
        raise ZeroDivisionError
    with transaction.atomic():  # the one that began the numbering is gone, a later one is not
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record(happening(2))
            raise ZeroDivisionError
        with transaction.atomic():
            record(happening(3), happening(4))
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                record(happening(5))
                raise ZeroDivisionError
        record(happening(6))
    order = [Event.objects.get(pk=e.event_id).entity_id for e in Entry.objects.order_by("seq")]
    assert order == ["3", "4", "6"]
    assert numbers() == [1, 2, 3]
    assert chain.verify().fault is None


def test_a_clock_that_steps_back_within_a_transaction_loses_no_event(real: None) -> None:
    earlier = sql.INSERT.replace("(at, topic", "(known_at, at, topic").replace(
        "SELECT (e->>'at')", "SELECT clock_timestamp() - interval '5 s', (e->>'at')"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        record(happening(1))
        cursor.execute(earlier, [encode([happening(2)])])
    assert numbers() == [1, 2]
    assert chain.verify().fault is None
