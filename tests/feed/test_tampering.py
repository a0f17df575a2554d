"""Whoever may switch the triggers off can change the log; `verify` says where."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core import partitions
from core.errors import Conflict
from feed import chain
from feed.log import Happening, record
from feed.models import Checkpoint, Entry, Event

UTC = datetime.UTC
OLD = datetime.datetime(2026, 1, 15, tzinfo=UTC)


def happening(number: int, **more: object) -> Happening:
    body = {"now": {"id": number}}
    return Happening("alert", "raised", "alert", str(number), "test", body, **more)  # type: ignore[arg-type]


@pytest.fixture
def log(real: None) -> list[tuple[int, int]]:
    """Five events, each in a transaction of its own: (seq, event id)."""
    for number in range(1, 6):
        with transaction.atomic():
            record(happening(number, geom="0101000020E610000000000000006C5C400000000000604140"))
    return list(Entry.objects.order_by("seq").values_list("seq", "event_id"))


@contextmanager
def unguarded() -> Iterator[Callable[[str], None]]:
    """Change the log as its owner could, with every trigger of ours switched off."""
    tables = ("feed_event", "feed_entry")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield cursor.execute
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


EVENT_CHANGES = {
    "id": "id + 1000",
    "at": "at - interval '1 us'",
    "known_at": "known_at + interval '1 us'",
    "topic": "'case'",
    "kind": "'eased'",
    "entity": "'case'",
    "entity_id": "'33'",
    "actor": "'user:7'",
    "scope": "'4101'",
    "geom": "ST_Translate(geom, 1e-7, 0)",
    "body": "body || '{\"x\": null}'",
    "cause": "0",
}
ENTRY_CHANGES = {
    "event_id": "event_id + 1000",
    "known_at": "known_at - interval '1 us'",
    "numbered_at": "numbered_at - interval '1 us'",
    "prev": "sha256(prev)",
    "hash": "sha256(hash)",
}


@pytest.mark.parametrize("column", EVENT_CHANGES)
def test_a_changed_event_is_named(log: list[tuple[int, int]], column: str) -> None:
    event_id = log[2][1]
    with unguarded() as change:
        change(f"UPDATE feed_event SET {column} = {EVENT_CHANGES[column]} WHERE id = {event_id}")
    fault = chain.verify().fault
    assert fault is not None and (fault.seq, fault.event_id) == (3, event_id), fault


@pytest.mark.parametrize("column", ENTRY_CHANGES)
def test_a_changed_entry_is_named(log: list[tuple[int, int]], column: str) -> None:
    with unguarded() as change:
        change(f"UPDATE feed_entry SET {column} = {ENTRY_CHANGES[column]} WHERE seq = 3")
    fault = chain.verify().fault
    assert fault is not None and fault.seq == 3, fault


@pytest.mark.parametrize(
    ("statements", "seq", "what"),
    [
        (["DELETE FROM feed_event WHERE entity_id = '3'"], 3, "missing"),
        (["DELETE FROM feed_entry WHERE seq = 3"], 4, "entries 3 to 3 are missing"),
        (
            [
                "DELETE FROM feed_event WHERE entity_id = '3'",
                "DELETE FROM feed_entry WHERE seq = 3",
                "UPDATE feed_entry SET seq = seq - 1 WHERE seq > 3",
            ],
            3,
            "does not follow",
        ),
        (
            [
                "UPDATE feed_event SET body = body || '{}', entity_id = 'x' WHERE entity_id = '2'",
                "UPDATE feed_event SET entity_id = '2' WHERE entity_id = '3'",
                "UPDATE feed_event SET entity_id = '3' WHERE entity_id = 'x'",
            ],
            2,
            "altered",
        ),
        (
            [
                "INSERT INTO feed_event (at, topic, kind, entity, entity_id, actor) "
                "VALUES (now(), 'alert', 'raised', 'alert', '9', 'nobody')"
            ],
            6,
            "1 events stand outside the log",
        ),
    ],
)
def test_what_is_taken_out_moved_or_slipped_in_is_named(
    log: list[tuple[int, int]], statements: list[str], seq: int, what: str
) -> None:
    with unguarded() as change:
        for statement in statements:
            change(statement)
    fault = chain.verify().fault
    assert fault is not None and fault.seq == seq and what in fault.what, fault


def test_a_log_rewritten_from_some_entry_on_differs_from_its_published_head(
    log: list[tuple[int, int]], tmp_path: object
) -> None:
    head = chain.publish_head(tmp_path)  # type: ignore[arg-type]
    with transaction.atomic():
        record(happening(6))
    with unguarded() as change:
        change("UPDATE feed_event SET actor = 'user:7' WHERE entity_id = '3'")
        for seq in range(3, 7):
            change(
                "UPDATE feed_entry f"
                " SET prev = p.hash, hash = feed_digest(p.hash, f.numbered_at, e)"
                f" FROM feed_entry p, feed_event e WHERE f.seq = {seq} AND p.seq = {seq - 1}"
                " AND e.id = f.event_id"
            )
    assert chain.verify().fault is None  # whole in itself
    fault = chain.verify(head).fault
    assert fault is not None and fault.seq == 5 and "head published earlier" in fault.what


def test_the_command_names_the_entry_and_reads_a_head(log: list[tuple[int, int]]) -> None:
    said = StringIO()
    call_command("verify", stdout=said)
    assert "5 entries" in said.getvalue()
    head = said.getvalue().split()[-1]
    call_command("verify", head=head, stdout=said)
    with pytest.raises(CommandError, match="SEQ:HASH"):
        call_command("verify", head="nonsense")
    with unguarded() as change:
        change("UPDATE feed_event SET actor = 'user:7' WHERE entity_id = '4'")
    with pytest.raises(CommandError, match=r"entry 4 \(event \d+\): the event has been altered"):
        call_command("verify")


# --- a month that is dropped ---------------------------------------------------------------------


@pytest.fixture
def old_month(real: None) -> Iterator[str]:
    """Three events of January 2026, among them one numbered after a later month's, and two now."""
    with connection.cursor() as cursor:
        (name,) = partitions.ensure(cursor, "feed_event", OLD, months=1)
    for number, known_at in enumerate([OLD, OLD, None, OLD, None], start=1):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO feed_event (known_at, at, topic, kind, entity, entity_id, actor)"
                " VALUES (coalesce(%s, now()), now(), 'alert', 'raised', 'alert', %s, 'test')",
                [known_at, str(number)],
            )
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def test_a_dropped_month_leaves_a_checkpoint_and_the_rest_is_still_proven(old_month: str) -> None:
    checkpoint = chain.drop_month(old_month)
    assert (checkpoint.first_seq, checkpoint.last_seq) == (1, 4)
    assert Event.objects.count() == 2
    report = chain.verify()
    assert report.fault is None and report.checked == 5
    with unguarded() as change:
        change("UPDATE feed_event SET actor = 'user:7' WHERE entity_id = '5'")
    fault = chain.verify().fault
    assert fault is not None and fault.seq == 5


def test_an_event_of_another_month_cannot_hide_behind_a_dropped_one(old_month: str) -> None:
    chain.drop_month(old_month)
    with unguarded() as change:
        change("DELETE FROM feed_event WHERE entity_id = '3'")
    fault = chain.verify().fault
    assert fault is not None and fault.seq == 3 and "missing" in fault.what


def test_not_even_when_its_entry_is_given_a_date_of_the_dropped_month(old_month: str) -> None:
    chain.drop_month(old_month)
    with unguarded() as change:
        change("DELETE FROM feed_event WHERE entity_id = '3'")
        change("UPDATE feed_entry SET known_at = '2026-01-20' WHERE seq = 3")
    fault = chain.verify().fault
    assert fault is not None and fault.seq == 4
    assert "4 events of feed_event_202601 are missing, 3 were dropped" in fault.what


def test_a_forged_checkpoint_vouches_for_nothing(old_month: str) -> None:
    chain.drop_month(old_month)
    Checkpoint.objects.update(last_seq=5)
    fault = chain.verify().fault
    assert fault is not None and fault.seq == 1


def test_a_month_of_a_log_that_is_not_whole_is_not_dropped(old_month: str) -> None:
    with unguarded() as change:
        change("UPDATE feed_event SET actor = 'user:7' WHERE entity_id = '2'")
    with pytest.raises(Conflict, match="not whole at 2"):
        chain.drop_month(old_month)
    assert Event.objects.count() == 5
