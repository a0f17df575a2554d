"""Layers made and changed in the console: rights, conflicts, what an import leaves of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from layers import catalogue
from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Import, Registered, Stage, State
from people import may
from people.models import Department, Role

pytestmark = pytest.mark.usefixtures("own_data")

LOOK = {"day": "#3464a8", "night": "#86abe0", "size": 4, "opacity": 0.8, "label": "name"}
WELLS: dict[str, Any] = {
    "code": "wells", "shape": "point", "title_zh": "取水井", "title_en": "Wells",
    "group": "environment", "owner": "water", "sharing": ["planner"], "source": "普查",
    "source_date": "2026-05-01", "refresh": "yearly", "look": LOOK,
    "fields": [{"name": "name", "zh": "井名", "en": "Name"},
               {"name": "depth", "zh": "井深", "en": "Depth (m)", "type": "float"}],
}  # fmt: skip


@pytest.fixture
def client(enrol: Callable[..., Any]) -> Client:
    """A supervisor, and a department that wells may belong to."""
    Department.objects.create(code="water", name_zh="水利局", name_en="Water")
    client = Client()
    user = enrol("su", Role.SUPERVISOR)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def send(client: Client, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    answer = client.generic(
        method, f"/api/v1/layers{path}", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def bring(**wells: float) -> Import:
    """Import points whose fields are called as people call them."""
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [113.6 + at / 100, 34.7]},
         "properties": {"井名": name, "井深": depth, "水质": "Ⅱ"}}
        for at, (name, depth) in enumerate(wells.items())
    ]  # fmt: skip
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    given = actions.Given("w.geojson", "", "wells", "EPSG:4490", True, Wishes())
    row = actions.hand_in(given, [content], len(content), may.Rights(role=Role.PLANNER))
    actions.queue.claim()
    return run.run(row.pk)


def test_an_empty_layer_is_made_and_filled_as_it_was_said(client: Client) -> None:
    made = send(client, "POST", "/new", WELLS, 201)
    assert (made["registered"], made["datum"], made["count"]) == (True, "EPSG:4490", 0)
    assert made["look"] == {**LOOK, "size": 4.0}
    listed = {one["code"]: one for one in send(client, "GET", "")["items"]}
    assert "wells" not in listed  # a supervisor is no planner
    bring(A=12.5, B=8)
    layer = catalogue.layer("wells")
    assert (layer.title_zh, layer.group, layer.owner) == ("取水井", "environment", "water")
    assert layer.sharing == ("planner",) and layer.style[0].day["colour"] == "#3464a8"
    assert {name: (one.en, one.type) for name, one in layer.columns.items()} == {
        "name": ("Name", "text"), "depth": ("Depth (m)", "float"), "shui_zhi": ("水质", "text"),
    }  # fmt: skip
    assert State.objects.get(layer="wells").count == 2


def test_a_layer_is_changed_but_not_over_somebody_elses_change(client: Client) -> None:
    said = {**WELLS, "sharing": "staff"}
    version = send(client, "POST", "/new", said, 201)["version"]
    told = send(
        client, "PUT", "/wells/definition", {**said, "title_zh": "水井", "version": version}
    )
    assert (told["title_zh"], told["version"] > version) == ("水井", True)
    late = {**said, "title_zh": "井", "version": version}
    assert "他人修改" in send(client, "PUT", "/wells/definition", late, 409)["detail_zh"]
    row = Registered.objects.get()
    assert row.definition["title_zh"] == "水井" and row.changed_by.startswith("user:")


def test_columns_that_hold_values_stay(client: Client) -> None:
    said = {**WELLS, "sharing": "staff"}
    send(client, "POST", "/new", said, 201)
    bring(A=1)
    told = send(client, "GET", "/wells/definition")
    assert told["hangs"] == {"features": 1, "past": 0, "file": False, "imports": 1, "analyses": []}
    fewer = {**said, "fields": said["fields"], "version": told["version"]}
    assert send(client, "PUT", "/wells/definition", fewer, 400)["field"] == "fields"
    kept = {**said, "fields": told["fields"], "look": {**LOOK, "day": "#aa0000"}}
    kept["fields"][2]["en"] = "Class of water"
    send(client, "PUT", "/wells/definition", {**kept, "version": told["version"]})
    assert bring(A=1, B=2).stage == Stage.DONE
    layer = catalogue.layer("wells")
    assert layer.columns["shui_zhi"].en == "Class of water"
    assert layer.style[0].day["colour"] == "#aa0000"
    client.delete("/api/v1/layers/wells")
    assert "wells" not in catalogue.layers()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "buildings"}, "code"),
        ({"code": "Wells!"}, "code"),
        ({"title_zh": "", "title_en": ""}, "title_zh"),
        ({"group": "nowhere"}, "group"),
        ({"owner": "nobody"}, "owner"),
        ({"look": None}, "day"),
        ({"fields": WELLS["fields"] * 2}, "fields"),
        ({"sharing": ["king"]}, None),
        ({"look": {**LOOK, "label": "gone"}}, None),
    ],
)
def test_what_makes_no_layer_is_refused_at_its_field(
    client: Client, change: dict[str, Any], field: str | None
) -> None:
    status = 409 if change.get("code") == "buildings" else 400
    refused = send(client, "POST", "/new", {**WELLS, **change}, status)
    assert refused.get("field") == field and refused["detail_zh"]
    assert not Registered.objects.exists()


def test_a_file_of_the_catalogue_is_looked_at_but_not_changed(client: Client) -> None:
    told = send(client, "GET", "/schools/definition")
    assert (told["registered"], told["file"], told["version"]) == (False, "schools.toml", "")
    body = {**WELLS, "version": ""}
    assert send(client, "PUT", "/schools/definition", body, 409)["remedy"]


def test_an_inspector_makes_no_layer(client: Client, enrol: Callable[..., Any]) -> None:
    client.force_login(enrol("in", Role.INSPECTOR), "django.contrib.auth.backends.ModelBackend")
    send(client, "POST", "/new", WELLS, 403)
    send(client, "GET", "/new", status=403)


def test_the_list_tells_groups_and_how_titles_are_typed(client: Client, tmp_path: Path) -> None:
    found = send(client, "GET", "")
    assert [one["code"] for one in found["groups"]][:2] == ["imported", "analyses"]
    listed = {one["code"]: one for one in found["items"]}
    assert listed["divisions"]["letters"].startswith("xzqh ")
    assert listed["schools"]["group"] == "emergency" and not listed["schools"]["registered"]
