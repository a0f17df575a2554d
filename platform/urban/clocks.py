"""The clock of a case: which limit runs in its state, when it turns yellow and when it is late.

Desk stages have the city's limits (standard `casework`); handling has the limit of the kind's
condition, which stops while a case is on hold and grows by extensions.
"""

import datetime

from core.standard import in_force
from urban import working_days, worktime
from urban.models import Case
from urban.move import STANDINGS, State
from urban.worktime import Limit, Unit

_NONE = datetime.timedelta()


def _casework(at: datetime.datetime) -> dict[str, object]:
    return in_force("casework", at.astimezone(working_days.current().zone).date()).data


def alike_within(at: datetime.datetime) -> tuple[float, datetime.timedelta]:
    """Return how near (metres) and how recent a case of the same kind may be the same one."""
    table = _casework(at)
    return float(str(table["alike_metres"])), datetime.timedelta(days=int(str(table["alike_days"])))


def stage_limit(stage: str, at: datetime.datetime) -> Limit:
    """Return a desk stage's limit in force at a moment."""
    stages = _casework(at)["stages"]
    assert isinstance(stages, dict)
    return Limit(stages[stage]["amount"], Unit(stages[stage]["unit"]))


def _yellow_share(at: datetime.datetime) -> float:
    return float(str(_casework(at)["yellow_from"])) / 100.0


def enter(case: Case, before: State | None, at: datetime.datetime) -> None:
    """Set the clock of the state that a case has just entered."""
    stage = STANDINGS[State(case.state)].clock
    if stage == "":
        case.clock_from = case.yellow_at = case.due_at = None
    elif stage == "handle":
        case.due_at = case.handle_due_at
    elif before is None or STANDINGS[before].clock != stage:
        limit = stage_limit(stage, at)
        _run(case, at, worktime.span(limit, working_days.current()), _NONE, limit.unit)


def begin_handling(case: Case, limit: Limit, at: datetime.datetime) -> None:
    """Start the limit of handling afresh."""
    case.limit_unit = limit.unit
    total = worktime.span(limit, working_days.current())
    case.limit_s, case.left_s = total.total_seconds(), None
    _handle(case, at, total, _NONE)


def hold(case: Case, at: datetime.datetime) -> None:
    """Stop the limit of handling and keep what is left of it."""
    case.left_s = _left(case, at).total_seconds()
    case.handle_due_at = case.close_by = None


def resume(case: Case, at: datetime.datetime) -> None:
    """Let what is left of the limit run on."""
    assert case.limit_s is not None and case.left_s is not None
    total = datetime.timedelta(seconds=case.limit_s)
    used = total - datetime.timedelta(seconds=case.left_s)
    case.left_s = None
    _handle(case, at, total, used)


def extend(case: Case, until: datetime.datetime, at: datetime.datetime) -> None:
    """Let the limit of handling end at `until`."""
    assert case.limit_s is not None
    unit, calendar = Unit(case.limit_unit), working_days.current()
    used = datetime.timedelta(seconds=case.limit_s) - _left(case, at)
    total = used + worktime.spent(at, until, unit, calendar)
    case.limit_s = total.total_seconds()
    _handle(case, at, total, used)
    case.handle_due_at = case.due_at = until


def _left(case: Case, at: datetime.datetime) -> datetime.timedelta:
    if case.handle_due_at is None:
        return datetime.timedelta(seconds=case.left_s or 0.0)
    return worktime.spent(at, case.handle_due_at, Unit(case.limit_unit), working_days.current())


def _handle(
    case: Case, at: datetime.datetime, total: datetime.timedelta, used: datetime.timedelta
) -> None:
    _run(case, at, total, used, Unit(case.limit_unit))
    assert case.due_at is not None
    case.handle_due_at = end = case.due_at
    for stage in ("check", "close"):
        end = worktime.due(end, stage_limit(stage, at), working_days.current())
    case.close_by = end


def _run(
    case: Case,
    at: datetime.datetime,
    total: datetime.timedelta,
    used: datetime.timedelta,
    unit: Unit,
) -> None:
    calendar = working_days.current()
    case.clock_from = at
    case.due_at = worktime.after(at, max(total - used, _NONE), unit, calendar)
    yellow = max(total * _yellow_share(at) - used, _NONE)
    case.yellow_at = worktime.after(at, yellow, unit, calendar)


def late(case: Case, at: datetime.datetime) -> bool | None:
    """Say whether the present clock has run out; None where none runs."""
    return None if case.due_at is None else at > case.due_at
