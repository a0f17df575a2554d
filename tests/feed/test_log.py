"""The log: numbered at commit, chained, insert-only, and no change without an event."""

import hashlib
import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from alerts.models import Alert
from feed import chain
from feed.log import Happening, digest, record, seal
from feed.models import Entry, Event


def happening(number: int) -> Happening:
    return Happening("alert", "raised", "alert", str(number), "test", {"now": {"id": number}})


def test_events_are_numbered_in_the_order_of_commit(real: None) -> None:
    begun, release = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(happening(1))
            begun.set()
            release.wait(60)
        connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(60)
    with transaction.atomic():
        record(happening(2))
    assert Entry.objects.count() == 1  # the fast one did not wait for the slow one
    release.set()
    thread.join()
    order = [
        Event.objects.get(pk=entry.event_id).entity_id for entry in Entry.objects.order_by("seq")
    ]
    assert order == ["2", "1"]
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_a_rolled_back_event_leaves_no_hole(real: None) -> None:
    with transaction.atomic():
        record(happening(1))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(happening(2))
        raise ZeroDivisionError
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record(happening(3))
            raise ZeroDivisionError
        record(happening(4))
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]
    assert chain.verify().fault is None


def test_an_event_needs_a_transaction(real: None) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record(happening(1))


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown topic"):
        Happening("weather", "raised", "alert", "1", "test", {})


@pytest.mark.parametrize("statement", ["UPDATE {} SET known_at = now()", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["feed_event", "feed_entry"])
def test_the_log_is_insert_only(real: None, statement: str, table: str) -> None:
    with transaction.atomic():
        record(happening(1))
    with pytest.raises(DatabaseError, match="insert-only"), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_a_change_without_an_event_is_refused(shelf_rules: None, station, noon) -> None:
    thing, _ = station("G1", "rain")
    with pytest.raises(DatabaseError, match="without an event"), transaction.atomic():
        Alert.objects.create(
            rule="x",
            rule_version=1,
            kind="x",
            title_zh="x",
            title_en="x",
            severity=1,
            peak=1,
            thing=thing,
            subject="d:1",
            opened_at=noon,
            known_at=noon,
            changed_at=noon,
        )


def test_the_hash_is_of_binary_forms_and_no_setting_changes_it(real: None) -> None:
    with transaction.atomic():
        record(happening(1))
    entry = Entry.objects.get()
    for setting in (
        "TimeZone = 'America/Caracas'",
        "bytea_output = escape",
        "extra_float_digits = -15",
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"SET {setting}")
            cursor.execute(
                "SELECT feed_digest(%s, %s, e) FROM feed_event e",
                [bytes(entry.prev), entry.numbered_at],
            )
            (computed,) = cursor.fetchone()
            cursor.execute(f"RESET {setting.split(' ')[0]}")
        assert bytes(computed) == bytes(entry.hash)
    assert bytes(entry.prev) == hashlib.sha256(b"zhihui feed").digest()


def test_verify_names_the_first_altered_event(real: None) -> None:
    for number in range(1, 6):
        with transaction.atomic():
            record(happening(number))
    assert chain.verify().fault is None
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE feed_event DISABLE TRIGGER insert_only")
        cursor.execute(
            "UPDATE feed_event SET body = '{\"now\": {\"id\": 9}}' WHERE entity_id = '3'"
        )
        cursor.execute("ALTER TABLE feed_event ENABLE TRIGGER insert_only")
    fault = chain.verify().fault
    assert fault is not None and fault.seq == 3 and "altered" in fault.what


def test_a_head_published_earlier_exposes_a_rewritten_log(real: None, tmp_path) -> None:
    with transaction.atomic():
        record(happening(1))
    head = chain.publish_head(tmp_path)
    assert chain.verify(head).fault is None
    assert head in next(tmp_path.glob("*.log")).read_text()
    forged = head.split(":")[0] + ":" + "0" * 64
    fault = chain.verify(forged).fault
    assert fault is not None and fault.seq == 1
    missing = "7:" + "0" * 64
    fault = chain.verify(missing).fault
    assert fault is not None and "missing at the end" in fault.what


def test_words_are_sealed_not_logged() -> None:
    salt, sealed = seal("张三 13800000000")
    assert sealed == digest(salt, "张三 13800000000") != digest(salt, "李四")
