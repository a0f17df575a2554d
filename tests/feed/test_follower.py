"""Those who act upon the log: each event once, in order, with what was done in one transaction."""

from typing import Any, ClassVar

import pytest
from django.db import transaction

from feed.follower import Follower, Told, follow
from feed.log import Happening, record
from feed.models import Reader


class Listener(Follower):
    name = "listener"
    topics = frozenset({"closure"})
    heard: ClassVar[list[str]] = []
    poison: ClassVar[str] = ""

    def take(self, event: Told) -> None:
        if event.entity_id == self.poison:
            raise ValueError("cannot take this one")
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


def test_progress_commits_with_what_was_done(listener: Listener) -> None:
    tell("a")
    while follow(listener):
        pass
    assert Reader.objects.get(name="listener").seq > 0
