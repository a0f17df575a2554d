"""Whom a flood reaches, on a plain between a channel and a dyke where all is known by hand."""

import dataclasses
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from django.conf import settings
from django.test import Client
from pyproj import Geod
from rasterio.transform import from_origin
from rasterio.warp import transform

from core.errors import Conflict, Invalid
from layers import actions as layer_actions
from layers import catalogue
from layers.analysing import actions, run
from layers.asking import reached
from layers.models import AnalysisJob, Feature, Stage, State
from layers.rights import narrower
from layers.terrain.grid import Grid
from layers.terrain.standing import Outlines, standing
from people.may import Rights
from people.models import Role

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
CELL, SIDE, LEVEL = 10.0, 40, 101.0
WEST, NORTH = 460000.0, 3850000.0  # EPSG:4547, near Zhengzhou
CHANNEL, DYKE = 5, 20  # columns: 95 m up to the channel's bank, 110 m on the dyke


def on_ground(shape: shapely.Geometry) -> shapely.Geometry:
    """Return a shape over (column, row) places in degrees."""

    def lonlat(at: np.ndarray) -> np.ndarray:
        x, y = WEST + at[:, 0] * CELL, NORTH - at[:, 1] * CELL
        return np.column_stack(transform("EPSG:4547", "EPSG:4326", x, y))

    return shapely.transform(shape, lonlat)


def box(left: float, top: float, right: float, bottom: float) -> shapely.Geometry:
    return on_ground(shapely.box(left, top, right, bottom))


@pytest.fixture
def plain(
    real: None, fill: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel, a plain at 100 m, a dyke, and lower ground (98 m) that lies dry behind it."""
    monkeypatch.setattr(settings, "DATA", tmp_path)
    heights = np.full((SIDE, SIDE), 100, np.float32)
    heights[:, :CHANNEL], heights[:, DYKE], heights[:, DYKE + 1 :] = 95, 110, 98
    path = tmp_path / "rasters" / "dem.tif"
    path.parent.mkdir()
    form = {"width": SIDE, "height": SIDE, "count": 1, "dtype": "float32"}
    at = from_origin(WEST, NORTH, CELL, CELL)
    with rasterio.open(path, "w", crs="EPSG:4547", transform=at, **form) as out:
        out.write(heights, 1)
    layer_actions.register_raster("dem", path, date=None, source="a test", simulated=True)
    buildings = [
        (box(10.5, 5.5, 12.5, 7.5), {"people": 30, "name_zh": "平地楼"}),
        (box(3.5, 5.5, 7.5, 7.5), {"people": 12, "name_zh": "岸边楼"}),
        (box(30.5, 5.5, 32.5, 7.5), {"people": 900, "name_zh": "堤后楼"}),
        (box(18.5, 5.5, 20.5, 7.5), {"name_zh": "堤上楼"}),
    ]
    fill("buildings", buildings)
    fill("schools", [(on_ground(shapely.Point(15.5, 9.5)), {"name_zh": "一小"})])
    fill("hospitals", [(on_ground(shapely.Point(33.5, 9.5)), {"name_zh": "堤后医院"})])
    street = on_ground(shapely.LineString([(2.5, 20.5), (35.5, 20.5)]))
    fill("streets", [(street, {"name_zh": "大街"})])
    north = (box(0, 0, 40, 10), {"level": "street", "code": "4101050", "name_zh": "北街道"})
    south = (box(0, 10, 40, 40), {"level": "street", "code": "4101051", "name_zh": "南街道"})
    city = (box(0, 0, 40, 40), {"level": "district", "code": "410105", "name_zh": "金水区"})
    fill("divisions", [north, south, city])


def flood(kind: str = "flood", **numbers: float) -> AnalysisJob:
    place = json.loads(shapely.to_geojson(on_ground(shapely.Point(2.5, 2.5))))
    wanted = numbers if numbers or kind != "flood" else {"level": LEVEL}
    asked = actions.Asked(kind, "dem", place, numbers=wanted)
    actions.ask(asked, PLANNER)
    return finished()


def finished() -> AnalysisJob:
    claimed = actions.queue.claim()
    assert claimed is not None
    done = run.run(claimed.pk)
    assert done.stage == Stage.DONE, done.said
    return done


def reach(of: AnalysisJob, **more: Any) -> AnalysisJob:
    actions.ask_affected(of.pk, actions.Affected(**more), PLANNER)
    return finished()


def depths(layer: str) -> dict[str, dict[str, Any]]:
    rows = Feature.objects.filter(layer=layer)
    return {row.properties["name_zh"]: row.properties for row in rows}


def test_depths_at_outlines_are_those_of_the_cells_that_they_pass() -> None:
    grid = Grid.plane(np.array([[95, 100, 98]], np.float32), 10)
    wet = np.array([[True, True, False]])
    places = np.array([[0.5, 0.5], [1.5, 0.5], [2.5, 0.5], [9.0, 0.5], [2.5, 0.5]])
    spots = Outlines(np.array([0, 0, 0, 1, 2]), places, np.array([10.0, 30, 0, 5, 5]), 3)
    found = standing(grid, wet, 101, spots)
    assert found.touched.tolist() == [True, False, False]
    assert (found.least[0], found.most[0], found.mean[0]) == (0, 6, (10 * 6 + 30 * 1) / 40)
    assert found.share[0] == 1 and found.ground[0] == 95
    assert np.isnan(found.ground[1]) and found.ground[2] == 98


def test_a_flood_reaches_what_its_water_stands_at_and_nothing_behind_the_dyke(plain: None) -> None:
    done = reach(flood(), layer="wet_houses")
    told = done.report["affected"]
    assert (told["buildings"], told["people"], told["people_unknown"]) == (3, 42, 1)
    assert told["deepest_m"] == 6
    assert [one["buildings"] for one in told["by_depth"]] == [0, 0, 0, 2, 1]
    found = depths("wet_houses")
    assert set(found) == {"平地楼", "岸边楼", "堤上楼"}, "lower ground behind a dyke stays dry"
    flat, bank, dyke = found["平地楼"], found["岸边楼"], found["堤上楼"]
    shown = ("depth_min_m", "depth_mean_m", "depth_max_m", "ground_m", "wet_share", "depth_class")
    assert [flat[name] for name in shown] == [1, 1, 1, 100, 1, 4]
    assert (bank["depth_min_m"], bank["depth_max_m"], bank["depth_class"]) == (1, 6, 5)
    assert bank["depth_mean_m"] == pytest.approx((2 * (15 * 6 + 25) + 20 * 6 + 20) / 120, abs=0.1)
    assert (dyke["depth_min_m"], dyke["depth_max_m"]) == (0, 1)
    assert dyke["wet_share"] == pytest.approx(50 / 80, abs=0.04)


def test_its_layer_is_like_any_other(plain: None) -> None:
    of = flood()
    reach(of, layer="wet_houses", title_en="Houses in water")
    layer, state = catalogue.layer("wet_houses"), State.objects.get(layer="wet_houses")
    assert layer.group == "analyses" and layer.title_en == "Houses in water" and state.simulated
    assert next(iter(layer.columns)) == "depth_class" and layer.columns["use"].zh
    assert [paint.where["depth_class"] for paint in layer.style] == [[1], [2], [3], [4], [5]]
    assert state.raster["analysis"]["of"] == str(of.pk) and "v" in state.source
    again = reach(flood("levels", most=7), level=100.5, layer="wet_houses")
    assert again.report["affected"]["deepest_m"] == 5.5


def test_nobody_is_told_more_than_the_buildings_or_the_model_would() -> None:
    dem = catalogue.of_files()["dem"]
    some = dataclasses.replace(dem, sharing=("planner", "supervisor"))
    others = dataclasses.replace(dem, sharing=("supervisor", "inspector"))
    staff = dataclasses.replace(dem, sharing="staff")
    assert narrower(dem, some) == narrower(some, staff) == ("planner", "supervisor")
    assert narrower(some, others) == ("supervisor",) and narrower(dem, staff) == "staff"
    assert narrower(staff, dem) == "staff" and narrower(dem, dem) == "open"
    assert narrower(some, dataclasses.replace(dem, sharing=("inspector",))) == ("admin",)


def test_what_is_no_flood_or_of_another_model_is_refused(plain: None) -> None:
    of = flood()
    with pytest.raises(Invalid, match="stands at 101 m"):
        actions.ask_affected(of.pk, actions.Affected(level=99), PLANNER)
    levels = flood("levels", most=7)
    for level in (None, 94.9, 102.1, float("nan")):
        with pytest.raises(Invalid, match="give a level within 95 … 102 m"):
            actions.ask_affected(levels.pk, actions.Affected(level=level), PLANNER)
    with pytest.raises(Invalid, match="no flood"):
        actions.ask_affected(flood("slope").pk, actions.Affected(), PLANNER)
    with pytest.raises(Invalid, match="areas"):
        actions.ask_affected(of.pk, actions.Affected(buildings="streets"), PLANNER)
    asked = actions.ask_affected(of.pk, actions.Affected(), PLANNER)
    State.objects.filter(layer="dem").update(version=99)
    assert actions.queue.claim() == asked
    done = run.run(asked.pk)
    assert done.stage == Stage.REFUSED and "has changed" in done.said["en"] and done.said["zh"]
    with pytest.raises(Conflict, match="not done"):
        actions.ask_affected(
            actions.ask(
                actions.Asked("flood", "dem", of.place, numbers={"level": 101}), PLANNER
            ).pk,
            actions.Affected(),
            PLANNER,
        )


@pytest.fixture
def ask(plain: None, enrol: Any, client: Client) -> Callable[..., Any]:
    client.force_login(enrol("pan", Role.PLANNER), "django.contrib.auth.backends.ModelBackend")

    def post(path: str, expect: int = 200, **body: Any) -> Any:
        answer = client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code == expect, answer.content
        return answer.json()

    return post


def test_who_and_what_by_layer_and_by_zone(ask: Callable[..., Any]) -> None:
    done = flood()
    found = ask("layers/affected", analysis=str(done.pk))
    figures = found["figures"]
    assert found["square_km"] == pytest.approx(200 * 400 / 1e6, rel=0.002)
    assert figures["counts"] == {"buildings": 3, "schools": 1, "streets": 1}
    assert (figures["people"], figures["people_unknown"]) == (42, 1)
    assert figures["lengths_km"]["streets"] == pytest.approx(0.175, rel=0.005)
    assert [site["name_zh"] for site in found["sites"]] == ["一小"]
    zones = {zone["name_zh"]: zone["figures"] for zone in found["zones"]}
    assert list(zones) == ["金水区", "北街道", "南街道"]
    assert zones["北街道"]["counts"] == {"buildings": 3, "schools": 1}
    assert zones["北街道"]["people"] == zones["金水区"]["people"] == 42
    assert zones["南街道"]["lengths_km"]["streets"] == pytest.approx(0.175, rel=0.005)


def test_people_are_reckoned_by_floor_space_where_buildings_tell_none(
    ask: Callable[..., Any], fill: Callable[..., int]
) -> None:
    area = json.loads(shapely.to_geojson(shapely.box(113.60, 34.70, 113.70, 34.80)))
    house = shapely.box(113.650, 34.750, 113.651, 34.751)
    size = Geod(ellps="WGS84").geometry_area_perimeter(house)[0]
    told = [({"floors": 3}, house), ({"people": 7, "floors": 9}, house), ({}, house)]
    fill("buildings", [(shape, held) for held, shape in told])
    plain = ask("layers/affected", area=area)["figures"]
    assert (plain["people"], plain["people_unknown"]) == (7, 2)
    found = ask("layers/affected", area=area, room={"storeys": "floors", "m2_each": 40})
    assert found["figures"]["people"] == round(7 + size * 3 / 40)
    assert found["figures"]["people_unknown"] == 1, "its storeys are not known"
    assert found["room"] == {"storeys": "floors", "m2_each": 40}
    for storeys, each in (("use", 40), ("nope", 40), ("floors", 0)):
        room = {"storeys": storeys, "m2_each": each}
        assert "room" in ask("layers/affected", 400, area=area, room=room)["field"]


def test_over_http_from_the_flood_to_its_figures(ask: Callable[..., Any]) -> None:
    levels = flood("levels", most=7)
    made = ask(f"layers/analyses/{levels.pk}/affected", 201, level=96, layer="wet_houses")
    assert (made["kind"], made["of"], made["against"]) == ("affected", str(levels.pk), "buildings")
    finished()
    found = ask("layers/affected", analysis=made["id"])
    assert found["buildings"] == "wet_houses" and found["square_km"] == pytest.approx(
        0.02, rel=0.01
    )
    assert found["figures"]["counts"] == {"wet_houses": 1, "streets": 1}
    assert found["figures"]["people"] == 12
    assert ask("layers/affected", analysis=str(levels.pk), level=96)["figures"]["people"] == 12
    assert "level" in ask("layers/affected", 400, analysis=str(levels.pk))["field"]
    ask(f"layers/analyses/{uuid.uuid4()}/affected", 404)


def test_a_drawn_shape_and_any_analysis_have_ground_too(ask: Callable[..., Any]) -> None:
    line = json.loads(shapely.to_geojson(on_ground(shapely.LineString([(31, 2), (31, 9)]))))
    drawn = ask("layers/affected", area=line, within_m=30)
    assert drawn["figures"]["people"] == 900 and drawn["figures"]["counts"]["hospitals"] == 1
    area = json.loads(shapely.to_geojson(box(29, 1, 36, 12)))
    actions.ask(actions.Asked("slope", "dem", area=area), PLANNER)
    assert ask("layers/affected", analysis=str(finished().pk))["figures"]["people"] == 900
    assert "area" in ask("layers/affected", 400)["field"]
    assert ask("layers/affected", 400, analysis=str(flood("slope").pk))["field"] == "analysis"


def test_people_are_not_made_up_where_no_building_tells_any(
    ask: Callable[..., Any], fill: Callable[..., int]
) -> None:
    fill("buildings", [(box(10.5, 5.5, 12.5, 7.5), {"name_zh": "平地楼"})])
    of = flood()
    figures = ask("layers/affected", analysis=str(of.pk))["figures"]
    assert figures["people"] is None and figures["people_unknown"] == 1
    assert reach(of).report["affected"]["people"] is None


def test_ground_that_reaches_nothing_is_told_so(plain: None) -> None:
    found = reached.reached([], PLANNER)
    assert found.figures == reached.Figures() and found.zones == [] and found.square_km == 0
