"""The rules of the standard's text that no schema can express; each names its element."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from alerts.cap import times, tree
from alerts.cap.finding import Finding
from alerts.cap.shape import circle_finding, polygon_finding

_UNFIT = re.compile(r"[\s,<&]")
_ENTITY = re.compile(r"&(#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+);")
_REFERENCE = re.compile(r"[^\s,<&]+,[^\s,<&]+,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
_NEED_REFERENCES = ("Update", "Cancel", "Ack", "Error")


def findings(root: Any) -> list[Finding]:
    """Return every breach in a tree that the schema has let pass."""
    return [
        *_names(root),
        *_recipients(root),
        *_references(root),
        *_entities(root),
        *(
            found
            for number, info in enumerate(tree.children(root, "info"), start=1)
            for found in _info(info, f"/alert/info[{number}]")
        ),
    ]


def _names(root: Any) -> Iterator[Finding]:
    for name in ("identifier", "sender"):
        value = tree.text(root, name)
        if not value or _UNFIT.search(value):
            yield Finding(
                f"{name}_characters",
                f"/alert/{name}",
                f"{name} must not be empty nor have spaces, commas, < or &",
                f"{name} 不得为空，也不得含空格、逗号、< 或 &",
            )


def _recipients(root: Any) -> Iterator[Finding]:
    scope = tree.text(root, "scope")
    restriction, addresses = tree.text(root, "restriction"), tree.text(root, "addresses")
    if scope == "Restricted" and not restriction:
        yield Finding(
            "restriction_missing", "/alert/restriction",
            "scope Restricted needs a restriction", "范围为 Restricted 时必须写明 restriction",
        )  # fmt: skip
    if scope != "Restricted" and restriction:
        yield Finding(
            "restriction_unasked", "/alert/restriction",
            "a restriction belongs to scope Restricted only",
            "仅当范围为 Restricted 时才有 restriction",
        )  # fmt: skip
    if scope == "Private" and not addresses:
        yield Finding(
            "addresses_missing", "/alert/addresses",
            "scope Private needs addresses", "范围为 Private 时必须写明 addresses",
        )  # fmt: skip


def _references(root: Any) -> Iterator[Finding]:
    path, text = "/alert/references", tree.text(root, "references")
    kind = tree.text(root, "msgType")
    if not text and kind in _NEED_REFERENCES:
        yield Finding(
            "references_missing", path,
            f"{kind} must say which messages it is about",
            f"{kind} 消息必须写明所指消息（references）",
        )  # fmt: skip
    sent = times.read(tree.text(root, "sent"))
    own = tree.text(root, "sender"), tree.text(root, "identifier")
    for one in text.split():
        if not _REFERENCE.fullmatch(one):
            yield Finding(
                "reference_format", path,
                "a reference is sender,identifier,sent", "引用格式应为 sender,identifier,sent",
            )  # fmt: skip
            continue
        sender, identifier, moment = one.split(",")
        yield from _reference(own == (sender, identifier), moment, sent, path)


def _reference(itself: bool, moment: str, sent: Any, path: str) -> Iterator[Finding]:
    if itself:
        yield Finding(
            "self_reference", path, "a message cannot refer to itself", "消息不能引用自身"
        )
    try:
        later = times.read(moment) > sent
    except ValueError:
        yield Finding("reference_format", path, f"{moment} is no time", f"{moment} 不是有效时间")
        return
    if later and not itself:
        yield Finding(
            "later_reference", path,
            "a message cannot refer to one that was sent later", "不能引用发送时间更晚的消息",
        )  # fmt: skip


def _entities(root: Any) -> Iterator[Finding]:
    for element in root.iter():
        if tree.local(element) and element.text and _ENTITY.search(element.text):
            name = tree.local(element)
            yield Finding(
                "html_entities", f"/alert//{name}",
                "HTML entities stand in the text: receivers would show them as they are",
                "文本中含有 HTML 实体，接收方会原样显示",
            )  # fmt: skip


def _info(info: Any, path: str) -> Iterator[Finding]:
    yield from _address(tree.text(info, "web"), f"{path}/web")
    for number, resource in enumerate(tree.children(info, "resource"), start=1):
        yield from _resource(resource, f"{path}/resource[{number}]")
    for number, area in enumerate(tree.children(info, "area"), start=1):
        yield from _area(area, f"{path}/area[{number}]")


def _address(uri: str, path: str) -> Iterator[Finding]:
    if uri and not urlsplit(uri).scheme:
        yield Finding("uri_relative", path, "the address must be absolute", "网址必须是绝对地址")


def _resource(resource: Any, path: str) -> Iterator[Finding]:
    if "/" not in tree.text(resource, "mimeType"):
        yield Finding(
            "mime_format", f"{path}/mimeType",
            "a MIME type has the form type/subtype", "MIME 类型格式应为 type/subtype",
        )  # fmt: skip
    if not tree.text(resource, "derefUri"):  # with the content beside it a name is enough
        yield from _address(tree.text(resource, "uri"), f"{path}/uri")


def _area(area: Any, path: str) -> Iterator[Finding]:
    for name, look in (("polygon", polygon_finding), ("circle", circle_finding)):
        for number, shape in enumerate(tree.children(area, name), start=1):
            found = look((shape.text or "").strip(), f"{path}/{name}[{number}]")
            if found is not None:
                yield found
    if tree.text(area, "ceiling") and not tree.text(area, "altitude"):
        yield Finding(
            "ceiling_without_altitude", f"{path}/ceiling",
            "a ceiling needs an altitude", "写明 ceiling 时必须同时写明 altitude",
        )  # fmt: skip
