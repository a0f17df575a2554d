"""What the worker does for tiles: seedings, each in a process of its own."""

import uuid

from core.duty import Duty, Lane
from layers.jobs import Program, Runner
from tiles.seeding import actions


def keep(number: uuid.UUID) -> None:
    """Take nothing away when a seeding ends early: every tile that it made is right."""


seedings = Runner(actions.queue, Program("seed"), keep)

DUTIES = (Duty("seedings", 1.0, seedings.tick, Lane.LONG),)
