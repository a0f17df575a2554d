"""XML from strangers, looked through before any reader of a format sees it.

No document type (so no entities of its own, no outside parts), a root of the format's name, no
nesting that would break a reader's stack, and one encoding: Chinese ones are rewritten as UTF-8.
"""

import re
from pathlib import Path
from xml.parsers import expat

from layers.importing.table import Unreadable

DEEPEST = 200
LARGEST = 2 << 30  # bytes
_CHUNK = 1 << 20
_HEAD = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']", re.IGNORECASE)
_CHINESE = {"gbk", "gb2312", "gb18030", "gb-2312", "cp936", "x-gbk", "windows-936"}


def checked(path: Path, roots: tuple[str, ...], name: str) -> Path:
    """Return a file that may be read: the same, or its copy in UTF-8; raises Unreadable."""
    if path.stat().st_size > LARGEST:
        raise _refused(name, f"it is larger than {LARGEST >> 30} GB", f"超过 {LARGEST >> 30} GB")
    with path.open("rb") as opened:
        head = opened.read(_CHUNK)
    found = _HEAD.match(head)
    if found and found[1].decode().lower() in _CHINESE:
        path = _as_utf8(path, found, name)
    _look_through(path, roots, name)
    return path


def _as_utf8(path: Path, found: re.Match[bytes], name: str) -> Path:
    target = path.with_name(f"{path.stem}-utf8{path.suffix}")
    try:
        text = path.read_bytes().decode("gb18030")
    except UnicodeDecodeError as error:
        raise _refused(name, "its text is not in the encoding that it names", "编码不符") from error
    declaration = re.sub(
        r"encoding\s*=\s*[\"'][\w.-]+[\"']", 'encoding="UTF-8"', text[: found.end()]
    )
    target.write_text(declaration + text[found.end() :], encoding="utf-8")
    return target


def _look_through(path: Path, roots: tuple[str, ...], name: str) -> None:
    look = _Look(roots, name)
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = look.doctype
    parser.StartElementHandler = look.start
    parser.EndElementHandler = look.end
    try:
        with path.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _refused(name, f"it is no sound XML: {error}", "XML 有误") from error


class _Look:
    """What is looked for while an XML file is read through."""

    def __init__(self, roots: tuple[str, ...], name: str) -> None:
        self._roots, self._name, self._depth = roots, name, 0

    def doctype(self, *_: object) -> None:
        """Refuse a document type: with it come entities and files from elsewhere."""
        raise _refused(
            self._name,
            "it has a document type (DTD), which could fetch files or grow without end",
            "含有文档类型声明（DTD），可能引用外部文件或无限展开",
        )

    def start(self, tag: str, _: object) -> None:
        """Refuse another root, and nesting beyond all sense."""
        if self._depth == 0 and self._roots and tag.rpartition(":")[2] not in self._roots:
            raise _refused(self._name, f"its root is {tag[:60]!r}", f"根元素为 {tag[:60]!r}")
        self._depth += 1
        if self._depth > DEEPEST:
            raise _refused(self._name, f"it is nested over {DEEPEST} deep", "嵌套过深")

    def end(self, _: str) -> None:
        """Count an element's end."""
        self._depth -= 1


def _refused(name: str, en: str, zh: str) -> Unreadable:
    return Unreadable(
        f"the file is no {name}: {en}", zh=f"文件不是有效的 {name}：{zh}", field="file"
    )
