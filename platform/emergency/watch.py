"""How long things may take before somebody is reminded: the house's own limits, in one place."""

import datetime

from core.severity import Severity

AMBER = 0.8  # share of a time limit after which it is amber

_UNASSIGNED = {Severity.RED: 60, Severity.ORANGE: 120, Severity.YELLOW: 300, Severity.BLUE: 600}
_TURNOUT_S = 120.0
_ROLL_CALL_S = 1200.0
_MARGIN = 1.2  # of the estimate
_MARGIN_S = 60.0
_UNKNOWN_WAY_S = 1200.0  # for a unit whose way could not be estimated


def unassigned(severity: int) -> datetime.timedelta:
    """Return how long an incident may wait for its first unit."""
    return datetime.timedelta(seconds=_UNASSIGNED[Severity(severity)])


def turnout() -> datetime.timedelta:
    """Return how long an ordered unit may take until it moves."""
    return datetime.timedelta(seconds=_TURNOUT_S)


def arrival(eta_s: float | None) -> datetime.timedelta:
    """Return how long an ordered unit may take until it is there."""
    way = _UNKNOWN_WAY_S if eta_s is None else eta_s * _MARGIN + _MARGIN_S
    return datetime.timedelta(seconds=_TURNOUT_S + way)


def roll_call() -> datetime.timedelta:
    """Return how long a unit on scene may stay unheard."""
    return datetime.timedelta(seconds=_ROLL_CALL_S)
