"""An air station at the console: found by its class, read by keyboard, in both languages."""

import datetime

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import expect

from alerts import ingest
from core import clock
from environment import actions

pytestmark = pytest.mark.browser


def speak(stream, *values: float) -> None:
    """Let a station tell its last full hours, the newest last."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    for back, value in enumerate(reversed(values)):
        at = hour - datetime.timedelta(hours=back)
        ingest.commit([ingest.Row.of(stream.pk, at, value)])
    actions.look()


@pytest.mark.parametrize(
    ("locale", "theme", "tab", "words"),
    [("zh-CN", "dark", "环境", "重度污染"), ("en-US", "light", "Environment", "Heavily polluted")],
)
async def test_a_station_s_page_by_keyboard(
    open_desk, station, dispatcher, locale: str, theme: str, tab: str, words: str
) -> None:
    _, stream = await sync_to_async(station)("A1", "pm25", kind="air", interval_s=3600)
    await sync_to_async(speak)(stream, 120.0, 160.0)
    desk = await open_desk(dispatcher, locale=locale, theme=theme)
    await desk.live()
    page = desk.page
    await page.get_by_role("tab", name=tab).click()
    row = page.locator("#board tr.row", has=page.locator(".c-index"))
    await expect(row).to_contain_text("210")
    await expect(row).to_contain_text(words)
    await page.keyboard.press("ArrowDown")
    plate = page.locator("#work .env-plate")
    await expect(plate).to_contain_text("210")
    await expect(plate).to_contain_text(words)
    await expect(page.locator("#work .env-items tbody tr")).to_have_count(1)
    await expect(page.locator("#work .env-items")).to_contain_text("160")
    await expect(page.locator("#work .chart canvas")).to_be_visible()
    await page.keyboard.press("i")
    await expect(page.locator("#work .readings .reading")).to_have_count(1)
    await page.keyboard.press("i")
    await expect(plate).to_be_visible()
    await sync_to_async(speak)(stream, 30.0)
    await expect(plate).to_contain_text("NA")
    await expect(row).to_contain_text("NA")
