"""From bytes to a tree, with nothing fetched or expanded, and the OASIS schema's findings."""

from pathlib import Path
from typing import Any

from lxml import etree

from alerts.cap.finding import BadCap, Finding
from alerts.cap.message import NAMESPACE

LARGEST = 1 << 20  # bytes of one message
_SCHEMA = Path(__file__).with_name("CAP-v1.2.xsd")
_MOST = 20  # findings: more help nobody


def parse(raw: bytes) -> Any:
    """Return the root element; raises BadCap for what is too large, no XML, or has a DOCTYPE."""
    if len(raw) > LARGEST:
        raise _bad("too_large", f"a message may have {LARGEST >> 20} MB", "消息不得超过 1 MB")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=False
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _bad(
            "not_xml", f"this is not well-formed XML: {error}", "不是格式良好的 XML"
        ) from None
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None or info.doctype:
        raise _bad(
            "doctype",
            "a DOCTYPE or entity declaration is refused",
            "不接受 DOCTYPE 或实体声明",
        )
    return root


def schema_findings(root: Any) -> list[Finding]:
    """Return what the OASIS schema objects to, in the order of the document."""
    if root.tag == "{urn:oasis:names:tc:emergency:cap:1.1}alert":
        return [
            Finding(
                "cap_1_1",
                "/alert",
                "this is CAP 1.1: only 1.2 is taken",
                "这是 CAP 1.1 消息：仅接受 1.2",
            )
        ]
    # made anew each time: its log of errors is no business of two threads; it takes a millisecond
    schema = etree.XMLSchema(etree.parse(str(_SCHEMA)))
    if schema.validate(root):
        return []
    return [
        Finding(
            "schema",
            f"line {error.line}",
            error.message.replace(f"{{{NAMESPACE}}}", ""),
            f"不符合 CAP 1.2 模式（第 {error.line} 行）",
        )
        for error in list(schema.error_log)[:_MOST]
    ]


def local(element: Any) -> str:
    """Return an element's name without its namespace, "" for comments."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Any, name: str) -> list[Any]:
    """Return the CAP children of that name."""
    found: list[Any] = element.findall(f"{{{NAMESPACE}}}{name}")
    return found


def text(element: Any, name: str) -> str:
    """Return the stripped text of the first child of that name, "" without one."""
    found = element.find(f"{{{NAMESPACE}}}{name}")
    return "" if found is None else (found.text or "").strip()


def _bad(code: str, en: str, zh: str) -> BadCap:
    return BadCap([Finding(code, "/", en, zh)])
