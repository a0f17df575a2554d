"""What the worker does for layers: imports, one at a time, each in its own process."""

from core.duty import Duty, Lane
from layers.importing.jobs import runner

DUTIES = (Duty("imports", 1.0, runner.tick, Lane.LONG),)
