"""The search over the map in a real browser: typed, chosen by keys, gone to, opened."""

import asyncio
from typing import Any

import pytest
import shapely
from asgiref.sync import sync_to_async
from playwright.async_api import Page, Route, expect

from layers import actions as layers
from people.models import Role
from places import actions as places
from places.actions import DivisionRow
from places.models import Level
from sensors.actions import register
from sensors.thing import ThingSpec

pytestmark = pytest.mark.browser
WEST, SOUTH = 113.6, 34.7


def _city() -> None:
    box = shapely.MultiPolygon([shapely.box(WEST, SOUTH, WEST + 0.2, SOUTH + 0.2)]).wkb
    places.register_divisions(
        [
            DivisionRow("410100", "郑州市", Level.CITY, None, box),
            DivisionRow("410105", "金水区", Level.DISTRICT, "410100", box),
        ]
    )
    layers.touch("divisions")
    spots = [("金水区中医院", "Jinshui TCM Hospital"), ("第一人民医院", "First Hospital")]
    layers.replace_features(
        "hospitals",
        [
            (n + 1, shapely.to_wkb(shapely.Point(WEST + 0.15, SOUTH + 0.02 * n)),
             {"name_zh": zh, "name_en": en, "beds": 300 + n})
            for n, (zh, en) in enumerate(spots)
        ],
        simulated=True,
    )  # fmt: skip
    register(
        [
            ThingSpec(
                "W-1", "东风渠水位站", "Dongfeng gauge", "waterlevel", 113.7, 34.8, "410105", ()
            )
        ]
    )


@pytest.fixture
def city(live: Any) -> None:
    """A district, two hospitals and a gauge."""
    _city()


async def where(page: Page) -> dict[str, float]:
    """Return where the map looks, once it has come to rest."""
    seen = None
    async with asyncio.timeout(10):
        while True:
            view = await page.evaluate(
                "JSON.parse(sessionStorage.getItem('zhihui.view') ?? 'null')"
            )
            if view is not None and view == seen:
                return dict(view)
            seen = view
            await page.wait_for_timeout(150)


async def test_found_by_pinyin_and_keys_gone_to_and_opened(
    open_desk: Any, enrol: Any, city: None
) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    desk = await open_desk(planner)
    page = desk.page
    await desk.live()
    await page.keyboard.press("s")
    field = page.get_by_role("combobox", name="查找地名、道路、部件、单位、案件")
    await expect(field).to_be_focused()
    await expect(page.locator(".search-said")).to_contain_text("首字母")

    # pinyin, then the second of two by the arrow keys
    await field.fill("yiyuan")
    options = page.locator("#search-hits [role=option]")
    await expect(options).to_have_count(2)
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowDown")
    wanted = await options.nth(1).locator("span").inner_text()
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(page.locator("#map-search")).to_be_hidden()
    await expect(page.locator("#work h2")).to_have_text(wanted)
    await expect(page.locator("#work")).to_contain_text("床位")
    await expect(page.locator("#work")).to_contain_text("金水区")
    assert (await where(page))["lng"] == pytest.approx(WEST + 0.15, abs=0.001)

    # what was typed is still there; an error is forgiven and said so
    await page.keyboard.press("s")
    await expect(field).to_have_value("yiyuan")
    await field.fill("金水去中衣院")
    await expect(page.locator(".search-said")).to_contain_text("相近")
    await expect(options.first).to_contain_text("金水区中医院")
    await field.fill("没有这个地方")
    await expect(page.locator(".search-said")).to_have_text("没有找到“没有这个地方”")
    await expect(options).to_have_count(0)

    # a station opens its own panel, chosen with the mouse
    await field.fill("w1")
    await options.first.click()
    await expect(page.locator("#work h2")).to_contain_text("东风渠水位站")

    # a division is fitted and drawn; its panel stands after a reload
    await page.keyboard.press("s")
    await field.fill("金水区")
    await expect(options.first).to_contain_text("区县")
    await page.keyboard.press("Enter")
    await expect(page.locator("#work h2")).to_have_text("金水区")
    await page.reload()
    await expect(page.locator("#work h2")).to_have_text("金水区")
    await page.keyboard.press("s")
    await page.keyboard.press("Escape")
    await expect(page.locator("#map-search")).to_be_hidden()


async def test_a_failing_search_says_so_and_can_be_tried_again(
    open_desk: Any, enrol: Any, city: None
) -> None:
    planner = await sync_to_async(enrol)("pan", Role.PLANNER)
    desk = await open_desk(planner, width=390, height=844, locale="en-US", theme="light")
    page = desk.page
    await page.locator("#tabs [data-view=map]").click()

    async def refuse(route: Route) -> None:
        problem = '{"detail": "the database cannot be reached"}'
        await route.fulfill(status=503, content_type="application/problem+json", body=problem)

    await page.route("**/api/v1/search*", refuse)
    await page.get_by_role("button", name="Search", exact=True).click()
    said = page.locator(".search-said")
    await expect(said).to_contain_text("the database cannot be reached")
    await page.unroute("**/api/v1/search*")
    await page.get_by_role("combobox", name="Search places").fill("dongfeng")
    await expect(page.locator("#search-hits [role=option]")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.locator("#search-hits [role=option]").click()
    await expect(page.locator("#work h2")).to_contain_text("Dongfeng gauge")
    desk.faults.clear()  # the browser notes the refusal that was provoked
