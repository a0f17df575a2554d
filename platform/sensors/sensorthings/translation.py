"""From a filter's nodes to SQL: paths become subselects, conditions on many an EXISTS.

`Datastreams/Observations/result gt 10 and Datastreams/Observations/phenomenonTime ge …` asks for
one observation of which both are true, so conditions joined by `and` share the rows they speak of.
"""

import dataclasses
from collections.abc import Mapping, Sequence

from core.errors import Invalid
from sensors.sensorthings import functions
from sensors.sensorthings.grammar import COMPARISONS
from sensors.sensorthings.nodes import (
    Call,
    Junction,
    Kind,
    Literal,
    Minus,
    Node,
    Not,
    Operation,
    Path,
    paths,
)
from sensors.sensorthings.schema import ENTITIES, Entity, Link, Property
from sensors.sensorthings.statement import Statement
from sensors.sensorthings.terms import Term, cast, literal

_COMPARE = {"eq": "=", "ne": "IS DISTINCT FROM", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
# (operator, left, right) → (SQL, result); of two numbers, and of times with durations
_ARITHMETIC = {
    ("add", Kind.NUMBER, Kind.NUMBER): ("({0} + {1})", Kind.NUMBER),
    ("sub", Kind.NUMBER, Kind.NUMBER): ("({0} - {1})", Kind.NUMBER),
    ("mul", Kind.NUMBER, Kind.NUMBER): ("({0} * {1})", Kind.NUMBER),
    ("div", Kind.NUMBER, Kind.NUMBER): ("({0} / NULLIF({1}, 0))", Kind.NUMBER),
    ("mod", Kind.NUMBER, Kind.NUMBER): (
        "mod(({0})::numeric, NULLIF({1}, 0)::numeric)::float8",
        Kind.NUMBER,
    ),
    ("add", Kind.TIME, Kind.DURATION): ("({0} + {1})", Kind.TIME),
    ("sub", Kind.TIME, Kind.DURATION): ("({0} - {1})", Kind.TIME),
    ("sub", Kind.TIME, Kind.TIME): ("({0} - {1})", Kind.DURATION),
    ("add", Kind.DURATION, Kind.DURATION): ("({0} + {1})", Kind.DURATION),
    ("sub", Kind.DURATION, Kind.DURATION): ("({0} - {1})", Kind.DURATION),
    ("mul", Kind.DURATION, Kind.NUMBER): ("({0} * {1})", Kind.DURATION),
    ("div", Kind.DURATION, Kind.NUMBER): ("({0} / NULLIF({1}, 0))", Kind.DURATION),
}
_READ_AS = {Kind.JSON: Kind.NUMBER, Kind.DATE: Kind.TIME}


@dataclasses.dataclass(frozen=True, slots=True)
class Bound:
    """An entity's rows that are at hand under an alias."""

    entity: Entity
    alias: str


Scope = Mapping[tuple[str, ...], Bound]  # by the path that leads to them; () is where one stands


class Translator:
    """Translates into one statement; `option` is named in complaints."""

    def __init__(self, statement: Statement, option: str = "$filter") -> None:
        self._statement, self._option = statement, option

    # --- conditions -----------------------------------------------------------------------------

    def condition(self, node: Node, scope: Scope) -> str:
        """Return SQL that is true where the condition is."""
        match node:
            case Junction("and", operands):
                return self._all(_flat(operands), scope)
            case Junction(_, operands):
                return "(" + " OR ".join(self.condition(each, scope) for each in operands) + ")"
            case Not(operand):
                return f"(NOT {self.condition(operand, scope)})"
        hop = self._hop(node, scope)
        if hop is not None:
            return self._exists(hop, [node], scope)
        return cast(self.value(node, scope), Kind.BOOL, "a condition")

    def _all(self, operands: Sequence[Node], scope: Scope) -> str:
        by_hop: dict[tuple[str, ...], list[Node]] = {}
        parts = []
        for each in operands:
            hop = self._shared_hop(each, scope)
            if hop is None:
                parts.append(self.condition(each, scope))
            else:
                by_hop.setdefault(hop, []).append(each)
        parts += [self._exists(hop, nodes, scope) for hop, nodes in by_hop.items()]
        return "(" + " AND ".join(parts) + ")"

    def _exists(self, hop: tuple[str, ...], nodes: list[Node], scope: Scope) -> str:
        here, link = scope[hop[:-1]], scope[hop[:-1]].entity.links[hop[-1]]
        there = Bound(ENTITIES[link.target], self._statement.alias())
        inner = self._all(nodes, {**scope, hop: there})
        return f"EXISTS (SELECT 1 FROM {self._joined(here, link, there)} AND {inner})"

    def _joined(self, here: Bound, link: Link, there: Bound) -> str:
        on = link.on.format(a=here.alias, b=there.alias)
        guard = self._statement.guard(there.entity, there.alias)
        return f"{there.entity.table} {there.alias} WHERE {on} AND {guard}"

    def _shared_hop(self, node: Node, scope: Scope) -> tuple[str, ...] | None:
        """Return the step to many that a condition may share with its neighbours."""
        if isinstance(node, Junction):
            hops = {self._shared_hop(each, scope) for each in node.operands}
            return hops.pop() if len(hops) == 1 else None
        return None if isinstance(node, Not) else self._hop(node, scope)

    def _hop(self, node: Node, scope: Scope) -> tuple[str, ...] | None:
        """Return the first step, not yet taken, on a path that leads to many."""
        for path in paths(node):
            taken = _taken(path, scope)
            entity = scope[path.parts[:taken]].entity
            for part in path.parts[taken:]:
                link = entity.links.get(part)
                if link is None:
                    break
                if link.many:
                    return path.parts[: taken + 1]
                entity = ENTITIES[link.target]
        return None

    # --- values ---------------------------------------------------------------------------------

    def value(self, node: Node, scope: Scope) -> Term:
        """Return the SQL and kind of an expression."""
        match node:
            case Literal():
                return literal(self._statement, node)
            case Path():
                return self._path(node, scope)
            case Call():
                return self._call(node, scope)
            case Operation(operator, left, right):
                terms = self.value(left, scope), self.value(right, scope)
                if operator in COMPARISONS:
                    return Term(_compared(operator, *terms), Kind.BOOL)
                return _reckoned(operator, *terms)
            case Minus(operand):
                term = self.value(operand, scope)
                kind = term.kind if term.kind is Kind.DURATION else Kind.NUMBER
                return Term(f"(- {cast(term, kind, 'the minus sign')})", kind)
            case _:
                return Term(self.condition(node, scope), Kind.BOOL)

    def _call(self, node: Call, scope: Scope) -> Term:
        found = functions.find(node.name, len(node.arguments))
        if found is None:
            known = ", ".join(name for name in functions.FUNCTIONS if not name.endswith(" "))
            raise Invalid(
                f"no function {node.name} with {len(node.arguments)} arguments",
                zh=f"没有函数 {node.name}（{len(node.arguments)} 个参数）",
                field=self._option,
                remedy=f"there are {known}",
            )
        terms = [self.value(each, scope) for each in node.arguments]
        pairs = zip(terms, found.takes, strict=True)
        return Term(found.sql.format(*(cast(t, k, node.name) for t, k in pairs)), found.gives)

    def _path(self, path: Path, scope: Scope) -> Term:
        taken = _taken(path, scope)
        return self._follow(scope[path.parts[:taken]], path.parts[taken:], path)

    def _follow(self, here: Bound, parts: tuple[str, ...], path: Path) -> Term:
        if not parts:
            raise self._unknown(path, "leads to an entity, not to a property")
        head, rest = parts[0], parts[1:]
        link = here.entity.links.get(head)
        if link is not None:
            if link.many:
                raise self._unknown(path, f"{head} are many, there is no single value")
            there = Bound(ENTITIES[link.target], self._statement.alias())
            inner = self._follow(there, rest, path)
            source = self._joined(here, link, there)
            variants = {
                kind: f"(SELECT {sql} FROM {source})" for kind, sql in inner.variants.items()
            }
            return Term(f"(SELECT {inner.sql} FROM {source})", inner.kind, variants)
        if head in ("id", "@iot.id") and not rest:
            return _key(here)
        found = here.entity.properties.get(head)
        if found is None or not found.filterable:
            raise self._unknown(path, f"{here.entity.name} has no property {head!r} to ask for")
        return self._member(found, rest, here, path)

    def _member(self, found: Property, rest: tuple[str, ...], here: Bound, path: Path) -> Term:
        for place, part in enumerate(rest):
            if part in found.inside:
                found = found.inside[part]
                continue
            if found.kind is not Kind.JSON:
                raise self._unknown(path, f"{part!r} is not inside it")
            keys = self._statement.bind(list(rest[place:]), "text[]")
            return Term(f"({found.sql.format(a=here.alias)} #> {keys})", Kind.JSON)
        variants = {kind: sql.format(a=here.alias) for kind, sql in found.variants.items()}
        return Term(found.sql.format(a=here.alias), found.kind, variants, found.nullable)

    def _unknown(self, path: Path, why: str) -> Invalid:
        return Invalid(
            f"{'/'.join(path.parts)}: {why}", zh=f"无此属性 {'/'.join(path.parts)}",
            field=self._option,
        )  # fmt: skip


def _key(here: Bound) -> Term:
    text = here.entity.name == "Observation"
    sql = here.entity.key.format(a=here.alias)
    return Term(sql if text else f"{sql}::float8", Kind.TEXT if text else Kind.NUMBER)


def _flat(operands: Sequence[Node]) -> list[Node]:
    """Return the conditions of nested `and`s side by side."""
    found: list[Node] = []
    for each in operands:
        inner = isinstance(each, Junction) and each.operator == "and"
        found += _flat(each.operands) if inner and isinstance(each, Junction) else [each]
    return found


def _taken(path: Path, scope: Scope) -> int:
    """Return how many parts of the path lead to rows that are at hand."""
    for count in range(len(path.parts), 0, -1):
        if path.parts[:count] in scope:
            return count
    return 0


def _compared(operator: str, left: Term, right: Term) -> str:
    if Kind.NULL in (left.kind, right.kind):
        return _against_null(operator, left if right.kind is Kind.NULL else right)
    kind = _common(left.kind, right.kind)
    if kind in (Kind.JSON, Kind.GEOMETRY) and operator not in ("eq", "ne"):
        kind = Kind.NUMBER
    sides = cast(left, kind, operator), cast(right, kind, operator)
    return f"({sides[0]} {_COMPARE[operator]} {sides[1]})"


def _against_null(operator: str, term: Term) -> str:
    if operator == "eq":
        return f"({term.sql} IS NULL)"
    return f"({term.sql} IS NOT NULL)" if operator == "ne" else "FALSE"


def _common(left: Kind, right: Kind) -> Kind:
    if left is Kind.JSON:
        return right
    if {left, right} == {Kind.DATE, Kind.TIME}:
        return Kind.TIME
    return left


def _reckoned(operator: str, left: Term, right: Term) -> Term:
    kinds = _READ_AS.get(left.kind, left.kind), _READ_AS.get(right.kind, right.kind)
    found = _ARITHMETIC.get((operator, *kinds))
    if found is None:
        raise Invalid(
            f"cannot {operator} a {left.kind.value} and a {right.kind.value}",
            zh="运算的类型不符",
            field="$filter",
        )
    sql, kind = found
    sides = cast(left, kinds[0], operator), cast(right, kinds[1], operator)
    return Term(sql.format(*sides), kind)
