"""A made night is played at sixty times: vehicles and alerts follow; then it is reviewed."""

import datetime
import re

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import expect

from alerts import ingest, tracking
from alerts.ingest import Row
from core import clock

pytestmark = pytest.mark.browser

MINUTE = datetime.timedelta(minutes=1)
RED = (60, 60)  # cm of water on a road, two minutes long


@pytest.fixture
def night(station, shelf_rules):
    """A vehicle drives for ten minutes, half an hour ago; a road floods after three of them."""
    truck, _ = station("V1", "rain", kind="fire")
    _, depth = station("D1", "water_depth")
    begun = clock.now() - 28 * MINUTE
    for step in range(60):
        at = begun + step * datetime.timedelta(seconds=10)
        with clock.fixed(at):
            tracking.commit([tracking.Spot(truck.pk, at, 113.6 + step / 1000, 34.7, 30.0, 90.0)])
            if step in (18, 24):
                ingest.commit([Row.of(depth.pk, at, 60.0)])
    return truck, station("D2", "water_depth")


async def test_a_night_is_played_and_the_present_is_not_forgotten(
    open_desk, night, post, dispatcher
) -> None:
    truck, road = night
    desk = await open_desk(dispatcher, width=1366, height=768)
    page = desk.page
    await desk.live()
    await page.locator("#queue-body tr.pending").wait_for()
    await page.locator(".replay select").select_option("30")
    await page.keyboard.press(";")
    for _ in range(3):
        await page.keyboard.press("}")
    await expect(page.locator(".replay-speed")).to_have_text("60×")
    await page.keyboard.press(".")
    await expect(page.locator("#replay-banner")).to_contain_text("您看到的不是现在 · 实际情况")
    await expect(page.locator("#queue-body tr.row")).to_have_count(0)
    age = page.locator(f"#board-body tr[data-key='t{truck.pk}'] td").last
    await expect(age).to_have_text(re.compile(r"^0:\d\d$"))
    row = page.locator("#queue-body tr.pending")
    await expect(row).to_contain_text("R1")
    await expect(row.locator("td").last).to_have_text(re.compile(r"^\d:\d\d$"))

    # nothing in the past can be acted upon
    await page.keyboard.press("Escape")  # off the slider, which has arrow keys of its own
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("a")
    await page.keyboard.press(".")
    await expect(page.locator(".replay-play")).to_have_attribute("data-does", "play")
    stopped = await page.locator(".banner-moment").inner_text()
    await expect(row).to_have_count(1)

    # the present brings a red alert: it is told, and one key leads back to it
    await post(road, *RED)
    await expect(page.locator(".banner-now")).to_contain_text("现在：R1")
    await expect(page.locator("#said-now")).to_contain_text("现在")
    assert await page.locator(".banner-moment").inner_text() == stopped
    await page.keyboard.press("\\")
    await expect(page.locator("#replay-banner")).to_be_hidden()
    await expect(page.locator("#queue-body tr.pending")).to_have_count(2)


async def test_a_replay_that_cannot_load_says_so_and_tries_again(
    open_desk, night, dispatcher
) -> None:
    desk = await open_desk(dispatcher, locale="en-US")
    page = desk.page
    await desk.live()
    await page.route("**/api/v1/state?*", lambda route: route.abort())
    await page.keyboard.press("[")
    await expect(page.locator(".replay-said.failed")).to_contain_text("cannot be reached")
    await page.unroute("**/api/v1/state?*")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator("#replay-banner")).to_contain_text("This is not now")
    await expect(page.locator(".replay-said")).to_have_text("")
    await page.keyboard.press("\\")
    desk.faults.clear()  # the aborted request


async def test_the_night_is_reviewed_and_exported(open_desk, night, supervisor) -> None:
    desk = await open_desk(supervisor, path="/review/")
    page = desk.page
    await expect(page.locator(".review-card").first).to_contain_text("告警")
    await expect(page.locator("#review")).to_contain_text("道路积水")
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="CSV").click()
    path = await (await waiting.value).path()
    table = await sync_to_async(path.read_bytes)()
    assert table.startswith(b"\xef\xbb\xbf") and "道路积水".encode() in table
    await page.get_by_role("button", name="2 小时", exact=True).click()
    await expect(page).to_have_url(re.compile("topics="))
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("h1")).to_have_text("After-action review")
    await expect(page).to_have_url(re.compile("topics="))
