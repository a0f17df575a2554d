"""Every address and every topic, as every role and as nobody: who gets in is written down here.

A new route without a line in ALLOWED fails the test: somebody must have thought about its rights.
"""

import dataclasses
import datetime
import itertools
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import websockets
from asgiref.sync import sync_to_async

from alerts import ingest
from alerts.delivery import actions as delivery
from alerts.models import Alert
from alerts.warning import actions as warnings
from alerts.warning.content import Given
from city.api import api
from emergency.actions import hazards, incidents, orders, units
from emergency.actions import tasks as timer_tasks
from emergency.actions.units import UnitSpec
from feed.topics import EVENT_TOPICS, STATE_TOPICS
from people import may
from people.models import Role, User
from urban import actions as cases
from urban import kind
from urban.intake import Filing, Spot
from urban.models import Source

NOBODY = ""
EVERY_ROLE = (*(role.value for role in Role), NOBODY)
STAFF = {"dispatcher", "inspector", "planner", "supervisor", "responder", "admin"}
PERSONS = STAFF | {"citizen"}
SIGNED_IN = PERSONS | {"device"}
COMMAND = {"dispatcher", "supervisor", "admin"}
RULES = {"supervisor", "admin"}
PLANNERS = {"planner", "supervisor", "admin"}
ANYBODY = SIGNED_IN | {NOBODY}
REFUSED = {401, 403, 404}
WRITING = ("submit", "withdraw", "update", "end")

# who passes; lists that are merely filtered pass everybody and are looked into further down
ALLOWED: dict[tuple[str, str], set[str]] = {
    ("GET", "/api/v1/city"): SIGNED_IN,
    ("POST", "/api/v1/auth/token"): ANYBODY,
    ("POST", "/api/v1/auth/ticket"): PERSONS,
    ("GET", "/api/v1/me"): PERSONS,
    ("PATCH", "/api/v1/me"): PERSONS,
    ("GET", "/api/v1/people"): STAFF,
    ("GET", "/api/v1/alerts"): SIGNED_IN,
    ("GET", "/api/v1/alerts/{alert_id}"): STAFF,
    ("POST", "/api/v1/alerts/{alert_id}/acknowledge"): COMMAND,
    ("POST", "/api/v1/alerts/{alert_id}/assign"): COMMAND,
    ("POST", "/api/v1/alerts/{alert_id}/comment"): COMMAND | {"inspector"},
    ("POST", "/api/v1/alerts/{alert_id}/resolve"): COMMAND,
    ("GET", "/api/v1/datastreams/{stream_id}/limits"): STAFF | {"device"},
    ("GET", "/api/v1/datastreams/{stream_id}/series"): STAFF | {"device"},
    ("GET", "/api/v1/rules"): SIGNED_IN,
    ("POST", "/api/v1/rules"): RULES,
    ("GET", "/api/v1/rules/{key}"): STAFF,
    ("PUT", "/api/v1/rules/{key}"): RULES,
    ("POST", "/api/v1/rules/{key}/enable"): RULES,
    ("POST", "/api/v1/rules/{key}/disable"): RULES,
    ("GET", "/api/v1/fences"): SIGNED_IN,
    ("POST", "/api/v1/fences"): COMMAND,
    ("PUT", "/api/v1/fences/{code}"): COMMAND,
    ("DELETE", "/api/v1/fences/{code}"): COMMAND,
    ("GET", "/api/v1/things"): SIGNED_IN,
    ("GET", "/api/v1/state"): STAFF,
    ("GET", "/api/v1/log"): RULES,
    # review
    ("GET", "/api/v1/replay"): STAFF,
    ("GET", "/api/v1/replay/marks"): STAFF,
    ("GET", "/api/v1/review"): STAFF,
    ("GET", "/api/v1/review.csv"): STAFF,
    ("GET", "/api/v1/layers"): ANYBODY,
    ("GET", "/api/v1/layers/identify"): ANYBODY,
    ("GET", "/api/v1/layers/{code}"): STAFF,
    ("GET", "/api/v1/layers/{code}/features/{fid}"): STAFF,
    ("GET", "/api/v1/elevation"): STAFF,
    ("POST", "/api/v1/layers/inside"): SIGNED_IN,
    # layers: imports and layers of the database are the planner's and the supervisor's
    ("GET", "/api/v1/layers/imports"): PLANNERS,
    ("POST", "/api/v1/layers/imports"): PLANNERS,
    ("POST", "/api/v1/layers/imports/announced"): PLANNERS,
    ("GET", "/api/v1/layers/imports/{number}"): PLANNERS,
    ("PUT", "/api/v1/layers/imports/{number}/content"): PLANNERS,
    ("POST", "/api/v1/layers/imports/{number}/answer"): PLANNERS,
    ("POST", "/api/v1/layers/imports/{number}/cancel"): PLANNERS,
    ("DELETE", "/api/v1/layers/{code}"): PLANNERS,
    ("GET", "/api/v1/layers/{code}/features"): STAFF,
    ("GET", "/api/v1/layers/{code}/export"): STAFF,
    ("GET", "/ogc/"): ANYBODY,
    ("GET", "/ogc/collections"): ANYBODY,
    ("GET", "/ogc/collections/grid"): STAFF,
    ("GET", "/ogc/collections/grid/queryables"): STAFF,
    ("GET", "/ogc/collections/grid/items"): STAFF,
    ("GET", "/ogc/collections/waters/items"): ANYBODY,
    # urban
    ("GET", "/api/v1/cases"): SIGNED_IN,
    ("GET", "/api/v1/cases/kinds"): STAFF,
    ("GET", "/api/v1/cases/departments"): STAFF,
    ("GET", "/api/v1/cases/figures"): STAFF,
    ("POST", "/api/v1/cases/reports"): COMMAND | {"inspector", "responder"},
    ("GET", "/api/v1/cases/{case_id}"): STAFF,
    ("GET", "/api/v1/cases/{case_id}/photos/{photo_id}"): STAFF,
    ("POST", "/api/v1/cases/{case_id}/{step}"): COMMAND,
    ("POST", "/api/v1/cases/{case_id}/send_check"): COMMAND,
    ("POST", "/api/v1/cases/{case_id}/dispatch"): COMMAND,
    ("POST", "/api/v1/cases/{case_id}/verify"): RULES | {"inspector"},
    ("POST", "/api/v1/cases/{case_id}/check"): RULES | {"inspector"},
    # a responder only what the own department was given, which this case was not
    ("POST", "/api/v1/cases/{case_id}/handle"): RULES,
    ("POST", "/api/v1/cases/{case_id}/hang"): COMMAND,
    ("GET", "/open311/v2/services.json"): ANYBODY,
    ("GET", "/open311/v2/requests.xml"): ANYBODY,
    ("GET", "/api/v1/public/kinds"): ANYBODY,
    ("POST", "/api/v1/public/reports"): ANYBODY,
    ("GET", "/api/v1/public/reports/{token}"): ANYBODY,
    ("GET", "/api/v1/public/reports/{token}/photos/{photo_id}"): ANYBODY,
    # alerts.warning, alerts.delivery: warnings, their recipients, what went out; CAP's doors
    ("GET", "/api/v1/warnings"): SIGNED_IN,
    **{
        ("GET", f"/api/v1/warnings{end}"): STAFF
        for end in ("/events", "/template", "/{warning_id}", "/{warning_id}/cap")
    },
    **{
        ("POST", f"/api/v1/warnings{end}"): COMMAND
        for end in ("", "/count", *(f"/{{warning_id}}/{step}" for step in WRITING))
    },
    ("GET", "/api/v1/warnings/divisions"): COMMAND,
    ("PUT", "/api/v1/warnings/{warning_id}"): COMMAND,
    ("POST", "/api/v1/warnings/{warning_id}/approve"): RULES,
    ("POST", "/api/v1/warnings/{warning_id}/refuse"): RULES,
    ("GET", "/api/v1/channels"): RULES,
    ("POST", "/api/v1/channels"): RULES,
    ("PUT", "/api/v1/channels/{recipient_id}"): RULES,
    ("DELETE", "/api/v1/channels/{recipient_id}"): RULES,
    ("POST", "/api/v1/channels/{recipient_id}/secret"): RULES,
    ("POST", "/api/v1/channels/{recipient_id}/try"): RULES,
    ("GET", "/api/v1/deliveries"): RULES,
    ("POST", "/api/v1/deliveries/{delivery_id}/resend"): RULES,
    ("GET", "/alerts/cap.atom"): ANYBODY,
    ("POST", "/alerts/cap"): COMMAND,
    # traffic
    ("GET", "/api/v1/closures"): SIGNED_IN,
    ("POST", "/api/v1/closures"): COMMAND,
    ("GET", "/api/v1/closures/{closure_id}"): STAFF,
    ("PUT", "/api/v1/closures/{closure_id}"): COMMAND,
    ("POST", "/api/v1/closures/{closure_id}/confirm"): COMMAND,
    ("POST", "/api/v1/closures/{closure_id}/end"): COMMAND,
    ("GET", "/api/v1/route"): STAFF,
    ("GET", "/api/v1/streets/along"): STAFF,
    ("GET", "/api/v1/nearest"): COMMAND | {"inspector", "responder"},
    ("GET", "/sensorthings/v1.1"): ANYBODY,
    ("GET", "/sensorthings/v1.1/Things"): STAFF | {"device"},
    ("GET", "/sensorthings/v1.1/Datastreams({stream_id})/Observations"): STAFF | {"device"},
    ("POST", "/sensorthings/v1.1/Sensors"): RULES,
    # environment
    ("GET", "/api/v1/environment/stations"): SIGNED_IN,
    ("GET", "/api/v1/environment/stations/{thing_id}"): STAFF,
    ("GET", "/api/v1/environment/refusals"): RULES,
    # thin doors that stand in front of Django
    ("POST", "/sensorthings/v1.1/Datastreams({stream_id})/Observations"): {"device", "admin"},
    ("POST", "/api/v1/positions"): {"device", "admin"},
    ("GET", "/tiles/grid.json"): STAFF,
    # emergency
    ("GET", "/api/v1/incidents"): SIGNED_IN,
    ("POST", "/api/v1/incidents"): COMMAND,
    ("GET", "/api/v1/incidents/natures"): STAFF,
    ("POST", "/api/v1/incidents/proposal"): COMMAND,
    ("GET", "/api/v1/incidents/{incident_id}"): STAFF,
    ("PATCH", "/api/v1/incidents/{incident_id}"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/take"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/notes"): COMMAND | {"responder"},
    ("POST", "/api/v1/incidents/{incident_id}/dispatch"): COMMAND,
    ("GET", "/api/v1/incidents/{incident_id}/recommendation"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/link"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/close"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/reopen"): COMMAND,
    ("GET", "/api/v1/units"): SIGNED_IN,
    ("GET", "/api/v1/units/forces"): STAFF,
    ("GET", "/api/v1/units/mine"): STAFF,
    ("GET", "/api/v1/units/{unit_id}"): STAFF,
    ("POST", "/api/v1/units/{unit_id}/status"): COMMAND | {"responder"},
    ("POST", "/api/v1/units/{unit_id}/withdraw"): COMMAND | {"responder"},
    ("POST", "/api/v1/units/{unit_id}/position"): COMMAND | {"responder"},
    ("PUT", "/api/v1/units/{unit_id}/crew"): RULES,
    ("GET", "/api/v1/tasks"): SIGNED_IN,
    ("POST", "/api/v1/tasks"): COMMAND | {"responder"},
    ("POST", "/api/v1/tasks/{task_id}/done"): COMMAND | {"responder"},
    ("POST", "/api/v1/tasks/{task_id}/cancel"): COMMAND | {"responder"},
    ("GET", "/api/v1/places"): STAFF,
    ("GET", "/api/v1/plans"): STAFF,
    ("POST", "/api/v1/plans/{code}/start"): COMMAND,
    ("GET", "/api/v1/hazards"): STAFF,
    ("GET", "/api/v1/incidents/{incident_id}/hazards"): STAFF,
    ("GET", "/api/v1/incidents/{incident_id}/hazards/{run_id}"): STAFF,
    ("POST", "/api/v1/incidents/{incident_id}/hazards/{model}"): COMMAND | {"planner"},
    ("GET", "/api/v1/incidents/{incident_id}/reports"): COMMAND,
    ("POST", "/api/v1/incidents/{incident_id}/reports"): COMMAND,
    ("GET", "/api/v1/incidents/{incident_id}/review"): STAFF,
    # pages (a session's business: a token does not open them, so all are sent to sign in)
    ("GET", "/healthz"): ANYBODY,
    ("GET", "/readyz"): ANYBODY,
    ("GET", "/metrics"): ANYBODY,
}
UNANSWERABLE = {  # right, but there is nothing there in an empty city
    "/api/v1/layers/imports/{number}",
    "/api/v1/layers/imports/{number}/content",
    "/api/v1/layers/imports/{number}/answer",
    "/api/v1/layers/imports/{number}/cancel",
    "/api/v1/layers/{code}/features/{fid}",
    "/api/v1/elevation",
    "/api/v1/cases/{case_id}/photos/{photo_id}",
    "/api/v1/public/reports/{token}",
    "/api/v1/public/reports/{token}/photos/{photo_id}",
}
TOPICS = {
    **{topic: set(may.RIGHTS[f"{topic}.see"]) for topic in EVENT_TOPICS},
    **{topic: set(may.RIGHTS[f"{topic}.see"]) for topic in STATE_TOPICS},
}
PLUME = {
    "rate_g_s": 1.0,
    "wind_m_s": 3.0,
    "wind_from_deg": 0.0,
    "danger_mg_m3": 10.0,
    "caution_mg_m3": 1.0,
}
BOX = [[113.5, 34.6], [113.7, 34.6], [113.7, 34.8], [113.5, 34.8], [113.5, 34.6]]


@dataclasses.dataclass
class Scene:
    """A city with one of everything, and a token of every role."""

    live: Any
    tokens: dict[str, str]
    thing_id: int
    station_id: int
    stream_id: int
    dispatcher_id: int
    case_id: int
    crew_id: int
    emergency: dict[str, int]
    fresh_alert: Callable[[], int]
    numbers: Any = dataclasses.field(default_factory=itertools.count)

    def ask(self, method: str, route: str, role: str) -> httpx.Response:
        """Ask a route as a role, with a body that nobody could find fault with."""
        number = next(self.numbers)
        path = route.format(
            alert_id=self.fresh_alert() if "{alert_id}" in route else 0,
            stream_id=self.stream_id,
            thing_id=self.station_id if "environment" in route else self.thing_id,
            key="road_flooding",
            code=self._fence(number) if "fences" in route else _code(route),
            model="gas_plume",
            fid=1,
            number="00000000-0000-4000-8000-000000000000",
            case_id=self.case_id,
            photo_id=1,
            step="accept",
            token="none",
            **self._outgoing(route),
            **self.emergency,
            closure_id=self._closure() if "{closure_id}" in route else 0,
        )
        with self.live.client(self.tokens[role]) as client:
            return client.request(
                method, path, json=self._body(route, number), params=self._query(route)
            )

    def _outgoing(self, route: str) -> dict[str, int]:
        """Return a fresh draft of somebody else, a recipient, or a delivery that has failed."""
        author = may.of_user(User.objects.get(username="author")) if "_id}" in route else may.NOBODY
        if "{warning_id}" in route:
            given = Given("fog", 4, {"type": "Polygon", "coordinates": [BOX]})
            return {"warning_id": warnings.compose(given, author).pk}
        if "{recipient_id}" not in route and "{delivery_id}" not in route:
            return {}
        body = delivery.Given("值班室", "mail", "duty@city.example", ["alert"])
        recipient = delivery.add(body, author)[0].pk
        return {
            "recipient_id": recipient,
            "delivery_id": delivery.enqueue_trial(recipient, author).pk,
        }

    def _fence(self, number: int) -> str:
        code = f"walk-{number}"
        with self.live.client(self.tokens["admin"]) as client:
            client.post(
                "/api/v1/fences", json=self._body("/api/v1/fences", number)
            ).raise_for_status()
        return code

    def _closure(self) -> int:
        with self.live.client(self.tokens["admin"]) as client:
            made = client.post("/api/v1/closures", json=self._body("/api/v1/closures", 0))
        return int(made.raise_for_status().json()["id"])

    def _body(self, route: str, number: int) -> Any:
        now = (datetime.datetime.now(datetime.UTC)).isoformat()
        rule = {
            "kind": "threshold",
            "title_zh": "测试",
            "title_en": "Test",
            "property": "rain",
            "when": {"levels": [{"severity": 4, "above": 1e6}]},
        }
        fence = {
            "code": f"walk-{number}",
            "name_zh": "围栏",
            "name_en": "Fence",
            "scope": "410105",
            "geometry": {"type": "Polygon", "coordinates": [BOX]},
        }
        area = {"type": "Polygon", "coordinates": [BOX]}
        warning = {"event": "fog", "colour": 4, "area": area}
        outgoing = {"name": "值班室", "channel": "mail", "address": "a@city.example"}
        closure = {"geometry": fence["geometry"], "reason": "works"}
        bodies: dict[str, Any] = {
            **dict.fromkeys(("warnings", "{warning_id}"), warning),
            **dict.fromkeys(("channels", "{recipient_id}"), outgoing),
            "count": {"area": area},
            "refuse": {"words": "再核实"},
            "closures": closure,
            "{closure_id}": closure,
            "token": {"username": "nobody", "password": "wrong"},
            "me": {"language": "en"},
            "assign": {"user": self.dispatcher_id},
            "comment": {"words": "看到了"},
            "resolve": {"outcome": "test"},
            "acknowledge": {},
            "rules": {**rule, "key": f"walk_{number}"},
            "{key}": rule,
            "fences": fence,
            "{code}": fence if "fences" in route else None,
            "Observations": {"phenomenonTime": now, "result": 1.0},
            "Sensors": {"name": "walk", "encodingType": "text/plain", "metadata": "none"},
            "announced": {"file": "walk.geojson", "size": 9},
            "answer": {"datum": "EPSG:4490"},
            "inside": {"area": {"type": "Polygon", "coordinates": [BOX]}},
            "reports": {"given": {}}
            if "incidents" in route
            else {"kind": "matter", "code": "06010", "lon": 113.6, "lat": 34.7},
            "verify": {"found": True},
            "check": {"passed": True},
            "incidents": {"words": "着火"},
            "proposal": {"words": "着火"},
            "{incident_id}": {"severity": 1},
            "notes": {"words": "看到了"},
            "dispatch": {"units": [self.emergency["unit_id"]]},
            "link": {"kind": "case", "id": self.case_id},
            "close": {"outcome": "test"},
            "status": {"status": "available"},
            "position": {"lon": 113.6, "lat": 34.7, "datum": "wgs84"},
            "crew": {"crew": [self.crew_id]},
            "tasks": {"minutes": 5, "unit": self.emergency["unit_id"]},
            "start": {"incident": self.emergency["incident_id"]},
            "{model}": {"given": PLUME},
            "positions": {"thing": self.thing_id, "time": now, "lon": 113.6, "lat": 34.7},
        }
        return bodies.get(route.rsplit("/", 1)[1])

    def _query(self, route: str) -> dict[str, Any]:
        if route.endswith("/template"):
            return {"event": "fog", "colour": 4}
        if route.endswith("/places"):
            return {"q": "路"}
        now = datetime.datetime.now(datetime.UTC)
        if route.endswith("/state"):
            return {"at": now.isoformat()}
        if "/replay" in route or "/review" in route:
            before = now - datetime.timedelta(minutes=1)
            return {"from": before.isoformat(), "to": now.isoformat()}
        if route.endswith(("/route", "/nearest")):
            return {"from": "113.6,34.7", "to": "113.61,34.71"}
        if route.endswith("/along"):
            return {"through": "113.6,34.7;113.61,34.71"}
        return {"lon": 113.6, "lat": 34.7} if route.endswith(("identify", "elevation")) else {}


def _code(route: str) -> str:
    return "gas_leak" if "plans" in route else "grid"


@pytest.fixture
def scene(live, shelf_rules, station, enrol, token) -> Scene:
    thing, stream = station("W0", "water_depth", "410105001")
    air, _ = station("A0", "pm25", "410105001", kind="air")
    people = {role.value: enrol(role.value, role) for role in Role if role is not Role.DEVICE}
    enrol("author", Role.SUPERVISOR)
    tokens = {name: token(user) for name, user in people.items()}
    tokens |= {"device": token(thing), NOBODY: ""}
    clock = itertools.count()

    def fresh_alert() -> int:
        _, depth = station(f"W{next(clock) + 1}", "water_depth", "410105001")
        at = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
        for minute in range(2):
            moment = at + datetime.timedelta(minutes=minute)
            ingest.commit([ingest.Row.of(depth.pk, moment, 20.0)])
        return Alert.objects.get(datastream_id=depth.pk).pk

    case, _ = cases.report(
        Filing(
            kind=kind.find("matter", "06010"),
            spot=Spot(113.6, 34.7, "410105001", ""),
            source=Source.SENSOR,
            at=datetime.datetime.now(datetime.UTC),
        )
    )
    return Scene(
        live=live,
        tokens=tokens,
        thing_id=thing.pk,
        station_id=air.pk,
        stream_id=stream.pk,
        dispatcher_id=people["dispatcher"].pk,
        case_id=case.pk,
        crew_id=people["responder"].pk,
        emergency=_emergency(thing.pk, people),
        fresh_alert=fresh_alert,
    )


def _emergency(thing_id: int, people: dict[str, User]) -> dict[str, int]:
    """Return an incident with a unit on it that the responder rides on, and a timer."""
    spec = UnitSpec("D1", "泵", "Pump", "pump", 113.6, 34.7, "", thing_id, ("responder",))
    (unit,) = units.found([spec])
    rights = may.of_user(people["dispatcher"])
    incident, _ = incidents.report(incidents.Call("积水"), rights)
    orders.dispatch(incident.pk, [orders.Order(unit.pk)], rights)
    timer = timer_tasks.set_timer(rights, 60, unit=unit)
    incidents.edit(incident.pk, {"lon": 113.6, "lat": 34.7}, rights)
    run = hazards.run(incident.pk, "gas_plume", PLUME, rights)
    return {
        "incident_id": incident.pk,
        "unit_id": unit.pk,
        "task_id": timer.pk,
        "run_id": run.pk,
    }


def test_every_route_has_its_line() -> None:
    paths = api.get_openapi_schema()["paths"]
    routes = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert routes <= set(ALLOWED), f"say who may: {sorted(routes - set(ALLOWED))}"


def test_every_route_as_everybody(scene: Scene, eventually: Any) -> None:
    with scene.live.client(scene.tokens["device"]) as client:
        eventually(lambda: client.get("/api/v1/things").json()["items"])
    wrong = []
    for (method, route), roles in ALLOWED.items():
        for role in EVERY_ROLE:
            answer = scene.ask(method, route, role)
            assert answer.status_code < 500, (method, route, role, answer.text)
            passed = answer.status_code not in REFUSED
            if route in UNANSWERABLE and answer.status_code == 404:
                continue
            if route.endswith("/auth/token"):
                passed = True  # wrong password by intent: 401 is the answer, not a lack of right
            if passed != (role in roles):
                wrong.append((method, route, role or "nobody", answer.status_code))
            if not passed:
                _is_a_problem(answer, route)
    assert not wrong, wrong


def _is_a_problem(answer: httpx.Response, route: str) -> None:
    assert answer.headers["content-type"].startswith("application/problem+json"), route
    assert answer.json()["detail"], route


def test_lists_hold_only_what_one_may_see(scene: Scene) -> None:
    scene.fresh_alert()
    for role in SIGNED_IN:
        with scene.live.client(scene.tokens[role]) as client:
            alerts = client.get("/api/v1/alerts").json()["items"]
            things = client.get("/api/v1/things").json()["items"]
            rules = client.get("/api/v1/rules").json()["items"]
        assert bool(alerts) == bool(rules) == (role in STAFF), role
        if role == "device":
            assert [thing["id"] for thing in things] == [scene.thing_id]
        else:
            assert bool(things) == (role in STAFF), role


def test_the_table_of_topics_is_whole() -> None:
    assert set(TOPICS) == EVENT_TOPICS | STATE_TOPICS
    assert all(NOBODY not in roles for roles in TOPICS.values())


async def test_every_topic_as_everybody(scene: Scene) -> None:
    await sync_to_async(scene.fresh_alert, thread_sensitive=True)()
    for role in EVERY_ROLE:
        if role == NOBODY:
            async with scene.live.socket() as line:
                with pytest.raises(websockets.ConnectionClosed):
                    await line.hear()
            continue
        async with scene.live.socket(scene.tokens[role]) as line:
            snapshot = (await line.subscribe(*sorted(TOPICS)))[0]
        seen = {item["topic"] for item in snapshot["items"]}
        allowed = {topic for topic, roles in TOPICS.items() if role in roles}
        assert seen <= allowed, (role, seen - allowed)
        if role in STAFF:
            assert {"alert", "rule", "thing", "observation"} <= seen, (role, seen)
        if role == "device":
            own = {item["id"] for item in snapshot["items"] if item["topic"] == "thing"}
            assert own == {str(scene.thing_id)}


def test_pages_send_strangers_to_the_sign_in(scene: Scene) -> None:
    with scene.live.client() as client:
        for page in ("/", "/rules/", "/alerts/1/", "/admin/"):
            answer = client.get(page)
            assert answer.status_code == 302 and "login" in answer.headers["location"], page


def test_sign_in_is_throttled(scene: Scene) -> None:
    with scene.live.client() as client:
        given = {"username": "dispatcher", "password": "wrong"}
        codes = [client.post("/api/v1/auth/token", json=given).status_code for _ in range(7)]
        right = {"username": "dispatcher", "password": "dispatcher-pass-phrase"}
        assert codes[0] == 401
        assert client.post("/api/v1/auth/token", json=right).status_code in (401, 403, 429)


def test_a_session_needs_its_csrf_token(scene: Scene) -> None:
    with scene.live.client() as client:
        page = client.get("/login/")
        form = {
            "username": "supervisor",
            "password": "supervisor-pass-phrase",
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
        }
        assert page.status_code == 200
        assert client.post("/login/", data=form).status_code == 302
        assert client.get("/api/v1/me").json()["role"] == "supervisor"
        refused = client.post("/api/v1/rules/road_flooding/disable")
        assert refused.status_code == 403
        token = {"X-CSRFToken": client.cookies["csrftoken"]}
        assert client.post("/api/v1/rules/road_flooding/disable", headers=token).status_code == 200


def test_pages_carry_the_headers_that_protect_them(scene: Scene) -> None:
    with scene.live.client() as client:
        headers = client.get("/login/").headers
    policy = headers["content-security-policy"]
    assert (
        "script-src 'self'" in policy and "unsafe-inline" not in policy.split("style-src-attr")[0]
    )
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
