"""What the worker does for layers: imports and analyses, each in a process of its own."""

from core.duty import Duty, Lane
from layers.analysing.jobs import runner as analysing
from layers.importing.jobs import runner

DUTIES = (
    Duty("imports", 1.0, runner.tick, Lane.LONG),
    Duty("analyses", 1.0, analysing.tick, Lane.LONG),
)
