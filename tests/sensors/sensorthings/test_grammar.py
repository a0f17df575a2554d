"""Filters are read as they are written, and rubbish is refused with its place."""

import datetime
import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from sensors.sensorthings import grammar, options
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
)

UTC = datetime.UTC
NAMES = st.text(string.ascii_letters, min_size=1, max_size=8).filter(
    lambda name: (
        name not in {"and", "or", "not", "eq", "ne", "gt", "ge", "lt", "le", "add", "sub"}
        and name not in {"mul", "div", "mod", "true", "false", "null", "duration"}
    )
)
LITERALS = st.one_of(
    st.floats(0, 1e12).map(lambda value: Literal(Kind.NUMBER, value)),
    st.text(st.characters(exclude_characters="\x00"), max_size=12).map(
        lambda value: Literal(Kind.TEXT, value)
    ),
    st.booleans().map(lambda value: Literal(Kind.BOOL, value)),
    st.just(Literal(Kind.NULL, None)),
    st.datetimes(datetime.datetime(1900, 1, 1), timezones=st.just(UTC)).map(
        lambda value: Literal(Kind.TIME, value)
    ),
    st.dates(datetime.date(1000, 1, 1)).map(lambda value: Literal(Kind.DATE, value)),
    st.times().map(lambda value: Literal(Kind.CLOCK, value)),
    st.integers(1, 10**6).map(lambda s: Literal(Kind.DURATION, datetime.timedelta(seconds=s))),
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: Path(tuple(parts)))


def _inner(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.builds(Not, nodes),
        st.builds(Minus, nodes),
        st.builds(Call, NAMES, st.lists(nodes, max_size=3).map(tuple)),
        st.builds(
            Operation,
            st.sampled_from((*grammar.COMPARISONS, "add", "sub", "mul", "div", "mod")),
            nodes,
            nodes,
        ),
        st.builds(
            Junction,
            st.sampled_from(["and", "or"]),
            st.lists(nodes, min_size=2, max_size=3).map(tuple),
        ),
    )


NODES = st.recursive(LITERALS | PATHS, _inner, max_leaves=12)


def written(node: Node) -> str:
    """Write an expression with every parenthesis that it may have."""
    match node:
        case Literal(kind, value):
            return _literal(kind, value)
        case Path(parts):
            return "/".join(parts)
        case Call(name, arguments):
            return f"{name}({','.join(map(written, arguments))})"
        case Not(operand):
            return f"(not {written(operand)})"
        case Minus(operand):
            return f"(- {written(operand)})"
        case Operation(operator, left, right):
            return f"({written(left)} {operator} {written(right)})"
        case Junction(operator, operands):
            return f"({f' {operator} '.join(map(written, operands))})"


def _literal(kind: Kind, value: object) -> str:
    match kind:
        case Kind.TEXT:
            return "'" + str(value).replace("'", "''") + "'"
        case Kind.BOOL:
            return str(value).lower()
        case Kind.NULL:
            return "null"
        case Kind.DURATION:
            return f"duration'PT{int(value.total_seconds())}S'"  # type: ignore[attr-defined]
        case Kind.NUMBER:
            return repr(value)
        case _:
            return value.isoformat()  # type: ignore[attr-defined,no-any-return]


@given(NODES)
def test_what_is_written_is_read(node: Node) -> None:
    assert grammar.condition(written(node)) == node


@given(st.text(max_size=60) | st.text("()'/,- andorteqg15.:TZ", max_size=60))
def test_rubbish_is_refused_and_never_more_than_that(text: str) -> None:
    try:
        grammar.condition(text)
    except Invalid as error:
        assert error.field == "$filter" and error.detail


A, B, C = (Operation("eq", Path((name,)), Literal(Kind.NUMBER, 1.0)) for name in "abc")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a eq 1 or b eq 1 and c eq 1", Junction("or", (A, Junction("and", (B, C))))),
        ("not a eq 1 and b eq 1", Junction("and", (Not(A), B))),
        (
            "a add b mul c",
            Operation("add", Path(("a",)), Operation("mul", Path(("b",)), Path(("c",)))),
        ),
        (
            "a sub b sub c",
            Operation("sub", Operation("sub", Path(("a",)), Path(("b",))), Path(("c",))),
        ),
        ("-a lt 2", Operation("lt", Minus(Path(("a",))), Literal(Kind.NUMBER, 2.0))),
        ("@iot.id eq 'it''s'", Operation("eq", Path(("@iot.id",)), Literal(Kind.TEXT, "it's"))),
        ("geo.length(a)", Call("geo.length", (Path(("a",)),))),
        (
            "t ge 2026-01-01T08:00:00 08:00",  # a plus sign that an address has eaten
            Operation(
                "ge", Path(("t",)), Literal(Kind.TIME, datetime.datetime(2026, 1, 1, tzinfo=UTC))
            ),
        ),
    ],
)
def test_precedence_and_spelling(text: str, meant: Node) -> None:
    assert grammar.condition(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "", "a eq", "a eq 1)", "(a eq 1", "a b", "eq 1", "a eq 'x", "a eq 1 and", "f(a,)", "a/",
        "t gt 2026-01-01T00:00:00", "a eq 2026-13-01", "a eq duration'P'", "a eq 1e999", "a eq ;",
        "(" * 60 + "a" + ")" * 60, "not " * 60 + "a", "a" + " add 1" * 60, "a eq 1 or " * 900 + "a",
    ],
)  # fmt: skip
def test_mistakes_are_named(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        grammar.condition(text)
    assert caught.value.status == 400 and caught.value.zh


def test_order() -> None:
    assert grammar.order("a/b desc") == (Path(("a", "b")), True)
    assert grammar.order("a asc") == (Path(("a",)), False)
    assert grammar.order("desc") == (Path(("desc",)), False)


def test_options_inside_an_expand() -> None:
    read = options.read(
        [
            (
                "$expand",
                "Datastreams($filter=name eq 'a;b)(';$top=2;$expand=Sensor),Locations/Things",
            ),
            ("$top", "5"),
        ]
    )
    streams = read.expand["Datastreams"]
    assert (streams.top, set(streams.expand), streams.raw["$top"]) == (2, {"Sensor"}, "2")
    assert streams.filter == Operation("eq", Path(("name",)), Literal(Kind.TEXT, "a;b)("))
    assert set(read.expand["Locations"].expand) == {"Things"} and read.top == 5


def test_paths_with_one_beginning_are_one_expand() -> None:
    read = options.read([("$expand", "Datastreams/Sensor,Datastreams/ObservedProperty")])
    assert set(read.expand) == {"Datastreams"}
    assert set(read.expand["Datastreams"].expand) == {"Sensor", "ObservedProperty"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("$top", "-1"), ("$top", "x"), ("$skip", "1.5"), ("$count", "maybe"), ("$foo", "1"),
        ("top", "1"), ("$resultFormat", "csv"), ("$skiptoken", "!!"), ("$skiptoken", "e30"),
        ("$expand", "A(B"), ("$expand", "A($x=1)"), ("$expand", "1"),
        ("$expand", "A,A($top=1),A($top=2)"),
        ("$expand", "A($expand=" * 9 + "B" + ")" * 9), ("$orderby", "a,b,c,d,e,f"),
    ],
)  # fmt: skip
def test_wrong_options_are_named(name: str, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        options.read([(name, text)])
    assert caught.value.field == name or name == "$expand"


def test_an_option_given_twice_is_refused() -> None:
    with pytest.raises(Invalid):
        options.read([("$top", "1"), ("$top", "2")])


@given(st.lists(st.none() | st.text(max_size=5) | st.floats(allow_nan=False), max_size=4))
def test_a_token_comes_back_as_it_went(keys: list[object]) -> None:
    assert options.read([("$skiptoken", options.token(keys))]).after == tuple(keys)


@given(st.text(max_size=80))
def test_any_expand_is_read_or_refused(text: str) -> None:
    with suppress(Invalid):
        options.read([("$expand", text)])
