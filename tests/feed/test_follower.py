"""Those who act upon the log: each event once, in order, with what was done in one transaction."""

from typing import Any, ClassVar

import pytest
from django.db import DataError, IntegrityError, OperationalError, transaction

from feed.follower import Follower, Told, follow
from feed.log import Happening, record
from feed.models import Entry, Missed, Reader


class Listener(Follower):
    name = "listener"
    topics = frozenset({"closure"})
    heard: ClassVar[list[str]] = []
    poison: ClassVar[str] = ""
    fault: ClassVar[Exception] = ValueError("cannot take this one")

    def take(self, event: Told) -> None:
        if event.entity_id == self.poison:
            raise self.fault
        self.heard.append(event.entity_id)


@pytest.fixture
def listener(real: None) -> Any:
    Listener.heard.clear()
    Listener.poison = ""
    one = Listener()
    follow(one)  # its time begins here
    return one


def tell(entity_id: str, topic: str = "closure") -> None:
    with transaction.atomic():
        record(
            Happening(
                topic=topic,
                kind="opened",
                entity=topic,
                entity_id=entity_id,
                actor="user:1",
                body={"now": {}},
            )
        )


def test_each_event_of_its_topics_comes_once_in_order(listener: Listener) -> None:
    for name in ("a", "b", "c"):
        tell(name)
    tell("x", topic="unit")
    while follow(listener):
        pass
    assert listener.heard == ["a", "b", "c"]
    assert follow(listener) == 0


def test_what_was_before_its_time_is_not_its_business(real: None) -> None:
    tell("old")
    late = Listener()
    Listener.heard.clear()
    follow(late)
    while follow(late):
        pass
    assert late.heard == []


def test_a_poisonous_event_is_passed_by_and_its_neighbours_are_taken(listener: Listener) -> None:
    Listener.poison = "b"
    for name in ("a", "b", "c"):
        tell(name)
    while follow(listener):
        pass
    assert listener.heard == ["a", "c"]


@pytest.mark.parametrize("fault", [ValueError("no"), IntegrityError("twice"), DataError("long")])
def test_what_cannot_be_taken_is_recorded(listener: Listener, fault: Exception) -> None:
    Listener.fault, Listener.poison = fault, "b"
    for name in ("a", "b", "c"):
        tell(name)
    while follow(listener):
        pass
    assert listener.heard == ["a", "c"]
    missed = Missed.objects.get()
    assert (missed.reader, missed.reason) == ("listener", f"{type(fault).__name__}: {fault}")
    assert Entry.objects.filter(seq=missed.seq).exists()


def test_a_database_that_is_away_is_no_fault_of_the_event(listener: Listener) -> None:
    Listener.fault, Listener.poison = OperationalError("server closed the connection"), "b"
    for name in ("a", "b"):
        tell(name)
    with pytest.raises(OperationalError):
        follow(listener)
    assert listener.heard == ["a"] and not Missed.objects.exists()
    Listener.poison = ""
    while follow(listener):
        pass
    assert listener.heard == ["a", "b"]


def test_progress_commits_with_what_was_done(listener: Listener) -> None:
    tell("a")
    while follow(listener):
        pass
    assert Reader.objects.get(name="listener").seq > 0
