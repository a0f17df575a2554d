"""The pieces of a day are one picture: one stretch, no collar, each with whose it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
from django.conf import settings
from django.test import Client
from rasterio.transform import from_origin
from rasterio.warp import transform

from layers import relief
from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Import, Picture, Stage, State
from people.may import Rights
from people.models import Role

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
WEST, NORTH, CELL, SIDE = 460000.0, 3850000.0, 2.0, 240  # EPSG:4547, near Zhengzhou
DAY, LATER = "2026-05-01", "2026-06-01"
Cells = npt.NDArray[Any]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(relief, "LEVELS", 2)  # small files are made sooner


def ramp(first: int, last: int) -> Cells:
    """Return 16-bit grey that grows evenly from west to east, in three bands."""
    line = np.linspace(first, last, SIDE).astype(np.uint16)
    return np.broadcast_to(line, (3, SIDE, SIDE)).copy()


def bring(
    folder: Path, cells: Cells, east: int = 0, day: str = DAY, name: str = "a.tif", **wished: str
) -> Import:
    path = folder / name
    grid = {"crs": "EPSG:4547", "transform": from_origin(WEST + east * CELL, NORTH, CELL, CELL)}
    with rasterio.open(
        path, "w", driver="GTiff", count=len(cells), dtype=cells.dtype,
        width=cells.shape[2], height=cells.shape[1], **grid,
    ) as out:  # fmt: skip
        out.write(cells)
    wishes = Wishes(title_zh="正射影像", sharing="open", source_date=day, **wished)
    given = actions.Given(path.name, datum="EPSG:4547", layer="ortho", wishes=wishes)
    content = path.read_bytes()
    found = actions.hand_in(given, [content], len(content), PLANNER)
    assert actions.queue.claim() is not None
    done = run.run(found.pk)
    assert done.stage == Stage.DONE, done.said
    return done


def seen(*places: tuple[float, float], day: str = DAY) -> list[tuple[int, ...]]:
    """Return the colours at cells of the first file; () where nothing is."""
    found = Picture.objects.get(layer="ortho", date=day)
    columns, rows = zip(*places, strict=True)
    east = [WEST + column * CELL for column in columns]
    x, y = transform("EPSG:4547", "EPSG:3857", east, [NORTH - row * CELL for row in rows])
    with rasterio.open(Path(settings.DATA) / found.path) as source:
        pixels = list(source.sample(list(zip(x, y, strict=True))))
    return [tuple(map(int, pixel[:3])) if pixel[3] > 128 else () for pixel in pixels]


def test_pieces_of_one_day_in_16_bits_match_where_they_meet(real: None, tmp_path: Path) -> None:
    # the second goes on where the first ends: stretched each by itself, white would meet black
    bring(tmp_path, ramp(1000, 3000), name="west.tif")
    alone = State.objects.get(layer="ortho").version
    done = bring(tmp_path, ramp(3000, 5000), SIDE, name="east.tif")
    whole = [(float(low), float(high)) for low, high in Picture.objects.get().raster["stretched"]]
    assert all(1060 <= low <= 1100 and 4900 <= high <= 4940 for low, high in whole)
    told = [(one["low"], one["high"]) for one in done.report["colours"]["stretched"]]
    assert told == whole
    (left,), (right,) = seen((SIDE - 8, 120)), seen((SIDE + 8, 120))
    assert abs(left[0] - right[0]) <= 12 and abs(left[0] - 128) <= 12
    assert State.objects.get(layer="ortho").version > alone, "every tile of the layer is made anew"


def test_another_day_has_a_stretch_of_its_own(real: None, tmp_path: Path) -> None:
    bring(tmp_path, ramp(1000, 3000))
    before = Picture.objects.get().raster["stretched"]
    bring(tmp_path, ramp(3000, 5000), day=LATER)
    first, second = Picture.objects.order_by("date")
    assert first.raster["stretched"] == before != second.raster["stretched"]


def test_upon_a_mosaic_that_cannot_be_made_anew_its_stretch_is_kept(
    real: None, tmp_path: Path
) -> None:
    first = bring(tmp_path, ramp(1000, 3000), name="west.tif")
    before = Picture.objects.get().raster["stretched"]
    actions.kept(first).unlink()
    bring(tmp_path, ramp(2000, 5000), SIDE, name="east.tif")
    assert Picture.objects.get().raster["stretched"] == before
    (left,), (right,) = seen((SIDE // 2, 120)), seen((SIDE + 4, 120))
    assert abs(left[0] - right[0]) <= 12  # 2000 in both


@pytest.mark.parametrize("value", [0, 255])
def test_an_undeclared_collar_goes_and_what_lies_inside_stays(
    real: None, tmp_path: Path, value: int
) -> None:
    cells = np.full((3, SIDE, SIDE), 120, np.uint8)
    cells[:, :, :30] = value  # the collar, and a bay of it
    cells[:, 100:140, 30:60] = value
    cells[:, 40:80, 150:200] = value  # a roof inside
    cells[:, 200:204, -6:] = value  # a short run at the edge begins no collar
    cells[0, :, 10] = 120 if value else 7  # one band alone is a colour: the collar has a seam
    told = bring(tmp_path, cells).report["colours"]
    assert told["edge"] == pytest.approx((29 * SIDE + 30 * 40) / SIDE**2, abs=2e-3)
    assert seen((15, 60), (45, 120), (4, 220)) == [(), (), ()]
    roof, ground = (value,) * 3, (120,) * 3
    for found, colour in zip(seen((175, 60), (100, 60)), (roof, ground), strict=True):
        assert found and max(abs(a - b) for a, b in zip(found, colour, strict=True)) < 12
    assert seen((237, 202)) != [()]


def test_a_collar_does_not_hide_the_piece_below_nor_darken_it(real: None, tmp_path: Path) -> None:
    bring(tmp_path, ramp(2000, 2000), name="below.tif")
    above = ramp(1000, 4000)
    above[:, :, :120] = 0
    bring(tmp_path, above, 120, name="above.tif")
    low = Picture.objects.get().raster["stretched"][0][0]
    assert low >= 1000, "the collar is no part of what is stretched"
    (left,), (under,) = seen((60, 120)), seen((200, 120))
    assert under and abs(left[0] - under[0]) <= 6


def test_a_picture_of_one_colour_is_no_collar(real: None, tmp_path: Path) -> None:
    done = bring(tmp_path, np.zeros((3, SIDE, SIDE), np.uint8))
    assert "edge" not in done.report["colours"] and seen((100, 100)) == [(0, 0, 0)]


def test_each_piece_and_each_day_keep_whose_they_are(
    real: None, tmp_path: Path, enrol: Callable[..., Any], client: Client
) -> None:
    plain = np.full((3, SIDE, SIDE), 90, np.uint8)
    bring(tmp_path, plain, name="a.tif", source="甲公司航飞", attribution="© 甲测绘院")
    bring(tmp_path, plain, SIDE, name="b.tif", source="乙公司航飞", attribution="© 乙测绘院")
    bring(tmp_path, plain, day=LATER, name="c.tif", source="卫星中心")
    listed = client.get("/api/v1/layers").json()["items"]
    (layer,) = [one for one in listed if one["code"] == "ortho"]
    assert layer["attribution"] == "卫星中心" and layer["source_date"] == LATER
    assert layer["pictures"] == [
        {"date": DAY, "source": "甲公司航飞、乙公司航飞", "attribution": "© 甲测绘院、© 乙测绘院"},
        {"date": LATER, "source": "卫星中心", "attribution": "卫星中心"},
    ]
    client.force_login(enrol("pan", Role.PLANNER))
    days = client.get("/api/v1/layers/ortho/pictures").json()["items"]
    pieces = [(one["file"], one["attribution"], one["date"]) for one in days[0]["pieces"]]
    assert pieces == [("a.tif", "© 甲测绘院", DAY), ("b.tif", "© 乙测绘院", DAY)]
    assert "卫星中心" in client.get("/catalog/ortho").content.decode()
