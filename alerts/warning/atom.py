"""The live warnings as an Atom feed (RFC 4287) whose entries lead to the CAP messages."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from lxml import etree

from alerts.warning.models import CapMessage, PublicWarning
from alerts.warning.sender import sender
from core import clock

_ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
CAP_TYPE = "application/cap+xml"
_NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def live() -> list[CapMessage]:
    """Return the messages in force that anybody may read, newest first."""
    rows = CapMessage.objects.select_related("warning").filter(
        public=True,
        warning__state=PublicWarning.State.ISSUED,
        warning__expires__gt=clock.now(),
    )
    return list(rows.order_by("-sent", "-pk"))


def feed(messages: Sequence[CapMessage], address: Callable[[str], str]) -> bytes:
    """Return the feed; `address` makes an absolute address of a path of ours."""
    whose = sender()
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(root, "id", f"urn:zhihui:cap:{whose.code}")
    _add(root, "title", f"{whose.name_zh} 公共预警 Public warnings")
    _add(root, "updated", _time(_changed()))
    _add(_add(root, "author"), "name", whose.name_zh)
    _add(root, "link", rel="self", type="application/atom+xml", href=address("/alerts/cap.atom"))
    for message in messages:
        if message.warning is not None:
            _entry(_add(root, "entry"), message, message.warning, address)
    etree.indent(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def path(message: CapMessage) -> str:
    """Return where a message's bytes are served."""
    return f"/alerts/cap/{message.identifier}.xml"


def _changed() -> datetime.datetime:
    """Return when a public warning last came or went."""
    rows = PublicWarning.objects.filter(messages__public=True)
    return rows.order_by("-changed_at").values_list("changed_at", flat=True).first() or _NEVER


def _entry(
    entry: Any, message: CapMessage, row: PublicWarning, address: Callable[[str], str]
) -> None:
    _add(entry, "id", f"urn:zhihui:cap:{message.sender}:{message.identifier}")
    _add(entry, "title", f"{row.headline_zh} / {row.headline_en}")
    _add(entry, "published", _time(message.sent))
    _add(entry, "updated", _time(message.sent))
    _add(entry, "category", term=row.category, label=f"{row.event_zh} {row.event_en}")
    _add(entry, "summary", f"{row.description_zh}\n{row.description_en}")
    _add(entry, "link", rel="alternate", type=CAP_TYPE, href=address(path(message)))


def _add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    child.text = text
    return child


def _time(moment: datetime.datetime) -> str:
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat(timespec="seconds")
