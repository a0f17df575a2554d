"""How it looks and reads: languages, themes, phone, screen readers, rules for supervisors."""

import re

import pytest
from asgiref.sync import sync_to_async
from playwright.async_api import expect

from frontend.context import THEMES

pytestmark = pytest.mark.browser


@pytest.fixture
def roads(station, shelf_rules):
    """One underpass with a gauge."""
    return station("D1", "water_depth")


@pytest.mark.parametrize("theme", THEMES)
async def test_screen_readers_and_contrast(
    complaints, open_desk, post, roads, supervisor, theme
) -> None:
    await post(roads, 60, 60)
    desk = await open_desk(supervisor, theme=theme, bypass_csp=True, reduced_motion="reduce")
    page = desk.page
    await page.locator("#queue-body tr.pending").click()
    await page.locator("#work .step").wait_for()
    await page.keyboard.press("l")
    assert await complaints(page) == []
    number = await page.locator("#queue-body tr.row").get_attribute("data-key")
    await page.goto(f"/alerts/{number}/")
    await page.locator(".file-steps").wait_for()
    assert await complaints(page) == []
    await page.goto("/rules/")
    await page.locator("tr.row").nth(8).click()
    await page.locator(".rule-form").wait_for()
    assert await complaints(page) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_a_fold_and_its_panel_are_readable(
    complaints, open_desk, fall_silent, supervisor, theme
) -> None:
    await sync_to_async(fall_silent)(6)
    desk = await open_desk(supervisor, theme=theme, bypass_csp=True, reduced_motion="reduce")
    page = desk.page
    await page.locator("#queue-body tr.fold .turn").click()
    await page.locator("#queue-body tr.fold").click()
    await page.keyboard.press("x")
    await expect(page.locator("#work .device")).to_have_count(6)
    assert await complaints(page) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_the_sign_in_page_is_readable(complaints, live, browser, theme) -> None:
    context = await browser.new_context(base_url=live.url, bypass_csp=True)
    await context.add_cookies([{"name": "zhihui_theme", "value": theme, "url": live.url}])
    page = await context.new_page()
    await page.goto("/login/")
    assert await complaints(page) == []
    await context.close()


async def test_the_language_changes_everywhere_and_the_work_stays(
    open_desk, post, roads, dispatcher
) -> None:
    await post(roads, 20, 20)
    desk = await open_desk(dispatcher)
    page = desk.page
    await page.locator("#queue-body tr.pending").click()
    await page.locator("#work textarea").fill("half a word")
    await page.get_by_role("button", name="Switch to English").click()
    await expect(page.locator("#queue-tabs .list-tab").first).to_contain_text("Alerts")
    await expect(page.locator("#work textarea")).to_have_value("half a word")
    left = await page.evaluate("document.body.innerText")
    assert not re.findall(r"(?:待受理|处置|图层|队列|声音)", left)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1440, 900), (1920, 1080)])
async def test_nothing_is_cut_off_on_a_desk(open_desk, dispatcher, width, height) -> None:
    desk = await open_desk(dispatcher, width=width, height=height, locale="en-US")
    await desk.live()
    wide = await desk.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight,"
        " document.querySelector('#top').scrollWidth]"
    )
    assert wide[0] <= width and wide[1] <= height and wide[2] <= width


async def test_a_phone_shows_one_view_at_a_time(open_desk, post, roads, dispatcher) -> None:
    await post(roads, 20, 20)
    desk = await open_desk(dispatcher, width=390, height=844, has_touch=True, is_mobile=True)
    page = desk.page
    await page.locator("#queue-body tr.pending").tap()
    await expect(page.locator("#work")).to_be_visible()
    await expect(page.locator("#queue")).to_be_hidden()
    await page.locator("#work .work-actions .primary").tap()
    await expect(page.locator("#work .chip.acknowledged")).to_be_visible()
    await page.locator("#tabs [data-view=map]").tap()
    await expect(page.locator("#map")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_supervisor_changes_a_rule_and_a_wrong_figure_is_named(
    open_desk, roads, supervisor
) -> None:
    desk = await open_desk(supervisor, path="/rules/")
    page = desk.page
    await page.locator("tr.row", has_text="road_flooding").click()
    limit = page.locator("[data-field^='when.levels[0]']")
    await limit.fill("abc")
    await page.locator(".rule-form .primary").click()
    await expect(limit).to_have_attribute("aria-invalid", "true")
    desk.faults.clear()  # the browser notes every answer above 399
    await limit.fill("6")
    await page.locator(".rule-form .primary").click()
    await expect(page.locator("#said")).to_have_text("road_flooding 第 2 版已生效")
    await expect(page.locator(".rule-versions tbody tr")).to_have_count(2)
    await page.get_by_role("button", name="停用").click()
    await expect(page.locator("tr.row", has_text="road_flooding")).to_contain_text("停用")
