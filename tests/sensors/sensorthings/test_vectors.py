"""What a SensorThings client may count on (OGC 18-088, ets-sta10): one test for each check."""

import datetime

import pytest

from sensors.models import Datastream, Location, Thing
from sensors.sensorthings.schema import COLLECTIONS

from .conftest import EPOCH, Client, Visit, World, stream_body, thing_body

pytestmark = pytest.mark.usefixtures("world")


def test_root(sun: Client) -> None:
    root = sun.get("")
    assert {each["name"] for each in root["value"]} == set(COLLECTIONS)
    assert all(sun.get(each["url"])["value"] is not None for each in root["value"])
    claimed = root["serverSettings"]["conformance"]
    assert all(each.startswith("http://www.opengis.net/spec/iot_sensing/1.1/") for each in claimed)
    assert not [each for each in claimed if "multi-datastream" in each or "batch" in each]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_sets_and_control_information(sun: Client, name: str) -> None:
    (entity, *_) = sun.value(f"{name}?$top=1")
    assert entity["@iot.selfLink"].endswith(f"/{name}({_key(entity['@iot.id'])})")
    for link in COLLECTIONS[name].links:
        address = entity[f"{link}@iot.navigationLink"]
        assert address == f"{entity['@iot.selfLink']}/{link}"
        sun.ask("GET", address, status=200)
    assert sun.get(entity["@iot.selfLink"]) == entity


def _key(identity: int | str) -> str:
    return str(identity) if isinstance(identity, int) else f"'{identity}'"


def test_id(sun: Client, world: World) -> None:
    assert sun.get(f"Things({world.things[0].pk})")["name"] == "雨量站0"
    assert sun.get(f"Things('{world.things[0].pk}')")["name"] == "雨量站0"


@pytest.mark.parametrize(
    "path",
    [
        "Things(999999)",
        "Things(999999)/Datastreams",
        "Nothing",
        "Things(1)x",
        "Observations('9.9')",
    ],
)
def test_id404(sun: Client, path: str) -> None:
    sun.ask("GET", path, status=404)


def test_property(sun: Client, world: World) -> None:
    own = f"Things({world.things[1].pk})"
    assert sun.get(f"{own}/name") == {"name": "雨量站1"}
    answer = sun.ask("GET", f"{own}/name/$value", status=200)
    assert answer.text == "雨量站1" and answer.headers["content-type"].startswith("text/plain")
    assert sun.get(f"{own}/properties")["properties"]["code"] == "W1"
    reading = sun.value("Observations?$top=1")[0]["@iot.selfLink"]
    assert sun.ask("GET", f"{reading}/resultTime").status_code == 204
    for path in (f"{own}/nothing", f"{own}/name/name", f"{own}/$value", f"{own}/name/$ref"):
        sun.ask("GET", path, status=404)


def test_ref(sun: Client, world: World) -> None:
    own = f"Things({world.things[0].pk})"
    found = sun.value(f"{own}/Datastreams/$ref")
    assert [set(each) for each in found] == [{"@iot.selfLink"}] * 2
    assert sun.get(f"{found[0]['@iot.selfLink']}/Thing/$ref")["@iot.selfLink"].endswith(own)


def test_post(sun: Client) -> None:
    made = sun.make("Things", {"name": "bare", "description": ""})
    shown = sun.get(f"Things({made})")
    assert shown["name"] == "bare" and shown["properties"]["kind"] == "station"


def test_deep_all_or_none(sun: Client) -> None:
    before = Thing.objects.count(), Location.objects.count(), Datastream.objects.count()
    broken = thing_body(Datastreams=[stream_body(), stream_body(Sensor={"@iot.id": 999999})])
    answer = sun.ask("POST", "Things", broken, 400)
    assert answer.json()["field"] == "Datastreams[1].Sensor"
    assert before == (Thing.objects.count(), Location.objects.count(), Datastream.objects.count())
    made = sun.make("Things", thing_body())
    shown = sun.get(
        f"Things({made})?$expand=Locations,HistoricalLocations/Locations,"
        "Datastreams($expand=Sensor,ObservedProperty)"
    )
    assert shown["Locations"][0]["location"]["coordinates"] == [113.7, 34.7]
    assert shown["HistoricalLocations"][0]["Locations"][0]["name"] == "there"
    (stream,) = shown["Datastreams"]
    assert stream["Sensor"]["name"] == "bucket"
    assert stream["ObservedProperty"]["properties"]["code"] == "snow_depth"
    assert shown["properties"] | {"colour": "red", "code": "ROOF-1"} == shown["properties"]


@pytest.mark.parametrize("missing", ["Sensor", "ObservedProperty", "unitOfMeasurement", "name"])
def test_badpost(sun: Client, world: World, missing: str) -> None:
    body = stream_body(Thing={"@iot.id": world.things[0].pk})
    del body[missing]
    assert sun.ask("POST", "Datastreams", body, 400).json()["field"] == missing
    del body["Thing"]
    sun.ask("POST", "Datastreams", body, 400)


def test_patch(sun: Client, world: World) -> None:
    own = f"Things({world.things[0].pk})"
    assert sun.ask("PATCH", own, {"name": "renamed"}, 200).json()["name"] == "renamed"
    assert sun.get(own)["properties"]["code"] == "W0"
    answer = sun.ask("PATCH", own, {"Datastreams": [stream_body()]}, 400)
    assert answer.json()["field"] == "Datastreams[0]"
    sun.ask("PATCH", own, {"nam": "x"}, 400)


def test_delete(sun: Client, world: World) -> None:
    thing, stream = world.things[0], world.streams[0]
    reading = sun.value(f"Datastreams({stream.pk})/Observations?$top=1")[0]["@iot.selfLink"]
    sun.ask("DELETE", f"Things({thing.pk})", status=200)
    for path in (f"Things({thing.pk})", f"Datastreams({stream.pk})", reading):
        sun.ask("GET", path, status=404)
    assert sun.get("Observations?$count=true&$top=0")["@iot.count"] == 6 * 40


def test_foi(sun: Client, world: World, visit: Visit) -> None:
    thing, stream = world.things[2], world.streams[4]
    device = visit(thing)
    answer = device.ask(
        "POST", f"Datastreams({stream.pk})/Observations", {"result": 3, "phenomenonTime": _now()}
    )
    assert answer.status_code == 201, answer.text
    found = sun.get(f"{answer.headers['location']}/FeatureOfInterest")
    assert found["feature"] == {"type": "Point", "coordinates": [113.62, 34.7]}
    assert len(sun.value(f"{found['@iot.selfLink']}/Observations?$top=100")) == 81
    assert device.get(answer.headers["location"])["result"] == 3


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat()


def test_count(sun: Client) -> None:
    page = sun.get("Observations?$count=true&$top=7")
    assert page["@iot.count"] == 8 * 40 and len(page["value"]) == 7
    assert "@iot.count" not in sun.get("Observations?$top=7")


def test_top(sun: Client) -> None:
    page = sun.get("Observations?$top=3")
    assert len(page["value"]) == 3 and page["@iot.nextLink"]
    assert "@iot.nextLink" not in sun.get("Observations?$top=320")


def test_orderby(sun: Client) -> None:
    found = sun.value("Observations?$orderby=phenomenonTime desc&$top=320")
    times = [each["phenomenonTime"] for each in found]
    assert times == sorted(times, reverse=True) and len(times) == 320


def test_filter(sun: Client, world: World) -> None:
    since = (EPOCH + datetime.timedelta(hours=2)).isoformat().replace("+", "%2B")
    found = sun.pages(f"Observations?$filter=result gt 8 and phenomenonTime ge {since}")
    meant = {
        identity
        for identity, (time, value) in world.readings.items()
        if value > 8 and time >= EPOCH + datetime.timedelta(hours=2)
    }
    assert {each["@iot.id"] for each in found} == meant and meant


def test_expand(sun: Client) -> None:
    found = sun.value(
        "Things?$expand=Datastreams($expand=Observations($top=1;$orderby=phenomenonTime desc))"
    )
    for thing in found:
        for stream in thing["Datastreams"]:
            (newest,) = stream["Observations"]
            assert newest["phenomenonTime"] == "2026-03-01T03:15:00Z"
            assert sun.value(stream["Observations@iot.nextLink"])[0]["phenomenonTime"] == (
                "2026-03-01T03:10:00Z"
            )
