"""CQL2 (OGC 21-065r2), annex A, and Part 3 (filter): abstract tests by their names.

The standard's test data are not ours to hand out: what it asks of its countries and places is
asked of a made-up city, with the answers worked out by hand.
"""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from layers import catalogue, filtering

Read = Callable[..., Any]
ITEMS = "/collections/places/items"
VALUES = {
    "name": "'foo'", "floors": "1", "height": "3.14", "open": "true", "fid": "1",
    "valid_from": "TIMESTAMP('2022-04-14T14:48:46Z')",
}  # fmt: skip
ALL = [1, 2, 3, 4, 5, 6]
SPATIAL = ("S_INTERSECTS", "S_WITHIN", "S_CONTAINS", "S_DISJOINT", "S_TOUCHES", "S_CROSSES",
           "S_OVERLAPS", "S_EQUALS")  # fmt: skip


def test_queryables_get_queryables(read: Read) -> None:
    body = read("/collections/places/queryables")
    assert body["$id"].endswith("/ogc/collections/places/queryables")
    assert body["type"] == "object" and body["additionalProperties"] is False
    assert {*VALUES, "geometry"} == set(body["properties"])


def test_basic_cql2_basic_test(read: Read) -> None:
    for name, one in read("/collections/places/queryables")["properties"].items():
        assert one.get("type") or one["format"] == "geometry-any", name


@pytest.mark.parametrize("name", VALUES)
def test_basic_cql2_comparison(fids: Read, name: str) -> None:
    found = {
        sign: set(fids(filter=f"{name} {sign} {VALUES[name]}"))
        for sign in ("=", "<>", ">", "<", ">=", "<=")
    }
    assert not found["="] & found["<>"]
    assert not found[">"] & found["<="]
    assert not found["<"] & found[">="]


@pytest.mark.parametrize("name", [*VALUES, "geometry"])
def test_basic_cql2_is_null(fids: Read, name: str) -> None:
    absent, there = fids(filter=f"{name} IS NULL"), fids(filter=f"{name} is not null")
    assert not set(absent) & set(there) and sorted(absent + there) == ALL


def test_basic_cql2_boolean(fids: Read) -> None:
    assert fids(filter="true") == ALL
    assert fids(filter="false") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name = 'Köln'", [1]), ("name <> 'Köln'", [2, 3, 4, 5]), ("name = '金水'", [3]),
        ("name < 'Köln'", [4, 5]), ("name >= 'kanton'", [2, 3]), ("name = 'it''s'", []),
        ("floors = 7", [3]), ("floors <> 7", [1, 2, 4, 5]), ("floors >= 7", [2, 3]),
        ("floors < 1", [4]), ("height > 9.5", [2]), ("height <= 9.5", [1, 3]),
        ("open = true", [1]), ("open = false", [3]), ("open <> true", [3]), ("open", [1]),
        ("open IS NULL", [2, 4, 5, 6]), ("name IS NULL", [6]), ("fid > 4", [5, 6]),
        ("valid_from > DATE('2022-04-14')", ALL), ("valid_from < DATE('2022-04-14')", []),
        ("1 < floors", [1, 2, 3]), ("floors = -1", []),
    ],
)  # fmt: skip
def test_basic_cql2_test_data(fids: Read, text: str, found: list[int]) -> None:
    assert fids(filter=text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("floors > 2 AND open = true", [1]), ("floors > 2 and not (open = true)", [3]),
        ("floors > 20 OR name IS NULL", [2, 6]), ("NOT floors > 2", [4, 5]),
        ("(NOT (floors > 2) AND fid > 3) OR (open and fid = 1) or not (fid > 1 OR open)",
         [1, 4, 5]),
        ("floors > 20 OR floors > 2 AND open = false", [2, 3]),
    ],
)  # fmt: skip
def test_basic_cql2_logical(fids: Read, text: str, found: list[int]) -> None:
    assert fids(filter=text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name LIKE 'K%'", [1, 5]), ("name like '%an_on'", [2]), ("name NOT LIKE 'K%'", [2, 3, 4]),
        ("name LIKE '50\\%\\_off'", [4]), ("name LIKE '金_'", [3]), ("name LIKE ''", []),
        ("floors BETWEEN 3 AND 7", [1, 3]), ("floors NOT BETWEEN 3 AND 7", [2, 4, 5]),
        ("floors IN (0, 1, 99)", [4, 5]), ("name IN ('Köln', 'x')", [1]),
        ("floors NOT IN (0, 1)", [1, 2, 3]),
    ],
)  # fmt: skip
def test_advanced_comparison_operators(fids: Read, text: str, found: list[int]) -> None:
    assert fids(filter=text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CASEI(name) = CASEI('KÖLN')", [1]), ("CASEI(name) LIKE CASEI('k%')", [1, 2, 5]),
        ("CASEI(name) IN (CASEI('KANAL'), CASEI('KANTON'))", [2, 5]),
    ],
)  # fmt: skip
def test_case_insensitive_comparison(fids: Read, text: str, found: list[int]) -> None:
    assert fids(filter=text) == found


@pytest.mark.parametrize("name", ["geometry", "geom"])
def test_basic_spatial_functions_s_intersects(fids: Read, read: Read, name: str) -> None:
    assert fids(filter=f"S_INTERSECTS({name}, BBOX(113.59, 34.69, 113.615, 34.71))") == [1, 2]
    assert fids(filter=f"S_INTERSECTS({name}, BBOX(150, -90, -150, 90))") == []
    assert fids(filter=f"S_INTERSECTS({name}, BBOX(113, -90, -150, 90))") == ALL
    assert fids(filter=f"S_INTERSECTS({name}, POINT(113.60 34.70))") == [1]
    assert fids(filter=f"NOT S_INTERSECTS({name}, BBOX(-180, -90, 180, 90))") == []
    for bad in ("POINT(7.02 180)", "BBOX(0, 10, 10, 0)", "POINT(1e400 1)", "'text'", "1"):
        read(ITEMS, 400, filter=f"S_INTERSECTS({name}, {bad})")


AREA = "POLYGON((113.59 34.69, 113.63 34.69, 113.63 34.715, 113.59 34.715, 113.59 34.69))"


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ("MULTIPOINT(113.60 34.70, 113.65 34.76)", [1, 6]),
        ("LINESTRING(113.60 34.69, 113.60 34.77)", [1]),
        ("MULTILINESTRING((113.60 34.69, 113.60 34.77), (113.61 34.69, 113.61 34.77))", [1, 2]),
        (AREA, [1, 2, 3]),
        ("POLYGON((113.59 34.69, 113.63 34.69, 113.63 34.715, 113.59 34.715, 113.59 34.69), "
         "(113.605 34.695, 113.615 34.695, 113.615 34.705, 113.605 34.705, 113.605 34.695))",
         [1, 3]),
        ("MULTIPOLYGON(((113.59 34.69, 113.605 34.69, 113.605 34.71, 113.59 34.69)), "
         "((113.64 34.75, 113.66 34.75, 113.66 34.77, 113.64 34.77, 113.64 34.75)))", [1, 6]),
        (f"GEOMETRYCOLLECTION(POINT(113.65 34.76), {AREA})", [1, 2, 3, 6]),
    ],
)  # fmt: skip
def test_basic_spatial_functions_plus_s_intersects(
    fids: Read, shape: str, found: list[int]
) -> None:
    assert fids(filter=f"S_INTERSECTS(geometry, {shape})") == found


def test_basic_spatial_functions_plus_refuses_what_is_no_shape(read: Read) -> None:
    for bad in (
        "MULTIPOINT(7.02 49.92, 90 180)",
        "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))",  # crosses itself
        "LINESTRING(0 0)",
        "POLYGON((0 0, 1 0, 0 0))",
    ):
        assert read(ITEMS, 400, filter=f"S_INTERSECTS(geometry, {bad})")["field"] == "filter"


WEST = "POLYGON((113.60 34.70, 113.62 34.70, 113.62 34.72, 113.60 34.72, 113.60 34.70))"


@pytest.mark.parametrize(
    ("collection", "text", "found"),
    [
        ("areas", f"S_INTERSECTS(geometry, {WEST})", [1, 2, 3, 4]),
        ("areas", f"S_DISJOINT(geometry, {WEST})", [5]),
        ("areas", f"S_WITHIN(geometry, {WEST})", [1, 4]),
        ("areas", "S_CONTAINS(geometry, POINT(113.606 34.706))", [1, 4]),
        ("areas", f"S_TOUCHES(geometry, {WEST})", [2]),
        ("areas", f"S_OVERLAPS(geometry, {WEST})", [3]),
        ("areas", f"S_EQUALS(geometry, {WEST})", [1]),
        ("areas", f"NOT S_DISJOINT({WEST}, geometry)", [1, 2, 3, 4]),
        ("ways", f"S_CROSSES(geometry, {WEST})", [1]),
        ("ways", "S_CROSSES(geometry, LINESTRING(113.6 34.6, 113.6 34.8))", [1, 2]),
    ],
)
def test_spatial_functions(fids: Read, collection: str, text: str, found: list[int]) -> None:
    assert fids(collection, filter=text) == found


def test_property_property(fids: Read) -> None:
    assert fids(filter="height = floors") == [3]
    assert fids(filter="floors < height") == [1, 2]
    assert fids(filter="name = name") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("floors + 1 = 8", [3]), ("floors * 2 >= 14", [2, 3]), ("height - floors > 60", [2]),
        ("floors / 2 = 3.5", [3]), ("floors / 0 = 1", []), ("floors % 2 = 1", [1, 3, 5]),
        ("floors div 2 = 3", [3]), ("floors div 0 = 3", []), ("floors ^ 2 = 49", [3]),
        ("(floors + 1) * 2 = 16", [3]), ("-floors = -7", [3]), ("floors % 0 = 1", []),
    ],
)  # fmt: skip
def test_arithmetic(fids: Read, text: str, found: list[int]) -> None:
    assert fids(filter=text) == found


@pytest.mark.parametrize(
    "text",
    [
        "class = 'x'", "floors = 'x'", "name = 1", "floors", "name AND open", "floors LIKE 'x'",
        "CASEI(floors) = 'x'", "name + 1 = 2", "S_INTERSECTS(name, POINT(0 0))", "foo(floors) = 1",
        "floors ^ 99999 > 1", "floors * 1e308 * 1e308 > 1", "valid_from > 'x'", "name LIKE 'x\\'",
        "valid_from > DATE('2022-13-45')", "valid_from > TIMESTAMP('soon')", "1", "floors =",
        "T_AFTER(valid_from, DATE('2022-01-01'))", "geometry = geometry", "name > floors",
        "S_WITHIN(geometry)", "S_WITHIN(geometry, POINT(1 2), POINT(1 2))",
        "floors IN ('a')", "floors BETWEEN 'a' AND 'b'", "((((((((((((((true))))))))))))))",
    ],
)  # fmt: skip
def test_filter_that_makes_no_sense_is_refused(read: Read, text: str) -> None:
    assert read(ITEMS, 400, filter=text)["field"] == "filter"


def test_filter_filter_lang(read: Read, fids: Read) -> None:
    assert fids(filter="open", filter_lang="cql2-text") == [1]
    assert read(ITEMS, 400, filter="open", filter_lang="cql2-json")["field"] == "filter-lang"


def test_filter_mixing_expressions(fids: Read) -> None:
    """All conditions of a request hold together: box, time and filter."""
    asked = {"bbox": "113.59,34.69,113.625,34.72", "datetime": "2026-01-01T00:00:00Z/.."}
    assert fids(**asked, filter="floors > 5") == [2, 3]


WORDS = st.sampled_from([
    "floors", "name", "height", "open", "geometry", "valid_from", "nope", "1", "-2.5", "1e999",
    "'a'", "true", "(", ")", ",", "=", "<>", "<", "+", "%", "^", "div", "AND", "OR", "NOT", "IN",
    "BETWEEN", "LIKE", "IS", "NULL", "CASEI(", "S_WITHIN(", "POINT(1 2)", "BBOX(0,0,1,1)",
    "DATE('2022-01-01')", "TIMESTAMP('x')", "INTERVAL('2022-01-01','..')", "\x00", "金",
])  # fmt: skip


@given(st.lists(WORDS, max_size=12).map(" ".join))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_condition_or_refused(city: None, text: str) -> None:
    """Nothing breaks the reader: what it does not refuse has a value for each placeholder."""
    layer = catalogue.known_layer("places")
    try:
        found = filtering.clause(layer, text)
    except Invalid:
        return
    assert found.sql.count("%s") == len(found.values)
    assert not any(isinstance(value, float) and math.isnan(value) for value in found.values)
