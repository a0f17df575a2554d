"""Every question answers for the day that is asked for; what keeps no history is meant as now."""

import datetime
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.test import Client

from layers import actions
from layers.history import Renewal
from people.models import Role

Ask = Callable[..., Any]
THEN, BEFORE = "2021-01-01", "2019-01-01"
WEST, EAST = shapely.box(113.60, 34.70, 113.65, 34.75), shapely.box(113.65, 34.70, 113.70, 34.75)
WHOLE = shapely.geometry.mapping(shapely.box(113.60, 34.70, 113.70, 34.75))
HERE = "layers/identify?lon=113.6101&lat=34.7201"


def house(nth: int, floors: int) -> tuple[shapely.Geometry, dict[str, Any]]:
    lon = 113.61 + 0.01 * nth
    walls = shapely.box(lon, 34.72, lon + 0.0002, 34.7202)
    return walls, {"floors": floors, "people": 10 * floors, "name_zh": f"{nth}号"}


def renew(layer: str, year: int, *rows: tuple[shapely.Geometry, dict[str, Any]]) -> None:
    since = datetime.datetime(year, 5, 1, tzinfo=datetime.UTC)
    each = ((fid, shapely.to_wkb(shape), held) for fid, (shape, held) in enumerate(rows, 1))
    actions.renew_features(layer, each, Renewal(since=since))


@pytest.fixture
def town(fill: Callable[..., int]) -> None:
    """Six houses in 2020, since 2022 the first alone, higher; two quarters became one.

    The street and the hospital keep no history.
    """
    renew("buildings", 2020, *(house(nth, nth + 1) for nth in range(6)))
    renew("buildings", 2022, house(0, 9))
    renew("greens", 2020, (WEST, {"name_zh": "西区"}), (EAST, {"name_zh": "东区"}))
    renew("greens", 2022, (WEST, {"name_zh": "新区"}))
    fill("streets", [(shapely.LineString([(113.6, 34.7201), (113.7, 34.7201)]), {})])
    fill("hospitals", [(shapely.Point(113.61, 34.721), {"name_zh": "一院"})])


@pytest.fixture
def ask(town: None, enrol: Callable[..., Any], client: Client) -> Ask:
    """Put a planner's question: with a body it is posted."""
    client.force_login(enrol("gui", Role.PLANNER))

    def put(path: str, expect: int = 200, **body: Any) -> Any:
        at = f"/api/v1/{path}"
        answer = client.post(at, json.dumps(body), "application/json") if body else client.get(at)
        assert answer.status_code == expect, answer.content
        return answer.json()

    return put


def floors(found: dict[str, Any]) -> dict[int, int]:
    return {one["id"]: one["properties"]["floors"] for one in found["features"]}


def test_table_filter_and_area_follow_the_day(ask: Ask) -> None:
    then = ask("layers/buildings/select", at=THEN, count=True)
    assert floors(then) == {nth + 1: nth + 1 for nth in range(6)} and then["count"] == 6
    assert (then["at"], then["as_now"]) == (THEN, [])
    now = ask("layers/buildings/select", count=True)
    assert floors(now) == {1: 9} and "at" not in now
    assert floors(ask("layers/buildings/select", at=THEN, filter="floors > 4")) == {5: 5, 6: 6}
    west = shapely.geometry.mapping(shapely.box(113.6, 34.7, 113.635, 34.75))
    assert floors(ask("layers/buildings/select", at=THEN, area=west)) == {1: 1, 2: 2, 3: 3}
    assert ask("layers/buildings/select", at=BEFORE)["features"] == []
    listed = ask(f"layers/buildings/features?at={THEN}&count=true")
    assert floors(listed) == floors(then) and listed["at"] == THEN


@pytest.mark.parametrize("sort", ["", "floors", "-floors", "-name_zh"])
def test_paging_in_the_past_neither_drops_nor_doubles(ask: Ask, sort: str) -> None:
    seen: list[int] = []
    after: Any = None
    while True:
        page = ask("layers/buildings/select", at=THEN, sort=sort, after=after, limit=2)
        seen += [one["id"] for one in page["features"]]
        after = page["next"]
        if len(seen) == 2:  # another change comes between two pages
            renew("buildings", 2024, house(5, 1), house(7, 2))
        if after is None:
            break
    assert sorted(seen) == [1, 2, 3, 4, 5, 6]
    assert seen == sorted(seen, reverse=sort.startswith("-"))


def test_a_sorted_page_of_now_is_no_page_of_what_came_meanwhile(ask: Ask) -> None:
    renew("buildings", 2023, *(house(nth, nth + 1) for nth in range(6)))
    first = ask("layers/buildings/select", sort="floors", limit=3)
    assert len(ask("layers/buildings/select", sort="floors", after=first["next"])["features"]) == 3
    renew("buildings", 2024, *(house(nth, (nth + 3) % 6) for nth in range(6)))
    # by floors three of them would be shown twice, and three never
    refused = ask("layers/buildings/select", 409, sort="floors", after=first["next"])
    assert refused["field"] == "after" and refused["detail_zh"] and refused["remedy"]
    # by number the same six come, each once
    some = ask("layers/buildings/select", limit=3)
    renew("buildings", 2025, *(house(nth, nth + 20) for nth in range(8)))
    rest = ask("layers/buildings/select", after=some["next"])
    seen = [*floors(some), *floors(rest)]
    assert len(seen) == len(set(seen)) == 8


def test_what_keeps_no_history_is_meant_as_it_is_now(ask: Ask) -> None:
    found = ask("layers/streets/select", at=BEFORE)
    assert len(found["features"]) == 1 and found["as_now"] == ["streets"]
    near = {"layer": "streets", "within_m": 5}
    found = ask("layers/buildings/select", at=THEN, beside=near)
    assert len(found["features"]) == 6 and found["as_now"] == ["streets"]


def test_near_another_layer_as_it_was(ask: Ask) -> None:
    east = {"layer": "greens", "filter": "name_zh = '东区'"}
    assert list(floors(ask("layers/buildings/select", at=THEN, beside=east))) == [5, 6]
    assert ask("layers/buildings/select", beside=east)["features"] == []
    renew("greens", 2024)  # nothing stands now: how far north it reached is known from then
    assert list(floors(ask("layers/buildings/select", at=THEN, beside=east | {"within_m": 1}))) == [
        5, 6,
    ]  # fmt: skip


def test_joined_to_what_stood_there(ask: Ask) -> None:
    def names(**when: str) -> list[str | None]:  # the fifth house touches both quarters
        found = ask("layers/buildings/joined", to={"layer": "greens"}, **when)
        return [
            one["joined"] and one["joined"]["properties"]["name_zh"] for one in found["features"]
        ]

    assert names(at=THEN) == ["西区"] * 5 + ["东区"] and names() == ["新区"]
    found = ask("layers/greens/joined", at=THEN, to={"layer": "hospitals", "within_m": 5})
    assert found["as_now"] == ["hospitals"]
    assert [one["joined"] is not None for one in found["features"]] == [True, False]


def test_figures_by_zone_and_by_cell(ask: Ask) -> None:
    asked: dict[str, Any] = {"zones": {"layer": "greens"}, "measures": ["count", "sum:people"]}
    then = ask("layers/buildings/figures", at=THEN, **asked)
    shown = [(zone["name_zh"], zone["figures"]) for zone in then["zones"]]
    assert shown == [("西区", [4, 100]), ("东区", [2, 110])] and then["outside"] == 0
    assert (then["at"], then["as_now"]) == (THEN, [])
    now = ask("layers/buildings/figures", **asked)
    assert [(one["name_zh"], one["figures"]) for one in now["zones"]] == [("新区", [1, 90])]
    cells = ask("layers/buildings/figures", at=THEN, cell_m=1000)
    assert cells["total"] == [6] and cells["at"] == THEN
    areas = ask("layers/greens/figures", at=THEN, cell_m=5000, measures=["area_km2"])
    now_areas = ask("layers/greens/figures", cell_m=5000, measures=["area_km2"])
    assert areas["total"][0] == pytest.approx(2 * now_areas["total"][0], rel=1e-3)
    cut = ask("layers/greens/figures", at=THEN, zones={"layer": "greens"}, measures=["area_km2"])
    assert [one["figures"][0] for one in cut["zones"]] == pytest.approx(
        [one["square_km"] for one in cut["zones"]], rel=1e-4
    )


def test_what_is_here_and_inside(ask: Ask) -> None:
    here = ask(f"{HERE}&at={THEN}")
    told = {one["layer"]: one["properties"] for one in here["items"]}
    assert told["buildings"]["floors"] == 1 and told["greens"]["name_zh"] == "西区"
    assert "streets" in told and "streets" in here["as_now"] and "greens" not in here["as_now"]
    now = {one["layer"]: one["properties"] for one in ask(HERE)["items"]}
    assert now["buildings"]["floors"] == 9 and now["greens"]["name_zh"] == "新区"
    then = ask("layers/inside", at=THEN, area=WHOLE)
    assert (then["counts"]["buildings"], then["counts"]["greens"], then["people"]) == (6, 2, 210)
    assert then["counts"]["streets"] == 1 and [one["name_zh"] for one in then["sites"]] == ["一院"]
    assert ask("layers/inside", area=WHOLE)["people"] == 90


def test_whom_the_ground_reached(ask: Ask) -> None:
    then = ask("layers/affected", at=THEN, area=WHOLE)
    assert (then["figures"]["counts"]["buildings"], then["figures"]["people"]) == (6, 210)
    assert then["at"] == THEN and "streets" in then["as_now"]
    assert then["figures"]["lengths_km"]["streets"] > 0
    now = ask("layers/affected", area=WHOLE)
    assert (now["figures"]["counts"]["buildings"], now["figures"]["people"]) == (1, 90)


def test_one_feature_as_it_was(ask: Ask) -> None:
    assert ask(f"layers/buildings/features/1?at={THEN}")["properties"]["floors"] == 1
    assert ask("layers/buildings/features/1")["properties"]["floors"] == 9
    assert ask(f"layers/buildings/features/1?at={BEFORE}", 404)["detail_zh"]


def about(form: str, content: bytes, folder: Path) -> str:
    """Return what a file says of itself, as text."""
    if form == "gpkg":
        path = folder / "out.gpkg"
        path.write_bytes(content)
        with sqlite3.connect(path) as held:
            return str(list(held.execute("SELECT metadata FROM gpkg_metadata")))
    if form in ("shp", "csv"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        return archive.read("buildings.query.txt").decode()
    return content.decode()


@pytest.mark.parametrize("form", ["geojson", "gpkg", "shp", "csv", "kml"])
def test_a_file_names_its_day(ask: Ask, client: Client, form: str, tmp_path: Path) -> None:
    body = json.dumps({"at": THEN, "format": form})
    path = "/api/v1/layers/buildings/select/export"
    posted = client.post(path, body, "application/json")
    got = client.get(f"/api/v1/layers/buildings/export?at={THEN}&format={form}")
    for answer in (posted, got):
        assert f"buildings-{THEN}" in answer["Content-Disposition"]
        told = about(form, answer.content, tmp_path)
        assert '"at": "2021-01-01"' in told.replace('\\"', '"').replace("&quot;", '"')
        assert '"as_of": "2021-01-01"' in told.replace('\\"', '"').replace("&quot;", '"')


BODIES = [
    ("layers/buildings/select", {}),
    ("layers/buildings/select/export", {}),
    ("layers/buildings/figures", {"cell_m": 1000}),
    ("layers/buildings/joined", {"to": {"layer": "greens"}}),
    ("layers/inside", {"area": WHOLE}),
    ("layers/affected", {"area": WHOLE}),
]


@pytest.mark.parametrize("when", ["long ago", "2021-13-01", "2021-01-01/2022-01-01", "0001-01-01"])
def test_a_bad_day_is_the_same_refusal_everywhere(ask: Ask, when: str) -> None:
    refused = [ask(path, 400, at=when, **body) for path, body in BODIES]
    got = ("features?", "export?", "features/1?")
    refused += [ask(f"layers/buildings/{path}at={when}", 400) for path in got]
    refused.append(ask(f"{HERE}&at={when}", 400))
    assert {one["field"] for one in refused} == {"at"}
    assert len({(one["detail"], one["detail_zh"]) for one in refused}) == 1


def test_rights_are_those_of_now(ask: Ask, fill: Callable[..., int]) -> None:
    parts = (shapely.Point(113.61, 34.72), {"code": "1", "class": "01001"})
    renew("parts", 2020, parts)
    renew("parts", 2022, (shapely.Point(113.62, 34.72), {"code": "2", "class": "01001"}))
    nobody = Client()
    for path in ("features", "export", "features/1"):
        assert nobody.get(f"/api/v1/layers/parts/{path}?at={THEN}").status_code == 401
    seen = nobody.get(f"/api/v1/{HERE}&within=500&at={THEN}").json()
    assert "parts" not in {one["layer"] for one in seen["items"]} | set(seen["as_now"])
