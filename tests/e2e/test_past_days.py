"""A planner on a past day, in a real browser: table, figures, coloured squares, paper, a link."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from asgiref.sync import sync_to_async
from django.conf import settings
from playwright.async_api import Page, expect

from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Stage
from people import may
from people.models import Role
from places.models import Division

pytestmark = pytest.mark.browser
WEST, SOUTH = 113.62, 34.72
DAY = "2025-03-01"
# whether any square is drawn: a pixel of its canvas that is not clear
PAINTED = """place => {
    const canvas = document.querySelector(`${place} .leaflet-cells-pane canvas`);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, at) => at % 4 === 3 && value > 0);
}"""


def surveyed(code: str, title: str, day: str, *numbers: int) -> None:
    """Import plots, two hundredths of a degree apart, as they were on a day."""
    plots = [
        {"type": "Feature", "properties": {"no": no}, "geometry": shapely.geometry.mapping(
            shapely.box(WEST + no * 0.02, SOUTH, WEST + no * 0.02 + 0.004, SOUTH + 0.004))}
        for no in numbers
    ]  # fmt: skip
    content = json.dumps({"type": "FeatureCollection", "features": plots}).encode()
    wishes = Wishes(title_zh=title, title_en="Plots", source_date=day, key="no")
    given = actions.Given(f"{code}.geojson", "", code, "EPSG:4490", True, wishes)
    row = actions.hand_in(given, [content], len(content), may.Rights(role=Role.PLANNER))
    actions.queue.claim()
    done = run.run(row.pk)
    assert done.stage == Stage.DONE, done.said


@pytest.fixture
def plots(live: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three plots of 2025, of which one is left."""
    monkeypatch.setattr(settings, "DATA", live.log.parent)
    box = shapely.box(WEST, SOUTH, WEST + 0.1, SOUTH + 0.08)
    Division.objects.create(
        code="410100", name_zh="郑州市", name_en="Zhengzhou", level="city", prefix="4101",
        boundary=f"SRID=4326;{shapely.MultiPolygon([box]).wkt}",
    )  # fmt: skip
    surveyed("plots", "地块", DAY, 0, 1, 2)
    surveyed("plots", "地块", "2026-05-01", 0)
    return live.log.parent  # type: ignore[no-any-return]


async def open_layer(page: Page) -> None:
    await page.get_by_role("tab", name="图层").click()
    await page.locator(".rows tr", has_text="地块").first.click()
    await expect(page.locator("#work .planner-table tbody tr").first).to_be_visible()


async def test_all_panels_follow_the_day_and_squares_are_coloured(
    complaints: Any, open_desk: Any, enrol: Any, plots: Path
) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    page = (await open_desk(planner, bypass_csp=True, reduced_motion="reduce")).page
    await open_layer(page)
    rows = page.locator("#work .planner-table tbody tr")
    await expect(rows).to_have_count(1)

    # the table follows the map to the day of three plots, and says so
    await page.locator("#map").focus()
    await page.keyboard.press(",")
    bar = page.get_by_role("region", name="某日的地图")
    await expect(bar.locator(".past-ticks i")).to_have_count(2)
    await bar.get_by_role("button", name="上一次变化").click()
    await bar.get_by_role("button", name="上一次变化").click()
    await expect(rows).to_have_count(3)
    await expect(page.locator("#work .planner-table .day-note")).to_contain_text(f"{DAY} 的数据")
    await expect(page.locator("#work .day-note").first).to_contain_text(f"{DAY} 的状态")
    async with page.expect_download() as download:
        await page.locator("#work").get_by_role("button", name="导出").click()
    file = await download.value
    assert file.suggested_filename == f"plots-{DAY}.geojson"
    taken = json.loads(Path(await file.path()).read_text())
    assert len(taken["features"]) == 3 and taken["query"]["at"] == taken["as_of"] == DAY
    assert await complaints(page) == []

    # figures by squares of the same day: all of them on the map, with their classes
    await page.locator("#work").get_by_role("button", name="按单元统计").click()
    await page.locator("#work select[name=zones]").select_option(label="1 km 格网")
    await expect(page.locator("#work .figure-bar")).to_have_count(3)
    await expect(page.locator("#work .day-note")).to_contain_text(DAY)
    legend = page.locator("#work .cells-shown")
    await expect(legend.locator("li")).to_have_count(1)  # one plot in each
    await page.locator("#work").get_by_role("button", name="在地图上看全部格网").click()
    await expect(page.locator(".leaflet-cells-pane canvas")).to_have_count(1)
    await page.wait_for_function(PAINTED, arg="#map")
    await page.locator("#work .figure-bar").first.focus()  # by keys, too
    await page.keyboard.press("Enter")
    await expect(page.locator(".leaflet-planner-pane path")).to_have_count(1)
    assert await complaints(page) == []

    # on paper: the squares, their legend and the day; a link brings all of it back
    await page.get_by_role("tab", name="图层").click()
    await page.keyboard.press("y")
    link = await page.locator("#work input[readonly]").input_value()
    await page.locator("#work").get_by_role("button", name="排版打印").click()
    paper = page.locator(".paper")
    await expect(paper.locator(".cell-legend li")).to_have_count(1)
    await expect(paper.locator(".paper-side")).to_contain_text(DAY)
    await expect(paper.locator(".paper-foot")).to_contain_text(f"图层状态：{DAY}")
    await page.wait_for_function(PAINTED, arg=".paper")
    await page.locator(".paper-bar").get_by_role("button", name="关闭").click()
    other = (await open_desk(await sync_to_async(enrol)("pen", Role.PLANNER))).page
    await other.goto(link)
    await other.reload()
    await expect(other.locator("#work .figure-bar")).to_have_count(3)
    await expect(other.locator("#work .day-note")).to_contain_text(DAY)

    # back to now; what somebody else imports meanwhile stands in the tree without a reload
    await page.locator("#map").focus()
    await page.keyboard.press(",")
    await page.get_by_role("tab", name="图层").click()
    await sync_to_async(surveyed)("wells", "水井地块", "2026-06-01", 1)
    await expect(page.locator(".rows tr", has_text="水井地块")).to_have_count(1, timeout=30_000)
