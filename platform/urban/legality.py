"""Whether a step may be taken: rights, then the version looked at, then the table of moves."""

from core.errors import Conflict, Forbidden, Unknown
from people import may
from people.models import Role, User
from urban.asked import Act
from urban.card import public
from urban.models import UNSEEN, Case
from urban.move import STANDINGS, Move, Post, State, choices, legal, posts


def locked(case_id: int, rights: may.Rights) -> Case:
    """Return the case, locked, if it may be seen; raises Unknown otherwise."""
    case = (
        Case.objects.select_for_update(no_key=True, of=("self",))
        .select_related("department")
        .filter(pk=case_id)
        .first()
    )
    return _seen(case, case_id, rights)


def seen(case_id: int, rights: may.Rights) -> Case:
    """Return the case if it may be seen; raises Unknown otherwise."""
    case = Case.objects.select_related("department", "report").filter(pk=case_id).first()
    return _seen(case, case_id, rights)


def _seen(case: Case | None, case_id: int, rights: may.Rights) -> Case:
    if rights == may.NOBODY:
        may.require(rights, "case.see")
    if case is None or not may.may(rights, "case.see", case.scope):
        raise Unknown(f"there is no case {case_id}", zh=f"没有编号为 {case_id} 的案件")
    return case


def department_of(rights: may.Rights) -> str | None:
    """Return the code of the department that somebody belongs to."""
    found = User.objects.filter(pk=rights.user_id).values_list("department__code", flat=True)
    return found.first()


def require(rights: may.Rights, step: str, case: Case | None = None) -> None:
    """Raise Forbidden unless one of the step's posts is theirs (where the case lies)."""
    scope = case.scope if case else ""
    open_to = [post for post in posts(step) if may.may(rights, post.verb, scope)]
    if not open_to:
        may.require(rights, posts(step)[0].verb, scope)
    if case is not None and open_to == [Post.DEPARTMENT] and not _own(rights, case):
        raise Forbidden(
            "this case was given to another department",
            zh="此案件未派遣给您所在的部门",
            remedy="ask the dispatcher for it",
        )


def _own(rights: may.Rights, case: Case) -> bool:
    if rights.role != Role.RESPONDER:
        return True
    return case.department is not None and department_of(rights) == case.department.code


def chosen(case: Case, asked: Act, rights: may.Rights) -> Move:
    """Return the one legal move for what was asked; raises Conflict with the present state."""
    if asked.version is not None and asked.version != case.version:
        raise Conflict(
            f"case {case.number} has changed since you looked",
            zh=f"案件 {case.number} 已被他人更新",
            remedy="look at the present state and decide again",
            current=public(case),
        )
    for move in legal(State(case.state), asked.step, asked.outcome):
        if may.may(rights, move.post.verb, case.scope):
            return move
    standing = STANDINGS[State(case.state)]
    raise Conflict(
        f"case {case.number} is “{standing.en}”: the step {asked.step!r} is not legal now",
        zh=f"案件 {case.number} 当前为“{standing.zh}”，不能执行此操作",
        remedy="see `steps` of the case for what may be done",
        current=public(case),
    )


def unseen(case: Case) -> bool:
    """Say whether it was reported by somebody else's words and nobody has looked on site yet."""
    return case.source in UNSEEN and case.verified is None


def open_steps(case: Case, rights: may.Rights) -> list[str]:
    """Return the steps that somebody may take with the case as it stands."""
    found: list[str] = []
    for move in choices(State(case.state)):
        allowed = may.may(rights, move.post.verb, case.scope)
        if move.post is Post.DEPARTMENT:
            allowed = allowed and _own(rights, case)
        if allowed and not (move.step == "accept" and unseen(case)):
            found.append(move.step)
    return list(dict.fromkeys(found))
