"""From a warning's row to the CAP message that carries it, in Chinese and English."""

import dataclasses
import datetime
from collections.abc import Iterable
from typing import cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.gis.geos import MultiPolygon, Polygon

from alerts.cap.compose import compose
from alerts.cap.finding import Finding
from alerts.cap.message import Area, Info, Message, Reference, Ring
from alerts.cap.read import check
from alerts.warning.event import WORDS
from alerts.warning.models import CapMessage, PublicWarning
from alerts.warning.sender import Sender, identifier, sender
from core import clock
from core.severity import Severity


@dataclasses.dataclass(frozen=True, slots=True)
class Composed:
    """A message, its bytes, and what is wrong with them (nothing, before anything is issued)."""

    message: Message
    raw: bytes
    findings: list[Finding]


def composed(row: PublicWarning) -> Composed:
    """Return the message that would be issued at this moment."""
    whose, now = sender(), clock.now().replace(microsecond=0)
    message = _message(row, whose, now)
    raw = compose(message, ZoneInfo(settings.TIME_ZONE))
    return Composed(message, raw, check(raw))


def _message(row: PublicWarning, whose: Sender, now: datetime.datetime) -> Message:
    return Message(
        identifier=identifier(whose.code, now),
        sender=whose.code,
        sent=now,
        status=row.status,
        msg_type=row.msg_type,
        scope="Public",
        references=references(row),
        incidents=row.source.replace(":", "-"),
        infos=(_info(row, whose, now, "zh"), _info(row, whose, now, "en")),
    )


def references(row: PublicWarning) -> tuple[Reference, ...]:
    """Return every message of the chain that this one goes on from, the first one first."""
    chain, earlier = [], row.follows
    while earlier is not None:
        chain.append(earlier.pk)
        earlier = earlier.follows
    found = CapMessage.objects.filter(warning_id__in=chain).order_by("sent", "pk")
    return tuple(Reference(one.sender, one.identifier, one.sent) for one in found)


def _info(row: PublicWarning, whose: Sender, now: datetime.datetime, language: str) -> Info:
    def words(name: str) -> str:
        return str(getattr(row, f"{name}_{language}"))

    exercise = {"Exercise": {"zh": "【演练】", "en": "EXERCISE: "},
                "Test": {"zh": "【测试】", "en": "TEST: "}}  # fmt: skip
    mark = exercise.get(row.status, {}).get(language, "")
    return Info(
        categories=(row.category,),
        event=words("event"),
        urgency=row.urgency,
        severity=row.severity,
        certainty=row.certainty,
        language="zh-CN" if language == "zh" else "en-US",
        responses=tuple(row.responses),
        event_codes=(("GB_EVENT", row.event_code),) if row.event_code else (),
        effective=now,
        onset=row.onset,
        expires=row.expires.replace(microsecond=0),
        sender_name=whose.name_zh if language == "zh" else whose.name_en,
        headline=mark + words("headline"),
        description=words("description"),
        instruction=words("instruction"),
        parameters=(("AlertLevel", WORDS[Severity(row.colour)]),),
        areas=(_area(row, words("area")),),
    )


def _area(row: PublicWarning, name: str) -> Area:
    return Area(
        name,
        polygons=tuple(_rings(row.geom)) if row.geom else (),
        # the codes of what was chosen: those of a drawn area's districts would warn all of them
        geocodes=tuple(("CN_ADCODE", code) for code in row.divisions),
    )


def _rings(geom: MultiPolygon) -> list[Ring]:
    return [
        tuple((round(lon, 6), round(lat, 6)) for lon, lat, *_ in part.exterior_ring.coords)
        for part in cast(Iterable[Polygon], geom)
    ]
