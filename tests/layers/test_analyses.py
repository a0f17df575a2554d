"""Terrain analyses: asked for, run to a registered layer that carries its numbers, or refused."""

import json
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from rasterio.transform import from_origin
from rasterio.warp import transform

from core.errors import Conflict, Forbidden, Invalid, Unknown
from layers import actions as layers
from layers import catalogue
from layers.analysing import actions, profiling, run
from layers.jobs import Program, Runner, clear_rasters
from layers.models import AnalysisJob, Feature, Registered, Stage, State
from layers.terrain.analysis import Analysis, Outcome, Task, Topic, analyses
from people.may import Rights
from people.models import Role

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
CELL, SIDE = 10.0, 120
WEST, NORTH = 460000.0, 3850000.0  # EPSG:4547, near Zhengzhou


def lonlat(column: float, row: float) -> list[float]:
    """Return the position of a place on the valley's grid."""
    xs, ys = transform("EPSG:4547", "EPSG:4326", [WEST + column * CELL], [NORTH - row * CELL])
    return [xs[0], ys[0]]


def point(column: float, row: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": lonlat(column, row)}


def box(left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return {"type": "Polygon", "coordinates": [[lonlat(*corner) for corner in corners]]}


@pytest.fixture
def valley(real: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A valley that falls to the south, 200 m high at its head, with slopes of one in two."""
    monkeypatch.setattr(settings, "DATA", tmp_path)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    heights = 200 - rows * 1.0 + np.abs(columns - 60) * 5.0
    path = tmp_path / "rasters" / "dem.tif"
    path.parent.mkdir()
    form = {"width": SIDE, "height": SIDE, "count": 1, "dtype": "float32"}
    at = from_origin(WEST, NORTH, CELL, CELL)
    with rasterio.open(path, "w", crs="EPSG:4547", transform=at, **form) as out:
        out.write(heights.astype(np.float32), 1)
    layers.register_raster("dem", path, date=None, source="a test", simulated=True)


def bring(kind: str, **more: Any) -> AnalysisJob:
    asked = actions.ask(actions.Asked(kind, "dem", **more), PLANNER)
    assert actions.queue.claim() == asked
    return run.run(asked.pk)


def values(layer: str) -> np.ndarray:
    with rasterio.open(Path(settings.DATA) / State.objects.get(layer=layer).path) as source:
        assert source.crs.to_epsg() == 4547 and source.shape == (SIDE, SIDE)
        read: np.ndarray = source.read(1)
        return read


def test_slope_becomes_values_and_a_picture(valley: None) -> None:
    done = bring("slope", layer="steep")
    assert done.stage == Stage.DONE, done.said
    assert values("steep")[50, 20] == pytest.approx(
        np.degrees(np.arctan(np.hypot(0.5, 0.1))), rel=1e-3
    )
    own, picture = catalogue.layer("steep"), catalogue.layer("steep_picture")
    assert not own.tiled and picture.tiled and own.group == "analyses"
    state = State.objects.get(layer="steep_picture")
    assert state.raster["aligned"] and state.simulated, "a made-up model makes made-up slopes"
    assert state.raster["analysis"]["model"] == "dem" and state.raster["legend"][0]["value"] == 0


def test_what_is_seen_is_confined_to_its_radius(valley: None) -> None:
    done = bring("viewshed", place=point(60.5, 60.5), numbers={"radius": 200}, layer="seen")
    assert done.stage == Stage.DONE, done.said
    assert done.report["rows"] < 50, "only the cells round the point are read"
    told = Client().get("/api/v1/layers/seen_picture").json()["ramp"]
    assert [(stop["value"], stop["zh"]) for stop in told["stops"]] == [(0, "不可见"), (1, "可见")]
    figures = State.objects.get(layer="seen").raster["analysis"]["figures"]
    assert 0 < figures["seen_m2"] <= np.pi * 210**2


def test_contours_carry_their_heights(valley: None) -> None:
    done = bring("contours", numbers={"interval": 20}, layer="lines")
    assert done.stage == Stage.DONE, done.said
    found = list(Feature.objects.filter(layer="lines"))
    assert len(found) == done.report["features"] > 10
    assert {row.properties["height_m"] % 20 for row in found} == {0}
    high = [row.properties["height_m"] for row in found if row.properties["main"]]
    assert set(high) == {100, 200, 300, 400}
    assert catalogue.layer("lines").columns["height_m"].en == "height (m)"


def test_a_watershed_is_all_above_its_outlet(valley: None) -> None:
    done = bring("watershed", place=point(57.5, 60.5), numbers={"snap": 60}, layer="basin")
    assert done.stage == Stage.DONE, done.said
    row = Feature.objects.get(layer="basin")
    assert row.properties["moved_m"] == pytest.approx(np.hypot(30, 50), rel=0.01)
    assert row.properties["area_m2"] == pytest.approx(66 * 120 * 100, rel=0.05)
    assert row.original.transform(4547, clone=True).area == pytest.approx(
        row.properties["area_m2"], rel=0.002
    )


def test_a_flood_stays_where_water_gets_to(valley: None) -> None:
    done = bring("flood", place=point(60.5, 110.5), numbers={"level": 105}, layer="water")
    assert done.stage == Stage.DONE, done.said
    row = Feature.objects.get(layer="water")
    rows, columns = np.mgrid[:SIDE, :SIDE]
    depth = np.maximum(0, 105 - (200 - rows + np.abs(columns - 60) * 5))
    assert row.properties["volume_m3"] == pytest.approx(depth.sum() * 100, rel=0.005)
    assert row.properties["deepest_m"] == pytest.approx(105 - 81, abs=0.01)
    assert "hydraulic" in analyses()["flood"].caution_en
    dry = bring("flood", place=point(10.5, 10.5), numbers={"level": 105})
    assert dry.stage == Stage.REFUSED and dry.said["zh"] and "above the level" in dry.said["en"]


def test_flood_levels_hold_every_flood_at_once(valley: None) -> None:
    numbers = {"most": 24}
    done = bring("levels", place=point(60.5, 110.5), numbers=numbers, layer="levels")
    assert done.stage == Stage.DONE, done.said
    rows, columns = np.mgrid[:SIDE, :SIDE]
    rise = np.maximum(200 - rows + np.abs(columns - 60) * 5.0, 90) - 90
    expected = np.where(rise <= 24, rise, np.nan)
    assert np.array_equal(values("levels"), expected, equal_nan=True)
    assert done.report["figures"]["ground_m"] == 90
    assert State.objects.get(layer="levels").raster["unit"] == "m"


def test_cut_and_fill_balance_where_no_level_is_given(valley: None) -> None:
    done = bring("earthwork", place=box(20, 20, 40, 40), layer="earth")
    assert done.stage == Stage.DONE, done.said
    figures = done.report["figures"]
    assert figures["known_m2"] == pytest.approx(200 * 200, rel=0.003)
    assert abs(figures["surplus_m3"]) < 0.001 * figures["cut_m3"]
    kinds = {row.properties["kind"]: row for row in Feature.objects.filter(layer="earth")}
    assert set(kinds) == {"cut", "fill"}
    assert kinds["cut"].properties["volume_m3"] == pytest.approx(figures["cut_m3"], abs=0.1)
    told = catalogue.layer("earth")
    assert told.columns["kind"].values["fill"].zh == "填方"
    assert [(paint.where, paint.zh) for paint in told.style] == [
        ({"kind": ["cut"]}, "挖方"),
        ({"kind": ["fill"]}, "填方"),
    ]


def test_a_layer_is_made_anew_from_other_numbers(valley: None) -> None:
    bring("slope", layer="steep")
    first = Path(settings.DATA) / State.objects.get(layer="steep").path
    bring("slope", layer="steep", area=box(10, 10, 50, 50))
    state = State.objects.get(layer="steep")
    assert state.version == 2 and not first.exists() and state.raster["width"] < SIDE


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"kind": "dowsing"}, "no analysis 'dowsing'"),
        ({"kind": "slope", "numbers": {"depth": 1}}, "no number of this analysis"),
        ({"kind": "contours", "numbers": {"interval": -1}}, "interval lies within"),
        ({"kind": "contours", "numbers": {"interval": float("nan")}}, "interval lies within"),
        ({"kind": "viewshed"}, "needs a place"),
        ({"kind": "viewshed", "place": {"type": "Point", "coordinates": [1]}}, "no GeoJSON point"),
        ({"kind": "viewshed", "place": {"type": "Point", "coordinates": "xy"}}, "no GeoJSON point"),
        ({"kind": "earthwork", "place": {"type": "Point", "coordinates": [1, 1]}}, "polygon"),
        ({"kind": "flood", "place": {"type": "Point", "coordinates": [1, 1]}}, "level is missing"),
        ({"kind": "slope", "model": "waters"}, "no elevation model"),
        ({"kind": "slope", "layer": "X y"}, "no layer code"),
    ],
)
def test_what_cannot_be_reckoned_is_refused_at_once(
    valley: None, asked: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(Invalid, match=complaint) as refused:
        actions.ask(actions.Asked(**{"model": "dem", **asked}), PLANNER)
    assert refused.value.zh and not AnalysisJob.objects.exists()


def test_a_place_beside_the_model_is_refused_with_a_sentence(valley: None) -> None:
    for kind in ("viewshed", "watershed"):
        done = bring(kind, place={"type": "Point", "coordinates": [110.0, 30.0]})
        assert done.stage == Stage.REFUSED and "beside" in done.said["en"], done.said
    assert not Registered.objects.exists()
    assert [path.name for path in (Path(settings.DATA) / "rasters").iterdir()] == ["dem.tif"]


def test_where_there_is_nothing_to_show_the_layer_is_empty(valley: None) -> None:
    done = bring("contours", numbers={"interval": 1000, "base": 7}, layer="none")
    assert done.stage == Stage.DONE, done.said
    assert done.report["features"] == 0 and State.objects.get(layer="none").count == 0
    assert catalogue.layer("none").title_zh == "等高线（数字高程模型）"


def test_where_nothing_is_known_there_is_nothing_to_reckon(valley: None) -> None:
    with rasterio.open(Path(settings.DATA) / "rasters" / "dem.tif", "r+") as model:
        model.nodata = -1
        model.write(np.full((1, SIDE, SIDE), -1, np.float32))
    for kind in ("slope", "contours"):
        done = bring(kind)
        assert done.stage == Stage.REFUSED and "no height is known" in done.said["en"]


def test_only_planners_and_only_models_that_they_may_see(valley: None) -> None:
    with pytest.raises(Forbidden):
        actions.ask(actions.Asked("slope", "dem"), Rights(8, Role.INSPECTOR.value, ("4101",)))
    State.objects.filter(layer="dem").update(path="")
    with pytest.raises(Unknown, match="holds nothing"):
        actions.ask(actions.Asked("slope", "dem"), PLANNER)


def test_another_layer_is_never_overwritten(valley: None) -> None:
    with pytest.raises(Conflict, match="not of an analysis"):
        actions.ask(actions.Asked("slope", "dem", layer="waters"), PLANNER)
    bring("contours", layer="hill_picture")
    with pytest.raises(Conflict, match="hill is not"):
        actions.ask(actions.Asked("slope", "dem", layer="hill"), PLANNER)
    with pytest.raises(Invalid, match="no layer code"):
        actions.ask(actions.Asked("slope", "dem", layer="a" * 24), PLANNER)


def test_what_is_cancelled_while_it_runs_leaves_nothing(
    valley: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    slope = analyses()["slope"]
    real = type(slope).run

    def cancelled(self: Analysis, task: Task) -> Outcome:
        actions.queue.cancel(AnalysisJob.objects.get().pk, PLANNER)
        return real(slope, task)

    monkeypatch.setattr(type(slope), "run", cancelled)
    assert bring("slope").stage == Stage.CANCELLED
    assert not Registered.objects.exists()
    assert [path.name for path in (Path(settings.DATA) / "rasters").iterdir()] == ["dem.tif"]


def test_the_worker_ends_what_was_cancelled_and_notes_what_died(
    valley: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeping = subprocess.Popen(["sleep", "60"])
    monkeypatch.setattr(Program, "start", lambda self, number: sleeping)
    runner = Runner(actions.queue, Program("terrain"), clear_rasters)
    first = actions.ask(actions.Asked("slope", "dem"), PLANNER)
    runner.tick()
    actions.queue.cancel(first.pk, PLANNER)
    runner.tick()
    assert runner.idle and sleeping.poll() is not None
    dying = subprocess.Popen(["false"])
    monkeypatch.setattr(Program, "start", lambda self, number: dying)
    second = actions.ask(actions.Asked("slope", "dem"), PLANNER)
    runner.tick()
    dying.wait()
    runner.tick()
    second.refresh_from_db()
    assert second.stage == Stage.FAILED and second.said["zh"]
    with pytest.raises(Conflict, match="over"):
        actions.queue.cancel(second.pk, PLANNER)


def test_what_a_dead_worker_left_is_tried_once_more(valley: None) -> None:
    found = actions.ask(actions.Asked("slope", "dem"), PLANNER)
    for stage in (Stage.WAITING, Stage.FAILED):
        assert actions.queue.claim() == found
        actions.queue.requeue_lost()
        found.refresh_from_db()
        assert found.stage == stage


def test_planners_ask_over_http(valley: None, enrol: Any) -> None:
    client = Client()
    client.force_login(enrol("pan", Role.PLANNER), "django.contrib.auth.backends.ModelBackend")

    def call(method: str, path: str, **body: Any) -> Any:
        given = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
        return getattr(client, method)(f"/api/v1/layers{path}", **given)

    kinds = {each["kind"]: each for each in call("get", "/analyses").json()["kinds"]}
    assert list(kinds) == list(analyses()) and kinds["viewshed"]["numbers"][2]["default"] == 3000
    assert len(set(topics := [each["topic"] for each in kinds.values()])) == 4
    assert topics == sorted(topics, key=[one.value for one in Topic].index)
    made = call("post", "/analyses", kind="contours", numbers={"interval": 50}, layer="lines")
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    assert actions.queue.claim() is not None and run.run(AnalysisJob.objects.get().pk)
    told = call("get", f"/analyses/{number}").json()
    assert (told["stage"], told["progress"]) == ("done", 100)
    assert call("get", "/lines").json()["analysis"]["numbers"] == {"interval": 50, "base": 0}
    assert call("post", f"/analyses/{number}/cancel").status_code == 409
    assert call("post", "/analyses", kind="viewshed").status_code == 400
    assert call("post", "/analyses", kind="slope", title_zh="a\x00").status_code == 400
    odd = {**box(10, 10, 20, 20), "note": "a\x00"}
    assert call("post", "/analyses", kind="slope", area=odd).status_code == 201


def ask_profile(line: Any, status: int = 200, **more: Any) -> Any:
    """Ask as nobody: the demo city's model is open."""
    body = json.dumps({"line": line, **more})
    answer = Client().post("/api/v1/elevation/profile", body, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_profile_across_the_valley_is_answered_at_once(valley: None) -> None:
    line = {"type": "LineString", "coordinates": [lonlat(20.5, 50.5), lonlat(100.5, 50.5)]}
    told = ask_profile(line, step_m=10)
    assert told["layer"] == "dem" and told["simulated"]
    assert told["length_m"] == pytest.approx(800, rel=1e-3)
    assert told["lowest_m"] == pytest.approx(150, abs=1) and told["highest_m"] == 350
    assert told["climb_m"] == pytest.approx(200, abs=1) == told["descent_m"]
    assert told["steepest_percent"] == pytest.approx(50, abs=1)
    assert told["places"][0] == pytest.approx(line["coordinates"][0], abs=1e-6)
    assert len(told["places"]) == len(told["height_m"]) == len(told["distance_m"]) == 81


def test_a_profile_that_leaves_the_model_has_gaps_and_one_of_a_long_line_stays_small(
    valley: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = {"type": "LineString", "coordinates": [lonlat(60.5, 50.5), lonlat(240.5, 50.5)]}
    told = ask_profile(line)
    assert told["height_m"][0] == 150 and told["height_m"][-1] is None
    monkeypatch.setattr(profiling, "_MOST_CELLS", 100)
    monkeypatch.setattr(profiling, "MOST_SAMPLES", 50)
    coarse = ask_profile(line)
    assert len(coarse["places"]) <= 50 and coarse["cell_m"] > 15


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ({"type": "Point", "coordinates": [1, 1]}, "no GeoJSON LineString"),
        ({"type": "LineString", "coordinates": [[113.6, 34.7]]}, "corners"),
        ({"type": "LineString", "coordinates": [[113.6, 34.7], ["a", 1]]}, "no GeoJSON LineString"),
        ({"type": "LineString", "coordinates": [[113.6, 34.7], [1]]}, "no GeoJSON LineString"),
        ({"type": "LineString", "coordinates": [[113.6, 34.7], [900, 1]]}, "no degrees"),
        ({"type": "LineString", "coordinates": [lonlat(9, 9), lonlat(9, 9)]}, "no length"),
    ],
)
def test_what_is_no_line_has_no_profile(valley: None, line: Any, complaint: str) -> None:
    assert complaint in ask_profile(line, 400)["detail"]


def test_the_command_runs_one_to_its_end(valley: None, tmp_path: Path) -> None:
    out = StringIO()
    lon, lat = lonlat(60.5, 110.5)
    at = f"--at={lon},{lat}"
    call_command("terrain", "flood", at, "--set", "level=105", "--layer=water", stdout=out)
    assert '"level_m": 105' in out.getvalue()
    inside = tmp_path / "area.geojson"
    inside.write_text(json.dumps(box(20, 20, 40, 40)))
    call_command("terrain", "earthwork", f"--inside={inside}", "--layer=earth", stdout=out)
    assert '"cut_m3"' in out.getvalue()
    with pytest.raises(CommandError, match="level is missing"):
        call_command("terrain", "flood", at)
    with pytest.raises(CommandError, match="above the level"):
        call_command("terrain", "flood", at, "--set", "level=1")
    call_command("terrain", stdout=out)
    assert "viewshed" in out.getvalue() and "通视" in out.getvalue()
