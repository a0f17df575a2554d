"""Fences at the console: drawn by one, seen by the other at once, renamed, alerting, removed."""

import datetime
import re

import pytest
from asgiref.sync import sync_to_async
from django.contrib.gis.geos import Polygon
from playwright.async_api import Page, expect

from alerts import book, rulebook, tracking
from alerts.models import Fence
from core import clock
from people import may
from sensors import registry
from sensors.actions import register
from sensors.thing import ThingSpec

pytestmark = pytest.mark.browser

CORNERS = [(0.3, 0.3), (0.6, 0.3), (0.6, 0.6), (0.3, 0.6)]
LINES = "#map path.fence-line"


async def click_at(page: Page, x: float, y: float, times: int = 1) -> None:
    """Click at a place of the map, in parts of its width and height."""
    box = await page.locator("#map").bounding_box()
    assert box
    spot = box["x"] + x * box["width"], box["y"] + y * box["height"]
    await page.mouse.click(*spot, click_count=times)


async def test_a_fence_is_drawn_seen_by_the_other_renamed_and_removed(
    open_desk, supervisor, dispatcher
) -> None:
    one, two = await open_desk(supervisor), await open_desk(dispatcher, locale="en-US")
    for desk in (one, two):
        await desk.live()
    page, card = one.page, one.page.locator("#map-card")
    await page.keyboard.press("d")
    for x, y in CORNERS[:3]:
        await click_at(page, x, y)
    await expect(card).to_contain_text("3 个角点")
    await expect(card.locator(".fence-figures b")).to_contain_text("km²")
    await click_at(page, *CORNERS[3], times=2)
    await card.locator("[data-field=name_zh]").fill("危化品仓库")
    await card.locator("[data-field=name_en]").fill("Depot")
    await expect(card.locator("[data-field=code]")).to_have_value("depot")
    await page.keyboard.press("Enter")
    for desk in (one, two):
        await expect(desk.page.locator(LINES)).to_have_count(1)
    await expect(card).to_be_hidden()
    await two.page.keyboard.press("l")
    await expect(two.page.locator("#map-layers")).to_contain_text("Fences")

    await page.locator("#map").evaluate("map => map.querySelector('.fence-name').click()")
    await card.get_by_role("button", name="改名称").click()
    await card.locator("[data-field=name_zh]").fill("仓库")
    await card.locator("[data-field=name_en]").fill("Yard")
    await page.keyboard.press("Control+Enter")
    await expect(card).to_be_hidden()
    await expect(two.page.locator(".fence-name")).to_have_text("Yard")

    await page.locator("#map").evaluate("map => map.querySelector('.fence-name').click()")
    await expect(card).to_contain_text("仓库")
    await card.get_by_role("button", name="移除").click()
    await expect(card).to_contain_text("移除“仓库”？")
    await card.get_by_role("button", name="移除").click()
    for desk in (one, two):
        await expect(desk.page.locator(LINES)).to_have_count(0)
    assert not await Fence.objects.filter(active=True).aexists()


async def test_keys_alone_draw_and_a_reload_keeps_what_was_drawn(open_desk, supervisor) -> None:
    desk = await open_desk(supervisor)
    page, card = desk.page, desk.page.locator("#map-card")
    await desk.live()
    for key in ("d", " ", "Enter"):
        await page.keyboard.press(key)
    await expect(card).to_contain_text("至少要有三个角点")
    for key in ("ArrowRight", " ", "ArrowDown", " ", "ArrowLeft", "ArrowDown", "ArrowRight", " "):
        await page.keyboard.press(key)
    await expect(card).to_contain_text("4 个角点")
    await page.keyboard.press("Backspace")
    await expect(card).to_contain_text("3 个角点")
    await page.keyboard.press("Enter")
    await page.keyboard.type("键盘画的")
    await page.reload()
    await expect(card.locator("[data-field=name_zh]")).to_have_value("键盘画的")
    await card.locator("[data-field=name_zh]").press("Enter")
    await expect(page.locator(LINES)).to_have_count(1)
    assert (await Fence.objects.aget()).code == "fence-1"


async def test_edges_that_cross_and_refusals_are_said_and_lose_nothing(
    open_desk, supervisor
) -> None:
    desk = await open_desk(supervisor)
    page, card = desk.page, desk.page.locator("#map-card")
    await desk.live()
    await page.keyboard.press("d")
    for x, y in (CORNERS[0], CORNERS[2], CORNERS[1], CORNERS[3]):
        await click_at(page, x, y)
    await expect(card).to_contain_text("第 1 条边与第 3 条边相交")
    await page.keyboard.press("Enter")
    await expect(card.locator("[data-field=name_zh]")).to_have_count(0)
    await page.keyboard.press("Backspace")
    await page.keyboard.press("Enter")
    await card.locator("[data-field=name_en]").fill("Depot")
    await page.keyboard.press("Enter")
    await expect(card.locator(".field-refused")).to_contain_text("须填写中文名称")
    await expect(card.locator("[data-field=name_en]")).to_have_value("Depot")
    desk.faults.clear()  # the browser notes every answer above 399
    await page.keyboard.type("仓库")
    await page.keyboard.press("Enter")
    await expect(page.locator(LINES)).to_have_count(1)


@pytest.fixture
def raided(supervisor) -> None:
    """A fence, a rule for it, and a truck that has just entered."""
    sun = may.of_user(supervisor)
    area = Polygon.from_bbox((113.64, 34.74, 113.66, 34.76))
    rulebook.draw_fence("depot", "危化品仓库", "Depot", area, "410105", sun)
    titles = {"title_zh": "车辆进入", "title_en": "Vehicle entered"}
    rulebook.make("entered", {"kind": "fence", **titles, "when": {"severity": 2}}, sun)
    book.forget()
    spec = ThingSpec("T1", "罐车一", "Tanker 1", "truck", None, None, "4101")
    (truck,) = register([spec])
    registry.forget()
    now = clock.now()
    for back, lon in ((20, 113.63), (10, 113.65)):
        at = now - datetime.timedelta(seconds=back)
        tracking.commit([tracking.Spot(truck.pk, at, lon, 34.75, 30.0, 90.0, None)])


async def test_a_fence_with_an_alert_stands_out_and_is_lit_with_it(
    open_desk, dispatcher, raided
) -> None:
    desk = await open_desk(dispatcher)
    page = desk.page
    await page.locator("#queue-body tr.pending").click()
    await expect(page.locator(LINES)).to_have_class(re.compile("alerting sev2 open chosen"))
    await expect(page.locator(".fence-name")).to_have_text("O2 危化品仓库")
    await page.keyboard.press("f")
    await page.locator(".fence-name").click()
    await expect(page.locator("#map-card")).to_contain_text("车辆进入")
    await expect(page.locator("#map-card .fence-alert")).to_contain_text("罐车一")


async def test_the_past_and_the_layer_list_hide_fences(open_desk, dispatcher, raided) -> None:
    desk = await open_desk(dispatcher)
    page = desk.page
    await desk.live()
    await expect(page.locator(LINES)).to_have_count(1)
    await page.keyboard.press("[")
    await expect(page.locator(LINES)).to_have_count(0)
    await page.keyboard.press("\\")
    await expect(page.locator(LINES)).to_have_count(1)
    for key in ("l", "0"):
        await page.keyboard.press(key)
    await expect(page.locator(LINES)).to_have_count(0)
    await page.reload()
    await desk.live()
    await expect(page.locator(LINES)).to_have_count(0)


async def test_fences_drawn_while_the_cable_is_out_are_there_afterwards(
    cable, open_desk, dispatcher, supervisor
) -> None:
    desk = await open_desk(dispatcher, base=cable.url)
    await desk.live()
    await cable.pull()
    await desk.page.locator("#link.lost").wait_for()
    area = Polygon.from_bbox((113.64, 34.74, 113.66, 34.76))
    sun = may.of_user(supervisor)
    draw = sync_to_async(rulebook.draw_fence)
    await draw("depot", "危化品仓库", "Depot", area, "410105", sun)
    await cable.plug()
    await desk.live()
    await expect(desk.page.locator(LINES)).to_have_count(1)
    desk.faults.clear()  # the browser itself complains about the sockets that could not open
