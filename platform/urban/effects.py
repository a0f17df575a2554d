"""What each step changes in a case beside its state, and what it must bring along."""

import datetime
from collections.abc import Callable

from core.errors import Conflict, Invalid, Unknown
from people.models import Department
from urban import clocks, kind
from urban.asked import Act
from urban.card import public
from urban.legality import unseen
from urban.models import Case
from urban.move import ENDED, Move, Post, State

Effect = Callable[[Case, Act, Move, datetime.datetime], None]

# a reason is part of these steps
REASONED = frozenset({"reject", "return", "extend", "hang", "refuse", "void"})


def apply(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    """Change the case by a step; raises Invalid or Conflict for what it lacks."""
    if not asked.words and (asked.step in REASONED or move.outcome == "failed"):
        raise Invalid("say why", zh="请填写理由", field="words")
    case.state = move.to
    effect = _EFFECTS.get(asked.step)
    if effect is not None:
        effect(case, asked, move, at)


def _accept(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    if unseen(case):
        case.state = move.origin
        raise Conflict(
            "a report from the public is verified on site before it is accepted",
            zh="公众反映的问题须先经现场核实，再予受理",
            remedy="send it for verification",
            current=public(case),
        )


def _verify(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    case.verified = move.outcome == "found"


def _register(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    if asked.condition:
        case.condition = kind.find(case.kind, case.code).condition(asked.condition).key
    case.registered_at = at


def _dispatch(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    of_kind = kind.find(case.kind, case.code)
    code = asked.department or (case.department.code if case.department else of_kind.department)
    department = Department.objects.filter(code=code).first()
    if department is None:
        raise Invalid(
            f"there is no department {code!r}",
            zh="没有此部门",
            field="department",
            remedy="see GET /api/v1/cases/departments",
        )
    same = case.department_id == department.pk
    # a failed check is rework of the department that failed it, never of another one
    case.reworks += move.origin is State.FAILED and same
    case.redirected += case.department_id is not None and not same
    case.department = department
    case.department_zh, case.department_en = department.name_zh, department.name_en
    case.dispatched_at = case.dispatched_at or at
    case.started_at = None
    case.asked_until = None
    clocks.begin_handling(case, of_kind.condition(case.condition).limit, at)


def _handle(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    case.started_at = at


def _answer(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    if not asked.words and not asked.photos:
        raise Invalid(
            "an answer has words or a photo",
            zh="请填写处置情况或上传照片",
            field="words",
        )
    in_time = case.handle_due_at is None or at <= case.handle_due_at
    case.answered_in_time = in_time and case.answered_in_time is not False
    case.answered_at = at
    case.started_at = case.started_at or at


def _extend(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    until = asked.until
    if until is None or until.tzinfo is None or until <= max(at, case.handle_due_at or at):
        raise Invalid(
            "`until` is a moment after the present limit, with an offset",
            zh="延期后的时限应晚于现有时限",
            field="until",
        )
    if move.post is Post.DISPATCH:
        clocks.extend(case, until, at)
        case.extensions += 1
    else:
        case.asked_until = until


def _return(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    if move.to is State.REGISTERED:
        case.handle_due_at = case.close_by = None


def _hang(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    if move.to is State.HUNG:
        clocks.hold(case, at)


def _resume(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    clocks.resume(case, at)
    _back_to_work(case)


def _back_to_work(case: Case) -> None:
    case.state = State.HANDLING if case.started_at else State.DISPATCHED


def _grant(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    if move.origin is State.ASKED_EXTENSION:
        until = case.asked_until
        if until is not None and until > at:
            clocks.extend(case, until, at)
        case.extensions += 1
        _back_to_work(case)
    _hang(case, asked, move, at)
    _return(case, asked, move, at)
    case.asked_until = None


def _refuse(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    case.asked_until = None
    _back_to_work(case)


def _close(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    case.closed_at = at


def _merge(case: Case, asked: Act, move: Move, at: datetime.datetime) -> None:
    into = Case.objects.select_for_update(no_key=True).filter(pk=asked.into or 0).first()
    if into is None or into.pk == case.pk:
        raise Unknown("there is no such case to merge into", zh="没有可并入的案件", field="into")
    if State(into.state) in ENDED:
        raise Conflict(f"case {into.number} has ended", zh=f"案件 {into.number} 已办结，不能并入")
    case.merged_into = into


_EFFECTS: dict[str, Effect] = {
    "accept": _accept,
    "verify": _verify,
    "register": _register,
    "dispatch": _dispatch,
    "handle": _handle,
    "answer": _answer,
    "extend": _extend,
    "return": _return,
    "hang": _hang,
    "resume": _resume,
    "grant": _grant,
    "refuse": _refuse,
    "close": _close,
    "merge": _merge,
}
