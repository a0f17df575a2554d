"""What a page needs to run without a network: its files, found by following their imports."""

import dataclasses
import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.templatetags.static import static

from frontend.context import module_map

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STATIC = re.compile(r"""(?:^|[;\s}*])(?:from|import)\s*["']([^"'\n]+)["']""", re.MULTILINE)
_DYNAMIC = re.compile(r"""\bimport\(\s*["']([^"']+)["']\s*\)""")


@dataclasses.dataclass(frozen=True, slots=True)
class Shell:
    """One release of a page: a name that changes with any of its files, and their addresses."""

    release: str
    files: tuple[str, ...]


def _source(path: str) -> bytes:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(f"no static file {path}")
    return Path(found).read_bytes()


def _imports(path: str, source: str) -> Iterator[str]:
    """Yield the static paths that a module imports; comments name types, not files."""
    code = _COMMENT.sub("", source)
    named = [*_STATIC.findall(code), *_DYNAMIC.findall(code)]
    bare = module_map()["imports"]
    for name in named:
        if name.startswith("."):
            yield _resolved(path, name)
        elif name in bare:
            yield unquote(bare[name]).removeprefix(settings.STATIC_URL)


def _resolved(path: str, name: str) -> str:
    parts: list[str] = list(PurePosixPath(path).parent.parts)
    for part in PurePosixPath(name).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def modules(*entries: str) -> list[str]:
    """Return the static paths of modules and of all that they import, sorted."""
    seen: set[str] = set()
    waiting = list(entries)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting.extend(_imports(path, _source(path).decode()))
    return sorted(seen)


@functools.cache
def shell(entries: tuple[str, ...], others: tuple[str, ...], templates: tuple[str, ...]) -> Shell:
    """Return the shell of a page: modules, other static files, and the templates it is made of."""
    files = [*modules(*entries), *others]
    digest = hashlib.sha256(settings.VERSION.encode())
    for path in files:
        digest.update(path.encode() + _source(path))
    for name in templates:
        origin = get_template(name).origin  # type: ignore[attr-defined]
        digest.update(Path(origin.name).read_bytes())
    return Shell(digest.hexdigest()[:12], tuple(static(path) for path in files))
