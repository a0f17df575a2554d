"""What the clock decides about alerts and warnings, and what goes out of the house."""

from alerts import ticks
from alerts.delivery import work
from alerts.warning import actions as warnings
from core.duty import Duty, Lane

DUTIES = (
    Duty("ticks", 1.0, ticks.look),
    Duty("expiring warnings", 2.0, warnings.expire_due),
    Duty("deliveries", 0.5, work.deliver_due, Lane.OUTSIDE),
)
