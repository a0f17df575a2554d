"""The seven steps as one table of legal moves: from which state, by which step, at whose post.

信息收集 → 案卷建立 → 任务派遣 → 任务处理 → 处理反馈 → 核查结案 → 综合评价. Posts and states are
those of GB/T 30428; a move that is not in the table does not exist.
"""

import dataclasses
import enum


class State(enum.StrEnum):
    """Where a case stands."""

    REPORTED = "reported"
    VERIFYING = "verifying"
    VERIFIED = "verified"
    UNFOUNDED = "unfounded"
    ACCEPTED = "accepted"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    ASKED_RETURN = "asked_return"
    ASKED_EXTENSION = "asked_extension"
    ASKED_HANG = "asked_hang"
    HUNG = "hung"
    ANSWERED = "answered"
    CHECKING = "checking"
    PASSED = "passed"
    FAILED = "failed"
    CLOSED = "closed"
    REJECTED = "rejected"
    VOID = "void"
    MERGED = "merged"


class Post(enum.StrEnum):
    """Who sits at a step; the right that the post asks for is `case.` and the value."""

    ACCEPTANCE = "accept"  # 受理员, 值班长
    DISPATCH = "dispatch"  # 派遣员
    DEPARTMENT = "handle"  # 专业部门
    INSPECTOR = "inspect"  # 监督员

    @property
    def verb(self) -> str:
        """Return the right in `people.may`."""
        return f"case.{self.value}"


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """A state's names, its place among the seven steps, and the stage whose clock runs in it."""

    zh: str
    en: str
    step: int
    clock: str = ""


S, P = State, Post

STANDINGS: dict[State, Standing] = {
    S.REPORTED: Standing("上报", "Reported", 1, "accept"),
    S.VERIFYING: Standing("发核实", "To be verified", 1, "verify"),
    S.VERIFIED: Standing("核实属实", "Verified", 1, "accept"),
    S.UNFOUNDED: Standing("核实不属实", "Not found on site", 1, "accept"),
    S.ACCEPTED: Standing("受理", "Accepted", 2, "register"),
    S.REGISTERED: Standing("立案", "Filed", 3, "dispatch"),
    S.DISPATCHED: Standing("派遣", "Dispatched", 4, "handle"),
    S.HANDLING: Standing("处置中", "Being handled", 4, "handle"),
    S.ASKED_RETURN: Standing("申请回退", "Asked to return", 4, "handle"),
    S.ASKED_EXTENSION: Standing("申请延期", "Asked to extend", 4, "handle"),
    S.ASKED_HANG: Standing("申请挂账", "Asked to hold", 4, "handle"),
    S.HUNG: Standing("挂账", "On hold", 4),
    S.ANSWERED: Standing("处置完成", "Answered", 5, "check"),
    S.CHECKING: Standing("发核查", "To be checked", 6, "check"),
    S.PASSED: Standing("核查通过", "Check passed", 6, "close"),
    S.FAILED: Standing("核查不通过", "Check failed", 6, "dispatch"),
    S.CLOSED: Standing("结案", "Closed", 7),
    S.REJECTED: Standing("不予受理", "Not accepted", 7),
    S.VOID: Standing("作废", "Void", 7),
    S.MERGED: Standing("并案", "Merged", 7),
}
ENDED = frozenset({S.CLOSED, S.REJECTED, S.VOID, S.MERGED})
STEPS = ("信息收集", "案卷建立", "任务派遣", "任务处理", "处理反馈", "核查结案", "综合评价")
STEPS_EN = ("Report", "Filing", "Dispatch", "Handling", "Answer", "Check and closing", "Evaluation")


@dataclasses.dataclass(frozen=True, slots=True)
class Move:
    """One legal move; `outcome` tells two moves of the same step apart (found or not)."""

    origin: State
    step: str
    to: State
    post: Post
    outcome: str = ""


_NEW = (S.REPORTED, S.VERIFYING, S.VERIFIED, S.UNFOUNDED, S.ACCEPTED)
_AT_WORK = (S.DISPATCHED, S.HANDLING)

MOVES: tuple[Move, ...] = (
    Move(S.REPORTED, "accept", S.ACCEPTED, P.ACCEPTANCE),
    Move(S.VERIFIED, "accept", S.ACCEPTED, P.ACCEPTANCE),
    *(Move(each, "reject", S.REJECTED, P.ACCEPTANCE) for each in _NEW),
    Move(S.REPORTED, "send_verify", S.VERIFYING, P.ACCEPTANCE),
    Move(S.ACCEPTED, "send_verify", S.VERIFYING, P.ACCEPTANCE),
    # an inspector who stands there need not be sent
    *(
        Move(each, "verify", to, P.INSPECTOR, outcome)
        for each in (S.REPORTED, S.VERIFYING)
        for to, outcome in ((S.VERIFIED, "found"), (S.UNFOUNDED, "not_found"))
    ),
    Move(S.ACCEPTED, "register", S.REGISTERED, P.ACCEPTANCE),
    Move(S.REGISTERED, "dispatch", S.DISPATCHED, P.DISPATCH),
    Move(S.FAILED, "dispatch", S.DISPATCHED, P.DISPATCH),
    Move(S.ASKED_RETURN, "dispatch", S.DISPATCHED, P.DISPATCH),
    Move(S.DISPATCHED, "handle", S.HANDLING, P.DEPARTMENT),
    *(Move(each, "answer", S.ANSWERED, P.DEPARTMENT) for each in _AT_WORK),
    # the dispatch post decides by itself; a department asks it
    *(Move(each, "extend", each, P.DISPATCH) for each in _AT_WORK),
    *(Move(each, "extend", S.ASKED_EXTENSION, P.DEPARTMENT) for each in _AT_WORK),
    *(Move(each, "return", S.REGISTERED, P.DISPATCH) for each in _AT_WORK),
    *(Move(each, "return", S.ASKED_RETURN, P.DEPARTMENT) for each in _AT_WORK),
    *(Move(each, "hang", S.HUNG, P.DISPATCH) for each in _AT_WORK),
    *(Move(each, "hang", S.ASKED_HANG, P.DEPARTMENT) for each in _AT_WORK),
    Move(S.ASKED_EXTENSION, "grant", S.DISPATCHED, P.DISPATCH),
    Move(S.ASKED_HANG, "grant", S.HUNG, P.DISPATCH),
    Move(S.ASKED_RETURN, "grant", S.REGISTERED, P.DISPATCH),
    Move(S.ASKED_EXTENSION, "refuse", S.DISPATCHED, P.DISPATCH),
    Move(S.ASKED_HANG, "refuse", S.DISPATCHED, P.DISPATCH),
    Move(S.ASKED_RETURN, "refuse", S.DISPATCHED, P.DISPATCH),
    Move(S.HUNG, "resume", S.DISPATCHED, P.DISPATCH),
    Move(S.ANSWERED, "send_check", S.CHECKING, P.ACCEPTANCE),
    *(
        Move(each, "check", to, P.INSPECTOR, outcome)
        for each in (S.ANSWERED, S.CHECKING)
        for to, outcome in ((S.PASSED, "passed"), (S.FAILED, "failed"))
    ),
    Move(S.PASSED, "close", S.CLOSED, P.ACCEPTANCE),
    Move(S.REGISTERED, "void", S.VOID, P.ACCEPTANCE),
    *(Move(each, "merge", S.MERGED, P.ACCEPTANCE) for each in (*_NEW, S.REGISTERED)),
)

STEP_NAMES = tuple(dict.fromkeys(move.step for move in MOVES))


def posts(step: str) -> tuple[Post, ...]:
    """Return every post that a step is ever taken at."""
    return tuple(dict.fromkeys(move.post for move in MOVES if move.step == step))


def legal(state: State, step: str, outcome: str = "") -> tuple[Move, ...]:
    """Return the moves that a step makes from a state, the deciding post first."""
    return tuple(
        move
        for move in MOVES
        if move.origin == state and move.step == step and outcome in ("", move.outcome)
    )


def choices(state: State) -> tuple[Move, ...]:
    """Return every move that leads out of a state."""
    return tuple(move for move in MOVES if move.origin == state)


# what a post has before it: the filter `waiting=` of the API
WAITING: dict[str, tuple[State, ...]] = {
    "accept": (S.REPORTED, S.VERIFIED, S.UNFOUNDED, S.ACCEPTED),
    "verify": (S.VERIFYING,),
    "dispatch": (S.REGISTERED, S.FAILED, S.ASKED_RETURN, S.ASKED_EXTENSION, S.ASKED_HANG),
    "handle": (S.DISPATCHED, S.HANDLING),
    "check": (S.ANSWERED, S.CHECKING),
    "close": (S.PASSED,),
}
