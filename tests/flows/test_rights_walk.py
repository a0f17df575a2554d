"""Every address and every topic, as every role and as nobody: `allowed.py` says who gets in."""

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
from tests.flows import given
from tests.flows.allowed import (
    ALLOWED,
    EVERY_ROLE,
    NOBODY,
    REFUSED,
    SIGNED_IN,
    STAFF,
    TOPICS,
    UNANSWERABLE,
)
from urban import actions as cases
from urban import kind
from urban.intake import Filing, Spot
from urban.models import Source


@dataclasses.dataclass
class Scene:
    """A city with one of everything, and a token of every role."""

    live: Any
    tokens: dict[str, str]
    ids: dict[str, int]
    station_id: int
    fresh_alert: Callable[[], int]
    numbers: Any = dataclasses.field(default_factory=itertools.count)

    def ask(self, method: str, route: str, role: str) -> httpx.Response:
        """Ask a route as a role, with a body that nobody could find fault with."""
        number = next(self.numbers)
        ids: dict[str, Any] = self.ids | self._outgoing(route)
        if "{alert_id}" in route:
            ids["alert_id"] = self.fresh_alert()
        if "environment" in route:
            ids["thing_id"] = self.station_id
        if "{closure_id}" in route:
            ids["closure_id"] = self._closure()
        path = route.format(
            key="road_flooding",
            code=self._code(route, number),
            model="gas_plume",
            fid=1,
            date="2026-05-01",
            number="00000000-0000-4000-8000-000000000000",
            photo_id=1,
            step="accept",
            token="none",
            **ids,
        )
        with self.live.client(self.tokens[role]) as client:
            body, query = given.body(route, number, self.ids), given.query(route)
            return client.request(method, path, json=body, params=query)

    def _outgoing(self, route: str) -> dict[str, int]:
        """Return a fresh draft of somebody else, a recipient, or a delivery that has failed."""
        author = may.of_user(User.objects.get(username="author")) if "_id}" in route else may.NOBODY
        if "{warning_id}" in route:
            return {"warning_id": warnings.compose(Given("fog", 4, given.AREA), author).pk}
        if "{recipient_id}" not in route and "{delivery_id}" not in route:
            return {}
        body = delivery.Given("值班室", "mail", "duty@city.example", ["alert"])
        recipient = delivery.add(body, author)[0].pk
        return {
            "recipient_id": recipient,
            "delivery_id": delivery.enqueue_trial(recipient, author).pk,
        }

    def _code(self, route: str, number: int) -> str:
        if "fences" not in route:
            return "gas_leak" if "plans" in route else "grid"
        fence = given.fence(number)
        with self.live.client(self.tokens["admin"]) as client:
            client.post("/api/v1/fences", json=fence).raise_for_status()
        return str(fence["code"])

    def _closure(self) -> int:
        drawn = given.body("/api/v1/closures", 0, self.ids)
        with self.live.client(self.tokens["admin"]) as client:
            made = client.post("/api/v1/closures", json=drawn)
        return int(made.raise_for_status().json()["id"])


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
        ids={
            "thing_id": thing.pk,
            "stream_id": stream.pk,
            "dispatcher_id": people["dispatcher"].pk,
            "case_id": case.pk,
            "crew_id": people["responder"].pk,
            **_emergency(thing.pk, people),
        },
        station_id=air.pk,
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
    run = hazards.run(incident.pk, "gas_plume", given.PLUME, rights)
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
            assert [thing["id"] for thing in things] == [scene.ids["thing_id"]]
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
            assert own == {str(scene.ids["thing_id"])}


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
