"""What the worker does for the indices: new readings, the passing of time, late readings."""

from core.duty import Duty, Lane
from environment import actions

DUTIES = (
    Duty("indices", 2.0, actions.look),
    Duty("stale indices", 30.0, actions.mark_stale),
    Duty("indices again", 3600.0, actions.sweep, Lane.LONG),
)
