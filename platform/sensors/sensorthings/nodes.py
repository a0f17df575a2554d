"""What filters and orders are made of: the grammar makes it, the translation walks it. Pure."""

import dataclasses
import enum
from typing import Any


class Kind(enum.Enum):
    """What sort of value an expression has."""

    NUMBER = "number"
    TEXT = "text"
    BOOL = "boolean"
    TIME = "time"
    DATE = "date"
    CLOCK = "time of day"
    DURATION = "duration"
    GEOMETRY = "geometry"
    JSON = "any value"
    NULL = "null"


@dataclasses.dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the text: numbers as float, times aware, geometries as WKT."""

    kind: Kind
    value: Any


@dataclasses.dataclass(frozen=True, slots=True)
class Path:
    """A property, reached over navigation properties: Datastream/Thing/name."""

    parts: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple["Node", ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """Two operands and a comparison or an arithmetic operator, by its OData word."""

    operator: str
    left: "Node"
    right: "Node"


@dataclasses.dataclass(frozen=True, slots=True)
class Junction:
    """Two or more conditions joined by `and`, or by `or`."""

    operator: str
    operands: tuple["Node", ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Not:
    """A condition turned round."""

    operand: "Node"


@dataclasses.dataclass(frozen=True, slots=True)
class Minus:
    """A number or duration with its sign turned."""

    operand: "Node"


Node = Literal | Path | Call | Operation | Junction | Not | Minus


def paths(node: Node) -> list[Path]:
    """Return every path in an expression, in the order of the text."""
    match node:
        case Path():
            return [node]
        case Call(_, inner) | Junction(_, inner):
            return [path for each in inner for path in paths(each)]
        case Operation(_, left, right):
            return paths(left) + paths(right)
        case Not(operand) | Minus(operand):
            return paths(operand)
    return []
