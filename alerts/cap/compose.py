"""Writing a message: elements in the order that the schema fixes, UTF-8 with its declaration."""

import datetime
from collections.abc import Iterable
from typing import Any

from lxml import etree

from alerts.cap import times
from alerts.cap.message import NAMESPACE, Area, Info, Message, Pair, Ring


def compose(message: Message, zone: datetime.tzinfo | None = None) -> bytes:
    """Return the message as bytes; times are written in `zone`. Raises ValueError for U+0000."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    writer = _Writer(root, zone)
    for name in ("identifier", "sender"):
        writer.text(name, getattr(message, name))
    writer.time("sent", message.sent)
    writer.text("status", message.status)
    writer.text("msgType", message.msg_type)
    writer.some("source", message.source)
    writer.text("scope", message.scope)
    writer.some("restriction", message.restriction)
    writer.some("addresses", message.addresses)
    writer.each("code", message.codes)
    writer.some("note", message.note)
    references = " ".join(
        f"{ref.sender},{ref.identifier},{times.write(ref.sent, zone)}" for ref in message.references
    )
    writer.some("references", references)
    writer.some("incidents", message.incidents)
    for info in message.infos:
        _info(writer.into("info"), info)
    etree.indent(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


class _Writer:
    """Appends children to one element."""

    def __init__(self, element: Any, zone: datetime.tzinfo | None) -> None:
        self.element, self.zone = element, zone

    def into(self, name: str) -> "_Writer":
        return _Writer(etree.SubElement(self.element, f"{{{NAMESPACE}}}{name}"), self.zone)

    def text(self, name: str, value: str) -> None:
        self.into(name).element.text = value

    def some(self, name: str, value: str) -> None:
        if value:
            self.text(name, value)

    def each(self, name: str, values: Iterable[str]) -> None:
        for value in values:
            self.text(name, value)

    def time(self, name: str, moment: datetime.datetime | None) -> None:
        if moment is not None:
            self.text(name, times.write(moment, self.zone))

    def pairs(self, name: str, pairs: Iterable[Pair]) -> None:
        for key, value in pairs:
            pair = self.into(name)
            pair.text("valueName", key)
            pair.text("value", value)


def _info(writer: _Writer, info: Info) -> None:
    writer.text("language", info.language)
    writer.each("category", info.categories)
    writer.text("event", info.event)
    writer.each("responseType", info.responses)
    for name in ("urgency", "severity", "certainty"):
        writer.text(name, getattr(info, name))
    writer.some("audience", info.audience)
    writer.pairs("eventCode", info.event_codes)
    for name in ("effective", "onset", "expires"):
        writer.time(name, getattr(info, name))
    writer.some("senderName", info.sender_name)
    for name in ("headline", "description", "instruction", "web", "contact"):
        writer.some(name, getattr(info, name))
    writer.pairs("parameter", info.parameters)
    for area in info.areas:
        _area(writer.into("area"), area)


def _area(writer: _Writer, area: Area) -> None:
    writer.text("areaDesc", area.description)
    writer.each("polygon", map(_ring, area.polygons))
    writer.each("circle", (f"{c.lat:.6f},{c.lon:.6f} {c.km:g}" for c in area.circles))
    writer.pairs("geocode", area.geocodes)
    for name in ("altitude", "ceiling"):
        feet = getattr(area, name)
        if feet is not None:
            writer.text(name, f"{feet:g}")


def _ring(ring: Ring) -> str:
    return " ".join(f"{lat:.6f},{lon:.6f}" for lon, lat in ring)
