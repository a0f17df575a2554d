"""What the clock decides about alerts: silence, and hold times that run out."""

from alerts import ticks
from core.duty import Duty

DUTIES = (Duty("ticks", 1.0, ticks.look),)
