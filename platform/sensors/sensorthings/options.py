"""The query options of a request, and those inside an $expand: read from text, checked. Pure."""

import base64
import binascii
import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.errors import Invalid
from sensors.sensorthings import grammar
from sensors.sensorthings.nodes import Node

PAGE = 100  # entities, where the request does not say
MOST = 10_000  # entities in one answer
_DEEPEST = 6  # expands inside one another
_MOST_KEYS = 5  # expressions to order by

NAMES = (
    "$filter",
    "$select",
    "$expand",
    "$orderby",
    "$top",
    "$skip",
    "$count",
    "$skiptoken",
    "$resultFormat",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """One key to order by."""

    node: Node
    descending: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a collection or entity; `raw` is the text of each option, for links."""

    filter: Node | None = None
    select: tuple[str, ...] = ()
    expand: Mapping[str, "Options"] = dataclasses.field(default_factory=dict)
    orderby: tuple[Order, ...] = ()
    top: int = PAGE
    skip: int = 0
    count: bool = False
    after: tuple[Any, ...] | None = None
    data_array: bool = False
    raw: Mapping[str, str] = dataclasses.field(default_factory=dict)


def read(pairs: Iterable[tuple[str, str]], depth: int = 0) -> Options:
    """Read options from their names and texts; raises Invalid naming the option."""
    raw: dict[str, str] = {}
    for name, text in pairs:
        if name not in NAMES:
            raise Invalid(
                f"there is no query option {name!r}",
                zh=f"没有查询选项 {name!r}",
                field=name,
                remedy=f"there are {', '.join(NAMES)}",
            )
        if name in raw:
            raise Invalid(f"{name} is given twice", zh=f"{name} 重复", field=name)
        raw[name] = text.strip()
    given = {name: text for name, text in raw.items() if text}
    return Options(
        filter=grammar.condition(given["$filter"]) if "$filter" in given else None,
        select=tuple(part.strip() for part in split(given.get("$select", ""), ",")),
        expand=_expand(given.get("$expand", ""), depth),
        orderby=_orders(given.get("$orderby", "")),
        top=min(_whole(given, "$top", PAGE), MOST),
        skip=_whole(given, "$skip", 0),
        count=_flag(given),
        after=_token(given.get("$skiptoken")),
        data_array=_format(given) == "dataArray",
        raw=raw,
    )


def split(text: str, mark: str) -> list[str]:
    """Split at a mark that stands outside quotes and parentheses; empty text gives nothing."""
    parts, begun, depth, quoted = [], 0, 0, False
    for place, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == mark and depth == 0:
            parts.append(text[begun:place])
            begun = place + 1
    return [*parts, text[begun:]] if text.strip() else []


def _expand(text: str, depth: int) -> dict[str, Options]:
    if text and depth >= _DEEPEST:
        raise Invalid("$expand is too deeply nested", zh="$expand 嵌套过深", field="$expand")
    found: dict[str, Options] = {}
    for item in split(text, ","):
        name, options = _expand_one(item.strip(), depth)
        found[name] = _merged(found[name], options) if name in found else options
    return found


def _expand_one(item: str, depth: int) -> tuple[str, Options]:
    """Read Name, Name(options) or Name/Other…, where the latter is Name($expand=Other…)."""
    first, *rest = split(item, "/") or [""]
    name, _, inner = first.partition("(")
    if not name.strip().isidentifier() or (inner and not first.rstrip().endswith(")")):
        raise Invalid(
            f"{item!r} cannot be expanded",
            zh=f"无法展开 {item!r}",
            field="$expand",
            remedy="write Datastreams($top=1;$expand=ObservedProperty)",
        )
    pairs = [_pair(part) for part in split(inner.rstrip()[:-1], ";")] if inner else []
    if rest:
        deeper = "/".join(rest)
        before = dict(pairs).get("$expand")
        pairs = [pair for pair in pairs if pair[0] != "$expand"]
        pairs.append(("$expand", f"{before},{deeper}" if before else deeper))
    return name.strip(), read(pairs, depth + 1)


def _pair(part: str) -> tuple[str, str]:
    name, equals, text = part.partition("=")
    if not equals:
        raise Invalid(f"{part!r} is no option", zh=f"{part!r} 不是选项", field="$expand")
    return name.strip(), text


def _merged(one: Options, other: Options) -> Options:
    """Join A/B and A/C into one expand of A; options of A itself may be given once."""
    plain = one if set(other.raw) <= {"$expand"} else other
    if not set(one.raw) <= {"$expand"} and not set(other.raw) <= {"$expand"}:
        raise Invalid("the same property is expanded twice", zh="重复展开", field="$expand")
    inner = dict(one.expand)
    for name, options in other.expand.items():
        inner[name] = _merged(inner[name], options) if name in inner else options
    texts = [each.raw["$expand"] for each in (one, other) if "$expand" in each.raw]
    raw = {**plain.raw, "$expand": ",".join(texts)} if texts else plain.raw
    return dataclasses.replace(plain, expand=inner, raw=raw)


def _orders(text: str) -> tuple[Order, ...]:
    parts = split(text, ",")
    if len(parts) > _MOST_KEYS:
        raise Invalid(f"at most {_MOST_KEYS} keys", zh="排序键过多", field="$orderby")
    return tuple(Order(*grammar.order(part.strip())) for part in parts)


def _whole(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        raise Invalid(f"{name} must be a whole number", zh=f"{name} 应为整数", field=name)
    return int(text)


def _flag(given: Mapping[str, str]) -> bool:
    text = given.get("$count", "false").lower()
    if text not in ("true", "false"):
        raise Invalid("$count is true or false", zh="$count 应为 true 或 false", field="$count")
    return text == "true"


def _format(given: Mapping[str, str]) -> str:
    text = given.get("$resultFormat", "")
    if text not in ("", "dataArray"):
        raise Invalid(
            "$resultFormat can be dataArray", zh="$resultFormat 仅支持 dataArray",
            field="$resultFormat",
        )  # fmt: skip
    return text


def token(keys: Sequence[Any]) -> str:
    """Return the $skiptoken that goes on behind a row with these keys."""
    text = json.dumps(list(keys), separators=(",", ":"), ensure_ascii=False, default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _token(text: str | None) -> tuple[Any, ...] | None:
    if text is None:
        return None
    try:
        keys = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        keys = None
    plain = (str, int, float, bool, type(None))
    if not isinstance(keys, list) or not all(isinstance(key, plain) for key in keys):
        raise Invalid(
            "$skiptoken is none of ours",
            zh="$skiptoken 无效",
            field="$skiptoken",
            remedy="follow @iot.nextLink as it was given",
        )
    return tuple(keys)
