"""Cases at the console: filed by keyboard, taken through their steps, seen by everybody at once."""

import re

import pytest
import shapely
from asgiref.sync import sync_to_async
from playwright.async_api import expect

from people import actions as people
from places import actions as places
from places.actions import DivisionRow
from places.models import Level
from urban.models import Case

pytestmark = pytest.mark.browser


@pytest.fixture
def city(real) -> None:
    """A city's outline, and the department that rubbish goes to."""
    whole = shapely.to_wkb(shapely.MultiPolygon([shapely.box(113.0, 34.2, 114.2, 35.2)]))
    places.register_divisions([DivisionRow("410100", "郑州市", Level.CITY, None, whole)])
    people.found("sanitation", "环境卫生管理中心", "Sanitation Centre")


async def test_a_case_is_filed_and_dispatched_by_keyboard(
    city, open_desk, dispatcher, supervisor
) -> None:
    one, two = await open_desk(dispatcher), await open_desk(supervisor, locale="en-US")
    for desk in (one, two):
        await desk.live()
        await desk.page.locator("#queue-tabs .list-tab").nth(1).click()
        await desk.page.keyboard.press("Escape")
    page = one.page
    await expect(page.locator(".cases .empty")).to_contain_text("没有待您办理的案件")

    await page.keyboard.press("n")
    await expect(page.locator(".case-new select[name=code] option")).to_have_count(12)
    await page.keyboard.type("暴露")
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await expect(page.locator("#map-card")).to_be_visible()
    await page.keyboard.press("Space")  # where the map's cross stands
    await expect(page.locator(".case-new output")).to_have_text(re.compile(r"\d+\.\d{5}, \d+"))
    await page.locator(".case-new textarea").focus()
    await page.keyboard.type("路边一堆垃圾")
    await page.locator(".case-new [name=source]").select_option("desk")
    await page.keyboard.press("Control+Enter")

    row = one.page.locator(".cases tr.row")
    await expect(row).to_contain_text("暴露垃圾")
    await expect(two.page.locator(".cases tr.row")).to_contain_text("Exposed rubbish")
    await expect(page.locator("#work .work-actions .primary")).to_contain_text("受理")

    await page.keyboard.press("Escape")
    await page.keyboard.press("a")
    await expect(page.locator("#work .work-actions .primary")).to_contain_text("立案")
    await page.keyboard.press("a")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#work .work-actions .primary")).to_contain_text("派遣")
    await page.keyboard.press("p")
    await expect(page.locator("#work select[name=department]")).to_have_value("sanitation")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#work .chip").first).to_have_text("派遣")
    await two.page.locator(".case-filters .button").nth(1).click()
    await expect(two.page.locator(".cases tr.row")).to_contain_text("Dispatched")
    number = await sync_to_async(_number, thread_sensitive=True)()
    await expect(page.locator("#work .number")).to_have_text(number)


def _number() -> str:
    return Case.objects.get().number
