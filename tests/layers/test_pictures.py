"""One mosaic a day: what joins what, what a day shows, and that nothing is done by halves."""

import datetime
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from django.conf import settings
from rasterio.transform import from_origin
from rasterio.warp import transform

from core import clock
from core.errors import Conflict, Unknown
from layers import actions as layers
from layers import catalogue, relief
from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Import, Picture, Stage, State
from layers.pictures import actions as pictures
from layers.pictures import dated, painting
from people.may import Rights
from people.models import Role

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
WEST, NORTH, CELL, SIDE = 460000.0, 3850000.0, 2.0, 300  # EPSG:4547, near Zhengzhou
RED, BLUE, GREEN = (200, 30, 30), (30, 30, 200), (30, 160, 60)
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(relief, "LEVELS", 2)  # small files are made sooner


@pytest.fixture
def square(tmp_path: Path) -> Write:
    """Write a picture of one colour, so many cells to the east of the first."""

    def made(colour: tuple[int, int, int], east: int = 0) -> Path:
        path = tmp_path / f"{uuid.uuid4().hex[:6]}.tif"
        bands = np.broadcast_to(np.array(colour, np.uint8)[:, None, None], (3, SIDE, SIDE))
        grid = {"crs": "EPSG:4547", "transform": from_origin(WEST + east * CELL, NORTH, CELL, CELL)}
        size: dict[str, Any] = {"width": SIDE, "height": SIDE, "count": 3, "dtype": "uint8"}
        with rasterio.open(path, "w", driver="GTiff", **grid, **size) as out:
            out.write(bands)
        return path

    return made


def handed(path: Path, date: str, layer: str = "ortho") -> Import:
    wishes = Wishes(title_zh="正射影像", title_en="Orthophoto", source_date=date)
    given = actions.Given(path.name, datum="EPSG:4547", layer=layer, wishes=wishes)
    content = path.read_bytes()
    found = actions.hand_in(given, [content], len(content), PLANNER)
    assert actions.queue.claim() is not None
    return found


def bring(path: Path, date: str, layer: str = "ortho") -> Import:
    return run.run(handed(path, date, layer).pk)


def seen(column: float, row: float, date: str) -> tuple[int, ...]:
    """Return the colour of a day's picture at a cell of the first file; () where nothing is."""
    found = Picture.objects.get(layer="ortho", date=date)
    x, y = transform("EPSG:4547", "EPSG:3857", [WEST + column * CELL], [NORTH - row * CELL])
    with rasterio.open(Path(settings.DATA) / found.path) as source:
        (pixel,) = source.sample([(x[0], y[0])])
    return tuple(int(value) for value in pixel[:3]) if pixel[3] > 128 else ()


def near(found: tuple[int, ...], colour: tuple[int, int, int]) -> bool:
    return len(found) == 3 and max(abs(a - b) for a, b in zip(found, colour, strict=True)) < 10


def moment(day: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day}T23:59:00+08:00")


def test_a_further_piece_of_the_day_lies_on_top(real: None, square: Write) -> None:
    assert bring(square(RED), "2026-05-01").stage == Stage.DONE
    done = bring(square(BLUE, 200), "2026-05-01")
    assert done.stage == Stage.DONE, done.said
    assert done.report["joined"]["date"] == "2026-05-01" and len(done.report["joined"]["over"]) == 1
    held = Picture.objects.get()
    assert [one["import"] for one in held.pieces][-1] == str(done.pk) and len(held.pieces) == 2
    assert near(seen(100, 150, "2026-05-01"), RED) and near(seen(250, 150, "2026-05-01"), BLUE)
    assert near(seen(450, 150, "2026-05-01"), BLUE) and seen(600, 150, "2026-05-01") == ()
    assert len(list((Path(settings.DATA) / "rasters").iterdir())) == 1, "one file for one day"
    assert State.objects.get(layer="ortho").count == 1


def test_another_day_is_another_mosaic(real: None, square: Write) -> None:
    for colour, date in ((BLUE, "2026-05-01"), (RED, "2024-03-01"), (GREEN, "2025-04-01")):
        assert bring(square(colour), date).stage == Stage.DONE
    state = State.objects.get(layer="ortho")
    assert dated.days(state) == ["2024-03-01", "2025-04-01", "2026-05-01"]
    newest = Picture.objects.get(date="2026-05-01")
    assert (state.path, str(state.source_date)) == (newest.path, "2026-05-01")
    assert near(seen(150, 150, "2024-03-01"), RED) and near(seen(150, 150, "2026-05-01"), BLUE)
    for day, shown in (
        ("2024-03-01", "2024-03-01"), ("2025-03-31", "2024-03-01"),
        ("2025-04-01", "2025-04-01"), ("2030-01-01", "2026-05-01"),
    ):  # fmt: skip
        found = dated.as_of("ortho", state, moment(day))
        assert found is not None and found.date == shown
    with pytest.raises(Unknown, match="nothing before 2024-03-01"):
        dated.as_of("ortho", state, moment("2024-02-29"))
    found = dated.as_of("ortho", state, datetime.datetime.max.replace(tzinfo=datetime.UTC))
    assert found is not None and found.date == "2026-05-01"


def test_a_day_is_taken_away(real: None, square: Write) -> None:
    for colour, date in ((RED, "2024-03-01"), (BLUE, "2026-05-01")):
        bring(square(colour), date)
    version, gone = State.objects.get().version, Picture.objects.get(date="2026-05-01").path
    with pytest.raises(Unknown, match="no picture of 2025-01-01"):
        pictures.remove("ortho", datetime.date(2025, 1, 1), "user:1")
    pictures.remove("ortho", datetime.date(2026, 5, 1), "user:1")
    state = State.objects.get()
    assert dated.days(state) == ["2024-03-01"] and state.version > version
    assert not (Path(settings.DATA) / gone).exists()
    assert all(actions.kept(one).exists() for one in Import.objects.all()), "originals stay"
    pictures.remove("ortho", datetime.date(2024, 3, 1), "user:1")
    state.refresh_from_db()
    assert (state.count, state.path, dated.days(state)) == (0, "", [])


def test_cancelled_while_it_is_painted_nothing_has_changed(
    real: None, square: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(square(RED), "2026-05-01")
    before = State.objects.get()
    found = handed(square(BLUE, 200), "2026-05-01")
    tell = actions.queue.tell

    def cancel(number: uuid.UUID, what: str, part: int) -> None:
        if part > 50:
            actions.queue.cancel(number, PLANNER)
        tell(number, what, part)

    monkeypatch.setattr(type(actions.queue), "tell", lambda _, *given: cancel(*given))
    done = run.run(found.pk)
    assert done.stage == Stage.CANCELLED
    after = State.objects.get()
    assert (after.version, after.path) == (before.version, before.path)
    assert [path.name for path in (Path(settings.DATA) / "rasters").iterdir()] == [
        Path(before.path).name
    ]


def test_a_mosaic_that_changed_meanwhile_is_not_overwritten(real: None, square: Write) -> None:
    bring(square(RED), "2026-05-01")
    held = Picture.objects.get()
    with pytest.raises(Conflict, match="changed meanwhile"):
        pictures.put(
            "ortho", held.date, Path(settings.DATA) / held.path, [{"import": "x"}],
            actor="user:1", more={},
        )  # fmt: skip
    assert (Path(settings.DATA) / held.path).exists()


def test_without_its_originals_a_mosaic_is_painted_over(real: None, square: Write) -> None:
    first = bring(square(RED), "2026-05-01")
    actions.kept(first).unlink()
    done = bring(square(BLUE, 200), "2026-05-01")
    assert done.stage == Stage.DONE and "original is gone" in done.report["notes"][0][0]
    assert near(seen(100, 150, "2026-05-01"), RED) and near(seen(400, 150, "2026-05-01"), BLUE)


def test_pieces_that_lie_far_apart_are_no_picture(
    real: None, square: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "SMALL", 0)
    bring(square(RED), "2026-05-01")
    refused = bring(square(BLUE, 80_000), "2026-05-01")
    assert refused.stage == Stage.REFUSED and "far apart" in refused.said["en"]
    assert len(list((Path(settings.DATA) / "rasters").iterdir())) == 1


def test_without_a_date_the_day_of_the_import_counts_and_is_told(real: None, square: Write) -> None:
    done = bring(square(RED), "")
    today = clock.now().astimezone(datetime.timezone(datetime.timedelta(hours=8))).date()
    assert [str(one.date) for one in Picture.objects.all()] == [str(today)]
    assert "no date was given" in done.report["notes"][0][0]


def test_a_removed_layer_leaves_no_pictures(real: None, square: Write) -> None:
    for date in ("2024-03-01", "2026-05-01"):
        bring(square(RED), date)
    layers.remove("ortho", "user:1")
    assert not Picture.objects.exists() and "ortho" not in catalogue.layers()
    assert not list((Path(settings.DATA) / "rasters").iterdir())


def test_heights_do_not_join_pictures_nor_pictures_heights(
    real: None, square: Write, tmp_path: Path
) -> None:
    bring(square(RED), "2026-05-01")
    ground = tmp_path / "ground.tif"
    form = {"crs": "EPSG:4547", "transform": from_origin(WEST, NORTH, CELL, CELL)}
    size: dict[str, Any] = {"width": 60, "height": 60, "count": 1, "dtype": "float32"}
    with rasterio.open(ground, "w", driver="GTiff", **form, **size) as out:
        out.write(np.full((1, 60, 60), 120, np.float32))
    refused = bring(ground, "2026-05-01")
    assert refused.stage == Stage.REFUSED and "pictures, not heights" in refused.said["en"]
    assert Picture.objects.count() == 1 and near(seen(100, 150, "2026-05-01"), RED)
    assert bring(ground, "2026-05-01", "ground").stage == Stage.DONE
    refused = bring(square(BLUE), "2026-05-01", "ground")
    assert refused.stage == Stage.REFUSED and "heights, not pictures" in refused.said["en"]
