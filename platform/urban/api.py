"""Cases over HTTP: parse, ask for the right, call an action, answer."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from core.errors import Unknown
from people import may
from people.models import Department, Role
from people.signin import EITHER, rights
from urban import actions, dossier, figures, forms, intake, kind, legality, listing, photos
from urban.card import iso, public
from urban.intake import Filing
from urban.kind import Kind
from urban.models import Case, Source
from urban.move import STEP_NAMES
from urban.public import router as of_citizens

router = Router(tags=["urban management"], auth=EITHER)
router.add_router("", of_citizens)

_WRITTEN_DOWN = (Source.HOTLINE, Source.VIDEO, Source.DRONE, Source.LEADER, Source.DESK)


def kind_out(each: Kind) -> dict[str, Any]:
    """Return a kind as forms need it."""
    return {
        "kind": each.kind,
        "code": each.code,
        "name_zh": each.zh,
        "name_en": each.en,
        "major_zh": each.major_zh,
        "major_en": each.major_en,
        "about_zh": each.about_zh,
        "about_en": each.about_en,
        "group": each.major_zh,
        "edition": each.edition,
        "local": each.local,
        "department": each.department,
        "limit": {
            "amount": each.conditions[0].limit.amount,
            "unit": each.conditions[0].limit.unit,
        },
        "conditions": [
            {
                "key": one.key,
                "zh": one.zh,
                "en": one.en,
                "limit": {"amount": one.limit.amount, "unit": one.limit.unit},
                "close_zh": one.close_zh,
                "close_en": one.close_en,
            }
            for one in each.conditions
        ],
    }


@router.get("/cases/kinds")
def kinds(request: HttpRequest) -> dict[str, Any]:
    """List the kinds of case."""
    may.require(rights(request), "case.see")
    return {"items": [kind_out(each) for each in kind.book().values()]}


@router.get("/cases/departments")
def departments(request: HttpRequest) -> dict[str, Any]:
    """List the departments that cases can be dispatched to."""
    may.require(rights(request), "case.see")
    rows = Department.objects.order_by("code").values("code", "name_zh", "name_en")
    return {"items": list(rows)}


@router.get("/cases/figures")
def counts(
    request: HttpRequest,
    since: datetime.datetime | None = None,
    until: datetime.datetime | None = None,
) -> dict[str, Any]:
    """Count the cases reported in a period by state and department, with rates."""
    may.require(rights(request), "case.see")
    return figures.of(rights(request), since, until)


@router.get("/cases")
def cases(request: HttpRequest, wanted: Query[listing.Filters]) -> dict[str, Any]:
    """List cases that one may see, newest first; `next` is the cursor of the next page."""
    return listing.page(wanted, rights(request))


@router.post("/cases/reports", response={200: dict[str, Any], 201: dict[str, Any]})
def report(request: HttpRequest) -> Status[Any]:
    """Report a case; JSON, or a form with photos. The same key gives the same receipt."""
    who = rights(request)
    may.require(who, "case.report")
    given = forms.read(request, forms.StaffReportIn)
    spot = intake.spot(given.lon, given.lat, given.datum)
    may.require(who, "case.report", spot.scope)
    filing = Filing(
        kind=kind.find(given.kind, given.code),
        spot=spot,
        source=_source(who, given.source),
        at=intake.seen_at(given.taken_at),
        rights=who,
        key=given.key,
        condition=given.condition,
        words=given.words,
        address=given.address,
        accuracy=given.accuracy,
        part_code=intake.part_code(given.part_code),
        photos=forms.pictures(request),
        name=given.name,
        phone=given.phone,
    )
    case, fresh = actions.report(filing)
    answer = {"receipt": _receipt(case, given), "case": public(case)}
    return Status(201 if fresh else 200, answer)


def _receipt(case: Case, given: forms.ReportIn) -> dict[str, Any]:
    return {
        "key": str(given.key) if given.key else None,
        "number": case.number,
        "received_at": iso(case.received_at),
        "state": case.state,
        "due_at": iso(case.handle_due_at or case.due_at),
    }


def _source(who: may.Rights, wanted: str) -> Source:
    """Return where a case comes from: the desk may write down another's words."""
    if wanted in _WRITTEN_DOWN and may.may(who, "case.accept"):
        return Source(wanted)
    return Source.INSPECTOR if who.role == Role.INSPECTOR else Source.DESK


@router.get("/cases/{int:case_id}")
def case(request: HttpRequest, case_id: int) -> dict[str, Any]:
    """Return one case's whole file."""
    who = rights(request)
    return dossier.of_case(legality.seen(case_id, who), who)


@router.get("/cases/{int:case_id}/photos/{int:photo_id}")
def photo(request: HttpRequest, case_id: int, photo_id: int, size: str = "") -> HttpResponse:
    """Return a photo, or its thumbnail by `size=thumb`."""
    row = legality.seen(case_id, rights(request)).photos.filter(pk=photo_id).first()
    return photos.serve(row, size)


@router.post("/cases/{int:case_id}/{step}")
def step(request: HttpRequest, case_id: int, step: str) -> dict[str, Any]:
    """Take a step with a case; JSON, or a form when photos come along."""
    who = rights(request)
    if step not in STEP_NAMES:
        raise Unknown(
            f"there is no step {step!r}", zh="没有此操作", remedy=f"known: {', '.join(STEP_NAMES)}"
        )
    legality.require(who, step)
    case = actions.act(case_id, forms.act(request, step), who)
    return dossier.of_case(legality.seen(case.pk, who), who)
