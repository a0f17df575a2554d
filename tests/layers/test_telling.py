"""What becomes of a layer is told on the feed: made, changed, filled, removed, and by whom."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from django.conf import settings
from django.db import connection
from django.test import Client
from rasterio.transform import from_origin

from core import clock
from feed import state
from feed.projection import projections
from layers import relief
from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Stage
from people.may import Rights
from people.models import Role

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
Told = list[tuple[str, str, str, dict[str, Any], bool]]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(relief, "LEVELS", 2)


@pytest.fixture
def planner(real: None, enrol: Callable[..., Any], client: Client) -> Client:
    client.force_login(enrol("pan", Role.PLANNER))
    return client


def told() -> Told:
    """Return the feed's layers: number, kind, actor, what was done, whether it is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT entity_id, kind, actor, body FROM feed_event"
                       " WHERE topic = 'layer' ORDER BY id")  # fmt: skip
        rows = cursor.fetchall()
    bodies = [json.loads(body) if isinstance(body, str) else body for *_, body in rows]
    return [
        (number, kind, actor, body["did"], bool(body.get("gone")))
        for (number, kind, actor, _), body in zip(rows, bodies, strict=True)
    ]


def put(client: Client, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    call = getattr(client, method)
    given = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
    answer = call(f"/api/v1/layers/{path}", **given)
    assert answer.status_code in (200, 201, 204), answer.content
    return answer.json() if answer.content else None


def change(client: Client, **other: Any) -> None:
    now = put(client, "get", "wells/definition")
    kept = ("title_zh", "title_en", "group", "owner", "sharing", "fields", "version")
    put(client, "put", "wells/definition", {name: now[name] for name in kept} | other)


def bring(name: str, content: bytes, layer: str, **wished: str) -> None:
    given = actions.Given(name, datum="EPSG:4490", layer=layer, wishes=Wishes(**wished))
    found = actions.hand_in(given, [content], len(content), PLANNER)
    assert actions.queue.claim() is not None
    done = run.run(found.pk)
    assert done.stage == Stage.DONE, done.said


def wells(*names: str) -> bytes:
    features = [
        {"type": "Feature", "properties": {"name": name},
         "geometry": {"type": "Point", "coordinates": [113.6 + nth / 100, 34.7]}}
        for nth, name in enumerate(names)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


LOOK = {"day": "#3464a8", "night": "#86abe0", "size": 4, "opacity": 0.8}
NEW: dict[str, Any] = {
    "look": LOOK,
    "code": "wells",
    "shape": "point",
    "title_zh": "取水井",
    "title_en": "Wells",
}


def test_made_changed_filled_removed(planner: Client) -> None:
    made = put(planner, "post", "new", NEW)
    who = made["made_by"]
    change(planner, title_zh="水井")
    change(planner)  # nothing is said otherwise: nothing is told
    assert told() == [
        ("wells", "made", who, {}, False),
        ("wells", "changed", who, {"fields": ["title_zh"]}, False),
    ]
    bring("wells.geojson", wells("甲", "乙"), "wells")
    bring("wells.geojson", wells("甲"), "wells")
    filled = [(actor, did) for _, kind, actor, did, _ in told() if kind == "filled"]
    rows = {"added": 2, "changed": 0, "removed": 0, "kept": 0, "file": "wells.geojson"}
    assert filled == [
        (PLANNER.actor, rows),
        (PLANNER.actor, rows | {"added": 0, "removed": 1, "kept": 1}),
    ]
    put(planner, "delete", "wells")
    assert told()[-1] == ("wells", "removed", who, {}, True)


def test_the_log_and_the_tables_say_the_same(planner: Client) -> None:
    put(planner, "post", "new", NEW)
    change(planner, title_zh="水井")
    bring("springs.geojson", wells("甲"), "springs", title_zh="泉")
    put(planner, "post", "new", NEW | {"code": "secret", "sharing": ["supervisor"]})
    live = {item.id: item.data for item in projections()["layer"].items()}
    _, known = state.known_at(clock.now())
    assert {number: one.data for (_, number), one in known.items()} == live
    assert set(live) == {"wells", "springs", "restricted"}
    put(planner, "delete", "wells")
    assert "wells" not in {item.id for item in projections()["layer"].items()}
    assert ("layer", "wells") not in state.known_at(clock.now())[1]


def test_what_is_kept_to_some_is_not_told_to_all(planner: Client) -> None:
    put(planner, "post", "new", NEW | {"sharing": ["planner"]})
    change(planner, title_zh="秘密水井", sharing=["planner"])
    assert {number for number, *_ in told()} == {"restricted"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT body::text FROM feed_event WHERE topic = 'layer'")
        assert not any("井" in body or "wells" in body for (body,) in cursor.fetchall())
    change(planner, title_zh="水井", sharing="staff")
    assert told()[-1][:2] == ("wells", "changed")
    change(planner, title_zh="水井", sharing=["planner"])
    assert [(number, kind, gone) for number, kind, *_, gone in told()[-2:]] == [
        ("wells", "removed", True), ("restricted", "changed", False),
    ]  # fmt: skip


def test_days_of_pictures(planner: Client, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    grid = {"crs": "EPSG:4490", "transform": from_origin(113.6, 34.8, 2e-5, 2e-5)}
    size: dict[str, Any] = {"width": 200, "height": 200, "count": 3, "dtype": "uint8"}
    with rasterio.open(path, "w", driver="GTiff", **grid, **size) as out:
        out.write(np.full((3, 200, 200), 90, np.uint8))
    bring("a.tif", path.read_bytes(), "ortho", source_date="2026-05-01")
    put(planner, "delete", "ortho/pictures/2026-05-01")
    assert [(kind, did) for _, kind, _, did, _ in told()] == [
        ("made", {}),
        ("pictured", {"date": "2026-05-01", "pieces": 1}),
        ("unpictured", {"date": "2026-05-01"}),
    ]


def test_a_supervisor_sees_who_changed_what(planner: Client, enrol: Callable[..., Any]) -> None:
    who = put(planner, "post", "new", NEW)["made_by"]
    change(planner, title_zh="水井")
    supervisor = Client()
    supervisor.force_login(enrol("su", Role.SUPERVISOR))
    found = supervisor.get("/api/v1/review", {"entity": "layer:wells"}).json()
    (file,) = found["items"]
    assert [step["step"] for step in file["steps"]] == ["made", "changed"]
    assert {step["actor"] for step in file["steps"]} == {who}
