"""CQL2 text to SQL: the text is parsed by cql2, the tree becomes placeholders and bound values.

Nothing that somebody wrote ever stands in the statement: columns are looked up in the catalogue,
values are parameters.
"""

import dataclasses
import datetime
import re
from collections.abc import Callable
from typing import Any

import cql2

from core.errors import Invalid
from layers import holding, literal
from layers.crs import CRS84, Crs
from layers.layer import Layer

MOST = 4000  # characters
DEEPEST = 40
MOST_BRACKETS = 12
_ENDS_ESCAPED = re.compile(r"(?<!\\)(\\\\)*\\$")
NUMERIC = ("int", "float")
_CAST = {"int": "numeric", "float": "float8", "bool": "boolean", "text": "text"}
_COMPARE = {"=": "=", "<>": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
# a division by nothing has no value; `%` is numeric's alone
_ARITHMETIC = {
    "+": "({} + {})", "-": "({} - {})", "*": "({} * {})", "/": "({} / nullif({}, 0))",
    "div": "trunc({} / nullif({}, 0))", "%": "mod({}::numeric, nullif({}, 0)::numeric)",
    "^": "power({}::float8, {}::float8)",
}  # fmt: skip
_SPATIAL = {
    "s_intersects": "ST_Intersects", "s_within": "ST_Within", "s_contains": "ST_Contains",
    "s_disjoint": "ST_Disjoint", "s_touches": "ST_Touches", "s_crosses": "ST_Crosses",
    "s_overlaps": "ST_Overlaps", "s_equals": "ST_Equals",
}  # fmt: skip
# how many arguments an operator has: the parser lets some through that have another number
_ARGUMENTS = {"not": 1, "isNull": 1, "like": 2, "in": 2, "between": 3} | dict.fromkeys(
    (*_COMPARE, *_SPATIAL), 2
)
GEOMETRY = ("geometry", "geom")
SINCE = "valid_from"
_COLUMN = "original"


@dataclasses.dataclass(frozen=True, slots=True)
class Clause:
    """A condition with its values, in the order of its placeholders."""

    sql: str = "true"
    values: tuple[Any, ...] = ()

    def __and__(self, other: "Clause") -> "Clause":
        return Clause(f"({self.sql}) AND ({other.sql})", self.values + other.values)


def clause(layer: Layer, text: str, crs: Crs = CRS84, *, past: bool = False) -> Clause:
    """Return the condition of a CQL2 text on a layer's features; raises Invalid.

    `crs` is what the coordinates in the text are given in; `past`: also on what the layer was.
    """
    if not text.strip():
        return Clause()
    if len(text) > MOST:
        raise _bad(f"the filter is longer than {MOST} characters", "筛选条件过长")
    if _brackets(text) > MOST_BRACKETS:
        raise _bad(
            f"the filter has more than {MOST_BRACKETS} brackets in one another", "括号嵌套过深"
        )
    try:
        tree = cql2.parse_text(text).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        raise _unreadable(text, str(error)) from error
    return _Reader(layer, crs, past).condition(tree, 0)


def _brackets(text: str) -> int:
    """Return the deepest nesting: the parser's time doubles with each bracket left open."""
    deepest = depth = 0
    for character in re.sub(r"'[^']*'", "", text):
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest


@dataclasses.dataclass(frozen=True, slots=True)
class _Typed:
    """A value's SQL with its type: text, number, bool, instant or geometry.

    A literal geometry knows its box on the web map, so that the index may be asked first.
    """

    kind: str
    clause: Clause
    box: Clause | None = None


class _Reader:
    """Turns one tree into SQL for one layer."""

    def __init__(self, layer: Layer, crs: Crs, past: bool) -> None:
        self._layer, self._crs, self._past = layer, crs, past

    def condition(self, node: Any, depth: int) -> Clause:
        """Return the SQL of something that is true or false."""
        if depth > DEEPEST:
            raise _bad("the filter is nested too deeply", "筛选条件嵌套过深")
        if isinstance(node, bool):
            return Clause("%s::boolean", (node,))
        operator, given = self._operator(node)
        if len(given) != _ARGUMENTS.get(operator, len(given)):
            raise _bad(f"{operator} has {len(given)} arguments", f"{operator} 的参数个数不对")
        for names, read in self._kinds():
            if operator in names:
                return read(operator, given, depth + 1)
        if "property" in node:
            value = self._value(node, depth)
            if value.kind != "bool":
                raise _bad(f"a {value.kind} is no condition", "该字段不是条件")
            return value.clause
        raise _bad(f"the filter's {operator!r} is not supported", f"不支持 {operator!r}")

    def _kinds(self) -> tuple[tuple[Any, Callable[[str, list[Any], int], Clause]], ...]:
        return (
            (("and", "or", "not"), self._logic),
            (_COMPARE, self._compare),
            (("like",), self._like),
            (("between",), self._between),
            (("in",), self._in),
            (("isNull",), self._is_null),
            (_SPATIAL, self._spatial),
        )

    @staticmethod
    def _operator(node: Any) -> tuple[str, list[Any]]:
        if not isinstance(node, dict):
            raise _bad("the filter is no condition", "筛选内容不是条件表达式")
        return str(node.get("op", "")), list(node.get("args") or [])

    def _logic(self, operator: str, given: list[Any], depth: int) -> Clause:
        parts = [self.condition(one, depth) for one in given]
        values = tuple(value for part in parts for value in part.values)
        if operator == "not":
            return Clause(f"NOT ({parts[0].sql})", values)
        joined = f" {operator.upper()} ".join(f"({part.sql})" for part in parts)
        return Clause(joined, values)

    def _compare(self, operator: str, given: list[Any], depth: int) -> Clause:
        left, right = (self._value(one, depth) for one in given)
        self._alike(left, right)
        return _joined(f"{left.clause.sql} {_COMPARE[operator]} {right.clause.sql}", left, right)

    def _like(self, operator: str, given: list[Any], depth: int) -> Clause:
        left, right = (self._value(one, depth) for one in given)
        if (left.kind, right.kind) != ("text", "text"):
            raise _bad("LIKE compares texts", "LIKE 只能用于文本")
        if isinstance(given[1], str) and _ENDS_ESCAPED.search(given[1]):
            raise _bad("a LIKE pattern ends with its escape", "LIKE 模式不能以转义符结尾")
        return _joined(f"{left.clause.sql} LIKE {right.clause.sql}", left, right)

    def _between(self, operator: str, given: list[Any], depth: int) -> Clause:
        value, low, high = (self._value(one, depth) for one in given)
        self._alike(value, low)
        self._alike(value, high)
        text = f"{value.clause.sql} BETWEEN {low.clause.sql} AND {high.clause.sql}"
        return _joined(text, value, low, high)

    def _in(self, operator: str, given: list[Any], depth: int) -> Clause:
        value, *rest = given
        left = self._value(value, depth)
        items = [self._value(one, depth) for one in (rest[0] if rest else [])]
        for item in items:
            self._alike(left, item)
        listed = ", ".join(item.clause.sql for item in items) or "NULL"
        return _joined(f"{left.clause.sql} IN ({listed})", left, *items)

    def _is_null(self, operator: str, given: list[Any], depth: int) -> Clause:
        value = self._value(given[0], depth)
        return _joined(f"{value.clause.sql} IS NULL", value)

    def _spatial(self, operator: str, given: list[Any], depth: int) -> Clause:
        left, right = (self._value(one, depth) for one in given)
        if (left.kind, right.kind) != ("geometry", "geometry"):
            raise _bad(f"{operator} compares geometries", f"{operator} 只能用于几何图形")
        asked = _joined(f"{_SPATIAL[operator]}({left.clause.sql}, {right.clause.sql})", left, right)
        box = left.box or right.box
        column_asked = left.clause.sql == _COLUMN or right.clause.sql == _COLUMN
        return box & asked if box and column_asked and operator != "s_disjoint" else asked

    def _value(self, node: Any, depth: int) -> _Typed:
        if depth > DEEPEST:
            raise _bad("the filter is nested too deeply", "筛选条件嵌套过深")
        if isinstance(node, bool):
            return _Typed("bool", Clause("%s::boolean", (node,)))
        if isinstance(node, int | float):
            return _Typed("number", Clause("%s::float8", (float(node),)))
        if isinstance(node, str):
            return _Typed("text", Clause("%s::text", (node,)))
        return self._composed(node, depth)

    def _composed(self, node: Any, depth: int) -> _Typed:
        if not isinstance(node, dict):
            raise _bad("the filter holds a value of no known type", "筛选条件含有未知类型的值")
        if "property" in node:
            return self._column(str(node["property"]))
        if "coordinates" in node or "geometries" in node or "bbox" in node:
            return self._geometry(node)
        if "date" in node or "timestamp" in node:
            return _Typed("instant", Clause("%s::timestamptz", (_instant(node),)))
        return self._computed(node, depth)

    def _computed(self, node: dict[str, Any], depth: int) -> _Typed:
        operator, given = self._operator(node)
        if operator in _ARITHMETIC and len(given) == 2:
            left, right = (self._value(one, depth + 1) for one in given)
            if (left.kind, right.kind) != ("number", "number"):
                raise _bad(f"{operator} needs numbers", f"{operator} 需要数字")
            sql = _ARITHMETIC[operator].format(left.clause.sql, right.clause.sql)
            return _Typed("number", _joined(sql, left, right))
        if operator == "casei" and given:
            value = self._value(given[0], depth + 1)
            if value.kind != "text":
                raise _bad("CASEI is for texts", "CASEI 只能用于文本")
            return _Typed("text", _joined(f"lower({value.clause.sql})", value))
        raise _bad(f"the filter's {operator!r} is not supported", f"不支持 {operator!r}")

    def _geometry(self, node: dict[str, Any]) -> _Typed:
        shape = literal.shape(node, self._crs)
        around = literal.box_ewkb(literal.web_box(shape), 3857)
        box = Clause("geom && %s::geometry", (around,))
        return _Typed("geometry", Clause("%s::geometry", (literal.ewkb(shape),)), box)

    def _column(self, name: str) -> _Typed:
        if name in GEOMETRY:
            return _Typed("geometry", Clause(_COLUMN))
        if name == "fid":
            return _Typed("number", Clause("fid"))
        column = self._layer.columns.get(name)
        if column is None and name == SINCE:
            return _Typed("instant", Clause(SINCE))
        if column is None:
            known = self._layer.columns
            titled = "、".join(f"{key}（{one.zh}）" for key, one in known.items())
            raise _bad(
                f"layer {self._layer.code} has no column {name!r}; it has: {', '.join(known)}",
                f"图层没有字段 {name!r}；现有：{titled}",
            )
        kind = "number" if column.type in NUMERIC else column.type
        cast = _CAST[column.type]
        value = holding.value("%s::text", column.type, cast, past=self._past)
        return _Typed(kind, Clause(value, (name,)))

    @staticmethod
    def _alike(left: _Typed, right: _Typed) -> None:
        if left.kind == "geometry":
            raise _bad("a geometry is compared by S_EQUALS", "几何图形请用 S_EQUALS 比较")
        if left.kind != right.kind:
            raise _bad(f"a {left.kind} is compared with a {right.kind}", "比较的两边类型不同")


def _joined(sql: str, *parts: _Typed) -> Clause:
    return Clause(sql, tuple(value for part in parts for value in part.clause.values))


def _instant(node: dict[str, Any]) -> datetime.datetime:
    """Return the moment of a literal; a day stands for its first moment (UTC)."""
    try:
        found = datetime.datetime.fromisoformat(str(node.get("timestamp") or node["date"]))
    except ValueError:
        raise _bad("the filter names no such day or moment", "筛选条件中的日期或时间无效") from None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def _bad(en: str, zh: str) -> Invalid:
    return Invalid(en, zh=zh, field="filter", remedy="write CQL2 text, such as floors > 6")


_AT = re.compile(r"--> (\d+):(\d+)")


def _unreadable(text: str, said: str) -> Invalid:
    """Say where a filter stops making sense, and what could stand there."""
    found = _AT.search(said)
    if found is None:
        where = " ".join(said.split())[:200]
        return _bad(f"the filter cannot be read: {where}", "筛选条件无法解析")
    line, column = int(found[1]), int(found[2])
    rest = text.splitlines()[line - 1][column - 1 :][:20]
    if "And" in said:
        wanted = ("AND, OR, a comparison or the end", "AND、OR、比较符号，或到此结束")
    else:
        wanted = ("a column, a number or a 'text'", "字段名、数字或带单引号的 '文字'")
    here = (f"{rest!r}", f"“{rest}”") if rest else ("the end", "末尾")
    return _bad(
        f"the filter cannot be read at character {column}, {here[0]}: {wanted[0]} is expected",
        f"筛选条件在第 {column} 个字符（{here[1]}）处无法解析，此处应为{wanted[1]}",
    )
