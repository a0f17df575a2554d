"""The planner's work in a real browser: a shifted file noticed, asked about, on a phone too."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db.models import F
from playwright.async_api import Locator, Page, Route, expect
from rasterio.transform import from_origin

from core import datums
from layers import actions as layers
from layers.analysing import actions as analysing
from layers.analysing import run as reckoning
from layers.importing import actions, run
from layers.models import Import, State
from people.models import Role
from places.models import Division
from tests.e2e.paper import lay_out

pytestmark = pytest.mark.browser
WEST, SOUTH = 113.62, 34.72


def _city() -> None:
    box = shapely.box(WEST, SOUTH, WEST + 0.1, SOUTH + 0.08)
    Division.objects.create(
        code="410100", name_zh="郑州市", name_en="Zhengzhou", level="city", prefix="4101",
        boundary=f"SRID=4326;{shapely.MultiPolygon([box]).wkt}",
    )  # fmt: skip


def _schools() -> list[tuple[int, bytes, dict[str, object]]]:
    return [
        (n + 1, shapely.to_wkb(shapely.Point(WEST + 0.01 * n, SOUTH + 0.04)),
         {"name_zh": f"第{n}小学", "name_en": f"School {n}"})
        for n in range(8)
    ]  # fmt: skip


@pytest.fixture
def city(live: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with schools, houses and a model of heights; returns a GCJ-02 file of wells."""
    monkeypatch.setattr(settings, "DATA", live.log.parent)
    _city()
    layers.replace_features("schools", _schools(), simulated=False)
    houses = [
        (n + 1, shapely.to_wkb(shapely.box(x := WEST + 0.001 * n, SOUTH, x + 0.0005, SOUTH + 0.05)),
         {"use": "home", "floors": n % 30, "people": 10})
        for n in range(100)
    ]  # fmt: skip
    layers.replace_features("buildings", houses, simulated=True)
    dem = live.log.parent / "dem.tif"
    size: dict[str, Any] = {"width": 100, "height": 80, "count": 1, "dtype": "float32"}
    grid = {"crs": "EPSG:4326", "transform": from_origin(WEST, SOUTH + 0.08, 0.001, 0.001)}
    with rasterio.open(dem, "w", driver="GTiff", **size, **grid) as out:
        out.write(np.full((80, 100), 107.5, "float32"), 1)
    layers.register_raster("dem", dem, date=None, source="test", simulated=True)
    return _shifted(tmp_path / "wells.geojson")


def _shifted(path: Path) -> Path:
    features = []
    for n in range(8):
        lon, lat = datums.wgs84_to_gcj02(WEST + 0.01 * n, SOUTH + 0.04)
        point = {"type": "Point", "coordinates": [float(lon), float(lat)]}
        properties = {"name": f"第{n}小学", "depth": n}
        features.append({"type": "Feature", "geometry": point, "properties": properties})
    features.append({"type": "Feature", "geometry": None, "properties": {}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def _work() -> bool:
    """Do what the worker would: run the import that waits."""
    found = actions.queue.claim()
    if found is not None:
        run.run(found.pk)
    return found is not None


async def work() -> None:
    await _until(_work)


async def hand_in(page: Page, path: Path, datum: str) -> None:
    await page.keyboard.press("u")
    await page.set_input_files("input[name=file]", path)
    await page.select_option("select[name=choice]", datum)
    await page.fill("input[name=layer]", "wells")
    await page.fill("input[name=title_zh]", "取水井")
    await page.keyboard.press("Enter")


async def test_a_planners_morning(open_desk: Any, enrol: Any, city: Path) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    desk = await open_desk(planner)
    page = desk.page
    await desk.live()
    await page.get_by_role("tab", name="图层").click()
    await page.locator("tr.row[data-key='buildings']").wait_for()

    # a GCJ-02 file that is called WGS 84 is noticed, and taken as what it is
    await hand_in(page, city, "EPSG:4326")
    await work()
    notice = page.locator("#work .notice")
    await expect(notice).to_contain_text("8 个已知地点")
    await page.get_by_role("button", name="改用 GCJ-02").click()
    await work()
    await expect(page.locator("#work .chip.done")).to_be_visible()
    await expect(page.locator("#work .planner-rows")).to_contain_text("第 9 行")
    await page.get_by_role("button", name="打开图层").click()
    await expect(page.locator("tr.row[data-key='wells']")).to_contain_text("取水井")

    # on the map: its tiles are asked for
    async with page.expect_response(lambda one: "/tiles/wells/" in one.url) as drawn:
        await page.get_by_role("button", name="在地图上查看").first.click()
    assert (await drawn.value).status in (200, 204)

    # its table, filtered; a filter that makes no sense is told at its field
    table = page.locator("#work .planner-scroll")
    await expect(table.locator("tbody tr")).to_have_count(8)
    await page.fill("input[name=filter]", "depth > 5")
    await page.keyboard.press("Enter")
    await expect(table.locator("tbody tr")).to_have_count(2)
    await page.fill("input[name=filter]", "depth >")
    await page.keyboard.press("Enter")
    await expect(page.locator("input[name=filter]")).to_have_attribute("aria-invalid", "true")
    desk.faults.clear()  # the browser notes the refusal that was provoked

    await _ask_the_map(page)


async def _ask_the_map(page: Page) -> None:
    """Draw an area round everything, then ask for the height at its middle."""
    box = await page.locator("#map").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.locator("#work h2").click()
    await page.keyboard.press("i")
    for right, down in ((-200, -200), (200, -200), (200, 200), (-200, 200)):
        await page.mouse.click(middle[0] + right, middle[1] + down)
    await page.keyboard.press("Enter")
    await expect(page.locator("#work .planner-people")).not_to_have_text("0")
    await expect(page.locator("#work")).to_contain_text("建筑")
    await page.keyboard.press("o")
    await page.mouse.click(*middle)
    await expect(page.locator("#work .planner-height")).to_have_text("107.5 m")


async def test_choosing_by_place_counting_by_zone_and_measuring(
    open_desk: Any, enrol: Any, city: Path
) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    desk = await open_desk(planner)
    page = desk.page
    await page.get_by_role("tab", name="图层").click()
    await page.locator("tr.row[data-key='buildings']").click()
    table = page.locator("#work .planner-table")
    await expect(table).to_contain_text("100 个要素")

    await _turn_and_widen(page, table)

    # sorted, and replaced meanwhile: a next page would lie, so the first one is offered
    await table.locator("th button", has_text="层数").click()
    await expect(table.locator("th[aria-sort=ascending]")).to_have_count(1)
    await expect(table).to_contain_text("第 1–25 个")
    held = State.objects.filter(layer="buildings")
    await sync_to_async(held.update)(version=F("version") + 1)
    await page.get_by_role("button", name="下一页").click()
    await expect(table.get_by_role("alert")).to_contain_text("上一页之后图层已更新")
    desk.faults.clear()  # the browser notes the refusal that was provoked
    await page.get_by_role("button", name="从第一页重新查看").click()
    await expect(table).to_contain_text("第 1–25 个")
    await _build_a_filter(page, table)

    # houses within 20 m of a school; another panel asks the same, a reload too
    await page.get_by_role("button", name="靠近某图层…").click()
    await page.select_option(".choose select[name=layer]", "schools")
    await page.fill(".choose input[name=within_m]", "20")
    await page.get_by_role("button", name="使用").click()
    await expect(table).to_contain_text("8 个要素")
    await expect(page.locator(".choose-chip")).to_contain_text("距“学校” 20 m 内")
    await page.reload()
    await expect(page.locator("#work .planner-table")).to_contain_text("8 个要素")

    # the file holds what was chosen, and the question
    async with page.expect_download() as handed:
        await page.get_by_role("button", name="导出").click()
    given = json.loads(Path(await (await handed.value).path()).read_text())
    assert len(given["features"]) == 8 and "schools" in json.dumps(given["query"])

    await page.get_by_role("button", name="按单元统计").click()
    await page.select_option("select[name=zones]", label="建筑")
    await expect(page.locator("#work")).to_contain_text("合计 8，不在任何单元内的要素 0 个")
    await page.get_by_role("button", name="去掉条件").click()
    await page.select_option("select[name=measures]", "sum:people")
    await expect(page.locator("#work")).to_contain_text("合计 1,000")
    async with page.expect_download() as handed:
        await page.get_by_role("button", name="保存 CSV").click()
    lines = Path(await (await handed.value).path()).read_text("utf-8-sig").splitlines()
    assert lines[0] == "code,name_zh,name_en,square_km,sum:people" and len(lines) == 103

    await _join(page)
    await _measure(page)


async def _turn_and_widen(page: Page, table: Locator) -> None:
    """A page on and back; half of the window for the table, by button and by key."""
    await page.get_by_role("button", name="下一页").click()
    await expect(table).to_contain_text("第 26–50 个")
    await page.get_by_role("button", name="上一页").click()
    await expect(table).to_contain_text("第 1–25 个，共 100 个要素")
    work = page.locator("#work")
    before = await work.evaluate("one => one.offsetWidth")
    await page.get_by_role("button", name="加宽").click()
    wide = await work.evaluate("one => one.offsetWidth")
    assert wide > 1.4 * before
    edge = page.get_by_role("separator", name="地图与详情的分界")
    await edge.press("ArrowRight")
    assert before < await work.evaluate("one => one.offsetWidth") < wide
    await edge.press("Enter")
    assert await work.evaluate("one => one.offsetWidth") == before


async def _build_a_filter(page: Page, table: Locator) -> None:
    """A filter that is built of its parts writes the text that is asked."""
    await page.get_by_text("按字段组合条件").click()
    line = page.locator(".filter-line")
    await line.get_by_label("字段").select_option("floors")
    await line.get_by_label("比较方式").select_option("ge")
    await line.get_by_label("值").fill("28")
    await expect(page.locator("input[name=filter]")).to_have_value("floors >= 28")
    await page.get_by_role("button", name="筛选", exact=True).click()
    await expect(table).to_contain_text("6 个要素")
    await line.get_by_role("button", name="去掉此条件").click()
    await page.get_by_role("button", name="筛选", exact=True).click()
    await expect(table).to_contain_text("100 个要素")


async def _join(page: Page) -> None:
    """To each house the school within 20 m, and all of them in a file."""
    await page.get_by_role("button", name="返回图层").click()
    await page.get_by_role("button", name="就近关联").click()
    await page.select_option("#work .planner-form select[name=layer]", "schools")
    await page.fill("#work .planner-form input[name=within_m]", "20")
    await page.get_by_role("button", name="关联", exact=True).click()
    await expect(page.locator("#work tbody tr").first).to_contain_text("第0小学")
    async with page.expect_download() as handed:
        await page.get_by_role("button", name="保存 CSV").click()
    lines = Path(await (await handed.value).path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == 101 and sum("小学" in line for line in lines) == 8
    await page.get_by_role("button", name="返回图层").click()


async def test_a_link_restores_what_was_seen_and_paper_holds_it(
    open_desk: Any, enrol: Any, city: Path
) -> None:
    planner, ding = [await sync_to_async(enrol)(*who) for who in (
        ("pan", Role.PLANNER), ("ding", Role.DISPATCHER)
    )]  # fmt: skip
    page = (await open_desk(planner)).page
    await page.get_by_role("tab", name="图层").click()
    await page.locator("tr.row[data-key='buildings']").click()
    await page.fill("input[name=filter]", "floors > 27")
    await page.keyboard.press("Enter")
    await expect(page.locator("#work .planner-table")).to_contain_text("6 个要素")
    zoom = "JSON.parse(sessionStorage['zhihui.view'] ?? '{}').zoom"
    await page.locator("#map-tools").get_by_role("button", name="放大").click()
    async with asyncio.timeout(20):
        while (seen := await page.evaluate(zoom)) is None:
            await asyncio.sleep(0.05)
    await page.get_by_role("tab", name="图层").click()
    await page.keyboard.press("y")
    link = await page.locator("#work input[readonly]").input_value()

    # somebody else opens it: panel and filter are there, the address is clean, the zoom is the same
    other = (await open_desk(ding)).page
    await other.goto("about:blank")
    await other.goto(link)
    await expect(other.locator("#work input[name=filter]")).to_have_value("floors > 27")
    await expect(other.locator("#work .planner-table")).to_contain_text("6 个要素")
    assert "#" not in other.url
    assert await other.evaluate(zoom) == seen

    # a link cut short opens the console all the same
    await other.goto("about:blank")
    await other.goto(link[:-9])
    await expect(other.locator("#queue-tabs")).to_be_visible()

    await page.get_by_role("button", name="排版打印…").click()
    await lay_out(page)


async def test_a_late_answer_does_not_stand_for_a_newer_question(
    open_desk: Any, enrol: Any, city: Path
) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    page = (await open_desk(planner)).page
    gate = asyncio.Event()

    async def hold(route: Route) -> None:
        if "count" in (route.request.post_data or ""):
            await gate.wait()
        await route.continue_()

    await page.route("**/buildings/figures", hold)
    await page.get_by_role("tab", name="图层").click()
    await page.locator("tr.row[data-key='buildings']").click()
    await page.get_by_role("button", name="按单元统计").click()
    await page.select_option("select[name=measures]", "sum:people")
    await expect(page.locator("#work")).to_contain_text("合计 1,000")
    async with page.expect_response("**/buildings/figures"):
        gate.set()
    await expect(page.locator("#work")).to_contain_text("合计 1,000")


def _analyse() -> bool:
    """Do what the worker would: run the analysis that waits."""
    found = analysing.queue.claim()
    if found is not None:
        reckoning.run(found.pk)
    return found is not None


async def test_the_ground_along_a_line_and_an_analysis_that_becomes_a_layer(
    open_desk: Any, enrol: Any, city: Path
) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    desk = await open_desk(planner)
    page = desk.page
    await page.get_by_role("tab", name="图层").click()
    await page.locator("tr.row[data-key='buildings']").wait_for()
    box = await page.locator("#map").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.keyboard.press("p")
    await page.mouse.click(middle[0] - 60, middle[1])
    await page.mouse.click(middle[0] + 60, middle[1])
    await page.keyboard.press("Enter")
    await expect(page.locator("#work .facts")).to_contain_text("107.5 m")
    await page.locator("#work .plot .u-over").hover()
    await expect(page.locator(".profile-spot")).to_contain_text("高程 107.5 m")

    # an analysis: its numbers are checked, its refusal is told, and its layer is opened
    await page.get_by_role("tab", name="图层").click()
    await page.keyboard.press("h")
    await page.select_option("#work select[name=kind]", "earthwork")
    await expect(page.get_by_role("button", name="画出场地")).to_be_visible()
    await page.select_option("#work select[name=kind]", "flood")
    await expect(page.locator("#work .notice")).to_contain_text("不是水动力模型")
    await page.fill("#work input[name=level]", "100")
    await page.get_by_role("button", name="指定点").click()
    await page.mouse.click(*middle)
    await page.get_by_role("button", name="开始分析").click()
    await _until(_analyse)
    await expect(page.locator("#work [role=alert]")).to_contain_text("高于水位")
    await page.get_by_role("button", name="再做一次分析").click()
    await page.fill("#work input[name=level]", "110")
    await page.fill("#work input[name=title_zh]", "110 米淹没")
    await page.get_by_role("button", name="开始分析").click()
    await _until(_analyse)
    await expect(page.locator("#work")).to_contain_text("最大水深")
    await expect(page.locator("#work")).to_contain_text("2.5 m")

    # whom it reaches: houses, who is in them, schools; then the depth at each house, as a layer
    await page.get_by_role("button", name="查询受影响对象").click()
    reached = page.locator("#work .reached-answer")
    await expect(reached).to_contain_text("1,000（估算）")
    await expect(reached.locator(".related", has_text="学校").first).to_contain_text("8")
    await page.get_by_role("button", name="逐栋计算水深").click()
    await _until(_analyse)
    await expect(page.locator("#work .reached .facts").first).to_contain_text("100")
    await expect(page.locator("#work .reached .facts").first).to_contain_text("2.5 m")
    await page.get_by_role("button", name="打开图层").click()
    await expect(page.locator("#work h2")).to_contain_text("水位 110 m 受淹建筑")

    # what stands on the ground that was reached, one by one
    await page.keyboard.press("h")
    await page.locator("#work .related", has_text="水位 110 m 受淹建筑").first.click()
    await reached.locator(".related", has_text="学校").first.click()
    await expect(page.locator("#work .choose-chip")).to_contain_text("110 米淹没")
    await expect(page.locator("#work .planner-table")).to_contain_text("8")


async def _until(work: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not await sync_to_async(work)():
            await asyncio.sleep(0.05)


def _picture() -> None:
    """A shaded relief over the city, as a picture."""
    path = Path(settings.DATA) / "relief.tif"
    size: dict[str, Any] = {"width": 100, "height": 80, "count": 3, "dtype": "uint8"}
    grid = {"crs": "EPSG:4326", "transform": from_origin(WEST, SOUTH + 0.08, 0.001, 0.001)}
    with rasterio.open(path, "w", driver="GTiff", **size, **grid) as out:
        out.write(np.full((3, 80, 100), 200, "uint8"))
    layers.register_raster("relief", path, date=None, source="test", simulated=True)


async def test_a_picture_is_compared_by_a_line(open_desk: Any, enrol: Any, city: Path) -> None:
    await sync_to_async(_picture)()
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    page = (await open_desk(planner)).page
    await page.locator("#map-tools").get_by_role("button", name="图层").click()
    row = page.locator("#map-layers .layer", has_text="晕渲")
    await row.get_by_role("button", name="图例、来源").click()
    await row.get_by_role("button", name="卷帘比较").click()
    line = page.get_by_role("slider", name="卷帘分界线")
    picture = page.locator(".leaflet-layer.raster")
    left = "one => Number(/([\\d.-]+)px\\)$/.exec(one.style.clip)?.[1] ?? NaN)"
    half = await picture.evaluate(left)
    await line.fill("75")
    width = await page.locator("#map").evaluate("one => one.clientWidth")
    assert await picture.evaluate(left) == pytest.approx(half + width / 4, abs=2)
    await expect(page.get_by_label("右侧 图层")).to_have_value("relief")
    await page.get_by_role("button", name="结束卷帘比较").click()
    await expect(page.locator(".swipe")).to_have_count(0)
    assert await picture.evaluate("one => one.style.clip") in ("", "auto")


async def _measure(page: Page) -> None:
    """Measure a line of two segments."""
    box = await page.locator("#map").bounding_box()
    assert box is not None
    await page.get_by_role("tab", name="图层").click()
    await page.keyboard.press("m")
    for right, down in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6)):
        await page.mouse.click(box["x"] + box["width"] * right, box["y"] + box["height"] * down)
    await page.keyboard.press("Enter")
    await expect(page.locator("#work .measure-list li")).to_have_count(2)
    await expect(page.locator("#work .planner-people")).to_contain_text("km")


@pytest.mark.parametrize(
    ("width", "height", "locale", "theme"),
    [(390, 844, "zh-CN", "dark"), (1366, 768, "en-US", "light")],
)
async def test_every_panel_fits_everywhere(
    open_desk: Any, enrol: Any, city: Path, width: int, height: int, locale: str, theme: str
) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    desk = await open_desk(planner, width=width, height=height, locale=locale, theme=theme)
    page = desk.page
    await desk.live()
    for target in (".list-head button:visible", "tr.row[data-key='buildings']"):
        if width < 600:
            await page.locator("#tabs [data-view=board]").click()
        await page.get_by_role("tab", name="图层" if locale == "zh-CN" else "Layers").click()
        await page.locator(f"#board {target}").first.click()
        await page.locator("#work .planner .work-part").first.wait_for()
        await expect(page.locator("#work .wait")).to_have_count(0)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, (target, wide)
    assert not await sync_to_async(Import.objects.exists)()


async def test_who_may_not_import_is_not_asked_to(open_desk: Any, enrol: Any, city: Path) -> None:
    dispatcher = await sync_to_async(enrol)("ding", Role.DISPATCHER)
    desk = await open_desk(dispatcher)
    await desk.page.get_by_role("tab", name="图层").click()
    await desk.page.locator("tr.row[data-key='buildings']").click()
    await expect(desk.page.locator(".list-head button", has_text="导入")).to_have_count(0)
    await expect(desk.page.get_by_role("button", name="删除图层")).to_have_count(0)
