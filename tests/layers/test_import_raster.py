"""Orthophotos and elevation models: made into layers, or refused with a reason."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from django.conf import settings
from rasterio.transform import from_origin

from layers import catalogue, elevation
from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Import, Stage, State
from people.may import Rights
from people.models import Role

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
AT = {"crs": "EPSG:4547", "transform": from_origin(460000, 3850000, 2, 2)}


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)


def write(path: Path, cells: Any, **more: Any) -> Path:
    size = {"count": len(cells), "height": cells.shape[1], "width": cells.shape[2]}
    given = {"driver": "GTiff", "dtype": cells.dtype.name, **size, **AT, **more}
    with rasterio.open(path, "w", **given) as out:
        out.write(cells)
    return path


def colours(bands: int = 3, kind: str = "uint8") -> Any:
    return np.random.default_rng(1).integers(1, 255, (bands, 200, 300)).astype(kind)


def slope() -> Any:
    return (100 + np.add.outer(np.arange(200.0), np.zeros(300)))[None].astype("float32")


def bring(path: Path, datum: str = "EPSG:4547", **wished: Any) -> Import:
    wishes = Wishes(title_zh="新测绘", title_en="Survey", source_date="2026-05-01", **wished)
    given = actions.Given(path.name, datum=datum, layer="survey", wishes=wishes)
    content = path.read_bytes()
    found = actions.hand_in(given, [content], len(content), PLANNER)
    assert actions.queue.claim() is not None
    return run.run(found.pk)


def test_an_orthophoto_becomes_web_tiles(real: None, tmp_path: Path) -> None:
    done = bring(write(tmp_path / "ortho.tif", colours()))
    assert done.stage == Stage.DONE, done.said
    layer, state = catalogue.layer("survey"), State.objects.get(layer="survey")
    assert layer.kind == "raster" and layer.tiled and not layer.heights
    assert state.raster["aligned"] and state.raster["compression"] == "webp"
    assert str(state.source_date) == "2026-05-01" and not state.simulated
    assert (tmp_path / state.path).exists()


def test_a_second_one_takes_the_place_of_the_first_file(real: None, tmp_path: Path) -> None:
    path = write(tmp_path / "ortho.tif", colours())
    bring(path)
    first = tmp_path / State.objects.get(layer="survey").path
    bring(path)
    second = State.objects.get(layer="survey")
    assert second.version == 2 and (tmp_path / second.path).exists() and not first.exists()


def test_heights_answer_and_are_drawn(real: None, tmp_path: Path) -> None:
    done = bring(write(tmp_path / "dem.tif", slope(), nodata=-9999))
    assert done.stage == Stage.DONE, done.said
    assert done.report["heights"]["cell_m"] == 2.0
    kept = State.objects.get(layer="survey").raster
    assert [kept[name] for name in ("unit", "horizontal", "vertical")] == ["m", "EPSG:4547", ""]
    model, picture = catalogue.layer("survey"), catalogue.layer("survey_relief")
    assert model.heights and not model.tiled and picture.tiled and not picture.heights
    west, south, east, north = State.objects.get(layer="survey").extent.extent  # type: ignore[union-attr]
    found = elevation.best((west + east) / 2, (south + north) / 2, PLANNER)
    assert found.metres == pytest.approx(200, abs=3) and found.cell_m == 2.0
    assert (found.layer.datum, str(found.state.source_date)) == ("EPSG:4547", "2026-05-01")


def test_a_frame_that_is_missing_is_the_declared_one(real: None, tmp_path: Path) -> None:
    path = write(tmp_path / "plain.tif", slope(), crs=None)
    before = path.read_bytes()
    done = bring(path)
    assert done.stage == Stage.DONE, done.said
    assert State.objects.get(layer="survey").raster["crs"] == "EPSG:4547"
    assert actions.kept(done).read_bytes() == before


@pytest.mark.parametrize(
    ("cells", "more", "datum", "complaint"),
    [
        (colours(3, "float32"), {}, "EPSG:4547", "are float32: measurements, not colours"),
        (colours(3, "int16"), {}, "EPSG:4547", "are int16: measurements"),
        (colours(2), {}, "EPSG:4547", "has 2 bands"),
        (colours(6), {}, "EPSG:4547", "has 6 bands"),
        (colours(4), {}, "EPSG:4547", "its bands: 1 (uint8), 2 (uint8), 3 (uint8), 4 (uint8)"),
        (colours(), {}, "GCJ-02", "cannot be straightened"),
        (slope() * 100, {}, "EPSG:4547", "metres of land do not"),
        (np.full((1, 200, 300), -9999, "float32"), {"nodata": -9999}, "EPSG:4547", "no height"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    real: None, tmp_path: Path, cells: Any, more: dict[str, Any], datum: str, complaint: str
) -> None:
    photometric = {"photometric": "MINISBLACK"} if len(cells) == 4 else {}
    path = write(tmp_path / "odd.tif", cells, **more, **photometric)
    done = bring(path, datum)
    assert done.stage == Stage.REFUSED and complaint in done.said["en"], done.said
    assert done.said["zh"] and not State.objects.exists()


def test_another_datum_than_the_files_own_is_asked_about(real: None, tmp_path: Path) -> None:
    asked = bring(write(tmp_path / "ortho.tif", colours()), "EPSG:4326")
    assert asked.stage == Stage.ASKING and asked.said["proposed"] == "EPSG:4547"


@pytest.mark.parametrize(
    "content",
    [
        b"not a raster",
        b'<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1">'
        b"<SimpleSource><SourceFilename>/etc/passwd</SourceFilename></SimpleSource>"
        b"</VRTRasterBand></VRTDataset>",
    ],
)
def test_a_file_of_another_driver_is_not_opened(real: None, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fake.tif"
    path.write_bytes(content)
    done = bring(path)
    assert done.stage == Stage.REFUSED and "damaged or something else" in done.said["en"]
    assert str(tmp_path) not in str(done.said)


def test_what_heights_refer_to_is_kept_and_shown(
    real: None, tmp_path: Path, client: Any, enrol: Any, token: Any
) -> None:
    declared = {"vertical": "1985 国家高程基准"}
    assert bring(write(tmp_path / "dem.tif", slope()), **declared).stage == Stage.DONE
    bearer = {"Authorization": f"Bearer {token(enrol('pan', Role.PLANNER))}"}
    told = client.get("/api/v1/layers/survey", headers=bearer).json()
    assert told["heights"] == {
        "cell_m": 2.0, "unit": "m", "horizontal": "EPSG:4547", "lowest": 100.0, "highest": 299.0,
        **declared,
    }  # fmt: skip
    assert told["dates"] == ["2026-05-01"] and told["tilejson"] == "/tiles/survey.json"
    client.force_login(enrol("lin", Role.PLANNER))
    page = client.get("/catalog/survey").content.decode()
    assert "1985 国家高程基准" in page and "2026-05-01" in page and "100.0 – 299.0" in page


def test_heights_in_feet_are_refused(real: None, tmp_path: Path) -> None:
    path = write(tmp_path / "dem.tif", slope())
    with rasterio.open(path, "r+") as out:
        out.units = ("ft",)
    found = bring(path)
    assert found.stage == Stage.REFUSED and "in ft, not in metres" in found.said["en"]
