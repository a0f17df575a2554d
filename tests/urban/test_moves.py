"""The table of moves against the standard's transitions; no state is a trap."""

from typing import Any

from urban.move import ENDED, MOVES, STANDINGS, STEPS, Post, State, choices

# the standard's words for states, and for what a step leads to
NAMES = {
    "上报": State.REPORTED, "受理": State.ACCEPTED, "不予受理": State.REJECTED,
    "发核实": State.VERIFYING, "核实反馈": State.VERIFIED, "立案": State.REGISTERED,
    "派遣": State.DISPATCHED, "处置完成": State.ANSWERED, "申请延期": State.ASKED_EXTENSION,
    "申请回退": State.ASKED_RETURN, "申请挂账": State.ASKED_HANG, "挂账": State.HUNG,
    "发核查": State.CHECKING, "核查通过": State.PASSED, "核查不通过": State.FAILED,
    "结案": State.CLOSED, "作废": State.VOID,
}  # fmt: skip
POSTS = {
    "受理员": Post.ACCEPTANCE, "值班长": Post.ACCEPTANCE, "派遣员": Post.DISPATCH,
    "专业部门": Post.DEPARTMENT, "监督员": Post.INSPECTOR,
}  # fmt: skip


def test_every_transition_of_the_standard_is_legal_at_its_post(vectors: dict[str, Any]) -> None:
    ours = {(move.origin, move.to, move.post) for move in MOVES}
    for origin, to, who in vectors["case"]["states"]["transitions"]:
        post = POSTS[who.partition("(")[0]]
        assert (NAMES[origin], NAMES[to], post) in ours, (origin, to, who)


def test_the_seven_steps_are_named_as_in_the_standard(vectors: dict[str, Any]) -> None:
    assert list(STEPS) == vectors["case"]["states"]["steps"]
    assert {standing.step for standing in STANDINGS.values()} == set(range(1, 8))


def test_every_state_is_reached_and_only_an_end_is_left_by_nobody() -> None:
    reached = {move.to for move in MOVES} | {State.REPORTED}
    assert reached == set(State)
    assert {state for state in State if not choices(state)} == ENDED


def test_a_clock_runs_wherever_somebody_is_waited_for() -> None:
    for state, standing in STANDINGS.items():
        assert bool(standing.clock) == (state not in ENDED | {State.HUNG})
