"""What anybody may do without signing in: report, and follow a report by its token."""

import base64
import hashlib
import hmac
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status

from core.errors import Unknown
from people.models import digest
from urban import actions, forms, intake, kind, photos
from urban.card import iso
from urban.intake import Filing
from urban.models import Case, Photo, Report, Source
from urban.move import STANDINGS, State
from urban.throttle import Throttle

router = Router(tags=["citizens"], auth=None)

_REPORTS = Throttle("report", most=20, seconds=600)
_LOOKS = Throttle("follow", most=240, seconds=600)

# what a citizen is told of the house's states
PLAIN: dict[int, tuple[str, str]] = {
    1: ("已收到，正在核实", "Received, being looked into"),
    2: ("已受理", "Accepted"),
    3: ("已立案，正在派遣", "On file, being passed on"),
    4: ("责任部门处理中", "With the department responsible"),
    5: ("已处理，待核查", "Handled, to be checked"),
    6: ("正在核查", "Being checked"),
}
ENDS: dict[State, tuple[str, str]] = {
    State.CLOSED: ("已办结", "Done"),
    State.REJECTED: ("未予受理", "Not accepted"),
    State.VOID: ("已作废", "Withdrawn"),
    State.HUNG: ("暂缓处理", "Put on hold"),
}
_TOLD = {
    "report": ("收到上报", "Report received"),
    "verify": ("现场核实", "Looked at on site"),
    "accept": ("受理", "Accepted"),
    "reject": ("不予受理", "Not accepted"),
    "register": ("立案", "Put on file"),
    "dispatch": ("派遣责任部门", "Passed to the department"),
    "handle": ("开始处理", "Work begun"),
    "answer": ("处理完成", "Handled"),
    "hang": ("暂缓处理", "Put on hold"),
    "resume": ("恢复处理", "Taken up again"),
    "check": ("现场核查", "Checked on site"),
    "close": ("结案", "Closed"),
    "merge": ("并入同一问题", "Joined with a report of the same"),
    "void": ("作废", "Withdrawn"),
}


def plain(state: State) -> tuple[str, str]:
    """Return a state in a citizen's words, zh and en."""
    return ENDS.get(state) or PLAIN[STANDINGS[state].step]


def _token(key: uuid.UUID | None) -> str:
    """Return a follow-up token; the same report sent again gets the same one."""
    if key is None:
        return secrets.token_urlsafe(24)
    signed = hmac.new(settings.SECRET_KEY.encode(), b"follow:" + key.bytes, hashlib.sha256)
    return base64.urlsafe_b64encode(signed.digest()[:24]).decode()


@router.get("/public/kinds")
def kinds(request: HttpRequest) -> dict[str, Any]:
    """List the kinds of problem that citizens report."""
    rows = [each for each in kind.book().values() if each.public]
    return {
        "items": [
            {
                "kind": each.kind,
                "code": each.code,
                "name_zh": each.zh,
                "name_en": each.en,
                "about_zh": each.about_zh,
                "about_en": each.about_en,
                "group": each.major_zh,
                "major_zh": each.major_zh,
                "major_en": each.major_en,
            }
            for each in rows
        ]
    }


@router.post("/public/reports", response={200: dict[str, Any], 201: dict[str, Any]})
def report(request: HttpRequest) -> Status[Any]:
    """Report a problem; JSON, or a form with photos. The same key gives the same token."""
    _REPORTS.count(request)
    given = forms.read(request, forms.PublicReportIn)
    token = _token(given.key)
    filing = Filing(
        kind=kind.find(given.kind, given.code),
        spot=intake.spot(given.lon, given.lat, given.datum),
        source=Source.PUBLIC,
        at=intake.seen_at(given.taken_at),
        key=given.key,
        words=given.words,
        address=given.address,
        accuracy=given.accuracy,
        photos=forms.pictures(request),
        name=given.name,
        phone=given.phone,
        follow=digest(token),
    )
    case, fresh = actions.report(filing)
    answer = {
        "token": token,
        "number": case.number,
        "received_at": iso(case.received_at),
        "follow": f"/report/{token}/",
    }
    return Status(201 if fresh else 200, answer)


def _followed(request: HttpRequest, token: str) -> Case:
    _LOOKS.count(request)
    found = Report.objects.select_related("case__merged_into").filter(follow=digest(token)).first()
    if found is None:
        raise Unknown(
            "no report belongs to this link", zh="此链接没有对应的上报", remedy="check the link"
        )
    return found.case


@router.get("/public/reports/{token}")
def follow(request: HttpRequest, token: str) -> dict[str, Any]:
    """Say how a report stands, in plain words; one that was joined with another tells of that."""
    case = _followed(request, token)
    acting = case.merged_into or case
    zh, en = plain(State(acting.state))
    return {
        "number": case.number,
        "kind_zh": case.name_zh,
        "kind_en": case.name_en,
        "place_zh": case.place_zh,
        "place_en": case.place_en,
        "reported_at": iso(case.reported_at),
        "received_at": iso(case.received_at),
        "due_at": iso(acting.handle_due_at),
        "state": acting.state,
        "state_zh": zh,
        "state_en": en,
        "stage": STANDINGS[State(acting.state)].step,
        "ended": STANDINGS[State(acting.state)].step == 7,
        "joined": acting.number if acting is not case else None,
        "department_zh": acting.department_zh,
        "department_en": acting.department_en,
        "steps": _steps(case) + (_steps(acting) if acting is not case else []),
        **_answer(acting, token),
    }


def _steps(case: Case) -> list[dict[str, Any]]:
    return [
        {"step": row.step, "name_zh": _TOLD[row.step][0], "name_en": _TOLD[row.step][1],
         "at": iso(row.at)}
        for row in case.steps.all()
        if row.step in _TOLD
    ]  # fmt: skip


def _answer(case: Case, token: str) -> dict[str, Any]:
    """Return the department's last answer once the case was checked and closed."""
    if case.state != State.CLOSED:
        return {"answer": None, "photos": []}
    last = case.steps.filter(step="answer").select_related("words").last()
    words = getattr(last, "words", None)
    shown = last.photos.filter(erased_at=None) if last else Photo.objects.none()
    return {
        "answer": words.words if words and words.erased_at is None else None,
        "photos": [
            {
                "id": row.pk,
                "url": f"/api/v1/public/reports/{token}/photos/{row.pk}",
                "thumb": f"/api/v1/public/reports/{token}/photos/{row.pk}?size=thumb",
            }
            for row in shown
        ],
    }


@router.get("/public/reports/{token}/photos/{int:photo_id}")
def photo(request: HttpRequest, token: str, photo_id: int, size: str = "") -> HttpResponse:
    """Return a photo of the answer to the holder of the token."""
    case = _followed(request, token)
    acting = case.merged_into or case
    row = acting.photos.filter(pk=photo_id, step__step="answer").first()
    if acting.state != State.CLOSED:
        row = None
    return photos.serve(row, size)
