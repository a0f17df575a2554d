"""What the worker does for tiles: seedings, each in a process of its own."""

from core.duty import Duty, Lane
from layers.jobs import Program, Runner, nothing
from tiles.seeding import actions

seedings = Runner(actions.queue, Program("seed"), nothing)

DUTIES = (Duty("seedings", 1.0, seedings.tick, Lane.LONG),)
