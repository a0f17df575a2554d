"""A selection in the order of a column: pages by key, so that none drops or doubles a feature.

No column but the number has an index: every page looks at the whole selection, within the time that
any question may take; what takes longer is refused (`too_hard`), never cut short.
"""

import dataclasses
import json
import math
from typing import Any

from core import clock
from core.errors import Conflict, Invalid
from layers import asof, holding
from layers.filtering import Clause
from layers.layer import TYPES, Layer
from layers.models import State
from layers.selection import Selection, sorted_page

NUMBER = "fid"
_CHINESE = ' COLLATE "zh-x-icu"'  # texts by pinyin


@dataclasses.dataclass(frozen=True, slots=True)
class Order:
    """By which column, its SQL type ("" for the number), and whether the greatest comes first.

    `past`: of what the layer was, whose values may be of another type.
    """

    column: str
    type: str
    descending: bool
    kind: str = ""
    past: bool = False

    @property
    def key(self) -> Clause:
        """Return the value that is sorted by."""
        if not self.type:
            return Clause("fid")
        collated = _CHINESE if self.type == TYPES["text"] else ""
        value = holding.value("%s", self.kind, self.type, past=self.past)
        return Clause(value + collated, (self.column,))

    def of(self, properties: dict[str, Any]) -> Any:
        """Return the value that a feature is sorted by, None for a gap."""
        value = properties.get(self.column) if self.type else None
        if value is None or self._fits(value):
            return value
        return json.dumps(value) if self.type == TYPES["text"] else None

    def beyond(self, after: dict[str, Any]) -> Clause:
        """Return the condition of coming after a page's end; raises Invalid for what is none."""
        fid, value = after.get("fid"), after.get("value")
        if type(fid) is not int or not self._fits(value):
            raise Invalid("after is no page's end", zh="after 不是分页位置", field="after")
        sign = "<" if self.descending else ">"
        if not self.type:
            return Clause(f"fid {sign} %s::bigint", (fid,))
        sql, values = self.key.sql, self.key.values
        if value is None:
            return Clause(f"{sql} IS NULL AND fid > %s::bigint", (*values, fid))
        cast = f"%s::{self.type}"
        return Clause(
            f"({sql} {sign} {cast} OR {sql} IS NULL OR ({sql} = {cast} AND fid > %s::bigint))",
            (*values, value, *values, *values, value, fid),
        )

    def _fits(self, value: Any) -> bool:
        """Say whether a value may stand in the column, or in no column at all."""
        if value is None:
            return True
        if self.type == TYPES["text"]:
            return isinstance(value, str) and "\x00" not in value
        if self.type == TYPES["bool"]:
            return isinstance(value, bool)
        whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63
        return whole or (isinstance(value, float) and math.isfinite(value))

    @property
    def sql(self) -> str:
        """Return the ORDER BY: gaps last, ties by number."""
        way = "DESC" if self.descending else "ASC"
        return f"fid {way}" if not self.type else f"{self.key.sql} {way} NULLS LAST, fid"


def order(layer: Layer, text: str, *, past: bool = False) -> Order:
    """Return the order of `column` or `-column` (greatest first); raises Invalid."""
    name = text.removeprefix("-")
    column = layer.columns.get(name)
    if name != NUMBER and column is None:
        known = ", ".join([NUMBER, *layer.columns])
        raise Invalid(
            f"there is no column {name[:40]!r} to sort by; there are {known}",
            zh=f"没有字段 {name[:40]!r} 可排序；现有：{known}",
            field="sort",
        )
    kind = column.type if column else ""
    cast = "numeric" if past and kind == "int" else TYPES.get(kind, "")
    return Order(name, cast, text.startswith("-"), kind, past)


def page(
    chosen: Selection, by: Order, after: dict[str, Any] | None, limit: int
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Return up to `limit` features after a page's end, and the end of this page, None at last.

    Raises Conflict if the layer was replaced since the page before: a feature whose value changed
    would be shown twice, or never.
    """
    version = _version(chosen)
    clause = chosen.clause & by.beyond(after) if after is not None else chosen.clause
    values = [chosen.layer.code, *clause.values, *by.key.values, limit + 1]
    found = sorted_page(chosen.store, clause.sql, by.sql, values)
    if after is not None and _may_differ(chosen, after.get("version")):
        raise Conflict(
            "the layer was changed since the page before",
            zh="上一页之后图层已更新",
            field="after",
            remedy="begin with the first page again",
        )
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    end = {"fid": last["id"], "value": by.of(last["properties"]), "version": version}
    return found[:limit], end


def _version(chosen: Selection) -> int | None:
    held = State.objects.filter(pk=chosen.layer.code)
    return held.values_list("version", flat=True).first()


def _may_differ(chosen: Selection, before: Any) -> bool:
    """Say whether what is chosen may be another than at a version; the past does not change."""
    if chosen.when and asof.moment(chosen.when) < clock.now():
        return False
    return before is not None and before != _version(chosen)
