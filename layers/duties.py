"""What the worker does for layers: imports and analyses, each in a process of its own."""

from core.duty import Duty, Lane
from layers.analysing import actions as analysing
from layers.importing import actions as importing
from layers.jobs import Program, Runner, clear_rasters

NEVER_ENDS = 4 * 3600  # s of processor time, after which a file counts as one that never ends

imports = Runner(importing.queue, Program("import", NEVER_ENDS), importing.clear)
analyses = Runner(analysing.queue, Program("terrain"), clear_rasters)

DUTIES = (
    Duty("imports", 1.0, imports.tick, Lane.LONG),
    Duty("analyses", 1.0, analyses.tick, Lane.LONG),
)
