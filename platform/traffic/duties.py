"""What the clock decides about streets: closures whose time has run out."""

from core.duty import Duty
from traffic import actions

DUTIES = (Duty("closures", 5.0, actions.expire),)
