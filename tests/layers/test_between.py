"""Two elevation models compared: volumes that one can reckon by hand, grids that differ."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from django.conf import settings
from rasterio.transform import from_origin
from rasterio.warp import transform

from core.errors import Invalid
from layers import actions as layer_actions
from layers import catalogue, elevation
from layers.analysing import actions, run
from layers.layer import Layer
from layers.models import AnalysisJob, Stage, State
from layers.terrain.analyses.between import Between
from layers.terrain.analysis import Task, Values
from layers.terrain.grid import Grid
from people.may import Rights
from people.models import Role

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
CELL, SIDE = 10.0, 40
WEST, NORTH = 460000.0, 3850000.0  # EPSG:4547
Model = Callable[..., None]


def box(left: float, top: float, right: float, bottom: float) -> dict[str, Any]:
    def lonlat(at: np.ndarray) -> np.ndarray:
        x, y = WEST + at[:, 0] * CELL, NORTH - at[:, 1] * CELL
        return np.column_stack(transform("EPSG:4547", "EPSG:4326", x, y))

    shape = shapely.transform(shapely.box(left, top, right, bottom), lonlat)
    found: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return found


@pytest.fixture
def model(real: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """Register a model: model("dem", heights, cell=10, sharing="open")."""
    monkeypatch.setattr(settings, "DATA", tmp_path)
    (tmp_path / "rasters").mkdir()

    def make(code: str, heights: np.ndarray, cell: float = CELL, **more: Any) -> None:
        if code != "dem":
            given = catalogue.layer("dem").definition() | {"columns": {}} | more
            layer_actions.register(Layer(code=code, **given), "test")
        path = tmp_path / "rasters" / f"{code}.tif"
        rows, columns = heights.shape
        form = {"width": columns, "height": rows, "count": 1, "dtype": "float32", "nodata": -9999}
        at = from_origin(WEST, NORTH, cell, cell)
        with rasterio.open(path, "w", crs="EPSG:4547", transform=at, **form) as out:
            out.write(heights.astype(np.float32), 1)
        layer_actions.register_raster(code, path, date=None, source="a test", simulated=False)

    return make


def before_and_after() -> tuple[np.ndarray, np.ndarray]:
    """Return a plain at 100 m, and the same with a pit of 3 m and a heap of 5 m."""
    before = np.full((SIDE, SIDE), 100.0)
    after = before.copy()
    after[5:10, 5:10] -= 3  # 25 cells
    after[20:22, 20:30] += 5  # 20 cells
    return before, after


def compare(**more: Any) -> AnalysisJob:
    given = {"against": "later", "layer": "change", **more}
    asked = actions.ask(actions.Asked("between", "dem", **given), PLANNER)
    assert actions.queue.claim() == asked
    return run.run(asked.pk)


def test_what_was_dug_and_heaped_up_is_reckoned_cell_by_cell(model: Model) -> None:
    before, after = before_and_after()
    model("dem", before)
    model("later", after)
    done = compare()
    assert done.stage == Stage.DONE, done.said
    found = done.report["figures"]
    assert found["lost_m3"] == pytest.approx(25 * 100 * 3, rel=0.002)
    assert found["gained_m3"] == pytest.approx(20 * 100 * 5, rel=0.002)
    assert found["net_m3"] == pytest.approx(10_000 - 7_500, rel=0.005)
    assert (found["edge_m3"], found["unknown_m2"]) == (0, 0)
    assert done.report["rows"] == SIDE and done.report["cell_m"] == pytest.approx(CELL, rel=0.001)
    state = State.objects.get(layer="change")
    with rasterio.open(Path(settings.DATA) / state.path) as source:
        change = source.read(1)
    assert np.array_equal(change, (after - before).astype(np.float32))
    legend = [one["value"] for one in state.raster["legend"]]
    assert legend[0] == -legend[2] and legend[1] == 0 and catalogue.layer("change_picture").tiled
    told = state.raster["analysis"]
    assert (told["against"], told["against_version"]) == ("later", 1) and "later v1" in state.source


def test_the_error_at_the_areas_edge_holds_the_true_volume(model: Model) -> None:
    before = np.full((SIDE, SIDE), 100.0)
    model("dem", before)
    model("later", before + 2)
    done = compare(area=box(10.3, 10.3, 20.4, 20.4))  # 101 m on a side, cells of 10 m
    found = done.report["figures"]
    true = 101 * 101 * 2
    assert found["gained_m3"] == pytest.approx(100 * 100 * 2, rel=0.002)
    assert found["gained_m3"] != true
    assert abs(found["gained_m3"] - true) <= found["edge_m3"] <= 84 * 200 / 2 * 1.01


def test_small_changes_may_count_as_none(model: Model) -> None:
    before, after = before_and_after()
    model("dem", before)
    model("later", after + 0.1)
    found = compare(numbers={"least": 0.5}).report["figures"]
    assert found["lost_m2"] == pytest.approx(2500, rel=0.002)
    assert found["gained_m2"] == pytest.approx(2000, rel=0.002)


def test_a_finer_model_is_averaged_and_a_coarser_one_lies_between(model: Model) -> None:
    before, after = before_and_after()
    model("dem", before)
    model("fine", np.kron(after, np.ones((4, 4))), cell=2.5)
    found = compare(against="fine").report["figures"]
    assert found["lost_m3"] == pytest.approx(7500, rel=0.01)
    rows, _ = np.mgrid[:10, :10]
    model("slope", rows * 40.0, cell=40)
    done = compare(against="slope", layer="other")
    with rasterio.open(Path(settings.DATA) / State.objects.get(layer="other").path) as source:
        change = source.read(1)
    # the slope rises 1 m a metre southwards; its first cell's middle lies 20 m down
    assert change[10, 20] + 100 == pytest.approx(10 * 10 + 5 - 20, abs=0.5), done.said


def test_what_one_of_both_does_not_know_is_left_out_and_told(model: Model) -> None:
    before, after = before_and_after()
    after[:, 30:] = -9999
    model("dem", before)
    model("later", after)
    found = compare().report["figures"]
    assert found["unknown_m2"] == pytest.approx(10 * 40 * 100, rel=0.002)
    assert found["gained_m3"] == pytest.approx(10_000, rel=0.002)
    model("away", np.full((SIDE, SIDE), -9999.0))
    refused = compare(against="away", layer="none")
    assert refused.stage == Stage.REFUSED and "second model" in refused.said["en"]


def test_the_form_is_told_which_models_there_are(model: Model) -> None:
    before, after = before_and_after()
    model("dem", before)
    model("later", after)
    model("secret", after, sharing=("supervisor",))
    assert [one.code for one in elevation.models(PLANNER)] == ["dem", "later"]


def test_a_second_model_is_asked_for_and_its_secrets_are_kept(model: Model) -> None:
    before, after = before_and_after()
    model("dem", before)
    model("later", after, sharing=("planner",))
    for against in ("", "dem", "waters"):
        with pytest.raises(Invalid):
            actions.ask(actions.Asked("between", "dem", against=against), PLANNER)
    assert compare().stage == Stage.DONE
    assert catalogue.layer("change").sharing == ("planner",)
    grid = Grid.plane(before, CELL)
    with pytest.raises(Invalid, match="second model"):
        Between().run(Task(grid, None, None, {"least": 0}, lambda *_: None))
    found = Between().run(Task(grid, None, None, {"least": 0}, lambda *_: None, grid))
    assert isinstance(found.made, Values) and found.figures["net_m3"] == 0
