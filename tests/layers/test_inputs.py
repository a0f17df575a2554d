"""What pictures come in: bands, bits, palettes, no-data, turned, by points; colours are known."""

import importlib
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine
from django.apps import apps
from django.conf import settings
from PIL import Image
from rasterio.control import GroundControlPoint
from rasterio.transform import from_origin
from rasterio.warp import transform

from layers import elevation, relief
from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Import, Picture, Stage, State
from people.may import Rights
from people.models import Role

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
WEST, NORTH, CELL, SIDE = 460000.0, 3850000.0, 2.0, 240  # EPSG:4547, near Zhengzhou
STRAIGHT = from_origin(WEST, NORTH, CELL, CELL)
TURNED = Affine.translation(WEST, NORTH) @ Affine.rotation(-30) @ Affine.scale(CELL, -CELL)
QUARTERS = ((200, 40, 40), (40, 160, 60), (40, 60, 200), (220, 200, 60))  # NW, NE, SW, SE


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(relief, "LEVELS", 2)  # small files are made sooner


def quarters(values: Any = QUARTERS, kind: str = "uint8") -> Any:
    """Return a picture of four quarters, each of its own values."""
    half = SIDE // 2
    found = np.empty((len(values[0]), SIDE, SIDE), kind)
    for nth, value in enumerate(values):
        rows, columns = divmod(nth, 2)
        place = (slice(rows * half, (rows + 1) * half), slice(columns * half, (columns + 1) * half))
        found[(slice(None), *place)] = np.array(value)[:, None, None]
    return found


def write(path: Path, cells: Any, **more: Any) -> Path:
    given = {
        "driver": "GTiff", "count": len(cells), "height": cells.shape[1], "width": cells.shape[2],
        "dtype": cells.dtype.name, "crs": "EPSG:4547", "transform": STRAIGHT, **more,
    }  # fmt: skip
    with rasterio.open(path, "w", **given) as out:
        out.write(cells)
    return path


def bring(path: Path, datum: str = "EPSG:4547", kind: str = "", **wished: Any) -> Import:
    wishes = Wishes(title_zh="影像", source_date="2026-05-01", **wished)
    given = actions.Given(path.name, kind, "picture", datum, wishes=wishes)
    content = path.read_bytes()
    found = actions.hand_in(given, [content], len(content), PLANNER)
    assert actions.queue.claim() is not None
    return run.run(found.pk)


def seen(places: list[tuple[float, float]], by: Affine = STRAIGHT) -> list[tuple[int, ...]]:
    """Return colours at (column, row) places of the file; () where the picture is clear."""
    at = [by @ place for place in places]
    x, y = transform("EPSG:4547", "EPSG:3857", *map(list, zip(*at, strict=True)))
    with rasterio.open(Path(settings.DATA) / Picture.objects.get().path) as source:
        found = list(source.sample(list(zip(x, y, strict=True))))
    return [tuple(int(v) for v in one[:3]) if one[3] > 128 else () for one in found]


MIDDLES = [(60, 60), (180, 60), (60, 180), (180, 180)]
# three pixels off the cross where four colours meet: nothing has moved by more than a pixel or two
CROSS = [(117, 117), (123, 117), (117, 123), (123, 123)]


def close(found: list[tuple[int, ...]], wanted: Any, within: int = 14) -> bool:
    return all(
        len(one) == 3 and max(abs(a - b) for a, b in zip(one, other, strict=True)) <= within
        for one, other in zip(found, wanted, strict=True)
    )


def done(found: Import) -> dict[str, Any]:
    assert found.stage == Stage.DONE, found.said
    return found.report


def refused(found: Import) -> str:
    assert found.stage == Stage.REFUSED and found.said["zh"], found.said
    assert not State.objects.exists() and not Picture.objects.exists()
    return str(found.said["en"])


def test_red_green_blue_and_alpha(real: None, tmp_path: Path) -> None:
    alpha = quarters([[255], [255], [255], [0]])
    cells = np.concatenate([quarters(), alpha])
    done(bring(write(tmp_path / "a.tif", cells, photometric="RGB", alpha="YES")))
    assert close(seen(MIDDLES[:3]), QUARTERS[:3]) and seen(MIDDLES[3:]) == [()]


def test_sixteen_bits_are_stretched_and_the_original_kept(real: None, tmp_path: Path) -> None:
    values = np.array([[0, 500, 1000, 1500]] * 3).T * 4 + np.array([[100, 200, 300]])
    path = write(tmp_path / "deep.tif", quarters(values.tolist(), "uint16"))
    found = bring(path)
    told = done(found)["colours"]["stretched"]
    assert [(one["band"], one["low"], one["high"]) for one in told] == [
        (1, 100, 6100), (2, 200, 6200), (3, 300, 6300)
    ]  # fmt: skip
    grey = [(0,) * 3, (85,) * 3, (170,) * 3, (255,) * 3]
    assert close(seen(MIDDLES), grey)
    assert actions.kept(found).read_bytes() == path.read_bytes()


def test_a_few_outliers_do_not_darken_all(real: None, tmp_path: Path) -> None:
    cells = quarters([[1000] * 3, [2000] * 3, [1000] * 3, [2000] * 3], "uint16")
    cells[:, :2, :2] = 60_000
    told = done(bring(write(tmp_path / "deep.tif", cells)))["colours"]["stretched"]
    assert all((one["low"], one["high"]) == (1000, 2000) for one in told)


def test_classes_keep_their_colours(real: None, tmp_path: Path) -> None:
    cells = quarters([[1], [2], [3], [4]])
    cells[0, ::2, :60] = 2  # every other row: means of two classes would be seen
    path = write(tmp_path / "cover.tif", cells, photometric="palette")
    palette = dict(enumerate([(0, 0, 0, 0), *((*one, 255) for one in QUARTERS)]))
    with rasterio.open(path, "r+") as out:
        out.write_colormap(1, palette)
    told = done(bring(path))
    assert told["colours"]["classes"]
    assert close(seen([(90, 60), (180, 60), (90, 180), (180, 180)]), QUARTERS, 0)
    held = Path(settings.DATA) / Picture.objects.get().path
    for level in ({}, {"overview_level": 0}, {"overview_level": 1}):
        with rasterio.open(held, **level) as source:
            bands = source.read()
        colours = {tuple(one[:3]) for one in bands.reshape(4, -1).T.tolist() if one[3]}
        assert colours <= set(QUARTERS), (level, colours - set(QUARTERS))


def test_one_band_of_bytes_is_grey(real: None, tmp_path: Path) -> None:
    done(bring(write(tmp_path / "grey.tif", quarters([[10], [90], [170], [250]]))))
    assert close(seen(MIDDLES), [(v,) * 3 for v in (10, 90, 170, 250)])


def test_of_more_bands_three_are_named(real: None, tmp_path: Path) -> None:
    spare = quarters([[7], [7], [7], [7]])
    blue, green, red = quarters()[2:], quarters()[1:2], quarters()[:1]
    path = write(tmp_path / "scene.tif", np.concatenate([spare, blue, green, red, spare]))
    complaint = refused(bring(path))
    assert "5 bands" in complaint and "5 (uint8)" in complaint
    assert "no band 9" in refused(bring(path, bands="4,3,9"))
    done(bring(path, bands="4,3,2"))
    assert close(seen(MIDDLES), QUARTERS)


@pytest.mark.parametrize(
    ("value", "more", "wished"),
    [(0, {}, {"nodata": "0"}), (255, {}, {"nodata": "255"}), (0, {"nodata": 0}, {})],
)
def test_a_collar_without_data_is_clear(
    real: None, tmp_path: Path, value: int, more: dict[str, Any], wished: dict[str, Any]
) -> None:
    cells = quarters()
    cells[:, :, :30] = value
    cells[0, 60, 60] = value  # one band alone is a colour
    told = done(bring(write(tmp_path / "collar.tif", cells, **more), **wished))
    assert seen([(15, 60), (15, 200)]) == [(), ()]
    assert close(seen(MIDDLES[1:]), QUARTERS[1:]) and seen([(60, 60)]) != [()]
    assert ("collar" in told["colours"]) == bool(wished)


def test_a_turned_picture_is_straightened(real: None, tmp_path: Path) -> None:
    done(bring(write(tmp_path / "turned.tif", quarters(), transform=TURNED)))
    assert close(seen(MIDDLES, TURNED), QUARTERS) and close(seen(CROSS, TURNED), QUARTERS, 60)
    assert seen([(-40, 120), (280, 120)], TURNED) == [(), ()]


def points(number: int, off: float = 0.0, bend: float = 0.0) -> list[GroundControlPoint]:
    """Return control points of the turned picture, each off by so many pixels, or bent."""
    rng = np.random.default_rng(3)
    side = np.linspace(5, SIDE - 5, round(number**0.5))
    found = []
    for row in side:
        for column in side:
            wrong = rng.normal(0, off, 2) if off else (0.0, 0.0)
            curve = bend * ((column - SIDE / 2) / SIDE) ** 2
            x, y = TURNED @ (column + wrong[0], row + wrong[1] + curve)
            found.append(GroundControlPoint(row, column, x, y))
    return found


def pointed(path: Path, by: list[GroundControlPoint]) -> Path:
    write(path, quarters(), transform=None, crs=None)
    with rasterio.open(path, "r+") as out:
        out.gcps = (by, rasterio.crs.CRS.from_epsg(4547))
    return path


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_control_points_place_a_picture(real: None, tmp_path: Path) -> None:
    told = done(bring(pointed(tmp_path / "points.tif", points(4))))["control"]
    assert (told["points"], told["order"]) == (4, 1) and told["rms_pixels"] < 0.01
    assert close(seen(MIDDLES, TURNED), QUARTERS) and close(seen(CROSS, TURNED), QUARTERS, 60)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_how_far_points_are_off_is_told(real: None, tmp_path: Path) -> None:
    told = done(bring(pointed(tmp_path / "points.tif", points(9, off=1.5))))["control"]
    assert 0.5 < told["rms_pixels"] < 3
    assert told["rms_m"] == pytest.approx(told["rms_pixels"] * CELL, rel=0.02)
    assert told["worst"][0]["pixels"] >= told["worst"][-1]["pixels"]


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_many_points_bend_a_picture(real: None, tmp_path: Path) -> None:
    told = done(bring(pointed(tmp_path / "bent.tif", points(16, bend=40))))["control"]
    assert told["order"] == 2 and told["rms_pixels"] < 0.1
    bent = [(column, row + 40 * ((column - 120) / 240) ** 2) for column, row in MIDDLES]
    assert close(seen(bent, TURNED), QUARTERS)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize(
    ("by", "complaint"),
    [(points(9, off=12.0), "do not fit"), (points(4)[:2], "three at least")],
)
def test_points_that_place_nothing_are_refused(
    real: None, tmp_path: Path, by: list[GroundControlPoint], complaint: str
) -> None:
    assert complaint in refused(bring(pointed(tmp_path / "points.tif", by)))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
@pytest.mark.parametrize(
    ("form", "world"), [("tif", "tfw"), ("jpg", "jgw"), ("png", "pgw"), ("png", "wld")]
)
def test_a_world_file_places_a_picture(real: None, tmp_path: Path, form: str, world: str) -> None:
    drawn, driver = io.BytesIO(), {"tif": "TIFF", "jpg": "JPEG"}.get(form, "PNG")
    Image.fromarray(np.moveaxis(quarters(), 0, 2)).save(drawn, driver)
    x, y = STRAIGHT @ (0.5, 0.5)
    path = tmp_path / "photo.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"air/photo.{form}", drawn.getvalue())
        packed.writestr(f"air/photo.{world}", f"{CELL}\n0\n0\n{-CELL}\n{x}\n{y}\n")
    done(bring(path))
    assert close(seen(MIDDLES), QUARTERS, 20) and close(seen(CROSS), QUARTERS, 60)


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_bare_picture_says_not_where_it_lies(real: None, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    Image.fromarray(np.moveaxis(quarters(), 0, 2)).save(path)
    assert "does not say where" in refused(bring(path))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_world_file_places_heights_too(real: None, tmp_path: Path) -> None:
    plain = write(tmp_path / "z.tif", np.full((1, 60, 60), 120, "int16"), crs=None, transform=None)
    path = tmp_path / "z.zip"
    x, y = STRAIGHT @ (0.5, 0.5)
    with zipfile.ZipFile(path, "w") as packed:
        packed.write(plain, "z.tif")
        packed.writestr("z.tfw", f"{CELL}\n0\n0\n{-CELL}\n{x}\n{y}\n")
    done(bring(path))
    lon, lat = transform("EPSG:4547", "EPSG:4326", [WEST + 60], [NORTH - 60])
    assert elevation.best(lon[0], lat[0], PLANNER).metres == 120


MADE = ("made", "EPSG:4547", "", (0.25, 0.25))
REAL = [
    ("imagery/usgs_hro_colorado_rgb.tif", "EPSG:26913", "", (0.5, 0.5)),
    ("imagery/landsat_bahamas_rgb.tif", "EPSG:32618", "", (0.5, 0.5)),
    ("imagery/world_rgb_4326.tif", "EPSG:4326", "", (0.55, 0.4)),
    ("dem/olinda_landsat7_6band.tif", "EPSG:31985", "3,2,1", (0.4, 0.5)),
]


@pytest.mark.parametrize(
    ("name", "datum", "bands", "at"), [MADE, *(REAL if settings.SHARED_DATA else [])]
)
def test_pictures_keep_their_colours(
    real: None, tmp_path: Path, name: str, datum: str, bands: str, at: tuple[float, float]
) -> None:
    if name == "made":
        path = write(tmp_path / "made.tif", quarters())
    else:
        path = Path(str(settings.SHARED_DATA)) / name
    wishes = Wishes(title_zh="影像", source_date="2026-05-01", bands=bands)
    given = actions.Given(path.name, "", "picture", datum, accept_datum=True, wishes=wishes)
    content = path.read_bytes()
    found = actions.hand_in(given, [content], len(content), PLANNER)
    assert actions.queue.claim() is not None
    done(run.run(found.pk))
    with rasterio.open(path) as source:
        column, row = int(source.width * at[0]), int(source.height * at[1])
        window = rasterio.windows.Window(column - 5, row - 5, 11, 11)
        chosen = [int(one) for one in bands.split(",")] if bands else [1, 2, 3]
        wanted = source.read(chosen, window=window).mean(axis=(1, 2))
        places = ((column - 5, row - 5), (column + 6, row + 6))
        corners = [source.transform @ place for place in places]
        x, y = transform(source.crs, "EPSG:3857", *map(list, zip(*corners, strict=True)))
    with rasterio.open(Path(settings.DATA) / Picture.objects.get().path) as made:
        box = (min(x), min(y), max(x), max(y))
        part = rasterio.windows.from_bounds(*box, made.transform)
        there = made.read([1, 2, 3], window=part).mean(axis=(1, 2))
    assert np.abs(there - wanted).max() < 8, (there, wanted)


def test_orthophotos_of_before_become_pictures_of_their_day(real: None, tmp_path: Path) -> None:
    found = bring(write(tmp_path / "a.tif", quarters()))
    Picture.objects.all().delete()
    state = State.objects.get()
    pictured = state.raster.pop("pictures")
    state.save()
    migration = importlib.import_module("layers.migrations.0005_pictures")
    migration.keep_standing(apps, None)
    made = Picture.objects.get()
    assert (str(made.date), made.path) == ("2026-05-01", state.path)
    assert made.pieces[0]["import"] == str(found.pk)
    state.refresh_from_db()
    assert [one["date"] for one in state.raster["pictures"]] == [pictured[0]["date"]]
