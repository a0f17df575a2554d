"""Writing: who may, where; what is refused and why; what the log says; what goes with what."""

import datetime
import json

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client as Browser

from alerts import ingest
from people import may
from people.models import Role, User
from places import divisions
from places.actions import DivisionRow, register_divisions
from places.models import Level
from sensors.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Latest,
    Location,
    ObservedProperty,
    Revision,
    Sensor,
    Thing,
)
from sensors.sensorthings import actions, bodies
from sensors.sensorthings.readings import identity
from sensors.sensorthings.schema import THING

from .conftest import EPOCH, MINUTE, ROOT, UNIT, Client, Visit, World, stream_body, thing_body

POINT = {"type": "Point", "coordinates": [113.8, 34.8]}
PLACE = {"name": "elsewhere", "encodingType": "application/geo+json", "location": POINT}


def events(thing_id: int, sun: Client) -> list[str]:
    """Return what the log says of a thing."""
    items = sun.http.get("/api/v1/log?limit=1000").json()["items"]
    return [e["kind"] for e in items if e["topic"] == "thing" and e["id"] == str(thing_id)]


# --- rights --------------------------------------------------------------------------------------


def test_devices_see_and_write_nothing_but_their_own(visit: Visit, world: World) -> None:
    device = visit(world.things[1])
    own, other = world.streams[2], world.streams[0]
    assert [each["@iot.id"] for each in device.value("Things")] == [world.things[1].pk]
    assert len(device.value("Datastreams")) == 2 and len(device.value("Locations")) == 1
    assert device.get("Observations?$count=true&$top=0")["@iot.count"] == 80
    device.ask("GET", f"Things({world.things[0].pk})", status=404)
    device.ask("GET", f"Datastreams({other.pk})/Observations", status=404)
    hidden = f"Sensors?$filter=Datastreams/Thing/id eq {world.things[0].pk}"
    assert device.value(hidden) == []
    reading = {"result": 1, "phenomenonTime": (EPOCH - MINUTE).isoformat()}
    assert device.ask("POST", f"Datastreams({own.pk})/Observations", reading).status_code == 201
    device.ask("POST", f"Datastreams({other.pk})/Observations", reading, 403)
    device.ask("POST", "Things", thing_body(), 403)
    device.ask("PATCH", f"Things({world.things[1].pk})", {"name": "mine"}, 403)
    device.ask("DELETE", f"Datastreams({own.pk})", status=403)


def test_areas_bound_what_is_seen_and_edited(visit: Visit, world: World, enrol) -> None:
    east = visit(enrol("east", Role.SUPERVISOR, ("410105",)))
    assert len(east.value("Things")) == 2 and len(east.value("FeaturesOfInterest")) == 2
    assert east.get("Observations?$count=true&$top=0")["@iot.count"] == 160
    assert len(east.value("Things?$filter=Datastreams/Observations/result ge 0")) == 2
    east.ask("PATCH", f"Things({world.things[0].pk})", {"name": "mine"}, 200)
    east.ask("PATCH", f"Things({world.things[3].pk})", {"name": "theirs"}, 404)
    foreign = {"name": "x", "properties": {"scope": "410102"}}
    east.ask("POST", "Things", foreign, 403)
    east.ask("PATCH", f"Things({world.things[0].pk})", {"properties": {"scope": "410102"}}, 403)
    # a shared sensor goes only with the datastreams of everybody
    east.ask("DELETE", f"Sensors({world.streams[0].sensor_id})", status=403)
    assert Datastream.objects.count() == 8


def test_strangers_and_citizens_see_the_root_only(
    visit: Visit, world: World, citizen: User
) -> None:
    for who, status in ((None, 401), (citizen, 403)):
        client = visit(who)
        assert client.get("")["value"]
        client.ask("GET", "Things", status=status)
        client.ask("POST", "Things", thing_body(), status)
        client.ask("DELETE", f"Things({world.things[0].pk})", status=status)


def test_a_dispatcher_reads_and_does_not_write(
    visit: Visit, world: World, dispatcher: User
) -> None:
    client = visit(dispatcher)
    assert len(client.value("Things")) == 4
    client.ask("POST", "Things", thing_body(), 403)


def test_a_session_that_writes_needs_its_csrf_token(world: World, supervisor: User) -> None:
    browser = Browser(enforce_csrf_checks=True, headers={"host": "localhost"})
    browser.force_login(supervisor)
    assert browser.get(f"{ROOT}/Things").status_code == 200
    body = json.dumps(thing_body())
    refused = browser.post(f"{ROOT}/Things", body, content_type="application/json")
    assert refused.status_code == 403 and refused["content-type"] == "application/problem+json"
    browser.get("/")
    secret = browser.cookies["csrftoken"].value
    made = browser.post(
        f"{ROOT}/Things", body, content_type="application/json", headers={"X-CSRFToken": secret}
    )
    assert made.status_code == 201


# --- making --------------------------------------------------------------------------------------


def test_a_thing_is_registered_with_an_event_and_takes_readings_at_once(
    sun: Client, visit: Visit, world: World
) -> None:
    made = sun.make("Things", thing_body())
    assert events(made, sun) == ["registered"]
    thing = Thing.objects.get(pk=made)
    assert (thing.kind, thing.geom.x, thing.properties) == ("roof", 113.7, {"colour": "red"})
    device = visit(thing)
    stream = thing.datastreams.get()
    answer = device.ask("POST", f"Datastreams({stream.pk})/Observations", {"result": 12})
    assert answer.status_code == 201


def test_a_thing_lies_in_the_division_of_its_location(district: None) -> None:
    divisions.forget()
    chief = may.Rights(1, Role.ADMIN.value)
    made = actions.create(chief, bodies.create(THING, thing_body()))
    assert Thing.objects.get(pk=made.pk).scope == "410105"


@pytest.fixture
def district(real: None) -> None:
    """A square district round 113.7, 34.7."""
    square = MultiPolygon(Polygon.from_bbox((113.6, 34.6, 113.8, 34.8)))
    register_divisions(
        [DivisionRow("410105", "金水区", Level.DISTRICT, None, bytes(square.wkb), True, "Jinshui")]
    )


def test_what_is_there_already_conflicts(sun: Client, world: World) -> None:
    sun.make("Things", thing_body())
    answer = sun.ask("POST", "Things", thing_body(), 409).json()
    assert answer["field"] == "properties.code" and "ROOF-1" in answer["remedy"]
    again = thing_body(properties={"code": "ROOF-2"})
    assert sun.ask("POST", "Things", again, 409).json()["field"] == (
        "Datastreams[0].ObservedProperty.properties.code"
    )


def test_links_to_what_exists(sun: Client, world: World) -> None:
    old = world.streams[0]
    refer = {
        "Sensor": {"@iot.id": old.sensor_id},
        "ObservedProperty": {"@iot.id": old.observed_property_id},
    }
    made = sun.make(f"Things({world.things[0].pk})/Datastreams", stream_body(**refer, name="two"))
    shown = Datastream.objects.get(pk=made)
    assert (shown.sensor_id, shown.unit_symbol) == (old.sensor_id, "mm")
    assert events(world.things[0].pk, sun) == ["registered", "changed"]
    under = sun.make(
        f"Sensors({old.sensor_id})/Datastreams",
        stream_body(
            Thing={"@iot.id": world.things[1].pk}, ObservedProperty=refer["ObservedProperty"]
        ),
    )
    assert Datastream.objects.get(pk=under).thing_id == world.things[1].pk


FAR = {"type": "Point", "coordinates": [400, 1]}
# the body beside its name, and the member that is complained of
BAD = [
    ({"name": ""}, "name"),
    ({"name": 3}, "name"),
    ({"name": "x" * 121}, "name"),
    ({"nothing": 1}, "nothing"),
    ({"properties": []}, "properties"),
    ({"properties": {"a": "\x00"}}, "properties"),
    ({"properties": {"kind": "Big Thing"}}, "properties.kind"),
    ({"properties": {"datum": "mars"}}, "properties.datum"),
    ({"properties": {"simulated": 1}}, "properties.simulated"),
    ({"Locations": {}}, "Locations"),
    ({"Locations": [3]}, "Locations[0]"),
    ({"Locations": [{"@iot.id": 999999}]}, "Locations[0]"),
    ({"Locations": [{"@iot.id": True}]}, "Locations[0].@iot.id"),
    ({"Locations": [PLACE | {"encodingType": "text/plain"}]}, "Locations[0].encodingType"),
    ({"Locations": [PLACE | {"location": {"type": "Point"}}]}, "Locations[0].location"),
    ({"Locations": [PLACE | {"location": {"type": "Feature"}}]}, "Locations[0].location"),
    ({"Locations": [PLACE | {"location": FAR}]}, "Locations[0].location"),
    ({"Datastreams": [stream_body(Observations=[])]}, "Datastreams[0].Observations"),
    (
        {"Datastreams": [stream_body(unitOfMeasurement={"u": 1})]},
        "Datastreams[0].unitOfMeasurement",
    ),
    (
        {"Datastreams": [stream_body(properties={"interval_s": -1})]},
        "Datastreams[0].properties.interval_s",
    ),
    ({"HistoricalLocations": [{"time": "yesterday"}]}, "HistoricalLocations[0].time"),
]


def test_bad_bodies_are_refused_by_the_member_and_leave_nothing(sun: Client, world: World) -> None:
    for body, field in BAD:
        assert sun.ask("POST", "Things", {"name": "x"} | body, 400).json()["field"] == field
    for raw in (b"", b"{", b"[]", b'{"name": NaN}', b'{"name": "\xff"}'):
        assert sun.http.post(f"{ROOT}/Things", content=raw).status_code == 400
    patch = {"Content-Type": "application/json-patch+json"}
    path = f"{ROOT}/Things({world.things[0].pk})"
    assert sun.http.patch(path, content=b"[]", headers=patch).status_code == 400
    assert Thing.objects.count() == 4 and Location.objects.count() == 4


def test_every_kind_of_entity_is_made_changed_and_removed(sun: Client, world: World) -> None:
    thing = world.things[0].pk
    bodies = {
        "Sensors": {"name": "s", "encodingType": "text/plain", "metadata": "m"},
        "ObservedProperties": {"name": "湿度", "definition": "http://example.org/humidity"},
        "FeaturesOfInterest": {
            "name": "f", "encodingType": "application/vnd.geo+json", "feature": POINT,
        },
        "Locations": PLACE,
        "HistoricalLocations": {
            "time": "2026-01-01T00:00:00Z", "Thing": {"@iot.id": thing}, "Locations": [PLACE],
        },
        "Datastreams": stream_body(Thing={"@iot.id": thing}),
    }  # fmt: skip
    for collection, body in bodies.items():
        made = f"{collection}({sun.make(collection, body)})"
        change = {"time": "2026-01-02T00:00:00Z"} if "time" in body else {"name": "other"}
        (name, value) = next(iter(change.items()))
        assert sun.ask("PATCH", made, change, 200).json()[name] == value
        sun.ask("DELETE", made, status=200)
        sun.ask("GET", made, status=404)
        sun.ask("DELETE", made, status=404)


def test_methods_that_an_address_does_not_know(sun: Client, world: World) -> None:
    own = f"Things({world.things[0].pk})"
    for method, path, allowed in (
        ("POST", own, "GET, HEAD, PATCH, PUT, DELETE"),
        ("DELETE", "Things", "GET, HEAD, POST"),
        ("PATCH", f"{own}/name", "GET, HEAD"),
        ("POST", f"{own}/Datastreams/$ref", "GET, HEAD"),
        ("POST", "", "GET, HEAD"),
        ("OPTIONS", own, "GET, HEAD, POST, PATCH, PUT, DELETE"),
        ("POST", f"{own}/Datastreams({world.streams[0].pk})/Observations", "GET, HEAD"),
        ("PATCH", f"Observations('{world.streams[0].pk}.1')", "GET, HEAD, DELETE"),
    ):
        answer = sun.ask(method, path, {} if method in ("POST", "PATCH") else None, 405)
        assert answer.headers["allow"] == allowed, (method, path)


# --- changing ------------------------------------------------------------------------------------


def test_put_replaces_what_is_not_named(sun: Client, world: World) -> None:
    own = f"Things({world.things[0].pk})"
    sun.ask("PATCH", own, {"description": "long", "properties": {"colour": "red"}}, 200)
    shown = sun.ask("PUT", own, {"name": "new"}, 200).json()
    assert shown["description"] == "" and "colour" not in shown["properties"]
    assert shown["properties"]["code"] == "W0"
    sun.ask("PUT", own, {"description": "no name"}, 400)


def test_a_thing_that_moves_keeps_its_history(sun: Client, world: World) -> None:
    thing = world.things[0]
    own = f"Things({thing.pk})"
    sun.make(f"{own}/Locations", PLACE)
    thing.refresh_from_db()
    assert thing.geom.x == 113.8
    assert [each["name"] for each in sun.value(f"{own}/Locations")] == ["elsewhere"]
    history = sun.value(f"{own}/HistoricalLocations?$expand=Locations&$orderby=time")
    assert [each["Locations"][0]["name"] for each in history] == ["雨量站0", "elsewhere"]
    assert FeatureOfInterest.objects.get(thing=thing).feature == POINT
    old = history[0]["Locations"][0]["@iot.id"]
    sun.ask("PATCH", own, {"Locations": [{"@iot.id": old}]}, 200)
    moved = {"type": "Polygon", "coordinates": [[[113, 34], [114, 34], [114, 35], [113, 34]]]}
    sun.ask("PATCH", f"Locations({old})", {"location": moved}, 200)
    thing.refresh_from_db()
    assert 113 < thing.geom.x < 114 and thing.geom.x != 113.6
    assert events(thing.pk, sun)[0] == "registered" and len(events(thing.pk, sun)) == 4


def test_a_datastream_changes_its_sensor_and_not_its_thing(sun: Client, world: World) -> None:
    own = f"Datastreams({world.streams[0].pk})"
    body = {"Sensor": {"@iot.id": world.streams[1].sensor_id}, "unitOfMeasurement": UNIT}
    sun.ask("PATCH", own, body, 200)
    world.streams[0].refresh_from_db()
    assert world.streams[0].sensor_id == world.streams[1].sensor_id
    sun.ask("PATCH", own, {"Thing": {"@iot.id": world.things[1].pk}}, 400)


def test_a_propertys_code_stays(sun: Client, world: World) -> None:
    own = f"ObservedProperties({world.streams[0].observed_property_id})"
    sun.ask("PATCH", own, {"properties": {"code": "snow"}}, 400)
    sun.ask("PATCH", own, {"name": "雨"}, 200)
    assert ObservedProperty.objects.get(name="雨").code == "rain"


# --- removing ------------------------------------------------------------------------------------


def test_a_sensor_goes_with_its_datastreams_and_their_readings(sun: Client, world: World) -> None:
    rain = world.streams[0].sensor_id
    sun.ask("DELETE", f"Sensors({rain})", status=200)
    assert not Sensor.objects.filter(pk=rain).exists()
    assert Datastream.objects.count() == 4 and Latest.objects.count() == 4
    assert sun.get("Observations?$count=true&$top=0")["@iot.count"] == 160


def test_a_location_goes_with_its_history(sun: Client, world: World) -> None:
    place = world.things[0].locations.get()
    sun.ask("DELETE", f"Locations({place.pk})", status=200)
    assert not HistoricalLocation.objects.filter(thing=world.things[0], locations=place).exists()
    assert sun.value(f"Things({world.things[0].pk})/Locations") == []


def test_a_feature_that_stands_for_a_thing_does_not_go_alone(sun: Client, world: World) -> None:
    feature = FeatureOfInterest.objects.get(thing=world.things[0])
    sun.ask("DELETE", f"FeaturesOfInterest({feature.pk})", status=409)


def test_a_thing_with_alerts_stays(sun: Client, world: World, shelf_rules: None) -> None:
    stream = world.streams[0]
    ingest.commit([ingest.Row.of(stream.pk, EPOCH + datetime.timedelta(days=1), 120.0)])
    answer = sun.ask("DELETE", f"Things({stream.thing_id})", status=409).json()
    assert "alert" in answer["detail"] and Thing.objects.filter(pk=stream.thing_id).exists()


def test_a_reading_that_is_removed_is_kept_among_the_revisions(sun: Client, world: World) -> None:
    stream = world.streams[0]
    newest = Latest.objects.get(pk=stream.pk)
    key = f"Observations('{identity(stream.pk, newest.time)}')"
    sun.ask("DELETE", key, status=200)
    sun.ask("GET", key, status=404)
    sun.ask("DELETE", key, status=404)
    assert Revision.objects.get(datastream_id=stream.pk).value == newest.value
    assert Latest.objects.get(pk=stream.pk).time == newest.time - 5 * MINUTE
    ingest.commit([ingest.Row.of(stream.pk, newest.time, newest.value)])
    assert Latest.objects.get(pk=stream.pk).time == newest.time


def test_the_last_reading_takes_the_newest_row_with_it(sun: Client, world: World) -> None:
    made = sun.make("Things", thing_body())
    stream = Thing.objects.get(pk=made).datastreams.get()
    ingest.commit([ingest.Row.of(stream.pk, EPOCH, 1.0)])
    sun.ask("DELETE", f"Observations('{identity(stream.pk, EPOCH)}')", status=200)
    assert not Latest.objects.filter(pk=stream.pk).exists()
