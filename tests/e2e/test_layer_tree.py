"""The layer tree in a real browser: its order, what is kept, past days, layers made and removed."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import shapely
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import transaction
from playwright.async_api import Page, expect

from layers import actions as layers
from layers import catalogue, telling
from layers.importing import actions, run
from layers.importing.making import Wishes
from layers.models import Import, Registered, Stage
from people import may
from people.models import Role
from places.models import Division

pytestmark = pytest.mark.browser
WEST, SOUTH = 113.62, 34.72


@pytest.fixture
def city(live: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city with hospitals and schools."""
    monkeypatch.setattr(settings, "DATA", live.log.parent)
    box = shapely.box(WEST, SOUTH, WEST + 0.1, SOUTH + 0.08)
    Division.objects.create(
        code="410100", name_zh="郑州市", name_en="Zhengzhou", level="city", prefix="4101",
        boundary=f"SRID=4326;{shapely.MultiPolygon([box]).wkt}",
    )  # fmt: skip
    for layer in ("schools", "hospitals"):
        point = shapely.to_wkb(shapely.Point(WEST + 0.05, SOUTH + 0.04))
        layers.replace_features(layer, [(1, point, {"name_zh": "一号"})], simulated=False)
    return live.log.parent  # type: ignore[no-any-return]


@pytest.fixture
def plots(city: Path) -> None:
    """Plots that were surveyed twice."""
    for day, size in (("2025-03-01", 0.01), ("2026-05-01", 0.02)):
        _surveyed(day, size)


def _surveyed(day: str, size: float) -> Import:
    """Import one plot of this size, as it was on a day."""
    ring = shapely.box(WEST + 0.02, SOUTH + 0.02, WEST + 0.02 + size, SOUTH + 0.04)
    plot = {"type": "Feature", "geometry": shapely.geometry.mapping(ring), "properties": {"no": 1}}
    content = json.dumps({"type": "FeatureCollection", "features": [plot]}).encode()
    wishes = Wishes(title_zh="地块", title_en="Plots", source_date=day, key="no")
    given = actions.Given("plots.geojson", "", "plots", "EPSG:4490", True, wishes)
    row = actions.hand_in(given, [content], len(content), may.Rights(role=Role.PLANNER))
    actions.queue.claim()
    done = run.run(row.pk)
    assert done.stage == Stage.DONE, done.said
    return done


async def order(page: Page, group: str) -> list[str]:
    rows = page.locator(f"#map-layers [data-group='{group}'][data-code]")
    return [str(await row.get_attribute("data-code")) for row in await rows.all()]


async def open_tree(page: Page) -> None:
    await page.locator("#map-tools").get_by_role("button", name="图层").click()
    await page.locator("#map-layers [data-code='hospitals']").wait_for()


async def test_order_by_keys_and_by_hand_is_kept_and_goes_with_the_link(
    open_desk: Any, enrol: Any, city: Path
) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    page = (await open_desk(planner)).page
    await open_tree(page)
    assert await order(page, "emergency") == ["hospitals", "schools"]

    # by keys: down it goes, and the focus with it; right opens the details
    box = page.get_by_role("checkbox", name="医院")
    await box.focus()
    await page.keyboard.press("Alt+ArrowDown")
    assert await order(page, "emergency") == ["schools", "hospitals"]
    await expect(box).to_be_focused()
    await page.keyboard.press("ArrowRight")
    slider = page.get_by_role("slider", name="医院 不透明度")
    await slider.fill("0.5")
    await page.get_by_role("checkbox", name="学校").focus()
    await page.keyboard.press("Space")

    # by hand: a group is put where another stands
    grip = page.locator("#map-layers .tree-group[data-group='base'] .tree-grip")
    await grip.hover()
    await page.mouse.down()
    await page.locator("#map-layers .tree-group[data-group='emergency']").hover()
    await page.mouse.up()
    groups = page.locator("#map-layers .tree-group")
    codes = [await one.get_attribute("data-group") for one in await groups.all()]
    assert codes[:3] == ["live", "base", "emergency"]

    # letters find what characters name; a group of its own folds
    await page.get_by_role("searchbox", name="筛选图层").fill("xzqh")
    await expect(page.locator("#map-layers [data-code]")).to_have_count(1)
    await page.get_by_role("searchbox", name="筛选图层").fill("")
    await page.get_by_role("button", name="交通").click()
    await expect(page.locator("#map-layers [data-code='metro_lines']")).to_have_count(0)

    await page.reload()
    await open_tree(page)
    await _as_left(page)

    # another desk sees the same by the link
    await page.get_by_role("tab", name="图层").click()
    await page.keyboard.press("y")
    link = await page.locator("#work input[readonly]").input_value()
    other = (await open_desk(await sync_to_async(enrol)("pen", Role.PLANNER))).page
    await other.goto(link)
    await other.reload()
    await open_tree(other)
    await _as_left(other)


async def _as_left(page: Page) -> None:
    assert await order(page, "emergency") == ["schools", "hospitals"]
    await expect(page.get_by_role("checkbox", name="学校")).not_to_be_checked()
    await expect(page.locator("#map-layers [data-code='metro_lines']")).to_have_count(0)
    more = page.get_by_role("button", name="医院：图例")
    if await more.get_attribute("aria-expanded") == "false":
        await more.click()
    await expect(page.get_by_role("slider", name="医院 不透明度")).to_have_value("0.5")


async def test_the_map_on_a_day_and_two_days_at_a_line(
    complaints: Any, open_desk: Any, enrol: Any, plots: None
) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    page = (await open_desk(planner, bypass_csp=True, reduced_motion="reduce")).page
    await open_tree(page)
    await page.locator("#map-tools").get_by_role("button", name="图层").click()
    await page.keyboard.press(",")
    bar = page.get_by_role("region", name="某日的地图")
    await expect(bar.locator(".past-ticks i")).to_have_count(2)
    await bar.get_by_role("button", name="上一次变化").click()
    async with page.expect_response(lambda one: _at(one.url) == "2025-03-01") as drawn:
        await bar.get_by_role("button", name="上一次变化").click()
    assert (await drawn.value).status in (200, 204)
    await expect(bar).to_contain_text("2025-03-01")
    await open_tree(page)
    note = page.locator("#map-layers .layer", has_text="医院")
    await expect(note).to_contain_text("无历史，显示当前")
    assert await complaints(page) == []

    # a reload keeps the day; the key leads back to now
    await page.reload()
    await expect(bar).to_contain_text("当日的图层")
    await page.keyboard.press(",")
    await expect(bar).to_be_hidden()

    await open_tree(page)
    await page.get_by_role("button", name="地块：图例").click()
    await page.locator(".tree-acts").get_by_role("button", name="卷帘比较").click()
    await expect(page.get_by_label("左侧 日期")).to_have_value("2025-03-01")
    await expect(page.get_by_label("右侧 日期")).to_contain_text("现在 2026-05-01")
    cut = page.locator(".leaflet-stack-pane [style*='clip']")
    await expect(cut).to_have_count(2)
    assert await complaints(page) == []
    await page.get_by_label("左侧 图层").select_option("schools")
    await expect(page.get_by_label("左侧 日期")).to_have_count(0)
    await page.get_by_role("button", name="结束卷帘比较").click()
    await expect(cut).to_have_count(0)


def _at(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("at", [""])[0] if "/tiles/plots/" in url else ""


async def test_a_supervisor_makes_a_layer_and_takes_it_away(
    complaints: Any, open_desk: Any, enrol: Any, city: Path
) -> None:
    supervisor = await sync_to_async(enrol)("su", Role.SUPERVISOR)
    desk = await open_desk(supervisor, theme="light", bypass_csp=True, reduced_motion="reduce")
    page = desk.page
    await open_tree(page)
    await page.get_by_role("button", name="新建图层").click()
    await page.fill("#work input[name=code]", "schools")
    await page.fill("#work input[name=title_zh]", "取水井")
    await page.get_by_role("button", name="添加字段").click()
    await page.keyboard.type("depth")
    await page.reload()  # what was typed is still there
    await expect(page.locator("#work input[name=title_zh]")).to_have_value("取水井")
    await expect(page.locator("#work .column-name")).to_have_value("depth")
    assert await complaints(page) == []

    # the code is taken: said at its field
    await page.get_by_role("button", name="建立图层").click()
    await expect(page.locator("#work input[name=code]")).to_have_attribute("aria-invalid", "true")
    desk.faults.clear()  # the browser notes the refusal that was provoked
    await page.fill("#work input[name=code]", "wells")
    await page.get_by_role("button", name="建立图层").click()
    await expect(page.locator("#work h2")).to_have_text("取水井")
    await open_tree(page)
    await expect(page.locator("#map-layers")).to_contain_text("取水井")

    # somebody fills it: the open panel says so and waits to be asked
    await sync_to_async(_filled)("wells")
    await expect(page.locator("#work [role=status]")).to_contain_text("图层已有新的变化")
    await page.get_by_role("button", name="刷新").click()
    await expect(page.locator("#work .notice")).to_have_count(0)

    await page.get_by_role("button", name="编辑图层").click()
    await page.fill("#work input[name=title_en]", "Wells")
    await page.get_by_role("button", name="保存").click()
    await page.get_by_role("button", name="编辑图层").click()
    assert (await sync_to_async(catalogue.layer)("wells")).title_en == "Wells"
    await page.get_by_role("button", name="删除图层").click()
    await expect(page.locator("#work .notice")).to_contain_text("没有数据随之删除")
    await page.get_by_role("button", name="确认删除").click()
    await expect(page.locator("#map-layers [data-code='wells']")).to_have_count(0)
    assert not await sync_to_async(Registered.objects.filter(code="wells").exists)()


def _filled(code: str) -> None:
    with transaction.atomic():
        layers.replace_features(code, [], simulated=False)
        telling.tell(catalogue.layer(code), "filled", "pan")
