"""What the clock decides in an emergency: timers that turn amber and red."""

from core.duty import Duty
from emergency.actions import tasks

DUTIES = (Duty("timers", 1.0, tasks.tell_due),)
