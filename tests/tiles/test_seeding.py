"""Tiles made before anybody asks: what is made, not made again, and told to be missing."""

import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Busy, Conflict, Forbidden, Invalid, Unknown
from layers import catalogue
from layers.jobs import Program, Runner, nothing
from layers.models import Seeding, Stage, State
from tests.layers.handed import PLANNER
from tiles.maker import Maker
from tiles.seeding import actions, holes, run
from tiles.seeding.tiling import Tiling, at, box_of

from .conftest import Browser

BOX = (113.60, 34.70, 113.66, 34.74)
ZOOMS = (12, 14)


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Keep tiles in a folder of the test, and let nothing pause."""
    settings.DATA = tmp_path
    settings.TILE_CACHE_MB = 64
    monkeypatch.setattr(run, "PAUSES", (0.0, 0.0))


@pytest.fixture
def lakes(fill: Callable[..., int]) -> Callable[[str], None]:
    """Fill the waters with a lake for each letter, one beside another."""

    def put(names: str) -> None:
        boxes = [shapely.box(113.60 + n * 0.02, 34.70, 113.61 + n * 0.02, 34.74) for n in range(4)]
        fill("waters", [(box, {"name_zh": name}) for box, name in zip(boxes, names, strict=True)])

    put("甲乙丙丁")
    return put


def seed(zooms: tuple[int, int] = ZOOMS) -> Seeding:
    return run.run(actions.ask("waters", zooms, None, PLANNER, Stage.RUNNING).pk)


def gone_through(row: Seeding) -> tuple[int, int, int]:
    return row.kept, row.made, row.failed


def test_seeded_tiles_are_served_without_a_question(
    browser: Browser, lakes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = seed()
    assert row.stage == Stage.DONE and row.progress == 100, row.said
    assert row.tiles == row.reached == row.made > 10 and row.report["missing"] == 0
    parts = browser.run(browser.app.open())
    monkeypatch.setattr(parts.pool, "tile", None)  # whoever asked it would fail
    for zoom, x, y in actions.tiling_of(row):
        assert browser.get(f"/tiles/waters/{zoom}/{x}/{y}.mvt").status_code in (200, 204)


def test_only_what_changed_is_made_again(real: None, lakes: Any) -> None:
    first = seed()
    assert gone_through(seed()) == (first.tiles, 0, 0)
    lakes("甲乙丙戊")
    zooms, west = range(ZOOMS[0], ZOOMS[1] + 1), 113.66
    tiles = [place for place in actions.tiling_of(first) if box_of(place)[2] > west]
    again = seed()
    assert 0 < again.made <= len(tiles) < first.tiles and len(zooms) == 3
    assert again.made + again.kept == first.tiles


def test_a_tile_that_fails_is_tried_again_and_at_last_a_hole(
    real: None, lakes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_made, tried = Maker.made, dict[Any, int]()
    bad, worse = list(Tiling(*ZOOMS, tuple(State.objects.get(layer="waters").bounds)))[3:5]

    async def made(self: Maker, served: Any, tile: Any) -> bytes:
        tried[tile[1:4]] = tried.get(tile[1:4], 0) + 1
        if tile[1:4] == worse or (tile[1:4] == bad and tried[bad] < 3):
            raise Busy("away")
        return await real_made(self, served, tile)

    monkeypatch.setattr(Maker, "made", made)
    row = seed()
    assert row.stage == Stage.DONE and tried[bad] == tried[worse] == 3
    assert row.failed == row.report["missing"] == 1
    assert row.report["holes"] == [[*worse, "failed"]]
    (feature,) = holes.geojson(row.report["holes"])["features"]
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert at(worse[0], *shape.centroid.coords[0]) == worse[1:]


def test_a_source_that_is_away_ends_it_and_what_was_made_stays(
    real: None, lakes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_made = Maker.made

    async def made(self: Maker, served: Any, tile: Any) -> bytes:
        if tile.z > 12:
            raise Busy("away")
        return await real_made(self, served, tile)

    monkeypatch.setattr(run, "IN_A_ROW", 4)
    monkeypatch.setattr(run, "BATCH", 1)
    monkeypatch.setattr(Maker, "made", made)
    row = seed()
    assert row.stage == Stage.FAILED and row.said["code"] == "source_away" and row.said["zh"]
    monkeypatch.undo()
    monkeypatch.setattr(run, "PAUSES", ())
    assert row.made > 0


def test_it_goes_on_where_its_worker_ended(real: None, lakes: Any) -> None:
    row = actions.ask("waters", ZOOMS, None, PLANNER, Stage.RUNNING)
    actions.reach(row, actions.Counts(reached=10, made=10))
    actions.queue.requeue_lost()
    found = actions.queue.claim()
    assert found is not None and (found.pk, found.reached) == (row.pk, 10)
    done = run.run(found.pk)
    assert done.reached == done.tiles == done.made and done.attempts == 0
    assert done.report["missing"] == 10, "what the lost worker had not written is told"


def test_who_cancels_is_heard(real: None, lakes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = actions.ask("waters", ZOOMS, None, PLANNER, Stage.RUNNING)
    monkeypatch.setattr(run, "BATCH", 5)
    told = actions.reach

    def reach(*given: Any) -> None:
        told(*given)
        actions.queue.cancel(row.pk, PLANNER)

    monkeypatch.setattr(actions, "reach", reach)
    found = run.run(row.pk)
    assert found.stage == Stage.CANCELLED and found.reached == 5
    missing = run.check("waters", actions.tiling_of(row)).missing
    assert 0 < missing <= row.tiles - 5, "what was made stays"


def test_what_cannot_be_seeded_is_told(real: None, lakes: Any, monkeypatch: Any) -> None:
    waters = catalogue.layer("waters")
    with pytest.raises(Conflict):
        actions.plan(catalogue.layer("greens"), None, None)
    for zooms in ((0, 3), (14, 12), (12, 20)):
        with pytest.raises(Invalid, match="zooms 5 to 16"):
            actions.plan(waters, zooms, None)
    with pytest.raises(Invalid, match="nothing in this box"):
        actions.plan(waters, ZOOMS, (100, 30, 101, 31))
    with pytest.raises(Unknown):
        actions.ask("nonesuch", None, None, PLANNER)
    monkeypatch.setattr(actions, "MOST", 17)
    with pytest.raises(Invalid, match=r"that are \d+ tiles") as refused:
        actions.plan(waters, ZOOMS, None)
    assert refused.value.more["tiles"] == 18 and refused.value.zh
    State.objects.filter(layer="waters").update(raster={"aligned": True, "compression": "webp"})
    with pytest.raises(Conflict, match="needs no seeding"):
        actions.plan(waters, None, None)


def test_tiles_that_the_disk_has_no_room_for_are_told(
    real: None, lakes: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.Cache, "put", lambda *given: None)
    row = seed((12, 12))
    assert row.stage == Stage.DONE and row.report["missing"] == row.tiles
    assert {hole[3] for hole in row.report["holes"]} == {"missing"}


def test_planners_ask_for_it_over_http(
    real: None, lakes: Any, enrol: Any, dispatcher: Any, token: Any, client: Client
) -> None:
    planner = {"authorization": f"Bearer {token(enrol('hua', 'planner'))}"}
    root = "/api/v1/layers/waters/seedings"
    body = {"zooms": ZOOMS, "box": BOX}
    asked = client.post(root, body, content_type="application/json", headers=planner)
    assert asked.status_code == 201, asked.content
    number = asked.json()["id"]
    assert asked.json()["tiles"] == Tiling(*ZOOMS, BOX).count() and asked.json()["reached"] == 0
    assert [one["id"] for one in client.get(root, headers=planner).json()["items"]] == [number]
    assert client.get(f"{root}/{number}", headers=planner).json()["stage"] == "waiting"
    assert client.get(f"{root}/{number}/holes", headers=planner).json()["features"] == []
    other = f"/api/v1/layers/greens/seedings/{number}"
    assert client.get(other, headers=planner).status_code == 404
    assert client.delete(f"{root}/{number}", headers=planner).json()["stage"] == "cancelled"
    assert client.delete(f"{root}/{number}", headers=planner).status_code == 409
    stranger = {"authorization": f"Bearer {token(dispatcher)}"}
    refused = client.post(root, body, content_type="application/json", headers=stranger)
    assert refused.status_code == 403
    for strange in ("nonesuch", "%00"):
        path = f"/api/v1/layers/{strange}/seedings"
        assert client.get(path, headers=planner).status_code == 404
    bad = client.post(root, {"zooms": [1]}, content_type="application/json", headers=planner)
    assert bad.status_code == 400


def test_who_may_not_see_a_layer_may_not_seed_it(
    real: None, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill("parts", [(shapely.Point(113.6, 34.7), {"code": "1"})])
    monkeypatch.setitem(catalogue.layer("parts").__dict__, "sharing", ("dispatcher",))
    with pytest.raises(Forbidden):
        actions.ask("parts", None, None, PLANNER)


def test_the_command_seeds_and_checks(real: None, lakes: Any, tmp_path: Path) -> None:
    def said(*words: str) -> str:
        out = io.StringIO()
        call_command("seed", *words, stdout=out)
        return out.getvalue()

    file = tmp_path / "holes.geojson"
    count = Tiling(12, 13, tuple(State.objects.get(layer="waters").bounds)).count()
    before = said("waters", "--zooms", "12-13", "--check", "--holes", str(file))
    assert f"{count} / {count} 张缺失 missing" in before and "12/" in before
    assert len(json.loads(file.read_text())["features"]) == count
    assert not Seeding.objects.exists(), "a look leaves no row"
    assert f"{count} 张已生成 made" in said("waters", "--zooms", "12-13")
    assert f"0 / {count}" in said("waters", "--zooms", "12-13", "--check")
    for bad in (("waters", "--zooms", "x"), ("waters", "--box", "1,2"), ("nonesuch",)):
        with pytest.raises(CommandError):
            said(*bad)


def test_the_worker_runs_it_in_a_process_of_its_own(
    real: None, lakes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Any
) -> None:
    at_ = connection.settings_dict
    password = f":{at_['PASSWORD']}" if at_["PASSWORD"] else ""
    where = f"{at_['USER']}{password}@{at_['HOST']}:{at_['PORT']}/{at_['NAME']}"
    monkeypatch.setenv("DATABASE_URL", f"postgres://{where}")
    monkeypatch.setenv("ZHIHUI_DATA", str(tmp_path))
    monkeypatch.setenv("ZHIHUI_SECRET_KEY", "a-secret-of-the-tests-only-" * 3)
    worker = Runner(actions.queue, Program("seed"), nothing)
    row = actions.ask("waters", (12, 12), None, PLANNER)

    def over() -> bool:
        worker.tick()
        row.refresh_from_db()
        return row.over and worker.idle

    eventually(over)
    assert row.stage == Stage.DONE and row.made == row.tiles, row.said


@given(
    st.tuples(st.floats(-180, 180), st.floats(-85, 85)),
    st.tuples(st.floats(0, 3), st.floats(0, 3)), st.integers(0, 7), st.integers(0, 99),
)  # fmt: skip
def test_tiles_of_a_box(
    corner: tuple[float, float], size: tuple[float, float], zoom: int, reached: int
) -> None:
    box = (*corner, min(180, corner[0] + size[0]), min(85, corner[1] + size[1]))
    tiling = Tiling(max(0, zoom - 2), zoom, box)
    every = list(tiling)
    assert len(set(every)) == len(every) == tiling.count()
    assert list(tiling.after(reached)) == every[reached:]
    for place in every:
        west, south, east, north = box_of(place)
        assert west <= box[2] + 1e-9 and east >= box[0] - 1e-9
        assert south <= box[3] + 1e-9 and north >= box[1] - 1e-9


def test_a_box_of_a_tile_holds_it() -> None:
    west, south, east, north = box_of((1, 0, 0))
    assert (west, east) == (-180, 0) and south == 0 and math.isclose(north, 85.0511287798)
    assert at(14, 113.603, 34.703) == (13362, 6506)
