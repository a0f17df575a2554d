"""How Open311 writes its answers: XML by the specification, JSON by the Spark convention."""

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from lxml import etree

TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# what XML 1.0 cannot hold, whoever wrote it
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclasses.dataclass(frozen=True, slots=True)
class Tree:
    """An answer: its root's name in XML, and how the members of a list are called there."""

    root: str
    content: Any
    item: str = ""


# the singular of each list in a tree
_ITEMS = {
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}


class Refusal(Exception):
    """An Open311 error: HTTP status and a sentence in both languages."""

    def __init__(self, status: int, description: str, zh: str) -> None:
        super().__init__(description)
        self.status, self.description = status, f"{description} {zh}"


def respond(tree: Tree, form: str, status: int = 200) -> HttpResponse:
    """Return the HTTP answer in a form, xml or json."""
    body = _json(tree) if form == "json" else _xml(tree)
    return HttpResponse(body, status=status, content_type=TYPES[form])


def error(refusal: Refusal, form: str) -> HttpResponse:
    """Return an error's answer."""
    row = {"code": refusal.status, "description": refusal.description}
    return respond(Tree("errors", [row], "error"), form, refusal.status)


def _json(tree: Tree) -> bytes:
    return json.dumps(tree.content, ensure_ascii=False).encode()


def _xml(tree: Tree) -> bytes:
    root = etree.Element(tree.root)
    _fill(root, tree.content, tree.item)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


def _fill(element: Any, content: Any, item: str) -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _fill(etree.SubElement(element, name), value, _ITEMS.get(name, ""))
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content:
            _fill(etree.SubElement(element, item), value, "")
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = _NO_XML.sub("", str(content))
