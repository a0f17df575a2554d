"""What somebody wrote for a warning, checked field by field and filled up from event and colour."""

import dataclasses
import datetime
import re
from typing import Any

from alerts.warning.event import GRADES, Event, draft_texts, events
from alerts.warning.place import Place, place
from core import clock
from core.errors import Invalid
from core.severity import Severity

STATUSES = ("Actual", "Exercise", "Test")
CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra",
    "CBRNE", "Other",
)  # fmt: skip
RESPONSES = (
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
)  # fmt: skip
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")

TEXTS = {
    "headline_zh": 160, "headline_en": 160, "description_zh": 4000, "description_en": 4000,
    "instruction_zh": 4000, "instruction_en": 4000, "area_zh": 400, "area_en": 400,
    "event_zh": 80, "event_en": 80,
}  # fmt: skip
LONGEST = datetime.timedelta(days=7)
_SOURCE = re.compile(r"([a-z_]{1,20}:[A-Za-z0-9_-]{1,38})?")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # no XML has them


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """A warning as somebody wrote it; what is empty comes from the event and its colour."""

    event: str
    colour: int
    area: dict[str, Any]
    expires: datetime.datetime | None = None
    onset: datetime.datetime | None = None
    status: str = "Actual"
    category: str = ""
    urgency: str = ""
    severity: str = ""
    certainty: str = ""
    responses: list[str] = dataclasses.field(default_factory=list)
    event_zh: str = ""
    event_en: str = ""
    headline_zh: str = ""
    headline_en: str = ""
    description_zh: str = ""
    description_en: str = ""
    instruction_zh: str = ""
    instruction_en: str = ""
    area_zh: str = ""
    area_en: str = ""


def fields(given: Given) -> dict[str, Any]:
    """Return the columns of a warning; raises Invalid naming the field."""
    event, colour = _event(given.event), _colour(given.colour)
    grade, found = GRADES[colour], place(given.area)
    expires = given.expires or clock.now() + datetime.timedelta(hours=grade.hours)
    _check_times(expires, given.onset)
    return {
        "event": event.code,
        "event_code": event.event_code,
        "colour": colour,
        "status": _one_of("status", given.status, STATUSES),
        "category": _one_of("category", given.category or event.category, CATEGORIES),
        "urgency": _one_of("urgency", given.urgency or grade.urgency, URGENCIES),
        "severity": _one_of("severity", given.severity or grade.severity, SEVERITIES),
        "certainty": _one_of("certainty", given.certainty or grade.certainty, CERTAINTIES),
        "responses": [
            _one_of("responses", one, RESPONSES)
            for one in given.responses or event.advice(colour).responses
        ],
        "expires": expires,
        "onset": given.onset,
        "geom": found.geom,
        "divisions": found.divisions,
        "scope": found.scope,
        **_texts(given, event, colour, found, expires),
    }


def source(text: str) -> str:
    """Return what a warning came of if it has the form kind:id, or is empty."""
    if not _SOURCE.fullmatch(text):
        raise Invalid(
            "source has the form kind:id, such as incident:17",
            zh="来源格式应为 类别:编号，如 incident:17",
            field="source",
        )
    return text


def _event(code: str) -> Event:
    if code not in events():
        raise Invalid(
            f"there is no event {code!r}",
            zh=f"没有事件类型 {code!r}",
            field="event",
            remedy=f"known are {', '.join(events())}",
        )
    return events()[code]


def _colour(number: int) -> Severity:
    if number not in tuple(Severity):
        raise Invalid("colour is 1 red … 4 blue", zh="颜色为 1 红 … 4 蓝", field="colour")
    return Severity(number)


def _one_of(field: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Invalid(
            f"{field} must be one of {', '.join(known)}", zh="不在可选范围内", field=field
        )
    return value


def _check_times(expires: datetime.datetime, onset: datetime.datetime | None) -> None:
    now = clock.now()
    for field, moment in (("expires", expires), ("onset", onset)):
        if moment is not None and moment.tzinfo is None:
            raise Invalid("a time needs its offset", zh="时间必须带时区偏移", field=field)
    if not now < expires <= now + LONGEST:
        raise Invalid(
            f"a warning expires in the future, within {LONGEST.days} days",
            zh=f"失效时间须晚于现在，且不超过 {LONGEST.days} 天",
            field="expires",
        )
    if onset is not None and onset >= expires:
        raise Invalid("the onset is before the end", zh="预计开始时间须早于失效时间", field="onset")


def _texts(
    given: Given, event: Event, colour: Severity, found: Place, expires: datetime.datetime
) -> dict[str, str]:
    names = {
        "area_zh": given.area_zh or found.name_zh or "绘制区域",
        "area_en": given.area_en or found.name_en or "the area drawn",
        "event_zh": given.event_zh or event.title_zh,
        "event_en": given.event_en or event.title_en,
    }
    hours = max(1, round((expires - clock.now()).total_seconds() / 3600))
    begun = draft_texts(event, colour, names["area_zh"], names["area_en"], hours)
    texts = names | {name: getattr(given, name) or text for name, text in begun.items()}
    return {name: fit(name, text.strip()) for name, text in texts.items()}


def fit(field: str, text: str) -> str:
    """Return the text if it may stand in that field; raises Invalid."""
    longest = TEXTS[field]
    if not text or len(text) > longest or _UNFIT.search(text):
        raise Invalid(
            f"{field} has 1 to {longest} characters, none of them a control character",
            zh=f"须为 1 至 {longest} 个字符，且不含控制字符",
            field=field,
        )
    return text
