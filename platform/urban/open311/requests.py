"""Cases as Open311 requests: listed, looked at, filed."""

import datetime
import re
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Length
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime

from core import clock
from core.errors import Problem
from people.models import digest
from places.models import PlaceName
from urban import actions, intake
from urban.intake import Filing, Spot
from urban.kind import Attribute, Kind, book
from urban.models import OPEN, ApiKey, Case, Source
from urban.move import ENDED, STANDINGS, State
from urban.open311 import catalogue
from urban.open311.answer import Refusal, Tree

SPAN = datetime.timedelta(days=90)
MOST = 1000
_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,60})\](\[\])?")


# --- out -----------------------------------------------------------------------------------------


def _shown(rows: "QuerySet[Case]") -> Tree:
    offered = {each.key for each in catalogue.services()}
    found = rows.select_related("report").order_by("-reported_at", "-pk")[:MOST]
    items = [_request(case) for case in found if (case.kind, case.code) in offered]
    return Tree("service_requests", items, "request")


def _request(case: Case) -> dict[str, Any]:
    """Return a case as the world may see it: words only of those who filed them to be published."""
    kind = book()[(case.kind, case.code)]
    ended = State(case.state) in ENDED
    ours = case.source == Source.OPEN311 and case.report.erased_at is None
    name = f"{case.name_zh} {case.name_en}"
    standing = STANDINGS[State(case.state)]
    return {
        "service_request_id": case.number,
        "status": "closed" if ended else "open",
        "status_notes": f"{standing.zh} {standing.en}",
        "service_name": name,
        "service_code": kind.service_code,
        "description": (ours and case.report.words) or name,
        "agency_responsible": case.department_zh or None,
        "service_notice": None,
        "requested_datetime": _local(case.reported_at),
        "updated_datetime": _local(case.changed_at),
        "expected_datetime": _local(case.handle_due_at),
        "address": (ours and case.report.address) or case.place_zh or None,
        "address_id": None,
        "zipcode": None,
        "lat": round(case.geom.y, 6),
        "long": round(case.geom.x, 6),
        "media_url": None,
    }


def _local(moment: datetime.datetime | None) -> str | None:
    return moment.astimezone(clock.UTC).isoformat(timespec="seconds") if moment else None


def one(number: str) -> Tree:
    """Return a single request, still as a list; raises Refusal."""
    tree = _shown(Case.objects.filter(number=number))
    if not tree.content:
        raise Refusal(404, "service_request_id was not found.", "没有此请求编号。")
    return tree


def listed(query: QueryDict) -> Tree:
    """Return the requests that the query keeps: 90 days at most, or those named."""
    rows = Case.objects.all()
    if named := query.get("service_request_id"):
        return _shown(rows.filter(number__in=named.split(",")[:MOST]))
    begin, end = _period(query)
    rows = rows.filter(reported_at__gte=begin, reported_at__lte=end)
    if codes := query.get("service_code"):
        kinds = [catalogue.find(code) for code in codes.split(",")]
        rows = rows.filter(
            pk__in=[
                pk
                for kind in kinds
                for pk in rows.filter(kind=kind.kind, code=kind.code).values_list("pk", flat=True)
            ]
        )
    if (status := query.get("status")) and set(status.split(",")) != {"open", "closed"}:
        if status not in ("open", "closed"):
            raise Refusal(400, "status is open or closed.", "status 应为 open 或 closed。")
        rows = rows.filter(OPEN if status == "open" else ~OPEN)
    return _shown(rows)


def _period(query: QueryDict) -> tuple[datetime.datetime, datetime.datetime]:
    given = {name: _moment(query, name) for name in ("start_date", "end_date")}
    begin, end = given["start_date"], given["end_date"]
    if begin is None:
        end = end or clock.now()
        return end - SPAN, end
    return begin, min(end or begin + SPAN, begin + SPAN)


def _moment(query: QueryDict, name: str) -> datetime.datetime | None:
    text = query.get(name)
    if not text:
        return None
    try:  # an unescaped + in an address arrives as a blank
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refusal(400, f"{name} is no W3C date and time with Z or an offset.", "时间格式有误。")
    return found


# --- in ------------------------------------------------------------------------------------------


def file(request: HttpRequest) -> Tree:
    """File a request as a case; raises Refusal, and stores nothing then."""
    given = {name: value for name, value in request.POST.items() if value}  # empty is absent
    _check_key(str(given.get("api_key", "")))
    if "service_code" not in given:
        raise Refusal(400, "service_code was not provided.", "缺少 service_code。")
    kind = catalogue.find(str(given["service_code"]))
    answers = _answers(kind, request.POST)
    try:
        case, _ = actions.report(_filing(kind, given, answers))
    except Problem as problem:
        raise Refusal(400, f"{problem.detail}.", problem.zh) from problem
    notice = "我们将先到现场核实。It is looked at on site first."
    row = {"service_request_id": case.number, "service_notice": notice, "account_id": None}
    return Tree("service_requests", [row], "request")


def _check_key(secret: str) -> None:
    known = ApiKey.objects.filter(digest=digest(secret), revoked_at=None)
    if not secret or not known.exists():
        raise Refusal(
            403, "api_key is missing or not known here.", "缺少 api_key 或 api_key 无效。"
        )


def _filing(kind: Kind, given: dict[str, Any], answers: dict[str, object]) -> Filing:
    name = " ".join(str(given[key]) for key in ("first_name", "last_name") if key in given)
    beside = ("media_url", "device_id", "account_id")
    kept: dict[str, object] = {key: given[key] for key in beside if key in given}
    return Filing(
        kind=kind,
        spot=_spot(given),
        source=Source.OPEN311,
        at=clock.now(),
        words=str(given.get("description", "")),
        address=str(given.get("address_string", "")),
        name=name,
        phone=str(given.get("phone", "")),
        email=str(given.get("email", "")),
        answers=answers | kept,
    )


def _spot(given: dict[str, Any]) -> Spot:
    if "lat" in given and "long" in given:
        try:
            return intake.spot(float(given["long"]), float(given["lat"]))
        except ValueError:
            raise Refusal(400, "lat and long are degrees.", "lat 与 long 应为度数。") from None
    if "lat" in given or "long" in given:
        raise Refusal(400, "lat and long come together.", "lat 与 long 须同时提供。")
    if "address_string" in given:
        return _at_address(str(given["address_string"]))
    if "address_id" in given:
        raise Refusal(400, "address_id is not known here.", "没有此 address_id。")
    raise Refusal(400, "A location is needed: lat and long, or address_string.", "缺少位置信息。")


def _at_address(address: str) -> Spot:
    """Return the place of the longest known name in an address."""
    found = (
        PlaceName.objects.annotate(given=Value(address), size=Length("name_zh"))
        .filter(given__contains=F("name_zh"))
        .order_by("-size", "pk")
        .first()
    )
    if found is None:
        raise Refusal(
            400, "address_string was not found; give lat and long.", "未找到该地址，请提供经纬度。"
        )
    return intake.spot(found.point.x, found.point.y)


def _answers(kind: Kind, form: QueryDict) -> dict[str, object]:
    found: dict[str, list[str]] = {}
    for name in form:
        if match := _ATTRIBUTE.fullmatch(name):
            found[match[1]] = [value for value in form.getlist(name) if value]
    answers: dict[str, object] = {}
    for each in kind.attributes:
        values = found.get(each.code, [])
        if each.required and not values:
            raise Refusal(400, f"attribute[{each.code}] is required.", f"缺少“{each.zh}”。")
        if values:
            answers[each.code] = _value(each, values)
    return answers


def _value(each: Attribute, values: list[str]) -> object:
    keys = {one.key for one in each.values}
    if each.datatype.endswith("valuelist") and not set(values) <= keys:
        raise Refusal(400, f"attribute[{each.code}] has no such value.", f"“{each.zh}”取值有误。")
    if each.datatype == "multivaluelist":
        return values
    if each.datatype == "number":
        try:
            return float(values[0])
        except ValueError:
            raise Refusal(
                400, f"attribute[{each.code}] is a number.", f"“{each.zh}”应为数字。"
            ) from None
    return values[0]
