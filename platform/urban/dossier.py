"""A case's file: the card, what was said, the steps with their times and people, the photos."""

from typing import Any

from people import may
from people.models import User
from urban import alike, kind, legality
from urban.card import iso, public
from urban.models import Case, Photo, Step, Words
from urban.move import STANDINGS, State


def of_case(case: Case, rights: may.Rights) -> dict[str, Any]:
    """Return the whole file as somebody may read it; `steps_open` are those they may take."""
    of_kind = kind.book().get((case.kind, case.code))
    condition = of_kind.condition(case.condition) if of_kind else None
    taken = case.steps.select_related("user", "words").prefetch_related("photos")
    return {
        **public(case),
        **_said(case, rights),
        "filing_zh": condition.zh if condition else "",
        "filing_en": condition.en if condition else "",
        "closing_zh": condition.close_zh if condition else "",
        "closing_en": condition.close_en if condition else "",
        "edition": case.edition,
        "steps": [step_of(each) for each in taken],
        "photos": [photo(each) for each in case.photos.filter(erased_at=None)],
        "duplicates": alike.of_case(case) if State(case.state) not in _SETTLED else [],
        "merged": list(case.merged.values_list("pk", flat=True)),
        "may": legality.open_steps(case, rights),
    }


_SETTLED = (State.CLOSED, State.REJECTED, State.VOID, State.MERGED)


def _said(case: Case, rights: may.Rights) -> dict[str, Any]:
    report = case.report
    erased = report.erased_at is not None
    # whoever must talk to the reporter may see how; nobody else
    reach = any(may.may(rights, verb, case.scope) for verb in ("case.accept", "case.inspect"))
    return {
        "words": None if erased else report.words,
        "address": None if erased else report.address,
        "reporter": report.reporter_id,
        "contact": {"name": report.name, "phone": report.phone} if reach and not erased else None,
        "answers": {} if erased else report.answers,
        "erased": erased,
    }


def step_of(step: Step) -> dict[str, Any]:
    """Return one step with its words; an erased note shows that there was one."""
    state = STANDINGS[State(step.state)]
    words: Words | None = getattr(step, "words", None)
    user: User | None = step.user
    return {
        "step": step.step,
        "outcome": step.outcome or None,
        "from": step.origin or None,
        "state": step.state,
        "state_zh": state.zh,
        "state_en": state.en,
        "stage": step.stage,
        "at": iso(step.at),
        "due_at": iso(step.due_at),
        "late": step.late,
        "actor": step.actor,
        "actor_zh": (user.name_zh or user.username) if user else None,
        "actor_en": (user.name_en or user.username) if user else None,
        "department": step.department or None,
        "words": None if words is None or words.erased_at else words.words,
        "photos": [each.pk for each in step.photos.all()],
    }


def photo(row: Photo) -> dict[str, Any]:
    """Return where a photo is, and at which of the seven steps it was taken."""
    url = f"/api/v1/cases/{row.case_id}/photos/{row.pk}"
    return {
        "id": row.pk,
        "url": url,
        "thumb": f"{url}?size=thumb",
        "width": row.width,
        "height": row.height,
        "taken_at": iso(row.taken_at),
        "made_at": iso(row.made_at),
        "stage": row.step.stage,
        "step": row.step.step,
    }
