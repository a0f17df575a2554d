"""Members that the standard keeps in `properties`, and that are columns of their own here."""

import re
import secrets
from typing import Any

from core.datums import Datum
from sensors.models import Datastream, ObservedProperty, Thing
from sensors.sensorthings.bodies import Body

_CODE = re.compile(r"\S{1,64}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SCOPE = re.compile(r"(?:[0-9A-Z]{2,15})?")
_PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_PAUSE = 30 * 86400  # seconds between two readings


def of_thing(body: Body, before: Thing | None = None) -> tuple[dict[str, Any], str | None]:
    """Return a thing's columns, and its scope if that is given; `before` is what is changed."""
    values = dict(body.values)
    if "properties" not in values:
        return values, None
    kept = dict(values["properties"])
    values["code"] = _matching(
        body, kept, "code", _CODE, before.code if before else f"T-{secrets.token_hex(6)}"
    )
    values["kind"] = _matching(body, kept, "kind", _KIND, before.kind if before else "station")
    values["name_en"] = _words(body, kept, "name_en", 120, before.name_en if before else "")
    datum = kept.pop("datum", before.datum if before else Datum.WGS84.value)
    if datum not in set(Datum):
        raise body.wrong("properties.datum", f"is one of {', '.join(Datum)}", "坐标基准无效")
    values["datum"] = datum
    simulated = kept.pop("simulated", before.simulated if before else False)
    if not isinstance(simulated, bool) or (before and simulated != before.simulated):
        raise body.wrong("properties.simulated", "is true or false, and stays so", "不可修改")
    values["simulated"] = simulated
    scope = _matching(body, kept, "scope", _SCOPE, "") if "scope" in kept else None
    values["properties"] = kept
    return values, scope


def of_stream(body: Body, before: Datastream | None = None) -> dict[str, Any]:
    """Return a datastream's columns."""
    values = dict(body.values)
    unit = values.pop("unit", {})
    values |= {f"unit_{name}": text for name, text in unit.items()}
    if "properties" in values:
        kept = dict(values["properties"])
        pause = kept.pop("interval_s", before.interval_s if before else 0)
        if (
            isinstance(pause, bool)
            or not isinstance(pause, int)
            or not 0 <= pause <= _LONGEST_PAUSE
        ):
            raise body.wrong(
                "properties.interval_s", "is whole seconds between readings", "应为整数秒"
            )
        values |= {"interval_s": pause, "properties": kept}
    return values


def of_property(body: Body, before: ObservedProperty | None = None) -> dict[str, Any]:
    """Return an observed property's columns; its code is made of its name where none is given."""
    values = dict(body.values)
    if before is not None and "properties" not in values:
        return values
    kept = dict(values.get("properties", {}))
    default = before.code if before else _slug(values["name"])
    values["code"] = _matching(body, kept, "code", _PROPERTY, default)
    if before is not None and values["code"] != before.code:
        raise body.wrong("properties.code", "stays: rules go by it", "规则以此为准，不可修改")
    values["name_en"] = _words(body, kept, "name_en", 120, before.name_en if before else "")
    values["properties"] = kept
    return values


def _slug(name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return words[:40] if _PROPERTY.fullmatch(words[:40]) else f"p_{secrets.token_hex(6)}"


def _matching(
    body: Body, kept: dict[str, Any], name: str, form: "re.Pattern[str]", default: str
) -> str:
    value = kept.pop(name, default)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise body.wrong(f"properties.{name}", f"must look like {form.pattern}", "格式有误")
    return value


def _words(body: Body, kept: dict[str, Any], name: str, longest: int, default: str) -> str:
    value = kept.pop(name, default)
    if not isinstance(value, str) or len(value) > longest:
        raise body.wrong(f"properties.{name}", f"is text up to {longest} characters", "应为文本")
    return value
