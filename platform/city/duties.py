"""The house's own duties: keyframes and head of the log, coming partitions, the followers."""

from functools import cache

from django.db import connection

from city.telemetry import live
from core import clock, partitions
from core.duty import Duty, Lane
from core.shelf import classes
from feed import chain, state
from feed.follower import Follower, follow


def make_partitions() -> None:
    """Make the coming months' partitions."""
    with connection.cursor() as cursor:
        for table in ("feed_event", "sensors_observation", "sensors_position"):
            partitions.ensure(cursor, table, clock.now())


@cache
def followers() -> tuple[Follower, ...]:
    """Return the shelf of the wiring."""
    found = classes("city.wiring", Follower)  # type: ignore[type-abstract]
    return tuple(follower() for _, follower in found)


def follow_all() -> None:
    """Let every follower come up to the log's end."""
    for follower in followers():
        while follow(follower):
            pass


DUTIES = (
    Duty("followers", 0.5, follow_all),
    Duty("keyframe", 60.0, state.keep_keyframe, Lane.LONG),
    Duty("head", 3600.0, chain.publish_head, Lane.LONG),
    Duty("demo stations", 30.0, live.speak, Lane.LONG),
    Duty("partitions", 6 * 3600.0, make_partitions, Lane.LONG),
)
