"""The front door: what a dispatcher and a crew send and get, over HTTP and on the feed."""

import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from emergency.actions import orders, tasks, units
from feed import state
from feed.projection import projections


@pytest.fixture
def desk(live, dispatcher, token):
    """An HTTP client with Ding's token."""
    with live.client(token(dispatcher)) as client:
        yield client


@pytest.fixture
def phone(live, rider, token):
    """An HTTP client with Shi's token."""
    with live.client(token(rider)) as client:
        yield client


def test_a_call_from_words_to_the_end(desk, phone, unit) -> None:
    one, two = unit("D1", east_m=800, crew=("shi",)), unit("P1", "police", east_m=-400)
    proposed = desk.post("/api/v1/incidents/proposal", json={"words": "隧道积水很深"}).json()
    assert proposed["items"][0]["nature"] == "flooding"
    assert proposed["items"][0]["matched"] == ["积水"]
    given = {"words": "隧道积水很深", "lon": 113.65, "lat": 34.75, "address": "京广路隧道",
             "caller_name": "王", "caller_phone": "139", "key": str(uuid.uuid4())}  # fmt: skip
    made = desk.post("/api/v1/incidents", json=given)
    assert made.status_code == 201
    assert desk.post("/api/v1/incidents", json=given).status_code == 200
    number = made.json()["number"]
    advice = desk.get(f"/api/v1/incidents/{number}/recommendation").json()
    assert [each["code"] for each in advice["chosen"]] == ["D1", "P1"]
    assert advice["card"][0]["short"] == 1  # it asks for two pumps
    ids = [each["unit"] for each in advice["chosen"]]
    sent = desk.post(
        f"/api/v1/incidents/{number}/dispatch", json={"units": ids, "version": advice["version"]}
    ).json()
    assert sent["state"] == "active" and {a["code"] for a in sent["assignments"]} == {"D1", "P1"}
    mine = phone.get("/api/v1/units/mine").json()
    assert mine["unit"]["code"] == "D1" and mine["unit"]["status"] == "dispatched"
    assert mine["assignment"]["incident"]["words"] == "隧道积水很深"
    assert mine["assignment"]["incident"]["address"] == "京广路隧道"
    assert {task["kind"] for task in mine["tasks"]} == {"turnout", "arrival"}
    for status in ("en_route", "on_scene"):
        said = phone.post(f"/api/v1/units/{one.pk}/status", json={"status": status})
        assert said.json()["status"] == status
    noted = phone.post(f"/api/v1/incidents/{number}/notes", json={"words": "水深六十厘米"})
    assert noted.status_code == 200
    seen = phone.get(f"/api/v1/incidents/{number}").json()
    assert seen["caller"] is None and seen["remarks"][-1]["words"] == "水深六十厘米"
    assert desk.get(f"/api/v1/incidents/{number}").json()["caller"]["phone"] == "139"
    roll = phone.get("/api/v1/units/mine").json()["tasks"][0]
    assert phone.post(f"/api/v1/tasks/{roll['id']}/done").json()["state"] == "done"
    refused = desk.post(f"/api/v1/incidents/{number}/close", json={"outcome": "handled"})
    assert refused.status_code == 409 and refused.json()["reason"] == "units_out"
    for each in (one, two):
        desk.post(f"/api/v1/units/{each.pk}/status", json={"status": "available"})
    closed = desk.post(f"/api/v1/incidents/{number}/close", json={"outcome": "handled"}).json()
    assert closed["state"] == "closed" and closed["outcome"] == "handled"
    kinds = [step["kind"] for step in desk.get(f"/api/v1/incidents/{number}").json()["history"]]
    assert kinds[0] == "reported" and "dispatched" in kinds and "closed" in kinds
    assert desk.get("/api/v1/incidents?state=open,active").json()["items"] == []
    listed = desk.get("/api/v1/incidents?state=closed&limit=1").json()
    assert listed["items"][0]["number"] == number and listed["next"] is None


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/incidents", {"words": ""}, 400),
        ("/api/v1/incidents", {"words": "火灾", "lon": "east"}, 400),
        ("/api/v1/incidents", {"words": "火灾", "key": "not-a-uuid"}, 400),
        ("/api/v1/incidents/99/take", {}, 404),
        ("/api/v1/incidents/99/dispatch", {"units": [1]}, 404),
        ("/api/v1/incidents/99/close", {"outcome": "handled"}, 404),
        ("/api/v1/units/99/status", {"status": "available"}, 404),
        ("/api/v1/units/99/position", {"lon": 113, "lat": 34}, 400),
        ("/api/v1/tasks", {"minutes": 5}, 400),
        ("/api/v1/tasks/99/done", {}, 404),
    ],
)
def test_bad_input_gets_its_sentence(desk, path: str, body: Any, status: int) -> None:
    answer = desk.post(path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["detail"] and answer.json()["detail_zh"]


@pytest.fixture
def secret(dispatcher, token) -> str:
    """Ding's token."""
    return token(dispatcher)


async def test_it_all_appears_on_the_feed(live, secret, call, unit, ding) -> None:
    async with live.socket(secret) as line:
        await line.subscribe("incident", "unit", "task")

        def night() -> None:
            row, one = call(), unit("D1")
            orders.dispatch(row.pk, [orders.Order(one.pk)], ding)

        await sync_to_async(night, thread_sensitive=True)()
        heard = []
        while ("unit", "dispatched") not in heard or ("incident", "dispatched") not in heard:
            frame = await line.hear()
            heard.append((frame["topic"], frame["kind"]))
    assert ("incident", "reported") in heard and ("task", "begun") in heard


def test_replay_equals_the_live_tables(call, unit, ding) -> None:
    row, one, two = call(), unit("D1"), unit("D2")
    second = call("着火")
    orders.dispatch(row.pk, [orders.Order(one.pk), orders.Order(two.pk)], ding)
    units.status(one.pk, units.Said("en_route"), ding)
    units.status(one.pk, units.Said("on_scene"), ding)
    units.status(two.pk, units.Said("available"), ding)
    units.withdraw(two.pk, ding)
    orders.dispatch(second.pk, [orders.Order(two.pk, divert=True)], ding, reason="火情更急")
    tasks.set_timer(ding, 5, unit=one, words="回电")
    folded = state.at_seq(10**9, ("incident", "unit", "task"))
    for topic in ("incident", "unit", "task"):
        live = {item.id: item.data for item in projections()[topic].items()}
        assert live == {key[1]: entity.data for key, entity in folded.items() if key[0] == topic}
        assert live
