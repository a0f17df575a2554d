"""Reading a message: translate what China's profile writes, look for findings, make values."""

import dataclasses
import datetime
from typing import Any

from alerts.cap import china, rules, times, tree
from alerts.cap.finding import BadCap, Finding, Translated
from alerts.cap.message import Area, Circle, Info, Message, Pair, Reference, Ring


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """A good message, and what had to be translated to make it one."""

    message: Message
    translated: tuple[Translated, ...]


def check(raw: bytes) -> list[Finding]:
    """Return everything that is wrong with the bytes as they are; nothing is translated."""
    try:
        root = tree.parse(raw)
    except BadCap as bad:
        return bad.findings
    return tree.schema_findings(root) or rules.findings(root)


def read(raw: bytes) -> Read:
    """Return the message; raises BadCap with every finding."""
    root = tree.parse(raw)
    translated = china.translate(root)
    found = tree.schema_findings(root) or rules.findings(root)
    if found:
        raise BadCap(found)
    return Read(_message(root), tuple(translated))


def _message(root: Any) -> Message:
    return Message(
        identifier=tree.text(root, "identifier"),
        sender=tree.text(root, "sender"),
        sent=times.read(tree.text(root, "sent")),
        status=tree.text(root, "status"),
        msg_type=tree.text(root, "msgType"),
        scope=tree.text(root, "scope"),
        source=tree.text(root, "source"),
        restriction=tree.text(root, "restriction"),
        addresses=tree.text(root, "addresses"),
        codes=_texts(root, "code"),
        note=tree.text(root, "note"),
        references=references(tree.text(root, "references")),
        incidents=tree.text(root, "incidents"),
        infos=tuple(_info(one) for one in tree.children(root, "info")),
    )


def references(text: str) -> tuple[Reference, ...]:
    """Return the messages that `sender,identifier,sent` triples name; the text has no findings."""
    triples = (one.split(",") for one in text.split())
    return tuple(Reference(one[0], one[1], times.read(one[2])) for one in triples)


def _texts(element: Any, name: str) -> tuple[str, ...]:
    return tuple((one.text or "").strip() for one in tree.children(element, name))


def _pairs(element: Any, name: str) -> tuple[Pair, ...]:
    return tuple(
        (tree.text(one, "valueName"), tree.text(one, "value"))
        for one in tree.children(element, name)
    )


def _moment(element: Any, name: str) -> datetime.datetime | None:
    text = tree.text(element, name)
    return times.read(text) if text else None


def _info(info: Any) -> Info:
    return Info(
        categories=_texts(info, "category"),
        event=tree.text(info, "event"),
        urgency=tree.text(info, "urgency"),
        severity=tree.text(info, "severity"),
        certainty=tree.text(info, "certainty"),
        language=tree.text(info, "language") or "en-US",
        responses=_texts(info, "responseType"),
        audience=tree.text(info, "audience"),
        event_codes=_pairs(info, "eventCode"),
        effective=_moment(info, "effective"),
        onset=_moment(info, "onset"),
        expires=_moment(info, "expires"),
        sender_name=tree.text(info, "senderName"),
        headline=tree.text(info, "headline"),
        description=tree.text(info, "description"),
        instruction=tree.text(info, "instruction"),
        web=tree.text(info, "web"),
        contact=tree.text(info, "contact"),
        parameters=_pairs(info, "parameter"),
        areas=tuple(_area(one) for one in tree.children(info, "area")),
    )


def _area(area: Any) -> Area:
    feet = {
        name: float(tree.text(area, name)) if tree.text(area, name) else None
        for name in ("altitude", "ceiling")
    }
    return Area(
        description=tree.text(area, "areaDesc"),
        polygons=tuple(_ring(text) for text in _texts(area, "polygon")),
        circles=tuple(_circle(text) for text in _texts(area, "circle")),
        geocodes=_pairs(area, "geocode"),
        **feet,
    )


def _ring(text: str) -> Ring:
    pairs = (one.split(",") for one in text.split())
    return tuple((float(lon), float(lat)) for lat, lon in pairs)


def _circle(text: str) -> Circle:
    place, km = text.split()
    lat, lon = place.split(",")
    return Circle(float(lon), float(lat), float(km))
