"""Filters mean in SQL what they mean in words; pages cover everything once; indexes are walked."""

import datetime
import operator
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from people import may
from people.models import Role
from sensors.models import Datastream
from sensors.sensorthings import address, options, reader
from sensors.sensorthings.nodes import Junction, Kind, Literal, Minus, Node, Not, Operation, Path

from .conftest import EPOCH, Client, World
from .test_grammar import written

CHIEF = may.Rights(1, Role.ADMIN.value)
SPAN = datetime.timedelta(minutes=5)
COMPARE = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt,
    "ge": operator.ge, "lt": operator.lt, "le": operator.le,
}  # fmt: skip

NUMBERS = st.recursive(
    st.just(Path(("result",)))
    | st.integers(0, 10).map(lambda n: Literal(Kind.NUMBER, float(n)))
    | st.sampled_from(["minute", "hour"]).map(lambda name: Path((name,))),
    lambda inner: (
        st.builds(Operation, st.sampled_from(["add", "sub", "mul"]), inner, inner)
        | st.builds(Minus, inner)
    ),
    max_leaves=4,
)
TIMES = st.integers(0, 40).map(lambda n: Literal(Kind.TIME, EPOCH + n * SPAN))
LEAVES = st.builds(Operation, st.sampled_from(list(COMPARE)), NUMBERS, NUMBERS) | st.builds(
    Operation, st.sampled_from(list(COMPARE)), st.just(Path(("phenomenonTime",))), TIMES
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(
            Junction,
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3).map(tuple),
        )
    ),
    max_leaves=5,
)


def meaning(node: Node, time: datetime.datetime, value: float) -> object:
    """Work a condition out in Python."""
    match node:
        case Literal(_, held):
            return held
        case Path((name,)):
            return {
                "result": value, "phenomenonTime": time, "minute": time.minute, "hour": time.hour
            }[name]  # fmt: skip
        case Minus(operand):
            return -meaning(operand, time, value)  # type: ignore[operator]
        case Not(operand):
            return not meaning(operand, time, value)
        case Junction(word, operands):
            found = [meaning(each, time, value) for each in operands]
            return all(found) if word == "and" else any(found)
        case Operation(word, left, right):
            sides = meaning(left, time, value), meaning(right, time, value)
            if word in COMPARE:
                return COMPARE[word](*sides)
            return {"add": operator.add, "sub": operator.sub, "mul": operator.mul}[word](*sides)
    raise AssertionError(node)


def found(path: str, **asked: str) -> list[str | int]:
    """Return the ids of a collection, straight from the reader."""
    place = reader.go(CHIEF, address.parse(path))
    page = reader.many(CHIEF, place, options.read((f"${n}", t) for n, t in asked.items()))
    return [row.id for row in page.rows]


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(node=CONDITIONS)
def test_a_filter_means_what_it_says(world: World, node: Node) -> None:
    text = written(node).replace("minute", "minute(phenomenonTime)")
    text = text.replace("hour", "hour(phenomenonTime)")
    meant = {key for key, held in world.readings.items() if meaning(node, *held)}
    assert set(found("Observations", filter=text, top="1000")) == meant


ORDERS = [
    "", "phenomenonTime desc", "phenomenonTime", "result desc,phenomenonTime", "result",
    "Datastream/name desc", "Datastream/Thing/name,result", "resultTime",
]  # fmt: skip


@pytest.mark.parametrize("path", ["Observations", "FeaturesOfInterest(F)/Observations"])
def test_pages_cover_every_reading_once_and_in_order(sun: Client, world: World, path: str) -> None:
    feature = sun.value("FeaturesOfInterest?$top=1")[0]["@iot.id"]
    path = path.replace("F)", f"{feature})")
    for order in ORDERS:
        query = f"{path}?$select=id&$filter=result ge 1" + (f"&$orderby={order}" if order else "")
        whole = [each["@iot.id"] for each in sun.value(f"{query}&$top=1000")]
        paged = [each["@iot.id"] for each in sun.pages(f"{query}&$top=37")]
        assert paged == whole and len(set(paged)) == len(paged) > 60, order
        assert whole[5:] == [each["@iot.id"] for each in sun.pages(f"{query}&$top=50&$skip=5")]


def test_pages_cover_every_thing_once_and_in_order(sun: Client, world: World) -> None:
    for order in ("", "name desc", "properties/scope,name", "description,id desc"):
        query = "Things?$select=name,id" + (f"&$orderby={order}" if order else "")
        whole = [each["@iot.id"] for each in sun.value(query)]
        assert [each["@iot.id"] for each in sun.pages(f"{query}&$top=1")] == whole
        assert len(whole) == 4, order


def test_a_strange_token_is_refused(sun: Client, world: World) -> None:
    link = sun.get("Things?$top=1")["@iot.nextLink"]
    sun.ask("GET", f"{link}&$orderby=name", status=400)
    sun.ask("GET", "Things?$skiptoken=WyJ4Il0", status=400)  # ["x"] is no id


OVER_LINKS = [
    ("properties/code eq 'W2'", {2}),
    ("startswith(properties/code,'W') and endswith(name,'3')", {3}),
    ("substringof('量站1', name) or indexof(name,'2') eq 3", {1, 2}),
    ("substring(properties/code,1) eq '1' or substring(properties/code,0,1) eq 'X'", {1}),
    ("toupper(tolower(properties/code)) eq concat('W', trim(' 0 '))", {0}),
    ("length(name) eq 4 and not (name eq '雨量站0')", {1, 2, 3}),
    ("id eq ID0 or id gt ID2", {0, 3}),
    ("properties/simulated eq false and properties/none eq null", {0, 1, 2, 3}),
    ("st_within(Locations/location, geography'POLYGON((113.595 34.6,113.615 34.6,"
     "113.615 34.8,113.595 34.8,113.595 34.6))')", {0, 1}),
    ("st_intersects(Locations/location, geography'LINESTRING(113.61 34.6,113.61 34.8)')", {1}),
    ("geo.distance(Locations/location, geography'POINT(113.60 34.7)') lt 1000", {0, 1}),
    ("st_disjoint(Locations/location, geography'POINT(113.6 34.7)')", {1, 2, 3}),
    ("Datastreams/Observations/result gt 9 and Datastreams/Observations/phenomenonTime lt"
     " 2026-03-01T00:01:00Z", set()),
    ("Datastreams/Observations/result eq 9 and Datastreams/Observations/phenomenonTime eq"
     " 2026-03-01T00:00:00Z", {3}),
    ("Datastreams/ObservedProperty/properties/code eq 'rain' and name ne '雨量站3'", {0, 1, 2}),
    ("not (Datastreams/name eq '雨量站1 降水量')", {0, 2, 3}),
    ("Datastreams/name eq '雨量站1 降水量' and (Datastreams/properties/interval_s eq 1 or"
     " Datastreams/unitOfMeasurement/symbol eq 'Cel')", set()),
    ("HistoricalLocations/time gt now() sub duration'PT1H'", {0, 1, 2, 3}),
    ("year(HistoricalLocations/time) lt 2020", set()),
    ("date(HistoricalLocations/time) gt 2020-01-01", {0, 1, 2, 3}),
]  # fmt: skip


def test_filters_over_links_and_functions(world: World) -> None:
    for query, numbers in OVER_LINKS:
        for number, thing in enumerate(world.things):
            query = query.replace(f"ID{number}", str(thing.pk))
        meant = {world.things[number].pk for number in numbers}
        assert set(found("Things", filter=query)) == meant, query


ON_READINGS = [
    ("Datastream/Thing/properties/scope eq '410105' and result ge 5", 80),
    ("result eq 'wet'", 0),
    ("result mod 2 eq 1", 80),
    ("round(result) eq 3 and floor(result) eq 2 and ceiling(result) eq 3", 16),
    ("phenomenonTime ge 2026-03-01T08:00:00+08:00 and phenomenonTime lt"
     " 2026-03-01T00:10:00Z", 16),
    ("time(phenomenonTime) le 00:05:00", 16),
    ("day(phenomenonTime) add month(phenomenonTime) eq 4 and second(phenomenonTime) eq 0", 320),
    ("totaloffsetminutes(phenomenonTime) eq 0 and fractionalseconds(phenomenonTime) eq 0", 320),
    ("phenomenonTime lt maxdatetime() and phenomenonTime gt mindatetime()", 320),
    ("resultTime eq null and result ne null and parameters/received_at le now()", 320),
    ("result div 0 eq 1", 0),
    ("st_within(FeatureOfInterest/feature, geography'POLYGON((113.595 34.6,113.605 34.6,"
     "113.605 34.8,113.595 34.8,113.595 34.6))')", 80),
]  # fmt: skip


def test_filters_on_readings(world: World) -> None:
    for query, count in ON_READINGS:
        assert len(found("Observations", filter=query, top="1000")) == count, query


SENSELESS = [
    ("Things", {"filter": "name gt 3"}),
    ("Things", {"filter": "nothing eq 3"}),
    ("Things", {"filter": "Datastreams eq 3"}),
    ("Things", {"filter": "name"}),
    ("Things", {"filter": "name add 1 eq 2"}),
    ("Things", {"filter": "nofunction(name)"}),
    ("Things", {"filter": "length(name,name) eq 1"}),
    ("Things", {"filter": "st_within(Locations/location, geography'POINT(x)')"}),
    ("Things", {"filter": "st_within(Locations/location, 'POINT(1 1)')"}),
    ("Things", {"orderby": "Datastreams/name"}),
    ("Things", {"orderby": "nothing"}),
    ("Locations", {"orderby": "st_within(location,location)", "expand": "Nothing"}),
    ("Things", {"select": "nothing"}),
    ("Things", {"expand": "Observations"}),
    ("Datastreams", {"filter": "phenomenonTime gt 2026-01-01T00:00:00Z"}),
]  # fmt: skip


def test_senseless_queries_are_refused(world: World) -> None:
    for path, asked in SENSELESS:
        with pytest.raises(Invalid):
            found(path, **asked)
            pytest.fail(str(asked))


def test_what_only_the_database_finds_senseless_is_a_400(sun: Client, world: World) -> None:
    huge = " mul ".join(["1e300"] * 4)
    assert sun.ask("GET", f"Things?$filter={huge} gt 1", status=400).json()["field"] == "$filter"
    sun.ask("GET", "Things?$top=1&$filter=now() add duration'P999999999D' gt now()", status=400)


def test_select_shows_only_that(sun: Client, world: World) -> None:
    (thing, *_) = sun.value("Things?$select=name,Datastreams&$expand=Locations($select=id)")
    assert set(thing) == {"name", "Datastreams@iot.navigationLink", "Locations"}
    assert set(thing["Locations"][0]) == {"@iot.id"}


def test_data_arrays(sun: Client, world: World) -> None:
    page = sun.get("Observations?$resultFormat=dataArray&$top=50&$count=true")
    first, second = page["value"]
    assert first["components"] == ["id", "phenomenonTime", "resultTime", "result"]
    assert (first["dataArray@iot.count"], second["dataArray@iot.count"]) == (40, 10)
    assert first["dataArray"][0][1:] == ["2026-03-01T00:00:00Z", None, 0.0]
    groups = sun.pages("Observations?$resultFormat=dataArray&$select=result&$top=50")
    assert sum(len(each["dataArray"]) for each in groups) == page["@iot.count"] == 320
    sun.ask("GET", "Things?$resultFormat=dataArray", status=400)
    sun.ask("GET", "Observations?$resultFormat=dataArray&$expand=Datastream", status=400)


def test_an_expand_is_one_statement_however_many_there_are(world: World) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        found("Things", expand="Datastreams($expand=Observations($top=3),Sensor)", top="1")
    with CaptureQueriesContext(connection) as many:
        found("Things", expand="Datastreams($expand=Observations($top=3),Sensor)", top="4")
    assert len(many) == len(few) <= 6


def _plan(path: str, **asked: str) -> str:
    with CaptureQueriesContext(connection) as caught:
        found(path, **asked)
    (sql,) = [each["sql"] for each in caught if "FROM sensors_observation e" in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    "asked",
    [
        {"orderby": "phenomenonTime desc", "top": "1"},
        {"filter": "phenomenonTime ge 2026-03-01T03:00:00Z", "top": "10"},
        {"top": "10"},
    ],
)
def test_readings_are_found_by_their_index(world: World, asked: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sensors_observation (datastream_id, time, value)"
            " SELECT d, timestamptz '2026-03-02' + n * interval '1 min', n %% 7"
            " FROM unnest(%s::bigint[]) d, generate_series(1, 4000) n",
            [[stream.pk for stream in world.streams]],
        )
        cursor.execute("ANALYZE sensors_observation, sensors_datastream")
    for path in (f"Datastreams({world.streams[0].pk})/Observations", "Observations"):
        plan = _plan(path, **asked)
        assert "Index Scan" in plan and "Seq Scan on sensors_observation_default" not in plan, plan
        assert not re.search(r"Sort Key: .*\n +-> +(Append|Bitmap)", plan), (
            plan
        )  # the index gives it


def test_a_datastream_tells_its_span(sun: Client, world: World) -> None:
    own = f"Datastreams({world.streams[0].pk})"
    assert sun.get(own)["phenomenonTime"] == "2026-03-01T00:00:00Z/2026-03-01T03:15:00Z"
    Datastream.objects.filter(pk=world.streams[0].pk).update(description="x")
    assert "phenomenonTime" not in sun.get(f"{own}?$select=description")
