"""Where a point lies: the deepest division, refreshed when divisions change."""

import time

import numpy as np
import pytest
import shapely
from django.db import connection
from django.test.utils import CaptureQueriesContext

from places import actions, divisions
from places.actions import CellRow, DivisionRow, NameRow, PatrolRow
from places.models import Division, GridCell, Level, PatrolGrid, PlaceName

CITY, WEST, EAST, STREET = "410100", "410102", "410105", "410105001"


def _box(west: float, south: float, east: float, north: float) -> bytes:
    wkb: bytes = shapely.to_wkb(shapely.multipolygons([shapely.box(west, south, east, north)]))
    return wkb


@pytest.fixture
def town(real: None) -> None:
    """A city of two districts; the eastern one has a street in its south."""
    actions.register_divisions(
        [
            DivisionRow(CITY, "郑州市", Level.CITY, None, _box(113.0, 34.0, 115.0, 35.0)),
            DivisionRow(WEST, "中原区", Level.DISTRICT, CITY, _box(113.0, 34.0, 114.0, 35.0)),
            DivisionRow(EAST, "金水区", Level.DISTRICT, CITY, _box(114.0, 34.0, 115.0, 35.0)),
            DivisionRow(
                STREET,
                "经八路街道",
                Level.STREET,
                EAST,
                _box(114.0, 34.0, 115.0, 34.5),
                simulated=True,
            ),
        ]
    )


@pytest.mark.usefixtures("town")
def test_the_deepest_division_answers() -> None:
    assert divisions.at(113.5, 34.2) == WEST
    assert divisions.at(114.5, 34.2) == STREET
    assert divisions.at(114.5, 34.8) == EAST
    assert divisions.at(100.0, 30.0) == ""


@pytest.mark.usefixtures("town")
def test_many_points_at_once() -> None:
    assert divisions.codes_at([113.5, 114.5, 90.0], [34.2, 34.2, 30.0]) == [WEST, STREET, ""]


@pytest.mark.usefixtures("town")
def test_a_border_belongs_to_the_lower_code() -> None:
    assert divisions.at(114.0, 34.8) == WEST


@pytest.mark.usefixtures("town")
def test_questions_do_not_ask_the_database() -> None:
    divisions.at(113.5, 34.2)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(100):
            divisions.at(113.5, 34.2)
    assert len(asked) <= 1  # at most the look every two seconds


@pytest.mark.usefixtures("town")
def test_a_hundred_thousand_points_take_a_moment() -> None:
    divisions.at(113.5, 34.2)
    lons = np.random.default_rng(1).uniform(113.0, 115.0, 100_000)
    begun = time.process_time()
    divisions.codes_at(lons, np.full(100_000, 34.3))
    assert time.process_time() - begun < 3.0


@pytest.mark.usefixtures("town")
def test_a_change_is_seen_at_once_by_the_process_that_made_it() -> None:
    assert divisions.at(114.5, 34.8) == EAST
    row = DivisionRow("410105002", "花园路街道", Level.STREET, EAST, _box(114.0, 34.5, 115.0, 35.0))
    actions.register_divisions([row])
    assert divisions.at(114.5, 34.8) == "410105002"


@pytest.mark.usefixtures("town")
def test_a_change_by_another_process_is_seen_by_the_revision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert divisions.at(114.5, 34.2) == STREET
    Division.objects.filter(code=STREET).delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE places_revision SET number = number + 1")
    assert divisions.at(114.5, 34.2) == STREET  # not looked yet
    monkeypatch.setattr(divisions, "_LOOK_AGAIN", 0.0)
    assert divisions.at(114.5, 34.2) == EAST


@pytest.mark.usefixtures("town")
def test_names_and_prefixes_are_made() -> None:
    street = Division.objects.get(code=STREET)
    assert (street.name_en, street.prefix) == ("Jingbalu Subdistrict", STREET)
    assert Division.objects.get(code=CITY).prefix == "4101"
    assert street.parent == Division.objects.get(code=EAST)


@pytest.mark.usefixtures("town")
def test_a_simulated_row_never_replaces_a_real_one() -> None:
    fake = DivisionRow(
        WEST, "假", Level.DISTRICT, CITY, _box(113.0, 34.0, 113.1, 34.1), simulated=True
    )
    actions.register_divisions([fake])
    kept = Division.objects.get(code=WEST)
    assert (kept.name_zh, kept.simulated) == ("中原区", False)


@pytest.mark.usefixtures("town")
def test_what_is_simulated_goes_and_nothing_else() -> None:
    actions.register_divisions(
        [DivisionRow(f"{STREET}001", "甲社区", Level.COMMUNITY, STREET, simulated=True)]
    )
    outline = shapely.to_wkb(shapely.box(114.0, 34.0, 114.001, 34.001))
    actions.add_cells([CellRow(f"{STREET}001001", f"{STREET}001", outline, 1e4)], simulated=True)
    actions.add_cells([CellRow(f"{STREET}001002", f"{STREET}001", outline, 1e4)], simulated=False)
    actions.draw_patrols(
        [PatrolRow(f"{STREET}-01", "第1责任网格", "Patrol 1", [f"{STREET}001"])], simulated=True
    )
    actions.name_places([NameRow("二七塔", "Erqi", "sight", 114.1, 34.1, STREET)], simulated=True)
    assert PatrolGrid.objects.get().cells().count() == 2
    assert PlaceName.objects.get().pinyin == "erqita"
    gone = actions.remove_simulated()
    assert gone == {"place_names": 1, "patrol_grids": 1, "cells": 1, "divisions": 2}
    assert list(GridCell.objects.values_list("code", flat=True)) == [f"{STREET}001002"]
    assert Division.objects.count() == 3


@pytest.mark.usefixtures("town")
def test_a_cell_that_exists_refuses_all() -> None:
    outline = shapely.to_wkb(shapely.box(114.0, 34.0, 114.001, 34.001))
    row = CellRow(f"{STREET}001001", f"{STREET}001", outline, 1e4)
    with pytest.raises(Exception, match="duplicate key"):
        actions.add_cells([row, row], simulated=False)
    assert not GridCell.objects.exists()
