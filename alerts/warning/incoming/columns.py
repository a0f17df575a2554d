"""A message of another service as the columns of a warning, in the languages that it has."""

import datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.db.models import Q

from alerts.cap.message import Area, Info, Message
from alerts.warning.event import COLOUR_OF, WORDS, events
from alerts.warning.place import circle, lighter, scope_of, within
from core.severity import Severity
from places.models import Division

LASTS = datetime.timedelta(hours=24)  # a message that names no end
_LEVELS = {word.lower(): colour for colour, word in WORDS.items()}


def columns(message: Message) -> dict[str, Any]:
    """Return what the message says; where it has one language only, both columns hold that."""
    zh, en = _spoken(message.infos, "zh"), _spoken(message.infos, "en")
    code, geom = _event_code(zh), _geom(zh.areas)
    expires = zh.expires or message.sent + LASTS
    return {
        "msg_type": message.msg_type,
        "status": message.status,
        "event": next(
            (key for key, e in events().items() if e.event_code == code and code), "other"
        ),
        "event_code": code[:10],
        "category": zh.categories[0],
        "colour": _colour(zh),
        "urgency": zh.urgency,
        "severity": zh.severity,
        "certainty": zh.certainty,
        "responses": list(zh.responses),
        "onset": zh.onset,
        "expires": expires,
        "geom": geom,
        "divisions": [],
        "scope": scope_of(within(geom)) if geom is not None else "",
        "sender": message.sender[:80],
        "identifier": message.identifier[:160],
        **_texts(message, zh, "zh"),
        **_texts(message, en, "en"),
    }


def _spoken(infos: tuple[Info, ...], language: str) -> Info:
    return next((one for one in infos if one.language.lower().startswith(language)), infos[0])


def _texts(message: Message, info: Info, language: str) -> dict[str, str]:
    areas = ("、" if language == "zh" else ", ").join(area.description for area in info.areas)
    longest = {"event": 80, "headline": 160, "area": 400, "sender": 120}
    texts = {
        "event": info.event,
        "headline": info.headline or info.event,
        "description": info.description,
        "instruction": info.instruction,
        "area": areas,
        "sender": info.sender_name or message.sender,
    }
    return {f"{name}_{language}": text[: longest.get(name)] for name, text in texts.items()}


def _event_code(info: Info) -> str:
    known = {event.event_code for event in events().values()} - {""}
    return next((value for _, value in info.event_codes if value in known), "")


def _colour(info: Info) -> Severity:
    """Return the colour that a parameter names, or the one that the severity stands for."""
    for _, value in info.parameters:
        if value.lower() in _LEVELS:
            return _LEVELS[value.lower()]
    return COLOUR_OF.get(info.severity, Severity.BLUE)


def _geom(areas: tuple[Area, ...]) -> MultiPolygon | None:
    shapes: list[GEOSGeometry] = []
    for area in areas:
        shapes += [Polygon(ring, srid=4326) for ring in area.polygons]
        shapes += [circle(one.lon, one.lat, one.km * 1000) for one in area.circles]
        if not area.polygons and not area.circles:
            shapes += _coded(area)
    if not shapes:
        return None
    whole = shapes[0]
    for shape in shapes[1:]:
        whole = whole.union(shape)
    return lighter(whole)


def _coded(area: Area) -> list[GEOSGeometry]:
    """Return the outlines of the divisions that an area names by code."""
    codes = Q(code__in=[value for _, value in area.geocodes])
    found = Division.objects.filter(codes).exclude(boundary=None)
    return [one.boundary for one in found if one.boundary is not None]
